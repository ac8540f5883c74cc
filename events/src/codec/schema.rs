//! Our schemas, those released before among them.

use std::collections::HashMap;

use apache_avro::{
    Schema, rabin::Rabin, reader::datum::GenericDatumReader, types::Value as Avro,
    writer::datum::GenericDatumWriter,
};

use super::SINGLE_OBJECT;
use crate::Topic;

const BOOKING: &str = include_str!("../../schemas/booking_event.avsc");
const SLOT: &str = include_str!("../../schemas/slot_state.avsc");
const DELIVERY: &str = include_str!("../../schemas/delivery_event.avsc");
/// What topics may still hold.
const RELEASED: [&str; 3] = [
    include_str!("../../schemas/released/booking_event/1.avsc"),
    include_str!("../../schemas/released/slot_state/1.avsc"),
    include_str!("../../schemas/released/delivery_event/1.avsc"),
];

/// A schema as its file has it.
pub(super) fn text_of(topic: Topic) -> &'static str {
    match topic {
        Topic::Booking => BOOKING,
        Topic::Inventory => SLOT,
        Topic::Notification => DELIVERY,
    }
}

/// The present schema of a topic's values.
pub fn schema_of(topic: Topic) -> Schema {
    parse(text_of(topic))
}

fn parse(text: &str) -> Schema {
    // They are part of the binary, and the tests read each.
    Schema::parse_str(text).unwrap_or_else(|error| unreachable!("a schema of ours can't be read: {error}"))
}

/// The schemas that this binary writes and reads without asking anybody.
#[derive(Debug)]
pub(super) struct Schemas {
    present: HashMap<Topic, (Schema, [u8; 10])>,
    by_head: HashMap<[u8; 10], Schema>,
}

impl Schemas {
    pub(super) fn ours() -> Self {
        let present: HashMap<_, _> = Topic::ALL
            .into_iter()
            .map(|topic| {
                let schema = schema_of(topic);
                let head = head_of(&schema);
                (topic, (schema, head))
            })
            .collect();
        let released = RELEASED.into_iter().map(parse);
        let all = present.values().map(|(schema, _)| schema.clone()).chain(released);
        let by_head = all.map(|schema| (head_of(&schema), schema)).collect();
        Self { present, by_head }
    }

    pub(super) fn of(&self, topic: Topic) -> &Schema {
        &self.present[&topic].0
    }

    pub(super) fn single_object_head(&self, topic: Topic) -> [u8; 10] {
        self.present[&topic].1
    }

    pub(super) fn by_head(&self, head: &[u8]) -> Option<&Schema> {
        self.by_head.get(head)
    }
}

fn head_of(schema: &Schema) -> [u8; 10] {
    let mut head = [0; 10];
    head[..2].copy_from_slice(&SINGLE_OBJECT);
    head[2..].copy_from_slice(&parse(&canonical(schema)).fingerprint::<Rabin>().bytes);
    head
}

/// The parsing canonical form, by which others know a schema too: primitives stand by themselves in it, which the
/// library leaves undone where there was a logical type.
fn canonical(schema: &Schema) -> String {
    let mut form = schema.canonical_form();
    for primitive in ["null", "boolean", "int", "long", "float", "double", "bytes", "string"] {
        form = form.replace(&format!(r#"{{"type":"{primitive}"}}"#), &format!(r#""{primitive}""#));
    }
    form
}

pub(super) fn write(schema: &Schema, value: Avro) -> Result<Vec<u8>, apache_avro::Error> {
    GenericDatumWriter::builder(schema).build()?.write_value_to_vec(value)
}

/// A value written with one schema, as another one has it.
pub(super) fn read(written: &Schema, ours: &Schema, mut value: &[u8]) -> Result<Avro, apache_avro::Error> {
    GenericDatumReader::builder(written).reader_schema(ours).build()?.read_value(&mut value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_compute_the_same_fingerprint() {
        // By fastavro's `fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")`.
        let text = r#"{"type": "record", "name": "a.R", "fields": [
            {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
            {"name": "id", "type": ["null", {"type": "string", "logicalType": "uuid"}]}]}"#;
        let head = head_of(&parse(text));
        let hex = head[2..].iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(hex, "6b103b5b04824af1");
    }
}
