//! From events to deliveries that are planned, whichever way the events came.

use std::time::Duration;

use db::{Db, ToTell};
use events::Event;

use crate::plan::{is_news, message_of};

/// What could not be planned, each with its cause. The rest was.
pub(crate) type Refused = Vec<(Event, String)>;

/// Plans deliveries.
#[derive(Clone, Debug)]
pub(crate) struct Planner {
    db: Db,
    longest: Duration,
}

impl Planner {
    /// That tells no customer of what is older than this; organisers' endpoints are told of all.
    pub(crate) fn new(db: Db, longest: Duration) -> Self {
        Self { db, longest }
    }

    /// Plans for all of these events but those that no call can be made for. An error says that the database is away or
    /// unwell, or that others were quicker: then the same events are to be given again.
    pub(crate) async fn plan(&self, events: Vec<Event>) -> Result<Refused, db::Error> {
        self.plan_those(events, Some(self.longest)).await
    }

    /// The same for events that somebody looked at and sent back: how long ago they happened, he has seen.
    pub(crate) async fn plan_again(&self, events: Vec<Event>) -> Result<Refused, db::Error> {
        self.plan_those(events, None).await
    }

    async fn plan_those(&self, events: Vec<Event>, longest: Option<Duration>) -> Result<Refused, db::Error> {
        metrics::counter!("holdfast_notify_events_total").increment(events.len() as u64);
        let news: Vec<_> = events.into_iter().filter(is_news).collect();
        let mut refused = Refused::new();
        let mut halves = if news.is_empty() { Vec::new() } else { vec![news] };
        while let Some(mut batch) = halves.pop() {
            let error = match self.plan_at_once(&batch, longest).await {
                Ok(()) => continue,
                Err(error) if !error.blames_arguments() => return Err(error),
                Err(error) => error,
            };
            // Halved until the culprit stands alone: planning twice plans nothing new.
            let back = batch.split_off(batch.len() / 2);
            match (batch.is_empty(), <[Event; 1]>::try_from(back)) {
                (true, Ok([event])) => refused.push((event, crate::report::error_chain(&error))),
                (_, Ok(back)) => halves.extend([batch, back.into()]),
                (_, Err(back)) => halves.extend([batch, back]),
            }
        }
        Ok(refused)
    }

    async fn plan_at_once(&self, events: &[Event], longest: Option<Duration>) -> Result<(), db::Error> {
        let told: Vec<_> = events
            .iter()
            .map(|event| ToTell {
                event_id: event.id.clone(),
                message: message_of(event),
                document: event.to_document(),
                longest_seconds: longest.map(|longest| longest.as_secs_f64()),
            })
            .collect();
        let planned = self.db.plan_deliveries(&told).await?;
        let too_old = planned.iter().filter(|event| event.too_old).count();
        if too_old > 0 {
            tracing::warn!(too_old, "customers are not told of what happened too long ago");
            metrics::counter!("holdfast_notify_too_old_total").increment(too_old as u64);
        }
        let planned: i32 = planned.iter().map(|event| event.planned).sum();
        metrics::counter!("holdfast_notify_planned_total").increment(u64::try_from(planned).unwrap_or(0));
        Ok(())
    }
}
