//! The stack of a get-method in the shapes of v2 and v3.

use num_bigint::{BigInt, Sign};
use serde_json::{Value, json};
use tycho_types::cell::{Cell, CellBuilder};
use tycho_vm::{OwnedCellSlice, RcStackValue, SafeRc};

use super::{given::Unreadable, text};

/// The arguments that a request gives, in the order of the request; the last is on top.
///
/// The virtual machine's values cannot go to another thread, so what goes there is this.
#[derive(Debug, Clone)]
pub(super) enum Argument {
    Number(BigInt),
    Cell(Cell),
    Slice(Cell),
    Null,
    Tuple(Vec<Argument>),
}

impl Argument {
    pub(super) fn value(self) -> RcStackValue {
        match self {
            Self::Number(number) => RcStackValue::new_dyn_value(number),
            Self::Cell(cell) => RcStackValue::new_dyn_value(cell),
            Self::Slice(cell) => {
                RcStackValue::new_dyn_value(OwnedCellSlice::new_allow_exotic(cell))
            }
            Self::Null => tycho_vm::Stack::make_null(),
            Self::Tuple(items) => {
                let items: tycho_vm::Tuple = items.into_iter().map(Self::value).collect();
                SafeRc::new_dyn_value(items)
            }
        }
    }
}

/// v2 takes pairs such as `["num", "0x1"]` and `["tvm.Slice", "<BoC>"]`, v3 objects of `type` and `value`.
pub(super) fn arguments(given: Option<&Value>) -> Result<Vec<Argument>, Unreadable> {
    let Some(given) = given else {
        return Ok(Vec::new());
    };
    let entries = given
        .as_array()
        .ok_or_else(|| Unreadable("stack is not a list".to_owned()))?;
    entries.iter().map(argument).collect()
}

fn argument(entry: &Value) -> Result<Argument, Unreadable> {
    let unreadable = || Unreadable(format!("unsupported stack entry: {entry}"));
    if entry.get("@type").is_some() {
        return typed(entry).ok_or_else(unreadable);
    }
    let (kind, value) = match entry {
        Value::Array(pair) => (pair.first(), pair.get(1)),
        entry => (entry.get("type"), entry.get("value")),
    };
    let kind = kind.and_then(Value::as_str).ok_or_else(unreadable)?;
    of_kind(kind, value).ok_or_else(unreadable)
}

fn of_kind(kind: &str, value: Option<&Value>) -> Option<Argument> {
    let kind = kind.to_ascii_lowercase();
    let kind = kind.strip_prefix("tvm.").unwrap_or(&kind);
    match kind {
        "num" | "number" | "int" => Some(Argument::Number(number(value?)?)),
        "cell" | "builder" => Some(Argument::Cell(cell(value?)?)),
        "slice" => Some(Argument::Slice(cell(value?)?)),
        "null" => Some(Argument::Null),
        "tuple" | "list" => Some(Argument::Tuple(
            arguments(Some(value?.get("elements").unwrap_or(value?))).ok()?,
        )),
        _ => None,
    }
}

/// As `runGetMethodStd` gives and takes them, and as they stand within tuples.
fn typed(entry: &Value) -> Option<Argument> {
    let field = |outer: &str, inner: &str| entry.get(outer).and_then(|value| value.get(inner));
    match entry.get("@type")?.as_str()? {
        "tvm.stackEntryNumber" => Some(Argument::Number(number(field("number", "number")?)?)),
        "tvm.stackEntryCell" => Some(Argument::Cell(cell(field("cell", "bytes")?)?)),
        "tvm.stackEntrySlice" => Some(Argument::Slice(cell(field("slice", "bytes")?)?)),
        "tvm.stackEntryTuple" => Some(Argument::Tuple(arguments(field("tuple", "elements")).ok()?)),
        "tvm.stackEntryList" => Some(Argument::Tuple(arguments(field("list", "elements")).ok()?)),
        _ => None,
    }
}

fn number(value: &Value) -> Option<BigInt> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (Sign::Minus, digits),
        None => (Sign::Plus, text.as_str()),
    };
    let magnitude = match digits.strip_prefix("0x") {
        Some(digits) => BigInt::parse_bytes(digits.as_bytes(), 16),
        None => BigInt::parse_bytes(digits.as_bytes(), 10),
    }?;
    Some(if sign == Sign::Minus {
        -magnitude
    } else {
        magnitude
    })
}

fn cell(value: &Value) -> Option<Cell> {
    let bytes = value.get("bytes").unwrap_or(value);
    text::read_cell(bytes.as_str()?)
}

/// The result of a get-method, the top of the stack last.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    Null,
    Number(BigInt),
    Cell(Cell),
    Slice(Cell),
    Builder(Cell),
    Tuple(Vec<Entry>),
    Unsupported,
}

