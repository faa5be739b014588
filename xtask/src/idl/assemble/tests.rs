use super::*;

fn section(kind: &str, body: &str) -> Section {
    Section { kind: kind.to_owned(), body: body.to_owned() }
}

fn program(instructions: &str, types: &str) -> Vec<Section> {
    vec![
        section("address", "Abc\n"),
        section(
            "program",
            &format!(
                r#"{{"metadata":{{"name":"demo"}},"instructions":[{instructions}],"accounts":[],"types":[{types}]}}"#
            ),
        ),
    ]
}

const TRADE: &str = r#"{"name":"trade","discriminator":[1,2]}"#;

#[test]
fn joins_sections_in_a_fixed_order() {
    let mut sections = program(TRADE, r#"{"name":"m::B","x":1},{"name":"m::A","x":1}"#);
    sections.push(section(
        "event",
        r#"{"event":{"name":"Traded","discriminator":[7]},"types":[{"name":"m::A","x":1}]}"#,
    ));
    sections.push(section("errors", r#"[{"code":6001,"name":"Late"},{"code":6000,"name":"Early"}]"#));
    let idl = idl(&sections).unwrap();
    assert_eq!(idl.address, "Abc");
    assert_eq!(idl.summary(), "1 instructions, 0 accounts, 1 events, 2 errors, 2 types");
    assert_eq!(idl.types[0]["name"], "A");
    assert_eq!(idl.errors[0]["name"], "Early");
}

#[test]
fn rejects_two_instructions_with_one_discriminator() {
    let sections = program(&format!(r#"{TRADE},{{"name":"settle","discriminator":[1,2]}}"#), "");
    assert!(idl(&sections).unwrap_err().to_string().contains("share the discriminator"));
}

#[test]
fn rejects_an_instruction_without_a_discriminator() {
    let sections = program(r#"{"name":"settle","discriminator":[]}"#, "");
    assert!(idl(&sections).unwrap_err().to_string().contains("no discriminator"));
}

#[test]
fn rejects_two_definitions_of_a_type() {
    let sections = program(TRADE, r#"{"name":"A","x":1},{"name":"A","x":2}"#);
    assert!(idl(&sections).unwrap_err().to_string().contains("two different entries"));
}

#[test]
fn rejects_two_errors_with_one_code() {
    let mut sections = program(TRADE, "");
    sections.push(section("errors", r#"[{"code":6000,"name":"A"},{"code":6000,"name":"B"}]"#));
    assert!(idl(&sections).unwrap_err().to_string().contains("share the error code 6000"));
}

#[test]
fn rejects_missing_repeated_and_unknown_sections() {
    assert!(idl(&[]).is_err());
    let mut twice = program(TRADE, "");
    twice.extend(program(TRADE, ""));
    assert!(idl(&twice).is_err());
    let mut unknown = program(TRADE, "");
    unknown.push(section("surprise", "{}"));
    assert!(idl(&unknown).is_err());
}
