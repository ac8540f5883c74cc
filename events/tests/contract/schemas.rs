//! The schemas: documented, and readable across all releases.

use std::{collections::BTreeMap, fs, path::PathBuf};

use apache_avro::{
    Schema,
    schema_compatibility::{Compatibility, SchemaCompatibility},
};
use events::Topic;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(crate) const NAMES: [(&str, Topic); 3] = [
    ("booking_event", Topic::Booking),
    ("slot_state", Topic::Inventory),
    ("delivery_event", Topic::Notification),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn json_of(path: &str) -> Value {
    let text = fs::read_to_string(folder().join(path)).expect("the schema is there");
    serde_json::from_str(&text).expect("a schema is JSON")
}

pub(crate) fn parsed(schema: &Value) -> Schema {
    Schema::parse(schema).expect("a schema can be read")
}

pub(crate) fn current(name: &str) -> Value {
    json_of(&format!("{name}.avsc"))
}

/// Every released version of a schema, by its number.
pub(crate) fn released(name: &str) -> Vec<(u32, Value)> {
    let path = folder().join("released").join(name);
    let files = fs::read_dir(path).expect("every schema has a folder of releases");
    let mut versions: Vec<_> = files
        .map(|file| {
            let file = file.expect("the folder can be read").path();
            let number = file.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            let number = number.expect("a release is named by its number");
            (number, json_of(&format!("released/{name}/{number}.avsc")))
        })
        .collect();
    versions.sort_by_key(|(number, _)| *number);
    versions
}

/// The sum of each released schema, by its path within the folder.
fn sums() -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder().join("released/SHA256SUMS")).expect("the sums are there");
    let split = |line: &str| line.split_once("  ").map(|(sum, path)| (path.to_owned(), sum.to_owned()));
    text.lines().map(|line| split(line).expect("a sum and a path")).collect()
}

/// What others may have written with it is read with it for ever: a released schema is never changed, and a new one is a new
/// file with a line of its own.
#[test]
fn a_released_schema_stays_as_it_was() {
    let found: BTreeMap<_, _> = NAMES
        .iter()
        .flat_map(|(name, _)| {
            released(name).into_iter().map(move |(number, _)| format!("{name}/{number}.avsc"))
        })
        .map(|path| {
            let bytes = fs::read(folder().join("released").join(&path)).expect("the schema is there");
            (path, hex::encode(Sha256::digest(bytes)))
        })
        .collect();
    assert_eq!(found, sums(), "a released schema was changed, or has no line in SHA256SUMS");
}

/// What a record, or a field, is called and what is said of it, however deep.
fn docs(schema: &Value, place: &str, found: &mut Vec<(String, Option<String>)>) {
    match schema {
        Value::Array(variants) => variants.iter().for_each(|variant| docs(variant, place, found)),
        Value::Object(object) => {
            let doc = |of: &Value| of["doc"].as_str().map(str::to_owned);
            if let Some(fields) = schema["fields"].as_array() {
                found.push((place.to_owned(), doc(schema)));
                for field in fields {
                    let place = format!("{place}.{}", field["name"].as_str().expect("a field has a name"));
                    found.push((place.clone(), doc(field)));
                    docs(&field["type"], &place, found);
                }
            }
            for inner in ["items", "values", "type"] {
                object.get(inner).into_iter().for_each(|inner| docs(inner, place, found));
            }
        }
        _ => (),
    }
}

fn undocumented(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    docs(schema, "", &mut found);
    found
        .into_iter()
        .filter(|(_, doc)| doc.as_ref().is_none_or(|doc| doc.len() < 3))
        .map(|(at, _)| at)
        .collect()
}

#[test]
fn every_field_is_documented() {
    for (name, _) in NAMES {
        let schema = current(name);
        assert_eq!(undocumented(&schema), Vec::<String>::new(), "{name}");
        let mut planted = schema.clone();
        planted["fields"][0].as_object_mut().expect("a field").remove("doc");
        assert_eq!(undocumented(&planted).len(), 1, "a field without a doc is seen");
    }
}

/// Where a logical type stands, and which: a reader of other units would take every number for another one.
fn logical_types(schema: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| {
            let name = item["name"].as_str().unwrap_or_default();
            logical_types(item, &format!("{place}.{name}"), found);
        }),
        Value::Object(object) => {
            if let Some(logical) = schema["logicalType"].as_str() {
                found.push((place.to_owned(), logical.to_owned()));
            }
            object.values().for_each(|value| logical_types(value, place, found));
        }
        _ => (),
    }
}

