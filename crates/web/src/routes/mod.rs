//! One file for each resource. A handler's description is what the document shows and what its guard enforces.

mod awards;
mod bulk;
mod burns;
mod currencies;
mod events;
mod exchanges;
mod flows;
mod groups;
mod holders;
mod holds;
mod leaderboards;
mod links;
mod mints;
mod note_page;
mod notes;
mod purchases;
mod rates;
mod reference;
mod reversals;
mod rewards;
mod statistics;
mod transactions;
mod transfers;
mod webhooks;

use utoipa_axum::{router::UtoipaMethodRouter, routes};

pub(crate) use flows::day_of_ms;

use crate::state::Shared;

/// The headers that every write takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it only describes what Keyed reads")]
pub(crate) struct WriteHeaders {
    /// 1 to 255 visible ASCII characters: new for each new request, the same for its repetition.
    #[param(rename = "Idempotency-Key", required = true)]
    idempotency_key: String,
    /// The function that asks, such as `Shop.buy`; or `site` in the body.
    #[param(rename = "Scrip-Code-Function", required = false)]
    function: Option<String>,
    #[param(rename = "Scrip-Code-File", required = false)]
    file: Option<String>,
    #[param(rename = "Scrip-Code-Line", required = false)]
    line: Option<u32>,
    /// W3C Trace Context; kept with what is written.
    #[param(required = false)]
    traceparent: Option<String>,
}

/// Every route there is.
pub(crate) fn all() -> Vec<UtoipaMethodRouter<Shared>> {
    vec![
        routes!(mints::mint_create),
        routes!(burns::burn_create),
        routes!(transfers::transfer_create),
        routes!(exchanges::exchange_create),
        routes!(exchanges::exchange_quote),
        routes!(purchases::purchase_create),
        routes!(rewards::reward_create),
        routes!(awards::award_create),
        routes!(reversals::reversal_create),
        routes!(bulk::bulk_write),
        routes!(notes::note_create),
        routes!(notes::note_redeem),
        routes!(notes::note_revoke),
        routes!(notes::note_show),
        routes!(notes::note_list),
        routes!(notes::key_set),
        routes!(note_page::note_page),
        routes!(note_page::note_pasted),
        routes!(holds::hold_place),
        routes!(holds::hold_capture),
        routes!(holds::hold_release),
        routes!(holds::hold_show),
        routes!(holds::hold_list),
        routes!(holders::holder_ensure),
        routes!(holders::holder_show),
        routes!(holders::holder_wallet),
        routes!(holders::holder_history),
        routes!(holders::holder_freeze),
        routes!(holders::holder_unfreeze),
        routes!(links::link_code_create),
        routes!(links::link_create),
        routes!(currencies::currency_list),
        routes!(currencies::currency_create),
        routes!(currencies::currency_show),
        routes!(currencies::currency_edit),
        routes!(groups::group_list),
        routes!(groups::group_create),
        routes!(groups::group_show),
        routes!(rates::rate_list),
        routes!(rates::rate_set),
        routes!(rates::rate_remove),
        routes!(transactions::transaction_list),
        routes!(transactions::transaction_show),
        routes!(leaderboards::leaderboard_show),
        routes!(flows::flow_list),
        routes!(statistics::statistics_show),
        routes!(events::event_stream),
        routes!(webhooks::webhook_create),
        routes!(webhooks::webhook_list),
        routes!(webhooks::webhook_remove),
        routes!(reference::openapi_json),
        routes!(reference::docs),
    ]
}
