//! The contracts' code, checked against its hash before it is used.
//!
//! `cargo xtask contracts` takes it from the npm packages that publish it; NOTICE says whose it is.

use std::sync::LazyLock;

use crate::{Cell, boc};

macro_rules! contract {
    ($(#[$doc:meta])* $name:ident, $hash:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name() -> &'static Cell {
            static CODE: LazyLock<Cell> = LazyLock::new(|| {
                checked(
                    include_bytes!(concat!("../contracts/", stringify!($name), ".boc")),
                    $hash,
                )
            });
            &CODE
        }
    };
}

contract!(
    /// Highload wallet v3 of TON's core team: up to 254 messages by one signature, replay protected by query ids.
    highload_wallet_v3,
    "11acad7955844090f283bf238bc1449871f783e7cc0979408d3f4859483e8525"
);
contract!(
    /// A jetton's minter with wallet discovery (TEP-74, TEP-89).
    jetton_minter,
    "0571976c63ec1b7550230a2609dbedb36e1b64ef8d022a16b34ea57063185b2f"
);
contract!(
    /// A jetton's wallet (TEP-74).
    jetton_wallet,
    "a760d629d5343e76d045017d9dc216fc8a307a8377815feb2b0a5c490e733486"
);
contract!(
    /// An editable collection (TEP-62).
    nft_collection,
    "64bb2d4661b5f2dc1a83bf5cbbe09e92ac0b460a1b879a5519386fca4c348bca"
);
contract!(
    /// A soulbound item (TEP-85).
    sbt_item,
    "2ffbf52beaf816157bfc9726dc2548327fa87ebfd2696eed27a9c2cda25c9edc"
);
contract!(
    /// The wallet of most people's keys.
    wallet_v4r2,
    "feb5ff6820e2ff0d9483e7e0d62c817d846789fb4ae580c878866d959dabd5c0"
);
contract!(
    /// The wallet with extensions and gasless messages (W5).
    wallet_v5r1,
    "20834b7b72b112147e1b2fb457b84e74d1a30f04f737d4f62a668e9552d2b72f"
);

fn checked(bytes: &[u8], hash: &str) -> Cell {
    let code = boc::parse(bytes).expect("the committed code is a bag of cells");
    assert_eq!(
        code.repr_hash().to_string(),
        hash,
        "the committed code is not the contract's"
    );
    code
}
