//! The contracts' code, out of the npm packages that publish it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, bail, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha512};
use tycho_types::boc::Boc;

use crate::cargo::root;

struct Package {
    name: &'static str,
    version: &'static str,
    /// As the registry states it and a lock file keeps it.
    sha512: &'static str,
    contracts: &'static [Contract],
}

struct Contract {
    /// Of the file, and of the function in `ton::code`.
    name: &'static str,
    source: &'static str,
    /// What stands before the code in the source.
    before: &'static str,
    encoding: Encoding,
    hash: &'static str,
}

#[derive(Clone, Copy)]
enum Encoding {
    Base64,
    Hex,
}

const PACKAGES: [Package; 3] = [
    Package {
        name: "@tonkite/highload-wallet-v3",
        version: "2.0.10",
        sha512: "gTZAjzAGuZ2muWLHp9GT6ohTOM3Ux7u+3pvbZZntCJVB+AuJbrrUaj/VYXTh45IhPl2qSyulC7R5UQh/etbyaw==",
        contracts: &[Contract {
            name: "highload_wallet_v3",
            source: "dist/highload-wallet-v3-code.js",
            before: "HIGHLOAD_WALLET_V3_CODE_HEX = '",
            encoding: Encoding::Hex,
            hash: "11acad7955844090f283bf238bc1449871f783e7cc0979408d3f4859483e8525",
        }],
    },
    Package {
        name: "@ton-community/assets-sdk",
        version: "0.0.5",
        sha512: "ayu+wVO2497L+O1x2QFZSX3dTQjsfh0ae6wb1ENIGgpjVVXsnPUQJ8s4YTwYTlrC3O1ghltkMCHhtxlaRvS9oA==",
        contracts: &[
            Contract {
                name: "jetton_minter",
                source: "dist/jetton/contracts/build/jetton-minter.js",
                before: "codeBoc: '",
                encoding: Encoding::Base64,
                hash: "0571976c63ec1b7550230a2609dbedb36e1b64ef8d022a16b34ea57063185b2f",
            },
            Contract {
                name: "jetton_wallet",
                source: "dist/jetton/contracts/build/jetton-wallet.js",
                before: "codeBoc: '",
                encoding: Encoding::Base64,
                hash: "a760d629d5343e76d045017d9dc216fc8a307a8377815feb2b0a5c490e733486",
            },
            Contract {
                name: "nft_collection",
                source: "dist/nft/contracts/build/nft-collection-editable.js",
                before: "codeBoc: '",
                encoding: Encoding::Base64,
                hash: "64bb2d4661b5f2dc1a83bf5cbbe09e92ac0b460a1b879a5519386fca4c348bca",
            },
            Contract {
                name: "sbt_item",
                source: "dist/nft/contracts/build/sbt-item.js",
                before: "codeBoc: '",
                encoding: Encoding::Base64,
                hash: "2ffbf52beaf816157bfc9726dc2548327fa87ebfd2696eed27a9c2cda25c9edc",
            },
        ],
    },
    Package {
        name: "@ton/ton",
        version: "16.3.0",
        sha512: "iafYCLYVD2+ZrqbnJA7CvuZ13hUVQSmmOAxx8Ozo2pgl0HHjj004hdoHzrdE0XCHdj7AOZB3zcZaHBVJxQOh9Q==",
        contracts: &[
            Contract {
                name: "wallet_v4r2",
                source: "dist/wallets/v4/WalletContractV4.js",
                before: "Buffer.from(\"",
                encoding: Encoding::Base64,
                hash: "feb5ff6820e2ff0d9483e7e0d62c817d846789fb4ae580c878866d959dabd5c0",
            },
            Contract {
                name: "wallet_v5r1",
                source: "dist/wallets/v5r1/WalletContractV5R1.js",
                before: "Buffer.from(\"",
                encoding: Encoding::Hex,
                hash: "20834b7b72b112147e1b2fb457b84e74d1a30f04f737d4f62a668e9552d2b72f",
            },
        ],
    },
];

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let folder = root().join("crates/ton/contracts");
    fs::create_dir_all(&folder)?;
    let work = root().join("target/contracts");
    for package in &PACKAGES {
        let unpacked = fetch(package, &work)?;
        for contract in package.contracts {
            let code = read_out(contract, &unpacked)?;
            let file = folder.join(contract.name).with_extension("boc");
            fs::write(&file, code).with_context(|| format!("cannot write {}", file.display()))?;
            println!(
                "{} from {} {}",
                contract.name, package.name, package.version
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder with the package's files, after its hash was found right.
fn fetch(package: &Package, work: &Path) -> anyhow::Result<PathBuf> {
    let folder = work.join(package.name.replace(['@', '/'], "_"));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let wanted = format!("{}@{}", package.name, package.version);
    let packed = Command::new("npm")
        .args(["pack", "--silent", &wanted])
        .current_dir(&folder)
        .output()
        .context("cannot run npm, which fetches the packages")?;
    ensure!(packed.status.success(), "npm pack {wanted} failed");
    let archive = String::from_utf8(packed.stdout)?.trim().to_owned();
    let bytes = fs::read(folder.join(&archive))?;
    let found = BASE64_STANDARD.encode(Sha512::digest(&bytes));
    ensure!(
        found == package.sha512,
        "{wanted} has the hash {found}, not the one that is pinned"
    );
    let unpacked = Command::new("tar")
        .args(["-xzf", &archive])
        .current_dir(&folder)
        .status()
        .context("cannot run tar")?;
    ensure!(unpacked.success(), "cannot unpack {archive}");
    Ok(folder.join("package"))
}

/// The code as it was published, after its hash was found right.
fn read_out(contract: &Contract, package: &Path) -> anyhow::Result<Vec<u8>> {
    let source = fs::read_to_string(package.join(contract.source))
        .with_context(|| format!("the package has no {}", contract.source))?;
    let Some((_, after)) = source.split_once(contract.before) else {
        bail!("{} does not hold its code where it did", contract.source);
    };
    let text = after.split(['\'', '"']).next().unwrap_or_default();
    let (bytes, code) = match contract.encoding {
        Encoding::Base64 => (BASE64_STANDARD.decode(text)?, Boc::decode_base64(text)?),
        Encoding::Hex => {
            let code = Boc::decode_hex(text)?;
            (from_hex(text)?, code)
        }
    };
    let found = code.repr_hash().to_string();
    ensure!(
        found == contract.hash,
        "{} has the code {found}",
        contract.name
    );
    Ok(bytes)
}

fn from_hex(text: &str) -> anyhow::Result<Vec<u8>> {
    ensure!(
        text.is_ascii() && text.len().is_multiple_of(2),
        "not pairs of hexadecimal digits"
    );
    (0..text.len())
        .step_by(2)
        .map(|at| Ok(u8::from_str_radix(&text[at..at + 2], 16)?))
        .collect()
}
