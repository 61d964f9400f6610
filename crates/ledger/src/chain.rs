use sha2::{Digest, Sha256};

use crate::{
    AccountKey, Amount, Balance, CodeSiteId, ContentHash, Detail, IdempotencyKey, Kind, Owner,
};

/// The hash chain over the ledger's sequence: SHA-256 of the hash before and the transfer's canonical bytes.
///
/// Every transfer stores the first 16 bytes of its own hash, so that a later change is named by its row; the chain itself
/// goes on with all 32.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chain([u8; 32]);

/// All of a transfer that the chain covers. It names accounts by their public ids, so that a copy in another store has equal hashes.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    pub id: i64,
    pub sequence: u64,
    pub leg: u16,
    pub kind: Kind,
    pub debit: AccountKey,
    pub credit: AccountKey,
    pub amount: Amount,
    pub debit_after: Balance,
    pub credit_after: Balance,
    /// The accounts' previous transfers; 0 for none.
    pub debit_prev: i64,
    pub credit_prev: i64,
    /// None for issuance, which has no floor.
    pub debit_floor: Option<i64>,
    pub actor: i64,
    pub site: CodeSiteId,
    /// [`Chain::origin_digest`].
    pub entry_digest: u64,
    pub key: Option<(IdempotencyKey, ContentHash)>,
    pub detail: Option<&'a Detail>,
}

impl Chain {
    /// Before the first transfer.
    pub const START: Chain = Chain([0; 32]);

    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the transfer's row stores.
    pub fn row_hash(&self) -> [u8; 16] {
        let mut start = [0; 16];
        start
            .iter_mut()
            .zip(self.0)
            .for_each(|(to, from)| *to = from);
        start
    }

    #[must_use]
    pub fn then(&self, link: &Link<'_>) -> Chain {
        let mut bytes = Bytes::new();
        bytes.raw(&self.0);
        bytes.long(link.id);
        bytes.raw(&link.sequence.to_le_bytes());
        bytes.raw(&link.leg.to_le_bytes());
        bytes.raw(&[link.kind.code()]);
        bytes.account(link.debit);
        bytes.account(link.credit);
        for number in [
            link.amount.get(),
            link.debit_after.get(),
            link.credit_after.get(),
            link.debit_prev,
            link.credit_prev,
            link.debit_floor.unwrap_or(0),
            link.actor,
        ] {
            bytes.long(number);
        }
        bytes.raw(&[u8::from(link.debit_floor.is_some())]);
        bytes.raw(&link.site.get().to_le_bytes());
        bytes.raw(&link.entry_digest.to_le_bytes());
        if let Some((key, content)) = &link.key {
            bytes.raw(key.bytes());
            bytes.long(content.bits());
        }
        let mut hash = Sha256::new();
        hash.update(bytes.filled());
        if let Some(detail) = link.detail {
            hash.update(detail_bytes(detail));
        }
        Chain(hash.finalize().into())
    }

    /// 64 bits of SHA-256 over a detail: what its row carries beside it.
    pub fn detail_seal(detail: &Detail) -> u64 {
        first_eight(&Sha256::digest(detail_bytes(detail)))
    }

    /// 64 bits of SHA-256 over what never changes of an account, and its floor.
    pub fn account_seal(account: AccountKey, floor: Option<i64>) -> u64 {
        let mut bytes = Bytes::new();
        bytes.account(account);
        bytes.raw(&[u8::from(floor.is_some())]);
        bytes.long(floor.unwrap_or(0));
        first_eight(&Sha256::digest(bytes.filled()))
    }

    /// 64 bits of SHA-256 over what an origin says beside its site: entry, application, and whether the site was claimed.
    pub fn origin_digest(entry: &str, application: &str, claimed: bool) -> u64 {
        let mut hash = Sha256::new();
        hash.update(entry.len().to_le_bytes());
        hash.update(entry);
        hash.update(application);
        hash.update([u8::from(claimed)]);
        first_eight(&hash.finalize())
    }
}

fn first_eight(digest: &[u8]) -> u64 {
    digest
        .iter()
        .take(8)
        .fold(0, |bits, byte| (bits << 8) | u64::from(*byte))
}

/// The fixed part of a link, gathered without allocating.
struct Bytes {
    buffer: [u8; 256],
    length: usize,
}

