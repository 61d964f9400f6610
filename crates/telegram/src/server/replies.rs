//! What is said to whoever reads an answer of the game's server.

use economy::{GameRefusal, Refusal};
use flight::FlapsError;
use ton::proof::ProofError;

use super::{
    on_chain::Unread, routes::payment::PaymentRefusal, run_token::RunTokenError,
    wallet_proof::WalletProofError,
};
use crate::{bot::InvoiceRefusal, init_data::InitDataError};

pub(super) const FAILED: &str =
    "This did not work, and it is not your doing. The operator finds the cause by the reference.";

pub(super) fn init_data(error: InitDataError) -> String {
    match error {
        InitDataError::TooLong { most } => format!("Init data has at most {most} bytes."),
        InitDataError::NotDecodable => {
            "This is not init data as Telegram writes it. Send it unchanged.".into()
        }
        InitDataError::DuplicateKey => "The init data names a field twice.".into(),
        InitDataError::MissingHash => "The init data has no hash.".into(),
        InitDataError::MissingSignature => "The init data has no signature.".into(),
        InitDataError::DoublyEncoded => {
            "The init data was percent-encoded once more than Telegram does. Send it unchanged."
                .into()
        }
        InitDataError::Forged => {
            "The init data was not signed for this bot, or was changed afterwards.".into()
        }
        InitDataError::NoDate => "The init data does not say when it was signed.".into(),
        InitDataError::Future => {
            "The init data is from the future. The server's clock may be wrong.".into()
        }
        InitDataError::Stale => "The init data is too old. Open the game again.".into(),
        InitDataError::NoUser => "The init data names no user. Open the game from the bot.".into(),
    }
}

pub(super) fn run_token(error: RunTokenError) -> &'static str {
    match error {
        RunTokenError::Malformed => "This is no run. Start one with POST /run.",
        RunTokenError::NotYours => {
            "This run was not started here by this player. Start one with POST /run."
        }
        RunTokenError::Expired => "This run was started too long ago. Start another one.",
    }
}

pub(super) fn flaps(error: FlapsError) -> String {
    match error {
        FlapsError::TooMany { most } => format!("A run has at most {most} flaps."),
        FlapsError::OutOfOrder { nth } => {
            format!("Flaps stand in growing order, each tick once. Flap number {nth} does not.")
        }
        FlapsError::AfterTheEnd { flap, ended } => {
            format!("The run ended at tick {ended}, and there is a flap at {flap}.")
        }
    }
}

pub(super) fn wallet_proof(error: &WalletProofError) -> &'static str {
    match error {
        WalletProofError::NoChain => "This game has no wallets.",
        WalletProofError::Address => "This is no address of a wallet.",
        WalletProofError::Shop => "This is the game's own address. Connect your own wallet.",
        WalletProofError::Malformed { .. } => "The proof is not as TON Connect writes it.",
        WalletProofError::Payload => {
            "The proof answers no request of this player's, or an old one. Ask for a new one with POST /ton-proof."
        }
        WalletProofError::ChainAway => {
            "The chain does not answer, and the wallet does not tell its key. Try again in a moment."
        }
        WalletProofError::Proof(error) => proof(*error),
    }
}

pub(super) const fn invoice(refusal: &InvoiceRefusal) -> &'static str {
    match refusal {
        InvoiceRefusal::Off => "Nothing is sold for Stars here.",
        InvoiceRefusal::UnknownItem => {
            "There is no such item. GET /config has those that there are."
        }
        InvoiceRefusal::NotForStars => "This item is not sold for Stars.",
        InvoiceRefusal::Owned => "The player has this item.",
        InvoiceRefusal::Store(_) | InvoiceRefusal::Telegram(_) => {
            "Telegram does not answer. No Stars were taken. Try again in a moment."
        }
    }
}

pub(super) const fn payment(refusal: PaymentRefusal) -> &'static str {
    match refusal {
        PaymentRefusal::NoChain => "Nothing is sold for tokens here.",
        PaymentRefusal::UnknownItem => {
            "There is no such item. GET /config has those that there are."
        }
        PaymentRefusal::NotForTokens => "This item is not sold for tokens.",
        PaymentRefusal::Owned => "The player has this item.",
        PaymentRefusal::NoWallet => {
            "The player has connected no wallet to pay from. Connect one first."
        }
    }
}

pub(super) const fn unread(why: Unread) -> &'static str {
    match why {
        Unread::NoChain => "This game has no chain, and no wallets.",
        Unread::NoWallet => "The player has connected no wallet. Connect one first.",
        Unread::Away => {
            "The chain does not answer. What is in the wallet is safe. Try again in a moment."
        }
    }
}

const fn proof(error: ProofError) -> &'static str {
    match error {
        ProofError::Domain => "The wallet signed for another site.",
        ProofError::Payload => "The wallet signed something else.",
        ProofError::Old => "The wallet signed too long ago. Connect it again.",
        ProofError::Future => "The wallet's clock is ahead. Set the phone's clock.",
        ProofError::StateInit => "What the wallet says of itself does not give its address.",
        ProofError::KeyUnknown => {
            "The wallet's key is not known. Send something from it first, then connect it again."
        }
        ProofError::Key => "The key is not this wallet's.",
        ProofError::Signature => "The signature is not this wallet's.",
    }
}

/// Title and detail.
pub(super) fn refusal(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::CurrencyFrozen { .. } => (
            "The game pays nothing at the moment",
            "Its token is frozen. Hand the run in again when it is active.",
        ),
        Refusal::HolderFrozen { .. } => (
            "This player is stopped",
            "An operator stopped this player: nothing comes in and nothing goes out.",
        ),
        Refusal::SupplyCap { .. } | Refusal::BalanceTooLarge { .. } => (
            "The game pays nothing more",
            "As many tokens were issued as there can ever be.",
        ),
        Refusal::Game(GameRefusal::WalletBound { .. }) => (
            "There is a wallet already",
            "A player's wallet never changes.",
        ),
        _ => ("The game refuses this", "It was not done."),
    }
}
