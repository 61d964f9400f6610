use app::{Change, Changed, NewGroup};
use axum::{Json, extract::State, response::Response};
use ledger::{Group, GroupId, GroupKind, GuildId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    called::{Called, Write, body},
    extract::At,
    problem::{Problem, ProblemSchema},
    routes::{
        WriteHeaders,
        currencies::{made_before, unexpected},
    },
    shown::{Page, written},
    state::Shared,
};

#[derive(Serialize, ToSchema)]
#[schema(as = Group)]
pub(crate) struct GroupShown {
    #[schema(value_type = String)]
    id: GroupId,
    /// `global`, `local` or `single`.
    #[schema(value_type = String)]
    kind: GroupKind,
    name: String,
    /// The guild whose admins make its currencies and rates.
    #[schema(value_type = Option<String>)]
    owner: Option<GuildId>,
}

impl From<Group> for GroupShown {
    fn from(group: Group) -> Self {
        Self {
            id: group.id,
            kind: group.kind,
            name: group.name,
            owner: group.owner,
        }
    }
}

/// All groups. Only currencies of one group can be exchanged.
#[utoipa::path(
    get,
    path = "/v1/groups",
    tag = "Currencies",
    responses(
        (status = 200, description = "The groups", body = Page<GroupShown>),
        (status = "default", description = "They are not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn group_list(
    State(web): State<Shared>,
    _called: Called,
) -> Result<Json<Page<GroupShown>>, Problem> {
    let groups = web.app.store().groups().await?;
    Ok(Json(Page::all(
        groups.into_iter().map(Into::into).collect(),
    )))
}

body! {
    /// A new group.
    GroupBody {
        /// `global`, `local` or `single`; an application's own group is `single`.
        #[schema(value_type = String, example = "single")]
        kind: GroupKind,
        /// 1 to 100 characters.
        name: String,
    }
}

/// Makes a group of currencies.
#[utoipa::path(
    post,
    path = "/v1/groups",
    tag = "Currencies",
    params(WriteHeaders),
    request_body = GroupBody,
    responses(
        (status = 201, description = "The group", body = GroupShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn group_create(
    State(web): State<Shared>,
    mut write: Write<GroupBody>,
) -> Result<Response, Problem> {
    let asked = write.asked(&web)?;
    let GroupBody { kind, name, .. } = write.body;
    let length = name.chars().count();
    if !(1..=100).contains(&length) || name.trim().is_empty() || name.chars().any(char::is_control)
    {
        return Err(Problem::invalid(
            "name",
            "A name has 1 to 100 visible characters.",
        ));
    }
    let started_ms = web.app.clock().now_ms();
    let owner = None;
    let change = Change::GroupCreate(NewGroup { kind, name, owner });
    match web.app.change(asked, change).await? {
        Changed::Group(group) => {
            let replayed = made_before(group.id.get(), started_ms);
            Ok(written(replayed, &GroupShown::from(group)))
        }
        _ => Err(unexpected()),
    }
}

/// One group.
#[utoipa::path(
    get,
    path = "/v1/groups/{group}",
    tag = "Currencies",
    params(("group" = String, Path, description = "The group's id.")),
    responses(
        (status = 200, description = "The group", body = GroupShown),
        (status = "default", description = "It is not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn group_show(
    State(web): State<Shared>,
    _called: Called,
    At(id): At<GroupId>,
) -> Result<Json<GroupShown>, Problem> {
    let groups = web.app.store().groups().await?;
    let found = groups.into_iter().find(|group| group.id == id);
    let group = found.ok_or_else(|| Problem::not_found("group"))?;
    Ok(Json(group.into()))
}
