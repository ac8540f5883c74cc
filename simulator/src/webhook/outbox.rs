//! Events that are still to be taken, by when they are due.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::Event;

/// The first pause after a failed delivery; each further one is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// One event on its way.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) event: Event,
    failures: u32,
}

impl Delivery {
    pub(crate) fn new(event: Event) -> Self {
        Self { event, failures: 0 }
    }

    /// How long to wait before the next try, after one that failed.
    pub(crate) fn pause_after_failure(&mut self) -> Duration {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(16));
        self.failures += 1;
        pause.min(LONGEST_PAUSE)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    due: BTreeMap<(Instant, u64), Delivery>,
    /// Tells apart what is due at the same instant.
    count: u64,
}

impl Outbox {
    pub(crate) fn put(&mut self, delivery: Delivery, due: Instant) {
        self.count += 1;
        self.due.insert((due, self.count), delivery);
    }

    pub(crate) fn take_due(&mut self, now: Instant) -> Option<Delivery> {
        let entry = self.due.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }

    /// When there is something to do again.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.due.first_key_value().map(|((due, _), _)| *due)
    }

    pub(crate) fn len(&self) -> usize {
        self.due.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_bound() {
        let event =
            Event { id: "evt".to_owned(), body: String::new(), created_at: chrono::Utc::now(), copies: 1 };
        let mut delivery = Delivery::new(event);
        let pauses: Vec<_> = (0..20).map(|_| delivery.pause_after_failure()).collect();
        assert_eq!(pauses[..3], [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]);
        assert_eq!(pauses[19], LONGEST_PAUSE);
    }

    #[test]
    fn what_is_due_first_comes_first() {
        let now = Instant::now();
        let delivery = |id: &str| {
            Delivery::new(Event {
                id: id.to_owned(),
                body: String::new(),
                created_at: chrono::Utc::now(),
                copies: 1,
            })
        };
        let mut outbox = Outbox::default();
        outbox.put(delivery("later"), now + Duration::from_secs(1));
        outbox.put(delivery("now"), now);
        assert_eq!(outbox.take_due(now).map(|delivery| delivery.event.id), Some("now".to_owned()));
        assert!(outbox.take_due(now).is_none());
        assert_eq!(outbox.next_due(), Some(now + Duration::from_secs(1)));
    }
}
