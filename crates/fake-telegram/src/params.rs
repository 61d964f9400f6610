//! Reading a method's parameters; what is not a parameter of the method is refused.

use serde_json::{Map, Value};

use crate::answer::Refused;

#[derive(Debug)]
pub struct Params(Map<String, Value>);

impl Params {
    /// # Errors
    /// When there is a parameter that the method does not have.
    pub fn of(params: &Value, known: &[&str]) -> Result<Self, Refused> {
        let params = params.as_object().cloned().unwrap_or_default();
        match params.keys().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => Err(Refused::bad(format!(
                "\"{unknown}\" is no parameter of this method"
            ))),
            None => Ok(Self(params)),
        }
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub fn text(&self, name: &str) -> Result<Option<&str>, Refused> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refused::bad(format!("field \"{name}\" must be a String"))),
        }
    }

    /// A text of 1 to `most` characters.
    pub fn words(&self, name: &str, most: usize) -> Result<&str, Refused> {
        let text = self.text(name)?.unwrap_or_default();
        match text.chars().count() {
            0 => Err(Refused::bad(format!("{name} is empty"))),
            length if length > most => Err(Refused::bad(format!("{name} is too long"))),
            _ => Ok(text),
        }
    }

    pub fn integer(&self, name: &str) -> Result<Option<i64>, Refused> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value
                .as_i64()
                .map(Some)
                .ok_or_else(|| Refused::bad(format!("invalid {name} specified"))),
        }
    }

    pub fn number(&self, name: &str) -> Result<i64, Refused> {
        let number = self.integer(name)?;
        number.ok_or_else(|| Refused::bad(format!("invalid {name} specified")))
    }

    pub fn yes(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub fn list(&self, name: &str) -> Result<&[Value], Refused> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(Refused::bad(format!("can't parse {name}: not an array"))),
        }
    }
}
