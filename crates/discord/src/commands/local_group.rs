//! `/local_group create|invite|accept|leave|list`

mod invite;

use app::StoreError;
use ledger::{Group, GroupKind};
use twilight_model::application::command::Command;
use twilight_util::builder::command::{StringBuilder, SubCommandBuilder};

use super::{Verb, for_admins};
use crate::{
    answer::{List, Reply},
    context::Context,
    currencies::Currencies,
    groups, guilds, install,
    invocation::Invocation,
    making::Maker,
    place::Place,
    replies::{self, groups as words},
};

/// The option that names one of the guild's local groups.
pub(super) const GROUP: &str = "group";
const NAME: &str = "name";
const CODE: &str = "code";
/// More than that nobody needs, and each is a row for ever.
const MOST: usize = 10;

const CREATE: &str = "create";
const INVITE: &str = "invite";
const ACCEPT: &str = "accept";
const LEAVE: &str = "leave";
const LIST: &str = "list";

pub(super) fn definition() -> Command {
    for_admins(Verb::LocalGroup, "Share currencies with other servers")
        .option(
            SubCommandBuilder::new(CREATE, "Begin a local economy that other servers can join")
                .option(
                    StringBuilder::new(NAME, "What it is called")
                        .required(true)
                        .min_length(2)
                        .max_length(50),
                ),
        )
        .option(
            SubCommandBuilder::new(INVITE, "A code with which another server joins")
                .option(group_option("Which group; without it your only one")),
        )
        .option(
            SubCommandBuilder::new(ACCEPT, "Join another server's local economy").option(
                StringBuilder::new(
                    CODE,
                    "What an admin of that server got from /local_group invite",
                )
                .required(true)
                .min_length(1)
                .max_length(100),
            ),
        )
        .option(
            SubCommandBuilder::new(LEAVE, "Leave a local economy")
                .option(group_option("Which group; without it your only one")),
        )
        .option(SubCommandBuilder::new(
            LIST,
            "The local economies of this server",
        ))
        .build()
}

pub(super) fn group_option(description: &str) -> StringBuilder {
    StringBuilder::new(GROUP, description)
        .autocomplete(true)
        .max_length(100)
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    match asked.path()[..] {
        [CREATE] => create(ctx, asked, &place).await,
        [INVITE] => invite::make(ctx, asked, &place).await,
        [ACCEPT] => invite::accept(ctx, asked, &place).await,
        [LEAVE] => leave(ctx, asked, &place).await,
        [LIST] => list(ctx, &place).await,
        _ => Err(replies::unknown_command()),
    }
}

/// The same name again, after leaving, goes back.
async fn create(ctx: &Context, asked: &Invocation, place: &Place) -> Result<Reply, Reply> {
    let typed = asked.text(NAME).unwrap_or_default();
    let name = words::plain(typed);
    if name.chars().count() < 2 {
        return Err(words::bad_group_name(typed));
    }
    let maker = maker(ctx, asked, "/local_group create");
    let mut own = near(ctx, place).await?;
    own.retain(|group| group.owner == Some(place.guild.id));
    let known = own
        .iter()
        .find(|group| group.name.eq_ignore_ascii_case(&name));
    if known.is_none() && own.len() >= MOST {
        return Err(words::too_many_groups(MOST));
    }
    let new = app::NewGroup {
        kind: GroupKind::Local,
        name,
        owner: Some(place.guild.id),
    };
    // First of all, so that the same order delivered again, after somebody left, does not go back.
    match (groups::group_create(maker, new).await, known) {
        (Ok(group), _) => Ok(words::group_created(&group)),
        (Err(app::ChangeRefusal::Exists { .. }), Some(group)) => back(maker, place, group).await,
        (Err(refusal), _) => Err(replies::not_changed(refusal)),
    }
}

async fn back(maker: Maker<'_>, place: &Place, group: &Group) -> Result<Reply, Reply> {
    let is_back = groups::group_join(maker, group.id, place.guild.id).await;
    if !is_back.map_err(replies::not_changed)? {
        return Err(words::group_exists(&group.name));
    }
    came(maker.ctx, place).await?;
    Ok(words::back_in_group(group))
}

/// Whoever made it is the only one who can make its currencies, money and rates: as long as others use it, they stay.
async fn leave(ctx: &Context, asked: &Invocation, place: &Place) -> Result<Reply, Reply> {
    let mut joined = near(ctx, place).await?;
    joined.retain(|group| place.guild.groups.contains(&group.id));
    let group = chosen(&joined, asked.text(GROUP))?;
    if group.owner == Some(place.guild.id) {
        let mut others = groups::members_of(ctx, group.id)
            .await
            .map_err(replies::read_failed)?;
        others.retain(|guild| guild.id != place.guild.id);
        if !others.is_empty() {
            return Err(words::others_are_in(group, &others));
        }
    }
    let maker = maker(ctx, asked, "/local_group leave");
    groups::group_leave(maker, group.id, place.guild.id)
        .await
        .map_err(replies::not_changed)?;
    ctx.homes.forget(place.guild.discord);
    install::later(ctx, place.guild.discord).await;
    Ok(words::left_group(group, place.primary_of(group.id)))
}

