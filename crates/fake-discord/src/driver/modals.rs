//! Forms that the application opens.

use serde_json::{Value, json};

use super::{
    DriverError, Interaction,
    asking::{Action, Actor, ask},
    post::flat_components,
};
use crate::{ids::InteractionId, shared::Shared, world::InteractionKind};

/// An open form.
#[derive(Clone, Debug)]
pub struct Modal {
    pub(super) shared: Shared,
    pub(super) opened_by: InteractionId,
    pub(super) data: Value,
}

/// A text input of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModalField {
    pub label: String,
    pub custom_id: String,
    pub required: bool,
    /// What stands in it at first.
    pub value: String,
    min_length: usize,
    max_length: usize,
}

impl Modal {
    pub fn title(&self) -> &str {
        self.data["title"].as_str().unwrap_or_default()
    }

    pub fn custom_id(&self) -> &str {
        self.data["custom_id"].as_str().unwrap_or_default()
    }

    pub fn fields(&self) -> Vec<ModalField> {
        self.rows().iter().filter_map(ModalField::of_row).collect()
    }

    /// Submits the form; fields by custom_id or label, those not given keep what stands in them.
    ///
    /// # Errors
    ///
    /// When a field does not exist or its text is too short, too long or missing.
    pub fn submit(&self, values: &[(&str, &str)]) -> Result<Interaction, DriverError> {
        let fields = self.fields();
        let is = |field: &ModalField, name: &str| field.custom_id == name || field.label == name;
        for (name, _) in values {
            if !fields.iter().any(|field| is(field, name)) {
                return Err(DriverError::NoField((*name).to_owned()));
            }
        }
        let rows: Result<Vec<Value>, DriverError> = self
            .rows()
            .iter()
            .filter_map(|row| Some((row, ModalField::of_row(row)?)))
            .map(|(row, field)| {
                let given = values.iter().find(|(name, _)| is(&field, name));
                let text = given.map_or(field.value.as_str(), |(_, text)| text);
                field.check(text)?;
                Ok(submitted_row(row, &field, text))
            })
            .collect();
        self.send(rows?)
    }

    fn send(&self, rows: Vec<Value>) -> Result<Interaction, DriverError> {
        let (actor, message) = self.shared.read(|world| {
            let opener = &world.interactions[&self.opened_by];
            let actor = Actor {
                user: opener.user,
                channel: opener.channel,
            };
            (actor, opener.kind.message())
        });
        ask(&self.shared, actor, |_| {
            Ok(Action {
                kind: InteractionKind::Modal {
                    custom_id: self.custom_id().to_owned(),
                    message,
                },
                data: json!({"custom_id": self.custom_id(), "components": rows}),
            })
        })
    }

    fn rows(&self) -> &[Value] {
        self.data["components"]
            .as_array()
            .map_or(&[], Vec::as_slice)
    }
}

/// The input comes back wrapped as it was sent: in an action row (1) or in a label (18).
fn submitted_row(row: &Value, field: &ModalField, text: &str) -> Value {
    let input = json!({"type": 4, "id": 2, "custom_id": field.custom_id, "value": text});
    if row["type"] == 18 {
        json!({"type": 18, "id": 1, "component": input})
    } else {
        json!({"type": 1, "id": 1, "components": [input]})
    }
}

impl ModalField {
    fn of_row(row: &Value) -> Option<Self> {
        let input = flat_components(std::slice::from_ref(row)).find(|one| one["type"] == 4)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let length = |key: &str, default: u64| input[key].as_u64().unwrap_or(default) as usize;
        let label = if row["type"] == 18 {
            &row["label"]
        } else {
            &input["label"]
        };
        Some(Self {
            label: text(label),
            custom_id: text(&input["custom_id"]),
            required: input["required"].as_bool().unwrap_or(true),
            value: text(&input["value"]),
            min_length: length("min_length", 0),
            max_length: length("max_length", 4000),
        })
    }

    fn check(&self, text: &str) -> Result<(), DriverError> {
        let length = text.chars().count();
        let why = if text.is_empty() {
            self.required.then(|| "must be filled in".to_owned())
        } else if length < self.min_length || length > self.max_length {
            Some(format!(
                "must have {} to {} characters",
                self.min_length, self.max_length
            ))
        } else {
            None
        };
        let field = self.label.clone();
        why.map_or(Ok(()), |why| Err(DriverError::BadField { field, why }))
    }
}
