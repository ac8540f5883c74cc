//! Between the JSON form of a document and its Avro form, along the schema.
//!
//! One walk for all topics: it can't leave out a field that a schema has, and a document that does not fit is told by
//! the name of the field that does not.

use std::collections::HashMap;

use apache_avro::{
    Schema,
    schema::{Name, RecordSchema},
    types::Value as Avro,
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

/// A document that a schema has no place for, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {found} is no {expected}")]
pub struct Misfit {
    /// Where in the document, such as `booking.lines.seats`.
    pub field: String,
    /// What the schema asks for.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// The named types of a schema, which may refer to one another.
pub(super) type Names<'a> = HashMap<&'a Name, &'a Schema>;

/// All records of a schema by their names.
pub(super) fn names(schema: &Schema) -> Names<'_> {
    let mut names = Names::new();
    gather(schema, &mut names);
    names
}

fn gather<'a>(schema: &'a Schema, names: &mut Names<'a>) {
    match schema {
        Schema::Record(record) => {
            names.insert(&record.name, schema);
            record.fields.iter().for_each(|field| gather(&field.schema, names));
        }
        Schema::Union(union) => union.variants().iter().for_each(|variant| gather(variant, names)),
        Schema::Array(array) => gather(&array.items, names),
        _ => (),
    }
}

/// The Avro form of a document.
pub(super) fn to_avro(document: &Value, schema: &Schema, names: &Names<'_>) -> Result<Avro, Misfit> {
    put(document, schema, names, &mut Vec::new())
}

fn put<'a>(
    value: &Value,
    schema: &'a Schema,
    names: &Names<'a>,
    path: &mut Vec<&'a str>,
) -> Result<Avro, Misfit> {
    let put_as = match schema {
        Schema::Ref { name } => match names.get(name) {
            Some(record) => return put(value, record, names, path),
            None => None,
        },
        Schema::Union(union) => return put_optional(value, union.variants(), names, path),
        Schema::Record(record) => return put_record(value, record, names, path),
        Schema::Array(array) => {
            return match value.as_array() {
                Some(items) => Ok(Avro::Array(
                    items
                        .iter()
                        .map(|item| put(item, &array.items, names, path))
                        .collect::<Result<_, _>>()?,
                )),
                None => Err(misfit(value, schema, path)),
            };
        }
        Schema::Boolean => value.as_bool().map(Avro::Boolean),
        Schema::Int => value.as_i64().and_then(|number| i32::try_from(number).ok()).map(Avro::Int),
        Schema::Long => value.as_i64().map(Avro::Long),
        Schema::String => value.as_str().map(|text| Avro::String(text.to_owned())),
        Schema::Uuid(_) => value.as_str().and_then(|text| text.parse().ok()).map(Avro::Uuid),
        Schema::TimestampMicros => time(value).map(|time| Avro::TimestampMicros(time.timestamp_micros())),
        _ => None,
    };
    put_as.ok_or_else(|| misfit(value, schema, path))
}

/// The schemas have no unions but of null and something.
fn put_optional<'a>(
    value: &Value,
    variants: &'a [Schema],
    names: &Names<'a>,
    path: &mut Vec<&'a str>,
) -> Result<Avro, Misfit> {
    let wanted = |variant: &Schema| matches!(variant, Schema::Null) == value.is_null();
    match (0_u32..).zip(variants).find(|(_, variant)| wanted(variant)) {
        Some((position, Schema::Null)) => Ok(Avro::Union(position, Box::new(Avro::Null))),
        Some((position, variant)) => Ok(Avro::Union(position, Box::new(put(value, variant, names, path)?))),
        None => Err(misfit(value, &Schema::Null, path)),
    }
}

fn put_record<'a>(
    value: &Value,
    record: &'a RecordSchema,
    names: &Names<'a>,
    path: &mut Vec<&'a str>,
) -> Result<Avro, Misfit> {
    let mut fields = Vec::with_capacity(record.fields.len());
    for field in &record.fields {
        path.push(&field.name);
        // What is not there is null, which only a field that may be missing takes.
        let found = value.get(&field.name).unwrap_or(&Value::Null);
        fields.push((field.name.clone(), put(found, &field.schema, names, path)?));
        path.pop();
    }
    Ok(Avro::Record(fields))
}

fn misfit(value: &Value, schema: &Schema, path: &[&str]) -> Misfit {
    let found = match value {
        Value::Null => "nothing".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        other => other.to_string().chars().take(100).collect(),
    };
    Misfit {
        field: path.join("."),
        expected: format!("{:?}", apache_avro::schema::SchemaKind::from(schema)),
        found,
    }
}

fn time(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|time| time.with_timezone(&Utc))
}

/// The document of an Avro value.
pub(super) fn to_json(value: Avro) -> Result<Value, Misfit> {
    Ok(match value {
        Avro::Null => Value::Null,
        Avro::Boolean(truth) => Value::Bool(truth),
        Avro::Int(number) => Value::from(number),
        Avro::Long(number) => Value::from(number),
        Avro::String(text) => Value::String(text),
        Avro::Uuid(id) => Value::String(id.to_string()),
        Avro::TimestampMicros(micros) => match DateTime::from_timestamp_micros(micros) {
            Some(time) => Value::String(time.to_rfc3339_opts(SecondsFormat::Micros, true)),
            None => return Err(strange("a time", &micros.to_string())),
        },
        Avro::Union(_, inner) => to_json(*inner)?,
        Avro::Array(items) => Value::Array(items.into_iter().map(to_json).collect::<Result<_, _>>()?),
        Avro::Record(fields) => {
            let mut object = Map::new();
            for (name, field) in fields {
                object.insert(name, to_json(field)?);
            }
            Value::Object(object)
        }
        other => return Err(strange("a type that events have", &format!("{other:?}"))),
    })
}

fn strange(expected: &str, found: &str) -> Misfit {
    Misfit { field: String::new(), expected: expected.to_owned(), found: found.chars().take(100).collect() }
}