async fn list(ctx: &Context, place: &Place) -> Result<Reply, Reply> {
    let groups = near(ctx, place).await?;
    if groups.is_empty() {
        return Err(words::no_groups());
    }
    let mut lines = Vec::new();
    for group in &groups {
        let members = groups::members_of(ctx, group.id)
            .await
            .map_err(replies::read_failed)?;
        let currencies = Currencies::of_group(ctx, group.id)
            .await
            .map_err(replies::read_failed)?;
        let own = group.owner == Some(place.guild.id);
        lines.push(words::group_line(group, own, &members, &currencies));
    }
    Ok(Reply::list(List {
        title: words::GROUPS.into(),
        lines,
        footer: None,
        picture: None,
    }))
}

/// What a guild that is new in a group needs.
async fn came(ctx: &Context, place: &Place) -> Result<(), Reply> {
    ctx.homes.forget(place.guild.discord);
    install::anew(ctx, place.guild.discord)
        .await
        .map_err(replies::read_failed)
}

const fn maker<'a>(ctx: &'a Context, asked: &'a Invocation, entry: &'static str) -> Maker<'a> {
    Maker { ctx, asked, entry }
}

async fn near(ctx: &Context, place: &Place) -> Result<Vec<Group>, Reply> {
    groups::local_of(ctx, &place.guild)
        .await
        .map_err(replies::read_failed)
}

/// The guild's own local group that is named, or its only one: for what only those who made it may do.
pub(super) async fn owned(
    ctx: &Context,
    place: &Place,
    named: Option<&str>,
) -> Result<Group, Reply> {
    let joined = |group: &Group| place.guild.groups.contains(&group.id);
    let mut all = near(ctx, place).await?;
    all.retain(joined);
    let (own, others): (Vec<Group>, Vec<Group>) = all
        .into_iter()
        .partition(|group| group.owner == Some(place.guild.id));
    match chosen(&own, named) {
        Ok(group) => Ok(group.clone()),
        // Naming another's says whose business it is.
        Err(refusal) => Err(match chosen(&others, named) {
            Ok(group) => words::not_your_group(group),
            Err(_) => refusal,
        }),
    }
}

/// The group of that name, or of that `id:`; without one the only one there is.
fn chosen<'a>(groups: &'a [Group], named: Option<&str>) -> Result<&'a Group, Reply> {
    let Some(text) = named.map(str::trim) else {
        return match groups {
            [] => Err(words::no_groups()),
            [only] => Ok(only),
            several => Err(words::which_group(several)),
        };
    };
    let is_meant = |group: &&Group| match text.strip_prefix("id:") {
        Some(id) => id == group.id.to_string(),
        None => group.name.eq_ignore_ascii_case(text),
    };
    let meant: Vec<&Group> = groups.iter().filter(is_meant).collect();
    match meant[..] {
        [only] => Ok(only),
        [] if groups.is_empty() => Err(words::no_groups()),
        [] => Err(words::unknown_group(text, groups)),
        _ => Err(words::same_names(text)),
    }
}

/// Those that the option can mean here: others' groups can only be left.
pub(super) async fn offered(
    ctx: &Context,
    asked: &Invocation,
    typed: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let Some(discord) = asked.guild else {
        return Ok(Vec::new());
    };
    let guild = guilds::guild(ctx, discord).await?;
    let mut groups = groups::local_of(ctx, &guild).await?;
    let leaves = asked.path() == [LEAVE];
    groups.retain(|group| {
        guild.groups.contains(&group.id) && (leaves || group.owner == Some(guild.id))
    });
    let typed = typed.trim().to_lowercase();
    let fitting = groups
        .iter()
        .filter(|group| group.name.to_lowercase().contains(&typed));
    Ok(fitting
        .map(|group| choice(group, &groups))
        .take(25)
        .collect())
}

/// A name that only one group has is its own value.
fn choice(group: &Group, all: &[Group]) -> (String, String) {
    let same = all
        .iter()
        .filter(|other| other.name.eq_ignore_ascii_case(&group.name));
    let value = if same.count() > 1 {
        format!("id:{}", group.id)
    } else {
        group.name.clone()
    };
    (group.name.clone(), value)
}
