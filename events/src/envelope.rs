//! `CloudEvents` in Kafka's binary mode: what an event is stands in the headers, what it says in the value.

use chrono::SecondsFormat;

use crate::Event;

/// The headers of a message, in order.
pub type Headers = Vec<(String, Vec<u8>)>;

/// What each of our types begins with in `ce_type`.
const TYPE_PREFIX: &str = "holdfast.";
/// Says that a message is history told again.
pub const REPLAYED: &str = "replayed";

/// The headers of an event whose value is of this content type.
pub(crate) fn headers(event: &Event, content_type: &str) -> Headers {
    let mut headers = vec![
        ("ce_specversion", "1.0".to_owned()),
        ("ce_id", event.id.clone()),
        ("ce_type", format!("{TYPE_PREFIX}{}", event.kind)),
        ("ce_source", format!("/holdfast/organisers/{}", event.organiser_id)),
        ("ce_time", event.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true)),
        ("ce_subject", event.key.to_string()),
        ("content-type", content_type.to_owned()),
        ("sequence", event.sequence.to_string()),
    ];
    headers.extend(event.traceparent.clone().map(|traceparent| ("traceparent", traceparent)));
    headers.extend(event.correlation_id.clone().map(|id| ("correlationid", id)));
    if event.replayed {
        headers.push((REPLAYED, "true".to_owned()));
    }
    headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_bytes())).collect()
}

/// A header's text; none when it is not there, or is no text. The last one counts.
pub fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let (_, value) = headers.iter().rev().find(|(found, _)| found == name)?;
    std::str::from_utf8(value).ok()
}