impl Entry {
    pub(super) fn of(value: &RcStackValue) -> Self {
        if value.is_null() {
            Self::Null
        } else if let Some(number) = value.as_int() {
            Self::Number(number.clone())
        } else if let Some(cell) = value.as_cell() {
            Self::Cell(cell.clone())
        } else if let Some(slice) = value.as_cell_slice() {
            CellBuilder::build_from(slice.apply()).map_or(Self::Unsupported, Self::Slice)
        } else if let Some(builder) = value.as_cell_builder() {
            builder
                .clone()
                .build()
                .map_or(Self::Unsupported, Self::Builder)
        } else if let Some(items) = value.as_tuple() {
            Self::Tuple(items.iter().map(Self::of).collect())
        } else {
            Self::Unsupported
        }
    }

    pub(super) fn v2(&self) -> Value {
        match self {
            Self::Number(number) => json!(["num", hexadecimal(number)]),
            Self::Cell(cell) => json!(["cell", bytes(cell)]),
            Self::Slice(cell) => json!(["slice", bytes(cell)]),
            Self::Builder(cell) => json!(["builder", bytes(cell)]),
            Self::Tuple(items) => {
                let elements: Vec<Value> = items.iter().map(Self::v2_element).collect();
                json!(["tuple", {"@type": "tvm.tuple", "elements": elements}])
            }
            // The servers cannot tell it from an empty list.
            Self::Null | Self::Unsupported => {
                json!(["list", {"@type": "tvm.list", "elements": []}])
            }
        }
    }

    pub(super) fn v2_element(&self) -> Value {
        match self {
            Self::Number(number) => json!({
                "@type": "tvm.stackEntryNumber",
                "number": {"@type": "tvm.numberDecimal", "number": number.to_string()},
            }),
            Self::Cell(cell) | Self::Builder(cell) => json!({
                "@type": "tvm.stackEntryCell",
                "cell": {"@type": "tvm.cell", "bytes": text::boc(cell)},
            }),
            Self::Slice(cell) => json!({
                "@type": "tvm.stackEntrySlice",
                "slice": {"@type": "tvm.slice", "bytes": text::boc(cell)},
            }),
            Self::Tuple(items) => {
                let elements: Vec<Value> = items.iter().map(Self::v2_element).collect();
                json!({
                    "@type": "tvm.stackEntryTuple",
                    "tuple": {"@type": "tvm.tuple", "elements": elements},
                })
            }
            Self::Null | Self::Unsupported => json!({
                "@type": "tvm.stackEntryList",
                "list": {"@type": "tvm.list", "elements": []},
            }),
        }
    }

    pub(super) fn v3(&self) -> Value {
        match self {
            Self::Number(number) => json!({"type": "num", "value": hexadecimal(number)}),
            Self::Cell(cell) => json!({"type": "cell", "value": text::boc(cell)}),
            Self::Slice(cell) => json!({"type": "slice", "value": text::boc(cell)}),
            Self::Builder(cell) => json!({"type": "builder", "value": text::boc(cell)}),
            Self::Tuple(items) => {
                let items: Vec<Value> = items.iter().map(Self::v3).collect();
                json!({"type": "tuple", "value": items})
            }
            Self::Null | Self::Unsupported => json!({"type": "list", "value": []}),
        }
    }
}

fn bytes(cell: &Cell) -> Value {
    json!({"bytes": text::boc(cell)})
}

fn hexadecimal(number: &BigInt) -> String {
    let sign = if number.sign() == Sign::Minus {
        "-"
    } else {
        ""
    };
    format!("{sign}0x{:x}", number.magnitude())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written_in_both_bases_and_signs() {
        for (given, shown) in [
            (json!("0x1f"), "0x1f"),
            (json!("-0x10"), "-0x10"),
            (json!("31"), "0x1f"),
            (json!(-16), "-0x10"),
            (json!("0"), "0x0"),
        ] {
            assert_eq!(hexadecimal(&number(&given).unwrap()), shown, "{given}");
        }
        assert_eq!(number(&json!("twelve")), None);
    }

    #[test]
    fn what_a_foreign_client_gives_is_read_and_nonsense_refused() {
        let empty = text::boc(&Cell::default());
        let good = json!([["num", "0x1"], ["tvm.Slice", empty], ["tvm.Cell", empty]]);
        assert_eq!(arguments(Some(&good)).unwrap().len(), 3);
        for bad in [
            json!([[]]),
            json!([["num"]]),
            json!([["cell", "bad"]]),
            json!({}),
        ] {
            assert!(arguments(Some(&bad)).is_err(), "{bad}");
        }
    }
}