impl Bytes {
    const fn new() -> Self {
        Self {
            buffer: [0; 256],
            length: 0,
        }
    }

    fn raw(&mut self, bytes: &[u8]) {
        let end = self.length.saturating_add(bytes.len());
        self.buffer
            .get_mut(self.length..end)
            .expect("the fixed part has at most 206 bytes")
            .copy_from_slice(bytes);
        self.length = end;
    }

    fn long(&mut self, number: i64) {
        self.raw(&number.to_le_bytes());
    }

    fn account(&mut self, account: AccountKey) {
        let (role, holder) = match account.owner {
            Owner::Holder(holder) => (0, holder.get()),
            Owner::System(role) => (role.code(), 0),
        };
        self.raw(&[role]);
        self.long(holder);
        self.long(account.currency.get());
    }

    fn filled(&self) -> &[u8] {
        self.buffer
            .get(..self.length)
            .expect("the length never passes the buffer")
    }
}

fn detail_bytes(detail: &Detail) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in [
        &detail.reason,
        &detail.reference,
        &detail.traceparent,
        &detail.about,
    ] {
        let length = text.as_ref().map_or(u64::MAX, |text| {
            u64::try_from(text.len()).unwrap_or(u64::MAX)
        });
        bytes.extend(length.to_le_bytes());
        bytes.extend(text.iter().flat_map(|text| text.bytes()));
    }
    let numbers = [
        detail.item.map(|id| id.get()),
        detail.item_owner.map(|id| id.get()),
        detail.reverses.map(|id| id.get()),
        detail.debt.map(Amount::get),
        detail.remainder.map(|rest| rest.num.cast_signed()),
        detail.remainder.map(|rest| rest.den.cast_signed()),
    ];
    for number in numbers {
        bytes.push(u8::from(number.is_some()));
        bytes.extend(number.unwrap_or(0).to_le_bytes());
    }
    bytes
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::{CurrencyId, HolderId};

    fn link(amount: i64) -> Link<'static> {
        let currency = CurrencyId::new(7).unwrap();
        Link {
            id: 1,
            sequence: 1,
            leg: 0,
            kind: Kind::Mint,
            debit: AccountKey::issuance(currency),
            credit: AccountKey::holder(HolderId::new(9).unwrap(), currency),
            amount: Amount::new(amount).unwrap(),
            debit_after: Balance::new(-amount),
            credit_after: Balance::new(amount),
            debit_prev: 0,
            credit_prev: 0,
            debit_floor: None,
            actor: 9,
            site: crate::code_site_id("[\"a\",\"b\",\"c\"]", 0),
            entry_digest: Chain::origin_digest("cli:mint", "cli", false),
            key: Some((
                IdempotencyKey::from_bytes([3; 16]),
                ContentHash::from_bits(4),
            )),
            detail: None,
        }
    }

    #[test]
    fn every_part_counts() {
        let base = Chain::START.then(&link(5));
        let empty = Detail::default();
        let reason = Detail {
            reason: Some("x".into()),
            ..Detail::default()
        };
        let reference = Detail {
            reference: Some("x".into()),
            ..Detail::default()
        };
        let others = [
            Link { id: 2, ..link(5) },
            Link {
                sequence: 2,
                ..link(5)
            },
            Link {
                kind: Kind::Reward,
                ..link(5)
            },
            Link { leg: 1, ..link(5) },
            Link {
                actor: 8,
                ..link(5)
            },
            Link {
                debit_prev: 1,
                ..link(5)
            },
            Link {
                debit_floor: Some(0),
                ..link(5)
            },
            Link {
                debit_floor: Some(-5),
                ..link(5)
            },
            Link {
                credit_prev: 1,
                ..link(5)
            },
            Link {
                key: None,
                ..link(5)
            },
            Link {
                entry_digest: Chain::origin_digest("cli:min", "tcli", false),
                ..link(5)
            },
            Link {
                detail: Some(&empty),
                ..link(5)
            },
            Link {
                detail: Some(&reason),
                ..link(5)
            },
            Link {
                detail: Some(&reference),
                ..link(5)
            },
            link(6),
        ];
        let mut seen = vec![base];
        for other in others {
            let hash = Chain::START.then(&other);
            assert!(!seen.contains(&hash), "{other:?}");
            seen.push(hash);
        }
        assert_ne!(base.then(&link(5)), base);
    }
}
