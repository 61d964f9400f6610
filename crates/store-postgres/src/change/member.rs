use std::collections::BTreeMap;

use crate::client::GenericClient;
use app::{Member, MembersSync};
use ledger::{GuildId, HolderId, Identity};

use super::holder::{Lookup, holders_ensure_with};
use crate::{
    error::{Sql, SqlError},
    node::Ids,
    read::{execute, row_opt},
};

/// Stores a page of members with their holders, and how far the fetching has come. After the last page, whoever was not seen in
/// this pass has left.
pub(crate) async fn members_put(
    db: &impl GenericClient,
    ids: &Ids,
    guild: GuildId,
    members: &[Member],
    sync: MembersSync,
    now_ms: i64,
) -> Sql<()> {
    page_put(db, ids, guild, members, sync.pass, now_ms).await?;
    if sync.complete {
        execute(
            db,
            "UPDATE member SET left_ms = $3 WHERE guild = $1 AND left_ms IS NULL AND pass < $2",
            &[&guild.get(), &i64::from(sync.pass), &now_ms],
        )
        .await?;
    }
    sync_put(db, guild, sync).await
}

/// A member who came. The running pass, or one that begins now, does not take them for somebody who left.
pub(crate) async fn member_joined(
    db: &impl GenericClient,
    ids: &Ids,
    guild: GuildId,
    member: &Member,
    now_ms: i64,
) -> Sql<HolderId> {
    let pass: Option<i64> = row_opt(
        db,
        "SELECT sync_pass FROM guild WHERE id = $1",
        &[&guild.get()],
        |row| Ok(row.try_get(0)?),
    )
    .await?;
    let pass = pass.and_then(|pass| u32::try_from(pass).ok());
    let pass = pass.ok_or_else(|| SqlError::Damaged(format!("guild {guild} is not there")))?;
    let page = std::slice::from_ref(member);
    let holders = page_put(db, ids, guild, page, pass.saturating_add(1), now_ms).await?;
    let holder = holders.first().copied();
    holder.ok_or_else(|| SqlError::Damaged("a member without a holder".into()))
}

/// A member who left keeps wallet and history.
pub(crate) async fn member_left(
    db: &impl GenericClient,
    guild: GuildId,
    discord: u64,
    now_ms: i64,
) -> Sql<()> {
    execute(
        db,
        "UPDATE member SET left_ms = $3 WHERE guild = $1 AND discord = $2 AND left_ms IS NULL",
        &[&guild.get(), &discord.cast_signed(), &now_ms],
    )
    .await?;
    Ok(())
}

/// Writes members and gives their holders, by Discord id. Whoever comes twice in a page is as the page said last.
async fn page_put(
    db: &impl GenericClient,
    ids: &Ids,
    guild: GuildId,
    members: &[Member],
    pass: u32,
    now_ms: i64,
) -> Sql<Vec<HolderId>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let page: BTreeMap<u64, &Member> = members.iter().map(|one| (one.discord, one)).collect();
    let identities: Vec<Identity> = page.keys().copied().map(Identity::discord).collect();
    let holders = holders_ensure_with(db, ids, &identities, now_ms, Lookup::Lock).await?;
    let discords: Vec<i64> = page.keys().map(|discord| discord.cast_signed()).collect();
    let numbers: Vec<i64> = holders.iter().map(|holder| holder.get()).collect();
    let bots: Vec<bool> = page.values().map(|member| member.bot).collect();
    let names: Vec<&str> = page.values().map(|member| member.name.as_str()).collect();
    execute(
        db,
        "INSERT INTO member AS m (guild, discord, holder, bot, name, joined_ms, pass) \
         SELECT $1, u.*, $6::bigint, $7::bigint FROM unnest($2::bigint[], $3::bigint[], $4::boolean[], $5::text[]) AS u \
         ON CONFLICT (guild, discord) DO UPDATE SET holder = excluded.holder, bot = excluded.bot, name = excluded.name, \
         joined_ms = CASE WHEN m.left_ms IS NULL THEN m.joined_ms ELSE excluded.joined_ms END, left_ms = NULL, \
         pass = greatest(m.pass, excluded.pass)",
        &[
            &guild.get(),
            &discords,
            &numbers,
            &bots,
            &names,
            &now_ms,
            &i64::from(pass),
        ],
    )
    .await?;
    Ok(holders)
}

async fn sync_put(db: &impl GenericClient, guild: GuildId, sync: MembersSync) -> Sql<()> {
    execute(
        db,
        "UPDATE guild SET sync_after = $2, sync_fetched = $3, sync_complete = $4, sync_pass = $5 WHERE id = $1",
        &[
            &guild.get(),
            &sync.after.cast_signed(),
            &sync.fetched.cast_signed(),
            &sync.complete,
            &i64::from(sync.pass),
        ],
    )
    .await?;
    Ok(())
}
