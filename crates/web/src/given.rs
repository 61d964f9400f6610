//! What requests give, parsed once at the edge.

use std::{fmt, str::FromStr};

use ledger::{HolderId, Identity, IdentityError};
use serde::{Deserialize, Deserializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// A holder as requests name it: by identity, or by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HolderRef {
    Id(HolderId),
    Identity(Identity),
}

impl FromStr for HolderRef {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        match text.parse() {
            Ok(id) => Ok(HolderRef::Id(id)),
            Err(_) => text.parse().map(HolderRef::Identity),
        }
    }
}

impl<'de> Deserialize<'de> for HolderRef {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = HolderRef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a holder as a string, such as \"discord:123\", \"app:alice\" or an id")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<HolderRef, E> {
                text.parse().map_err(E::custom)
            }
        }
        from.deserialize_str(Text)
    }
}

/// An amount as requests write it. What it is worth only its currency's decimals say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AmountText(String);

impl AmountText {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for AmountText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = AmountText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount as a decimal string, such as \"12.50\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<AmountText, E> {
                if text.len() > 64 {
                    return Err(E::custom("an amount has at most 64 characters"));
                }
                Ok(AmountText(text.to_owned()))
            }
        }
        from.deserialize_str(Text)
    }
}

fn text_schema(description: &str, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .examples([example])
        .into()
}

impl PartialSchema for HolderRef {
    fn schema() -> RefOr<Schema> {
        text_schema(
            "A holder: an identity such as discord:123, telegram:42 or app:alice, made at its first use; or a holder's id.",
            "app:alice",
        )
    }
}

impl ToSchema for HolderRef {
    fn name() -> std::borrow::Cow<'static, str> {
        "Holder".into()
    }
}

impl PartialSchema for AmountText {
    fn schema() -> RefOr<Schema> {
        text_schema(
            "A decimal amount in the currency's decimals: digits with an optional point, no sign and no exponent.",
            "12.50",
        )
    }
}

impl ToSchema for AmountText {
    fn name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_are_named_by_identity_or_id() {
        fn check(text: &str, expect: Option<HolderRef>) {
            assert_eq!(text.parse::<HolderRef>().ok(), expect, "{text:?}");
        }
        check("123", Some(HolderRef::Id(HolderId::new(123).unwrap())));
        check(
            "discord:123",
            Some(HolderRef::Identity(Identity::discord(123))),
        );
        check(
            "app:алиса🪙",
            Some(HolderRef::Identity("app:алиса🪙".parse().unwrap())),
        );
        for text in [
            "",
            "0",
            "-1",
            "alice",
            "discord:x",
            "１２３",
            "app:a\u{0}",
            "9223372036854775808",
        ] {
            check(text, None);
        }
    }
}
