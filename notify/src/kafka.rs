//! Events off the broker: planned for in batches; what can't be is tried again by way of a topic of its own, and given up
//! to the operators, so that nothing behind it waits.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use db::Db;
use events::{
    Codec, DecodeError, Event, Handler, Headers, NOTIFY_DEAD, NOTIFY_RETRY, Publisher, Record, Topic, header,
};
use tokio_util::sync::CancellationToken;

use crate::{handle::Planner, queue, report::error_chain};

/// Tries, the first included, after which an event is given up.
const TRIES: u32 = 5;
/// Before the second try; doubled before each further one.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(1);
const ATTEMPT: &str = "attempt";
const NOT_BEFORE: &str = "not-before";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Handles the records of the booking topic and of the retry topic.
#[derive(Debug)]
pub(crate) struct RecordHandler {
    pub(crate) db: Db,
    pub(crate) planner: Planner,
    pub(crate) codec: Codec,
    pub(crate) publisher: Arc<Publisher>,
    pub(crate) retry_topic: String,
    pub(crate) dead_topic: String,
    pub(crate) shutdown: CancellationToken,
}

impl RecordHandler {
    /// With the topics beside those of events, by this prefix.
    pub(crate) fn topics(prefix: &str) -> (String, String) {
        (format!("{prefix}.{NOTIFY_RETRY}"), format!("{prefix}.{NOTIFY_DEAD}"))
    }

    /// Puts a record where it is tried again, or given up when that was the last try.
    async fn put_aside(&self, record: &Record, event_id: &str, cause: &str) -> Result<(), Failure> {
        let tries = attempts(&record.headers) + 1;
        if tries >= TRIES {
            return self.give_up(record, Some(event_id), cause, tries).await;
        }
        let not_before = Utc::now() + FIRST_PAUSE * (1 << (tries - 1));
        let mut headers = marked(record, cause, tries);
        headers.push((
            NOT_BEFORE.to_owned(),
            not_before.to_rfc3339_opts(SecondsFormat::Millis, true).into_bytes(),
        ));
        metrics::counter!("holdfast_notify_retried_total").increment(1);
        tracing::warn!(event_id, cause, tries, "an event can't be planned; it is tried again");
        let key = record.key.clone().unwrap_or_default();
        Ok(self.publisher.send_raw(&self.retry_topic, &key, &headers, &record.payload).await?)
    }

    /// Puts a record into the dead-letter topic and into the operators' inbox.
    async fn give_up(
        &self,
        record: &Record,
        event_id: Option<&str>,
        cause: &str,
        tries: u32,
    ) -> Result<(), Failure> {
        metrics::counter!("holdfast_notify_parked_total").increment(1);
        tracing::error!(event_id, cause, tries, "an event is given up; it is in the dead letters");
        let headers = marked(record, cause, tries);
        let key = record.key.clone().unwrap_or_default();
        self.publisher.send_raw(&self.dead_topic, &key, &headers, &record.payload).await?;
        let parked = queue::parked_record(event_id, &record.headers, &record.payload, cause.to_owned());
        self.db.park_events(&[parked]).await?;
        Ok(())
    }

    /// Waits until the records of the retry topic are due; false when the process is to stop first.
    async fn wait_for(&self, records: &[Record]) -> bool {
        let latest = records.iter().filter_map(|record| header(&record.headers, NOT_BEFORE)?.parse().ok());
        let Some(latest): Option<DateTime<Utc>> = latest.max() else { return true };
        // Never longer than the longest pause, whatever the clock of whoever put it there says.
        let wait = (latest - Utc::now()).min(FIRST_PAUSE * (1 << TRIES)).to_std().unwrap_or(Duration::ZERO);
        tokio::select! {
            () = self.shutdown.cancelled() => false,
            () = tokio::time::sleep(wait) => true,
        }
    }
}

#[async_trait]
impl Handler for RecordHandler {
    async fn handle(&self, records: &[Record]) -> Result<(), Failure> {
        if !self.wait_for(records).await {
            return Err("the process is about to stop".into());
        }
        let mut events: Vec<(Event, &Record)> = Vec::with_capacity(records.len());
        for record in records {
            match self.codec.decode(Topic::Booking, &record.headers, &record.payload).await {
                Ok(event) => events.push((event, record)),
                // The registry is away, and will be back.
                Err(error @ DecodeError::Registry(events::RegistryError::Unreachable { .. })) => {
                    return Err(error.into());
                }
                // Read again it would be the same.
                Err(error) => {
                    let tries = attempts(&record.headers) + 1;
                    self.give_up(record, header(&record.headers, "ce_id"), &error_chain(&error), tries)
                        .await?;
                }
            }
        }
        let refused = self.planner.plan(events.iter().map(|(event, _)| event.clone()).collect()).await?;
        for (event, cause) in refused {
            if let Some((_, record)) = events.iter().find(|(found, _)| found.id == event.id) {
                self.put_aside(record, &event.id, &cause).await?;
            }
        }
        Ok(())
    }
}

/// Tries so far.
fn attempts(headers: &Headers) -> u32 {
    header(headers, ATTEMPT).and_then(|tries| tries.parse().ok()).unwrap_or(0)
}

/// The headers of a record, and why it is put aside and whence it came.
fn marked(record: &Record, cause: &str, tries: u32) -> Headers {
    let ours = [ATTEMPT, NOT_BEFORE, "cause"];
    let mut headers: Headers =
        record.headers.iter().filter(|(name, _)| !ours.contains(&name.as_str())).cloned().collect();
    headers.push(("cause".to_owned(), cause.chars().take(1_000).collect::<String>().into_bytes()));
    headers.push((ATTEMPT.to_owned(), tries.to_string().into_bytes()));
    // The first place counts: a retry of a retry comes from where the event came from.
    if header(&headers, "original-topic").is_none() {
        for (name, value) in [
            ("original-topic", record.topic.clone()),
            ("original-partition", record.partition.to_string()),
            ("original-offset", record.offset.to_string()),
        ] {
            headers.push((name.to_owned(), value.into_bytes()));
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_put_aside_says_why_and_whence() {
        let record = Record {
            topic: "holdfast.booking.v1".to_owned(),
            partition: 3,
            offset: 17,
            key: None,
            headers: vec![("ce_id".to_owned(), b"a.1".to_vec())],
            payload: Vec::new(),
        };
        let first = marked(&record, "no place for it", 1);
        assert_eq!(header(&first, "ce_id"), Some("a.1"));
        assert_eq!(header(&first, "original-offset"), Some("17"));
        assert_eq!(attempts(&first), 1);
        let again = Record { topic: "retry".to_owned(), offset: 2, headers: first, ..record };
        let second = marked(&again, "still none", 2);
        assert_eq!(header(&second, "original-topic"), Some("holdfast.booking.v1"));
        assert_eq!(header(&second, "original-offset"), Some("17"));
        assert_eq!(header(&second, "cause"), Some("still none"));
        assert_eq!(attempts(&second), 2);
        assert_eq!(second.iter().filter(|(name, _)| name == "cause").count(), 1);
    }
}
