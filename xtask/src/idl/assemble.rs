//! Joins the sections into one IDL and refuses what a client could not tell apart.

use std::collections::BTreeMap;

use anyhow::{bail, ensure, Context, Result};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{names::ShortNames, sections::Section};

/// In the order in which the file lists them.
#[derive(Debug, Serialize)]
pub struct Idl {
    address: String,
    metadata: Value,
    instructions: Vec<Value>,
    accounts: Vec<Value>,
    events: Vec<Value>,
    errors: Vec<Value>,
    types: Vec<Value>,
    constants: Vec<Value>,
}

impl Idl {
    pub fn summary(&self) -> String {
        format!(
            "{} instructions, {} accounts, {} events, {} errors, {} types",
            self.instructions.len(),
            self.accounts.len(),
            self.events.len(),
            self.errors.len(),
            self.types.len()
        )
    }
}

pub fn idl(sections: &[Section]) -> Result<Idl> {
    let mut program: Value = json(only(sections, "program")?)?;
    let instructions = take_list(&mut program, "instructions");
    let accounts = take_list(&mut program, "accounts");
    let mut types = take_list(&mut program, "types");
    let mut events = Vec::new();
    let mut errors = Vec::new();
    let mut constants: Vec<Value> = Vec::new();
    for section in sections {
        match section.kind.as_str() {
            "event" => {
                let mut event: Value = json(section)?;
                types.extend(take_list(&mut event, "types"));
                events.push(event["event"].take());
            }
            "errors" => errors.extend(json::<Vec<Value>>(section)?),
            "const" => constants.push(json(section)?),
            "program" | "address" => {}
            unknown => bail!("unknown IDL section {unknown}: Anchor has changed its format"),
        }
    }

    let mut names = ShortNames::default();
    let mut short = |mut items: Vec<Value>| -> Result<Vec<Value>> {
        items.iter_mut().try_for_each(|item| names.shorten(item))?;
        Ok(items)
    };
    Ok(Idl {
        address: only(sections, "address")?.body.trim().to_owned(),
        metadata: sorted(program["metadata"].take()),
        instructions: with_discriminators("instructions", short(instructions)?)?,
        accounts: with_discriminators("accounts", short(accounts)?)?,
        events: with_discriminators("events", short(events)?)?,
        errors: numbered(errors)?,
        types: named("types", short(types)?)?,
        constants: named("constants", short(constants)?)?,
    })
}

fn only<'a>(sections: &'a [Section], kind: &str) -> Result<&'a Section> {
    let mut found = sections.iter().filter(|section| section.kind == kind);
    match (found.next(), found.next()) {
        (Some(section), None) => Ok(section),
        (None, _) => bail!("the tests printed no IDL section {kind}: has the crate the feature idl-build?"),
        _ => bail!("the tests printed the IDL section {kind} twice"),
    }
}

fn json<T: serde::de::DeserializeOwned>(section: &Section) -> Result<T> {
    serde_json::from_str(&section.body)
        .with_context(|| format!("the IDL section {} is not valid", section.kind))
}

fn take_list(value: &mut Value, key: &str) -> Vec<Value> {
    match value.get_mut(key).map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// Sorts by name and drops repetitions, which arise because several sections list the types they reach.
fn named(list: &str, items: Vec<Value>) -> Result<Vec<Value>> {
    let mut by_name = BTreeMap::new();
    for item in items {
        let item = sorted(item);
        let name =
            item["name"].as_str().with_context(|| format!("an entry of {list} has no name"))?.to_owned();
        match by_name.get(&name) {
            None => {
                by_name.insert(name, item);
            }
            Some(earlier) => ensure!(*earlier == item, "{list} has two different entries called {name}"),
        }
    }
    Ok(by_name.into_values().collect())
}

fn with_discriminators(list: &str, items: Vec<Value>) -> Result<Vec<Value>> {
    let items = named(list, items)?;
    let mut owners: BTreeMap<String, &Value> = BTreeMap::new();
    for item in &items {
        let discriminator = &item["discriminator"];
        ensure!(
            discriminator.as_array().is_some_and(|bytes| !bytes.is_empty()),
            "{} in {list} has no discriminator",
            item["name"]
        );
        if let Some(other) = owners.insert(discriminator.to_string(), &item["name"]) {
            bail!("{} and {other} in {list} share the discriminator {discriminator}", item["name"]);
        }
    }
    Ok(items)
}

fn numbered(items: Vec<Value>) -> Result<Vec<Value>> {
    let mut by_code = BTreeMap::new();
    for item in items.into_iter().map(sorted) {
        let code =
            item["code"].as_u64().with_context(|| format!("the error {} has no code", item["name"]))?;
        if let Some(other) = by_code.insert(code, item) {
            bail!("{} and {} share the error code {code}", other["name"], by_code[&code]["name"]);
        }
    }
    named("errors", by_code.values().cloned().collect())?;
    Ok(by_code.into_values().collect())
}

/// Key order must not depend on serde_json's features, which other crates of a build may switch on.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(fields) => {
            let fields: BTreeMap<String, Value> = fields.into_iter().collect();
            Value::Object(fields.into_iter().map(|(key, field)| (key, sorted(field))).collect::<Map<_, _>>())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
