//! Whether the broker is there, as the lanes of a relay find it.

use std::sync::{
    PoisonError,
    atomic::{AtomicU8, Ordering},
};

use db::Db;
use tokio::{sync::Mutex, time::Instant};

use crate::report;

const UNKNOWN: u8 = 0;
const HERE: u8 = 1;
const AWAY: u8 = 2;

/// What a failure says of the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing was acknowledged since: it is away, as far as one can see.
    Gone,
    /// Nothing was, and we knew that already.
    StillGone,
    /// It was away then, and is back.
    WasGone,
    /// It has acknowledged other things: it is a topic or a partition that ails, and the others are not to wait.
    There,
}

/// When it acknowledged something.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    last: Option<Instant>,
    /// For the first time since it was away, or was not known.
    back: Option<Instant>,
}

/// What is known of the broker; each change is written down once, so that what waits for it is accounted for.
#[derive(Debug)]
pub(super) struct Broker {
    db: Db,
    state: AtomicU8,
    heard: std::sync::Mutex<Heard>,
    /// Held while a change is written down, so that changes are written in their order.
    writing: Mutex<()>,
}

impl Broker {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            state: AtomicU8::new(UNKNOWN),
            heard: std::sync::Mutex::default(),
            writing: Mutex::new(()),
        }
    }

    /// Whether the last that was heard of it is that it is away.
    pub(super) fn is_away(&self) -> bool {
        self.state.load(Ordering::Relaxed) == AWAY
    }

    /// It has acknowledged something.
    pub(super) async fn is_here(&self) {
        let is_news = self.state.load(Ordering::Relaxed) != HERE;
        {
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.last = Some(Instant::now());
            if is_news {
                heard.back = heard.last;
            }
        }
        if self.turn(HERE).await {
            tracing::info!("the broker is there");
        }
    }

    /// Something that was sent then was not acknowledged: what that says of the broker.
    pub(super) async fn has_failed(&self, since: Instant, cause: &str) -> Verdict {
        let Heard { last, back } = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last <= since) {
            return if self.is_gone(cause).await { Verdict::Gone } else { Verdict::StillGone };
        }
        if back.is_some_and(|back| since <= back) { Verdict::WasGone } else { Verdict::There }
    }

    /// It has not, in time. True when this is news.
    pub(super) async fn is_gone(&self, cause: &str) -> bool {
        let is_news = self.turn(AWAY).await;
        if is_news {
            tracing::warn!(error = cause, "the broker takes nothing; events wait in the outbox");
        }
        is_news
    }

    /// Says that this relay runs. Who reaches the broker contradicts whoever said that it was away, and is gone or cut off
    /// himself; who doesn't leaves it at what was said.
    pub(super) async fn repeat(&self) {
        let _writing = self.writing.lock().await;
        let away = (self.state.load(Ordering::Relaxed) == HERE).then_some(false);
        if let Err(error) = self.db.report_broker(away).await {
            report("that the relay runs could not be written down", &error);
        }
    }

    /// True when this is news.
    async fn turn(&self, state: u8) -> bool {
        if self.state.load(Ordering::Relaxed) == state {
            return false;
        }
        let _writing = self.writing.lock().await;
        if self.state.swap(state, Ordering::Relaxed) == state {
            return false;
        }
        metrics::gauge!("holdfast_outbox_broker_up").set(if state == HERE { 1.0 } else { 0.0 });
        if let Err(error) = self.db.report_broker(Some(state == AWAY)).await {
            // Told again with the next event that is sent or not.
            self.state.store(UNKNOWN, Ordering::Relaxed);
            report("whether the broker is there could not be written down", &error);
        }
        true
    }
}
