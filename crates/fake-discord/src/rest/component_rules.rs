//! What Discord checks about components and modals.
//!
//! <https://discord.com/developers/docs/components/reference>

use std::collections::BTreeSet;

use serde_json::Value;

use super::checks::Problems;

const ROW: u64 = 1;
const BUTTON: u64 = 2;
const TEXT_INPUT: u64 = 4;
const TEXT_DISPLAY: u64 = 10;
const LABEL: u64 = 18;
const LINK: u64 = 5;
const PREMIUM: u64 = 6;

/// Rows of buttons and selects, as messages had them from the beginning.
pub fn check_rows(problems: &mut Problems, at: &str, components: &Value) {
    let rows = problems.list(at, components, &(0..=5));
    let mut seen = BTreeSet::new();
    for (index, row) in rows.iter().enumerate() {
        let at = format!("{at}.{index}");
        if kind(row) == ROW {
            check_row(problems, &at, row, &mut seen);
        } else {
            problems.add(
                &format!("{at}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
        }
    }
}

/// The components of the second version: anything, up to forty in all.
pub fn check_v2(problems: &mut Problems, at: &str, components: &Value) {
    let list = problems.list(at, components, &(1..=40));
    let mut seen = BTreeSet::new();
    check_tree(problems, at, list, &mut seen);
    if count(list) > 40 {
        problems.add(
            at,
            "BASE_TYPE_MAX_LENGTH",
            "The total number of components must be 40 or fewer.",
        );
    }
}

fn check_tree(problems: &mut Problems, at: &str, list: &[Value], seen: &mut BTreeSet<String>) {
    for (index, component) in list.iter().enumerate() {
        let at = format!("{at}.{index}");
        match kind(component) {
            ROW => check_row(problems, &at, component, seen),
            TEXT_DISPLAY => {
                problems.text(&format!("{at}.content"), &component["content"], &(1..=4000))
            }
            9 | 12..=14 | 17 => {
                let inside = component["components"]
                    .as_array()
                    .map_or(&[][..], Vec::as_slice);
                check_tree(problems, &format!("{at}.components"), inside, seen);
                if kind(&component["accessory"]) == BUTTON {
                    check_widget(
                        problems,
                        &format!("{at}.accessory"),
                        &component["accessory"],
                        seen,
                    );
                }
            }
            _ => problems.add(
                &format!("{at}.type"),
                "UNION_TYPE_CHOICES",
                "This component is not valid here.",
            ),
        }
    }
}

fn count(list: &[Value]) -> usize {
    let inside = |component: &Value| {
        component["components"]
            .as_array()
            .map_or(0, |list| count(list))
    };
    let beside = |component: &Value| usize::from(component["accessory"].is_object());
    list.iter()
        .map(|component| 1 + inside(component) + beside(component))
        .sum()
}

fn check_row(problems: &mut Problems, at: &str, row: &Value, seen: &mut BTreeSet<String>) {
    let path = format!("{at}.components");
    let widgets = problems.list(&path, &row["components"], &(1..=5));
    let selects = widgets
        .iter()
        .filter(|widget| kind(widget) != BUTTON)
        .count();
    if widgets.is_empty() {
        problems.add(
            &path,
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 5 in length.",
        );
    }
    if selects > 0 && widgets.len() > 1 {
        let message = "A select menu takes a row of its own";
        problems.add(&path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message);
    }
    for (index, widget) in widgets.iter().enumerate() {
        check_widget(problems, &format!("{path}.{index}"), widget, seen);
    }
}

fn check_widget(problems: &mut Problems, at: &str, widget: &Value, seen: &mut BTreeSet<String>) {
    match kind(widget) {
        BUTTON => check_button(problems, at, widget),
        3 => check_text_select(problems, at, widget),
        5..=8 => check_select(problems, at, widget),
        _ => problems.add(
            &format!("{at}.type"),
            "UNION_TYPE_CHOICES",
            "This component is not valid here.",
        ),
    }
    let custom_id = widget["custom_id"].as_str();
    if custom_id.is_some_and(|id| !seen.insert(id.to_owned())) {
        let message = "Component custom id cannot be duplicated";
        problems.add(
            &format!("{at}.custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            message,
        );
    }
}

fn check_button(problems: &mut Problems, at: &str, button: &Value) {
    let style = button["style"].as_u64().unwrap_or_default();
    problems.optional_number(&format!("{at}.style"), &button["style"], &(1..=6));
    problems.optional_text(&format!("{at}.label"), &button["label"], &(0..=80));
    problems.optional_bool(&format!("{at}.disabled"), &button["disabled"]);
    match style {
        0 => problems.required(&format!("{at}.style")),
        LINK if button["url"].is_null() => problems.required(&format!("{at}.url")),
        LINK => problems.optional_url(&format!("{at}.url"), &button["url"]),
        PREMIUM => {}
        _ => problems.text(&format!("{at}.custom_id"), &button["custom_id"], &(1..=100)),
    }
    let has_label = button["label"]
        .as_str()
        .is_some_and(|label| !label.is_empty());
    if style != PREMIUM && !has_label && button["emoji"].is_null() {
        let message = "A button must have a label or emoji";
        problems.add(at, "BUTTON_COMPONENT_LABEL_REQUIRED", message);
    }
}

fn check_select(problems: &mut Problems, at: &str, select: &Value) {
    problems.text(&format!("{at}.custom_id"), &select["custom_id"], &(1..=100));
    problems.optional_text(
        &format!("{at}.placeholder"),
        &select["placeholder"],
        &(0..=150),
    );
    problems.optional_number(
        &format!("{at}.min_values"),
        &select["min_values"],
        &(0..=25),
    );
    problems.optional_number(
        &format!("{at}.max_values"),
        &select["max_values"],
        &(1..=25),
    );
}

fn check_text_select(problems: &mut Problems, at: &str, select: &Value) {
    check_select(problems, at, select);
    let path = format!("{at}.options");
    if select["options"].is_null() {
        problems.required(&path);
    }
    let options = problems.list(&path, &select["options"], &(1..=25));
    let mut values = BTreeSet::new();
    for (index, option) in options.iter().enumerate() {
        let at = format!("{path}.{index}");
        problems.text(&format!("{at}.label"), &option["label"], &(1..=100));
        problems.text(&format!("{at}.value"), &option["value"], &(1..=100));
        problems.optional_text(
            &format!("{at}.description"),
            &option["description"],
            &(0..=100),
        );
        if !values.insert(option["value"].as_str()) {
            let message = "The specified option value is already used";
            problems.add(
                &format!("{at}.value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                message,
            );
        }
    }
}

/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal>
pub fn check_modal(problems: &mut Problems, at: &str, modal: &Value) {
    problems.text(&format!("{at}.title"), &modal["title"], &(1..=45));
    problems.text(&format!("{at}.custom_id"), &modal["custom_id"], &(1..=100));
    let path = format!("{at}.components");
    if modal["components"].is_null() {
        problems.required(&path);
    }
    let rows = problems.list(&path, &modal["components"], &(1..=5));
    for (index, row) in rows.iter().enumerate() {
        check_modal_row(problems, &format!("{path}.{index}"), row);
    }
}

fn check_modal_row(problems: &mut Problems, at: &str, row: &Value) {
    match kind(row) {
        ROW => {
            let path = format!("{at}.components");
            let inside = problems.list(&path, &row["components"], &(1..=1));
            for (index, input) in inside.iter().enumerate() {
                let at = format!("{path}.{index}");
                problems.text(&format!("{at}.label"), &input["label"], &(1..=45));
                check_input(problems, &at, input);
            }
        }
        LABEL => {
            problems.text(&format!("{at}.label"), &row["label"], &(1..=45));
            problems.optional_text(
                &format!("{at}.description"),
                &row["description"],
                &(0..=100),
            );
            check_input(problems, &format!("{at}.component"), &row["component"]);
        }
        TEXT_DISPLAY => {}
        _ => problems.add(
            &format!("{at}.type"),
            "UNION_TYPE_CHOICES",
            "This component is not valid here.",
        ),
    }
}

fn check_input(problems: &mut Problems, at: &str, input: &Value) {
    match kind(input) {
        TEXT_INPUT => {
            problems.text(&format!("{at}.custom_id"), &input["custom_id"], &(1..=100));
            problems.optional_number(&format!("{at}.style"), &input["style"], &(1..=2));
            problems.optional_number(
                &format!("{at}.min_length"),
                &input["min_length"],
                &(0..=4000),
            );
            problems.optional_number(
                &format!("{at}.max_length"),
                &input["max_length"],
                &(1..=4000),
            );
            problems.optional_text(&format!("{at}.value"), &input["value"], &(0..=4000));
            problems.optional_text(
                &format!("{at}.placeholder"),
                &input["placeholder"],
                &(0..=100),
            );
        }
        3 => check_text_select(problems, at, input),
        5..=8 => check_select(problems, at, input),
        _ => problems.add(
            &format!("{at}.type"),
            "UNION_TYPE_CHOICES",
            "This component is not valid here.",
        ),
    }
}

fn kind(component: &Value) -> u64 {
    component["type"].as_u64().unwrap_or_default()
}
