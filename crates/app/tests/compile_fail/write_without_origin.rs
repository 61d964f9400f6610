use app::Write;
use economy::Command;
use ledger::{ContentHash, HolderId, IdempotencyKey};

fn write(command: Command, actor: HolderId, key: IdempotencyKey) -> Write {
    Write { command, actor, key, content: ContentHash::of(b""), detail: None }
}

fn main() {
    let _ = write;
}
