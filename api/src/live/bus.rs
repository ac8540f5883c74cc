//! One voice and one ear for a process: what it has changed is said to the others, and what they have changed is
//! heard.
//!
//! Hints may be lost, doubled and merged. Whether any are heard at all is known
//! by our own: a process says something every second, and must hear itself.

use std::time::Duration;

use db::{LONGEST_HINT, Touched};
use tokio::{
    sync::{broadcast, watch},
    time::{Instant, MissedTickBehavior, sleep, timeout_at},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Hints,
    link::{Link, LinkError, Listening},
};
use crate::graphql::chain;

/// The least pause between two hints: what happens meanwhile is said in one.
const GATHER: Duration = Duration::from_millis(50);
/// How often something is said, if only that we are there.
const BEAT: Duration = Duration::from_secs(1);
/// After so long without hearing ourselves nothing is to be heard.
const DEAF: Duration = Duration::from_secs(3);
/// The pause before listening is tried again.
const RETRY: Duration = Duration::from_millis(250);

/// The way of hints between this process and others.
#[derive(Debug)]
pub struct Bus {
    /// What our own hints are known by.
    name: String,
    hints: Hints,
    link: Link,
    hears: watch::Sender<bool>,
}

impl Bus {
    /// Not running yet.
    pub fn new(hints: Hints, link: Link) -> Self {
        let name = Uuid::new_v4().simple().to_string();
        Self { name, hints, link, hears: watch::channel(false).0 }
    }

    /// Whether hints of others are heard just now.
    pub(super) fn hears(&self) -> watch::Receiver<bool> {
        self.hears.subscribe()
    }

    /// Says and hears until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        tokio::select! {
            () = self.speak(&shutdown) => (),
            () = self.listen() => (),
        }
    }

    /// Says, and hears nothing, until `shutdown`: for a process in which nobody watches anything.
    pub async fn run_voice(self, shutdown: CancellationToken) {
        self.speak(&shutdown).await;
    }

    /// Says what this process has changed; the last of it after `shutdown`.
    async fn speak(&self, shutdown: &CancellationToken) {
        let mut own = self.hints.on_own();
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        while !shutdown.is_cancelled() {
            let mut touched = Touched::default();
            tokio::select! {
                () = shutdown.cancelled() => (),
                said = own.recv() => match said {
                    Ok(said) => touched.merge(&said),
                    Err(broadcast::error::RecvError::Lagged(_)) => touched.everything = true,
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                _ = beat.tick() => (),
            }
            while let Ok(said) = own.try_recv() {
                touched.merge(&said);
            }
            let said = self.link.say(&self.sentence(&touched)).await;
            match &said {
                Ok(()) => metrics::counter!("holdfast_api_hints_said_total").increment(1),
                // It is tried again with the next: once is enough to say so.
                Err(error) if !failing => self.complain(error, "hints to other processes are lost"),
                Err(_) => {}
            }
            failing = said.is_err();
            sleep(GATHER).await;
        }
    }

    /// Our name, and what was touched; or that it was much.
    fn sentence(&self, touched: &Touched) -> String {
        let sentence = format!("{} {touched}", self.name);
        if sentence.len() > LONGEST_HINT { format!("{} *", self.name) } else { sentence }
    }

    async fn listen(&self) {
        let mut failing = false;
        loop {
            let error = match self.link.listen().await {
                Ok(ear) => {
                    failing = false;
                    self.hear(ear).await
                }
                Err(error) => error,
            };
            if !std::mem::replace(&mut failing, true) {
                self.complain(
                    &error,
                    "no hints of other processes are heard; what is watched is looked at more often",
                );
            }
            self.deaf();
            sleep(RETRY).await;
        }
    }

    /// Hears until that ends, or seems to have ended; why.
    async fn hear(&self, mut ear: Listening) -> LinkError {
        let mut heard_self = Instant::now();
        loop {
            let said = match timeout_at(heard_self + DEAF, ear.hear()).await {
                Ok(Ok(said)) => said,
                Ok(Err(error)) => return error,
                Err(_) => return LinkError::NoAnswer,
            };
            // Foreign words look like much: whoever says them may well have changed something.
            let (from, words) = said.split_once(' ').unwrap_or(("", "*"));
            if from != self.name {
                metrics::counter!("holdfast_api_hints_heard_total").increment(1);
                let touched = words.parse().unwrap_or_else(|_| Touched::everything());
                if !touched.is_empty() {
                    self.hints.heard(touched);
                }
                continue;
            }
            heard_self = Instant::now();
            if !self.hears.send_replace(true) {
                metrics::gauge!("holdfast_api_bus_up").set(1.0);
                // What was said before we listened is not known.
                self.hints.heard(Touched::everything());
            }
        }
    }

    fn deaf(&self) {
        metrics::gauge!("holdfast_api_bus_up").set(0.0);
        if self.hears.send_replace(false) {
            metrics::counter!("holdfast_api_bus_lost_total").increment(1);
            self.hints.heard(Touched::everything());
        }
    }

    fn complain(&self, error: &LinkError, what: &str) {
        tracing::warn!(error = chain(error), link = self.link.name(), "{what}");
    }
}
