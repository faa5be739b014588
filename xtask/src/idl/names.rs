//! Shortens `crate::module::Type` to `Type` throughout an IDL, as clients expect.

use std::collections::BTreeMap;

use anyhow::{ensure, Result};
use serde_json::Value;

/// The short names given so far, each with its path.
#[derive(Default)]
pub struct ShortNames {
    paths: BTreeMap<String, String>,
}

impl ShortNames {
    /// Errors when two types with different paths would get one name: clients would decode one as the other.
    pub fn shorten(&mut self, value: &mut Value) -> Result<()> {
        match value {
            Value::String(text) => self.shorten_text(text),
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.shorten(item)),
            // Documentation is prose, in which a path may be meant.
            Value::Object(fields) => fields
                .iter_mut()
                .filter(|(key, _)| *key != "docs")
                .try_for_each(|(_, field)| self.shorten(field)),
            _ => Ok(()),
        }
    }

    fn shorten_text(&mut self, text: &mut String) -> Result<()> {
        if !is_path(text) {
            return Ok(());
        }
        let short = text.rsplit("::").next().unwrap_or(text).to_owned();
        let first = self.paths.entry(short.clone()).or_insert_with(|| text.clone());
        ensure!(
            first == text,
            "the types {first} and {text} would both be called {short} in the IDL; rename one"
        );
        *text = short;
        Ok(())
    }
}

fn is_path(text: &str) -> bool {
    text.contains("::")
        && text.split("::").all(|part| {
            !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shortens_paths_but_no_prose() {
        let mut idl =
            json!({"name": "bulkhead::state::Market", "docs": ["bulkhead::state"], "msg": "a :: b"});
        ShortNames::default().shorten(&mut idl).unwrap();
        assert_eq!(idl, json!({"name": "Market", "docs": ["bulkhead::state"], "msg": "a :: b"}));
    }

    #[test]
    fn rejects_two_types_of_one_name() {
        assert!(ShortNames::default().shorten(&mut json!(["a::Leg", "b::Leg"])).is_err());
        assert!(ShortNames::default().shorten(&mut json!(["a::Leg", "a::Leg"])).is_ok());
    }
}
