//! Collects what is wrong with a body, in the shape in which Discord reports it.

use serde_json::{Value, json};

use super::reply::ApiError;

#[derive(Debug, Default)]
pub struct Problems {
    errors: Value,
}

/// A length or a range, both ends included.
pub type Range = std::ops::RangeInclusive<u64>;

impl Problems {
    /// Adds a problem at a dotted path, such as `embeds.0.title`.
    pub fn add(&mut self, path: &str, code: &str, message: &str) {
        let mut place = &mut self.errors;
        for key in path.split('.') {
            place = &mut place[key];
        }
        let problem = json!({"code": code, "message": message});
        match place["_errors"].as_array_mut() {
            Some(list) => list.push(problem),
            None => place["_errors"] = json!([problem]),
        }
    }

    pub fn required(&mut self, path: &str) {
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    pub fn finish(self) -> Result<(), ApiError> {
        if self.errors.is_null() {
            return Ok(());
        }
        Err(ApiError {
            errors: Some(self.errors),
            ..ApiError::invalid_body()
        })
    }

    /// A text that must be there.
    pub fn text(&mut self, path: &str, value: &Value, length: &Range) {
        if value.is_null() {
            return self.required(path);
        }
        self.optional_text(path, value, length);
    }

    /// A text that may be absent or null.
    pub fn optional_text(&mut self, path: &str, value: &Value, length: &Range) {
        match value {
            Value::Null => {}
            Value::String(text) => self.length(path, text, length),
            _ => self.add(
                path,
                "STRING_TYPE_CONVERT",
                "Could not interpret value as string.",
            ),
        }
    }

    fn length(&mut self, path: &str, text: &str, length: &Range) {
        if length.contains(&(text.chars().count() as u64)) {
            return;
        }
        let (least, most) = (length.start(), length.end());
        if *least == 0 {
            let message = format!("Must be {most} or fewer in length.");
            self.add(path, "BASE_TYPE_MAX_LENGTH", &message);
        } else {
            let message = format!("Must be between {least} and {most} in length.");
            self.add(path, "BASE_TYPE_BAD_LENGTH", &message);
        }
    }

    /// A list that may be absent or null; gives its items.
    pub fn list<'a>(&mut self, path: &str, value: &'a Value, count: &Range) -> &'a [Value] {
        match value {
            Value::Null => &[],
            Value::Array(items) => {
                if !count.contains(&(items.len() as u64)) {
                    let (least, most) = (count.start(), count.end());
                    let message = format!("Must be between {least} and {most} in length.");
                    self.add(path, "BASE_TYPE_BAD_LENGTH", &message);
                }
                items
            }
            _ => {
                self.add(
                    path,
                    "LIST_TYPE_CONVERT",
                    "Only iterables may be used in a ListType",
                );
                &[]
            }
        }
    }

    /// A whole number that may be absent or null.
    pub fn optional_number(&mut self, path: &str, value: &Value, range: &Range) {
        if value.is_null() {
            return;
        }
        if !value.as_u64().is_some_and(|number| range.contains(&number)) {
            let message = format!("int value should be {} to {}.", range.start(), range.end());
            self.add(path, "NUMBER_TYPE_RANGE", &message);
        }
    }

    pub fn optional_bool(&mut self, path: &str, value: &Value) {
        if !(value.is_null() || value.is_boolean()) {
            self.add(
                path,
                "BOOLEAN_TYPE_CONVERT",
                "Must be either true or false.",
            );
        }
    }

    /// An http(s) address, or a reference to a file of the same message.
    pub fn optional_url(&mut self, path: &str, value: &Value) {
        let Some(url) = value.as_str() else {
            return self.optional_text(path, value, &(0..=2048));
        };
        let known = ["http://", "https://", "attachment://"];
        if !known.iter().any(|scheme| url.starts_with(scheme)) {
            self.add(
                path,
                "URL_TYPE_INVALID_SCHEME",
                "Scheme must be one of ('http', 'https').",
            );
        }
        self.length(path, url, &(1..=2048));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_stand_where_they_are() {
        let mut problems = Problems::default();
        problems.text("data.content", &json!("x".repeat(2001)), &(0..=2000));
        problems.text("name", &Value::Null, &(1..=32));
        let error = problems.finish().unwrap_err();
        assert_eq!((error.status, error.code), (400, 50035));
        assert_eq!(
            error.errors.unwrap(),
            json!({
                "data": {"content": {"_errors": [
                    {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}
                ]}},
                "name": {"_errors": [
                    {"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}
                ]},
            })
        );
    }
}
