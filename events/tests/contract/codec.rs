//! The forms of values, there and back.

use events::{Codec, DecodeError, EncodeError, Event, Format, Topic, header};

use crate::{registry, sample};

async fn there_and_back(codec: &Codec, event: &Event) -> Vec<u8> {
    let encoded = codec.encode(event).expect("a sample can be encoded");
    let back = codec.decode(event.topic, &encoded.headers, &encoded.payload).await;
    assert_eq!(back.expect("and decoded"), *event);
    encoded.payload
}

#[tokio::test]
async fn every_event_is_the_same_in_every_form() {
    let registry = registry::start().await;
    let forms = [
        (Format::Json, vec![b'{']),
        (Format::Avro { registry: None }, vec![0xC3, 0x01]),
        (Format::Avro { registry: Some(registry.url.clone()) }, vec![0, 0, 0, 0]),
    ];
    for (format, head) in forms {
        let codec = Codec::new(format.clone());
        codec.prepare("holdfast").await.expect("the schemas can be registered");
        for event in sample::events() {
            let payload = there_and_back(&codec, &event).await;
            assert!(payload.starts_with(&head), "{format:?} begins with {head:?}, not {:?}", &payload[..4]);
            println!("{} as {format:?}: {} bytes", event.kind, payload.len());
        }
    }
    let subjects =
        ["holdfast.booking.v1-value", "holdfast.inventory.v1-value", "holdfast.notification.v1-value"];
    assert_eq!(registry.subjects(), subjects);
}

#[tokio::test]
async fn the_headers_say_what_the_event_is() {
    let codec = Codec::new(Format::Json);
    let booking = uuid::Uuid::from_u128(9);
    let event = Event { replayed: true, ..sample::event(booking, 3) };
    let encoded = codec.encode(&event).expect("a sample can be encoded");
    for (name, value) in [
        ("ce_specversion", "1.0"),
        ("ce_id", "00000000-0000-0000-0000-000000000009.3"),
        ("ce_type", "holdfast.payment.captured"),
        ("ce_source", "/holdfast/organisers/00000000-0000-0000-0000-000000000001"),
        ("ce_time", "2026-05-01T10:15:00.123456Z"),
        ("ce_subject", "00000000-0000-0000-0000-000000000009"),
        ("content-type", "application/json"),
        ("sequence", "3"),
        ("traceparent", "00-4bf9-00f0-01"),
        ("correlationid", "request-1"),
        ("replayed", "true"),
    ] {
        assert_eq!(header(&encoded.headers, name), Some(value), "{name}");
    }
    assert_eq!(encoded.headers.len(), 11);
    let back =
        codec.decode(Topic::Booking, &encoded.headers, &encoded.payload).await.expect("it can be read");
    assert!(back.replayed, "history told again is known as such");

    let avro = Codec::new(Format::Avro { registry: None });
    let first = avro.encode(&sample::event(booking, 3)).expect("a sample can be encoded");
    assert_eq!(header(&first.headers, "content-type"), Some("application/avro"));
    assert_eq!(header(&first.headers, "replayed"), None);
}

#[tokio::test]
async fn what_is_no_event_is_told_and_breaks_nothing() {
    let codec = Codec::new(Format::Avro { registry: None });
    let good = codec.encode(&sample::event(uuid::Uuid::from_u128(9), 1)).expect("a sample can be encoded");
    let read = async |payload: &[u8]| codec.decode(Topic::Booking, &Vec::new(), payload).await;
    for garbage in [&b""[..], b"\0", b"hello", b"\xC3\x01", b"\xC3\x01nobody's"] {
        assert!(matches!(read(garbage).await, Err(DecodeError::Unknown(_))), "{garbage:?}");
    }
    assert!(matches!(read(b"\0\0\0\0\x07abc").await, Err(DecodeError::Unknown(_))), "no registry is named");
    assert!(matches!(read(b"{").await, Err(DecodeError::Json(_))));
    assert!(matches!(read(b"{}").await, Err(DecodeError::Malformed(_))));
    // Cut off anywhere. The library takes a value that ends before an optional field for one without it; a record that
    // is cut off does not get that far, because the broker and the client check its sum.
    for length in 0..good.payload.len() {
        let cut = read(&good.payload[..length]).await;
        assert!(
            cut.is_err() || cut.is_ok_and(|event| event.to_document()["parked"].is_null()),
            "{length} bytes"
        );
    }
    let slot = sample::events().remove(1);
    let other = codec.encode(&slot).expect("a sample can be encoded");
    assert!(read(&other.payload).await.is_err(), "a slot is no booking");
    // Any byte changed: an event or an error, but an answer.
    for at in 0..good.payload.len() {
        let mut bent = good.payload.clone();
        bent[at] ^= 0xFF;
        let _ = read(&bent).await;
    }
}

#[tokio::test]
async fn the_registry_is_asked_once_for_a_schema() {
    let registry = registry::start().await;
    let format = Format::Avro { registry: Some(registry.url.clone()) };
    let writer = Codec::new(format.clone());
    let event = sample::event(uuid::Uuid::from_u128(9), 1);
    assert!(matches!(writer.encode(&event), Err(EncodeError::Registry(_))), "nothing is registered yet");
    writer.prepare("holdfast").await.expect("the schemas can be registered");
    let encoded = writer.encode(&event).expect("a sample can be encoded");
    let reader = Codec::new(format);
    for _ in 0..3 {
        let read = reader.decode(Topic::Booking, &encoded.headers, &encoded.payload).await;
        assert_eq!(read.expect("it can be read"), event);
    }
    assert_eq!(registry.asked(), 1, "once for three messages");
    let unknown = [&[0, 0, 0, 0, 99][..], &encoded.payload[5..]].concat();
    let refused = reader.decode(Topic::Booking, &encoded.headers, &unknown).await;
    assert!(
        matches!(refused, Err(DecodeError::Registry(events::RegistryError::Refused { status: 404, .. }))),
        "{refused:?}"
    );
    // What is the registry's own trouble passes, and no message is to be given up for it.
    registry.be_unwell(true);
    let away = reader.decode(Topic::Booking, &encoded.headers, &unknown).await;
    assert!(
        matches!(away, Err(DecodeError::Registry(events::RegistryError::Unreachable { .. }))),
        "{away:?}"
    );
}

#[tokio::test]
async fn what_another_release_wrote_is_read() {
    let registry = registry::start().await;
    let codec = Codec::new(Format::Avro { registry: Some(registry.url.clone()) });
    let event = sample::event(uuid::Uuid::from_u128(9), 1);
    codec.prepare("holdfast").await.expect("the schemas can be registered");
    let encoded = codec.encode(&event).expect("a sample can be encoded");
    // A later release has one more field, at the end, and a schema of its own.
    let mut later = serde_json::to_value(events::schema_of(Topic::Booking)).expect("a schema is JSON");
    let field = serde_json::json!({"name": "weather", "type": "string", "default": ""});
    later["fields"].as_array_mut().expect("a record").push(field);
    let id = registry.add(&later.to_string());
    let mut payload = [&[0][..], &id.to_be_bytes(), &encoded.payload[5..]].concat();
    payload.extend(b"\x08rain");
    let read = codec.decode(Topic::Booking, &encoded.headers, &payload).await;
    assert_eq!(read.expect("it can be read"), event);
}
