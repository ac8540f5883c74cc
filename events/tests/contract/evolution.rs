//! Readers and writers of different releases, value by value.

use apache_avro::{
    reader::datum::GenericDatumReader, types::Value as Avro, writer::datum::GenericDatumWriter,
};
use serde_json::{Value, json};

use crate::schemas::{NAMES, current, parsed, released, with, without};

/// A value with which every field of a schema is filled.
fn filled(schema: &Value, named: &mut Vec<Value>) -> Avro {
    match schema {
        Value::Array(variants) => {
            let position = variants.iter().position(|variant| variant != "null").expect("something but null");
            let inner = filled(&variants[position], named);
            Avro::Union(u32::try_from(position).expect("there are two"), Box::new(inner))
        }
        Value::Object(_) => match (schema["type"].as_str(), schema["logicalType"].as_str()) {
            (_, Some("uuid")) => Avro::Uuid(uuid::Uuid::from_u128(7)),
            (_, Some("timestamp-micros")) => Avro::TimestampMicros(1_777_630_500_123_456),
            (Some("array"), _) => Avro::Array(vec![filled(&schema["items"], named)]),
            (Some("record"), _) => {
                named.push(schema.clone());
                let fields = schema["fields"].as_array().expect("a record has fields");
                let value = |field: &Value| field["name"].as_str().expect("a field has a name").to_owned();
                Avro::Record(fields.iter().map(|f| (value(f), filled(&f["type"], named))).collect())
            }
            _ => filled(&schema["type"], named),
        },
        Value::String(name) => match name.as_str() {
            "string" => Avro::String("text".to_owned()),
            "int" => Avro::Int(3),
            "long" => Avro::Long(i64::MAX),
            "boolean" => Avro::Boolean(true),
            other => {
                let short = other.rsplit('.').next();
                let known = named.iter().find(|known| known["name"].as_str() == short).cloned();
                filled(&known.unwrap_or_else(|| panic!("{other} is a named type")), named)
            }
        },
        other => panic!("no type: {other}"),
    }
}

fn passed_on(value: Avro, written: &Value, read: &Value) -> Avro {
    let (written, read) = (parsed(written), parsed(read));
    let writer = GenericDatumWriter::builder(&written).build().expect("a writer");
    let bytes = writer.write_value_to_vec(value).expect("it can be written");
    let reader = GenericDatumReader::builder(&written).reader_schema(&read).build().expect("a reader");
    let mut rest = bytes.as_slice();
    let value = reader.read_value(&mut rest).expect("it can be read");
    assert!(rest.is_empty(), "all of it was read");
    value
}

fn get<'a>(value: &'a Avro, name: &str) -> Option<&'a Avro> {
    let Avro::Record(fields) = value else { panic!("a record, not {value:?}") };
    fields.iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

#[test]
fn old_readers_read_what_is_new_and_new_readers_what_is_old() {
    for (name, _) in NAMES {
        let old = released(name).remove(0).1;
        let mut new = current(name);
        // What a release may do: add a field with a default, and leave out one that has one.
        with(
            &mut new,
            json!({"name": "weather", "doc": "New.", "type": ["null", "string"], "default": null}),
        );
        without(&mut new, "parked");

        let mut written = filled(&new, &mut Vec::new());
        let read = passed_on(written.clone(), &new, &old);
        assert_eq!(get(&read, "weather"), None, "{name}: an old reader does not see what is new");
        assert_eq!(get(&read, "parked"), Some(&Avro::Union(0, Box::new(Avro::Null))), "{name}: the default");
        let Avro::Record(fields) = &mut written else { panic!("a record") };
        fields.retain(|(name, _)| name != "weather");
        let common = fields.len();
        for (field, value) in fields {
            assert_eq!(get(&read, field), Some(&*value), "{name}.{field} is as it was written");
        }

        let written = filled(&old, &mut Vec::new());
        let read = passed_on(written, &old, &new);
        assert_eq!(get(&read, "weather"), Some(&Avro::Union(0, Box::new(Avro::Null))), "{name}: the default");
        println!("{name}: {common} fields both ways");
    }
}
