//! A whole ledger in one file, and out of it again.

use std::{path::Path, sync::Arc};

use app::{AuditReport, CurrencyPicture, Store, SystemClock};
use economy::{HoldPlace, NoteCreate, Transfer};
use ledger::{Identity, Platform};
use store_postgres::{Options, PostgresStore, RestoreError};
use testkit::{
    game::{Game, PRICE},
    postgres::Database,
    world::{World, amount},
};

async fn open(url: String) -> Arc<PostgresStore> {
    let store = PostgresStore::open(Options::at(url), Arc::new(SystemClock)).await;
    store.expect("the ledger opens")
}

fn picture() -> CurrencyPicture {
    CurrencyPicture {
        media_type: "image/png".into(),
        bytes: vec![0, 255, 39, 92],
    }
}

/// A ledger with something in it, copied to a file, and what its audit said.
async fn backed_up(to: &Path) -> (Database, AuditReport) {
    let database = Database::fresh().await.expect("a database");
    let store = open(database.url()).await;
    let world = World::new(Arc::clone(&store) as _, Arc::new(SystemClock)).await;
    let group = world.group("kitchen").await;
    let tea = world.currency(&group, "tea", 2).await;
    let [alice, bob] = world.people().await;
    world.give(alice, &tea, 1_000).await;
    let transfer = Transfer {
        from: alice,
        to: bob,
        currency: tea.id,
        amount: amount(10),
    };
    world.done(transfer).await;
    let note = NoteCreate {
        sender: alice,
        recipient: Identity::new(Platform::App, "carol").expect("a name"),
        currency: tea.id,
        amount: amount(7),
    };
    world.done(note).await;
    let hold = HoldPlace {
        holder: bob,
        currency: tea.id,
        amount: amount(3),
        expires_ms: None,
    };
    world.done(hold).await;
    let game = Game::open(&world, tea.id).await;
    let player = game.player(11).await;
    world.done(game.play(&player, 1, 30)).await;
    world.done(game.deposit(1, PRICE, Some((11, 1)))).await;
    let picture = store.picture_put(tea.id, picture()).await;
    picture.expect("it is kept");
    let before = world.audited().await;
    store.backup(to.to_owned()).await.expect("it is copied");
    let health = store.health().await.expect("it answers");
    assert!(health.last_backup_ms.is_some());
    store.close().await.expect("it closes");
    (database, before)
}

#[tokio::test]
async fn what_was_copied_comes_back_and_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ledger.backup");
    let (database, before) = backed_up(&file).await;
    assert!(store_postgres::is_backup(&file).expect("it can be read"));
    let left: Vec<_> = folder.path().read_dir().expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing else is left behind: {left:?}");

    let verified = store_postgres::verify(&database.url(), &file).await;
    assert_eq!(verified.expect("it is sound"), before);
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'scrip%'";
    let client = database.connect().await.expect("the server answers");
    let row = client.query_one(schemas, &[]).await.expect("it answers");
    assert_eq!(row.get::<_, i64>(0), 0, "verifying leaves nothing behind");

    let other = Database::fresh().await.expect("a database");
    let restored = store_postgres::restore(&other.url(), &file).await;
    assert_eq!(restored.expect("it is restored"), before);
    let store = open(other.url()).await;
    let world = World::new(Arc::clone(&store) as _, Arc::new(SystemClock)).await;
    let tea = store.currencies().await.expect("it answers").remove(0);
    let kept = store.picture(tea.id).await.expect("it answers");
    assert_eq!(kept, Some(picture()));
    let [carol] = world.people().await;
    world.give(carol, &tea, 5).await;
    assert_eq!(world.audited().await.transfers, before.transfers + 1);
    store.close().await.expect("it closes");

    let again = store_postgres::restore(&other.url(), &file).await;
    assert!(
        matches!(again, Err(RestoreError::NotEmpty { .. })),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_damaged_file_leaves_the_database_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ledger.backup");
    let (_database, before) = backed_up(&file).await;
    let whole = std::fs::read(&file).expect("it is there");
    assert_eq!(
        store_postgres::check(&file).expect("it is whole"),
        before.head
    );
    let other = Database::fresh().await.expect("a database");
    let step = whole.len() / 40;
    for place in (0..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        std::fs::write(&file, &bytes).expect("it is ours");
        assert!(store_postgres::check(&file).is_err(), "byte {place}");
        let restored = store_postgres::restore(&other.url(), &file).await;
        assert!(restored.is_err(), "byte {place}: {restored:?}");
    }
    for length in (0..whole.len()).step_by(step) {
        std::fs::write(&file, &whole[..length]).expect("it is ours");
        assert!(store_postgres::check(&file).is_err(), "{length} bytes");
    }
    let client = other.connect().await.expect("the server answers");
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    let row = client.query_one(tables, &[]).await.expect("it answers");
    assert_eq!(row.get::<_, i64>(0), 0);
}