/// Whether readers of one schema read everything that was written with all of these.
fn reads(reader: &Value, writers: &[(u32, Value)]) -> Result<(), String> {
    for (number, writer) in writers {
        match SchemaCompatibility::can_read(&parsed(writer), &parsed(reader)) {
            Ok(Compatibility::Full) => (),
            Ok(Compatibility::Partial) => return Err(format!("not all of version {number} can be read")),
            Err(error) => return Err(format!("version {number} can't be read: {error}")),
        }
        let (mut before, mut now) = (Vec::new(), Vec::new());
        logical_types(writer, "", &mut before);
        logical_types(reader, "", &mut now);
        for (place, logical) in before {
            let differs = now.iter().any(|(at, other)| *at == place && *other != logical);
            if differs {
                return Err(format!("{place} was {logical} in version {number}"));
            }
        }
    }
    Ok(())
}

#[test]
fn every_release_can_be_read() {
    let mut held = 0;
    for (name, topic) in NAMES {
        let versions = released(name);
        let numbers: Vec<_> = versions.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=u32::try_from(numbers.len()).unwrap()).collect::<Vec<_>>(), "{name}");
        assert!(!versions.is_empty(), "{name} was released");
        reads(&current(name), &versions).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(events::schema_of(topic), parsed(&current(name)), "the binary has the file's schema");
        held += versions.len();
    }
    println!("{held} released schemas are readable with the present ones");
}

#[test]
fn a_change_of_a_schema_is_a_release() {
    for (name, topic) in NAMES {
        let (number, last) = released(name).pop().expect("it was released");
        let (last, now) = (parsed(&last).canonical_form(), events::schema_of(topic).canonical_form());
        assert_eq!(last, now, "{name}: the next version belongs into schemas/released, after {number}");
    }
}

fn field<'a>(schema: &'a mut Value, name: &str) -> &'a mut Value {
    let fields = schema["fields"].as_array_mut().expect("a record");
    fields.iter_mut().find(|field| field["name"] == name).expect("the field is there")
}

pub(crate) fn without(schema: &mut Value, name: &str) {
    schema["fields"].as_array_mut().expect("a record").retain(|field| field["name"] != name);
}

pub(crate) fn with(schema: &mut Value, field: Value) {
    schema["fields"].as_array_mut().expect("a record").push(field);
}

#[test]
fn a_planted_change_that_breaks_readers_is_seen() {
    type Change = (&'static str, fn(&mut Value));
    let breaking: [Change; 6] = [
        ("a new field without a default", |schema| {
            with(schema, json!({"name": "new", "doc": "New.", "type": "string"}));
        }),
        ("a number becomes text", |schema| field(schema, "sequence")["type"] = json!("string")),
        ("a number becomes smaller", |schema| field(schema, "sequence")["type"] = json!("int")),
        ("nothing is no value any more", |schema| {
            let field = field(schema, "reason");
            field["type"] = json!("string");
            field["default"] = json!("");
        }),
        ("other units", |schema| {
            field(schema, "occurred_at")["type"]["logicalType"] = json!("timestamp-millis");
        }),
        ("another name", |schema| {
            without(schema, "type");
            with(schema, json!({"name": "kind", "doc": "What happened.", "type": "string"}));
        }),
    ];
    let versions = released("booking_event");
    for (what, change) in breaking {
        let mut schema = current("booking_event");
        change(&mut schema);
        let fault = reads(&schema, &versions).expect_err(what);
        println!("{what}: {fault}");
    }
    let harmless: [Change; 2] = [
        ("a new field with a default", |schema| {
            with(schema, json!({"name": "new", "doc": "New.", "type": ["null", "string"], "default": null}));
        }),
        ("a field that goes", |schema| without(schema, "reason")),
    ];
    for (what, change) in harmless {
        let mut schema = current("booking_event");
        change(&mut schema);
        reads(&schema, &versions).unwrap_or_else(|fault| panic!("{what}: {fault}"));
    }
}

#[test]
fn all_releases_count_and_not_the_last_alone() {
    let first = current("booking_event");
    let mut second = first.clone();
    with(&mut second, json!({"name": "new", "doc": "New.", "type": "string", "default": ""}));
    let mut third = first.clone();
    with(&mut third, json!({"name": "new", "doc": "New.", "type": "string"}));
    assert!(reads(&third, &[(2, second.clone())]).is_ok(), "the version before has the field");
    assert!(reads(&third, &[(1, first), (2, second)]).is_err(), "the first one has not");
}
