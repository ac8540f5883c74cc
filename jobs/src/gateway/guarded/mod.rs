//! A gateway behind what keeps it from harm, and us from it: a time-out, a bound on calls under way, a rate limit and
//! a breaker. A call that these hold back is `NotSent`: nothing is known to have failed, and nothing is in doubt.

mod breaker;
mod limits;
#[cfg(test)]
mod tests;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use governor::{
    DefaultDirectRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{Answer, Before, Finding, Operation, PaymentGateway, Statement};
use breaker::{Breaker, Leave};

pub use breaker::{BreakerState, Health};
pub use limits::{BreakerLimits, Limits};

/// A call that was never made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotSent {
    /// Why not.
    pub reason: String,
    /// When it may be made.
    pub retry_after: Duration,
}

/// A gateway behind its limits.
#[derive(Debug)]
pub struct Guarded {
    gateway: Arc<dyn PaymentGateway>,
    limits: Limits,
    calls: Semaphore,
    rate: DefaultDirectRateLimiter,
    breaker: Breaker,
}

/// What has to be held while a call is under way.
struct Turn<'a> {
    _place: SemaphorePermit<'a>,
    leave: Leave,
}

impl Guarded {
    /// Puts a gateway behind these limits.
    pub fn new(gateway: Arc<dyn PaymentGateway>, limits: Limits) -> Self {
        let breaker = Breaker::new(gateway.code(), &limits.breaker);
        Self {
            calls: Semaphore::new(limits.concurrency),
            rate: DefaultDirectRateLimiter::direct(Quota::per_second(limits.per_second)),
            breaker,
            gateway,
            limits,
        }
    }

    /// How the gateway does, as this worker sees it.
    pub fn health(&self) -> Health {
        self.breaker.health()
    }

    /// Carries out an operation; without an answer within `timeout` its outcome is unknown. Waiting for a turn comes on top.
    pub async fn perform_within(&self, operation: &Operation, timeout: Duration) -> Answer {
        let turn = match self.turn().await {
            Ok(turn) => turn,
            Err(NotSent { reason, retry_after }) => return Answer::NotSent { reason, retry_after },
        };
        let begun = Instant::now();
        let answer = tokio::time::timeout(timeout, self.gateway.perform(operation))
            .await
            .unwrap_or_else(|_| Answer::Unknown(no_answer(timeout)));
        let (result, succeeded) = match &answer {
            Answer::Done(_) => ("done", true),
            Answer::Declined(_) => ("declined", true),
            Answer::Failed(_) => ("failed", false),
            Answer::Unknown(_) => ("unknown", false),
            // The gateway's own client held it back: that says nothing of the gateway.
            Answer::NotSent { .. } => return answer,
        };
        self.note(&turn, operation.kind.name(), result, succeeded, begun);
        answer
    }

    /// Finds out what became of an operation; without an answer within `timeout` that stays unknown.
    pub async fn look_up_within(&self, operation: &Operation, timeout: Duration) -> Result<Finding, NotSent> {
        let turn = self.turn().await?;
        let begun = Instant::now();
        let finding = tokio::time::timeout(timeout, self.gateway.look_up(operation))
            .await
            .unwrap_or_else(|_| Finding::Unknown(no_answer(timeout)));
        let (result, succeeded) = match &finding {
            Finding::Done(_) => ("done", true),
            Finding::Declined(_) => ("declined", true),
            Finding::Absent => ("absent", true),
            Finding::NotDone(_) => ("not_done", true),
            Finding::Unknown(_) => ("unknown", false),
        };
        self.note(&turn, "look_up", result, succeeded, begun);
        Ok(finding)
    }

    /// A place among the calls under way, one under the rate limit, and the breaker's leave; in that order, so that
    /// what waited is still held back by a breaker that opened meanwhile.
    async fn turn(&self) -> Result<Turn<'_>, NotSent> {
        if let Health { state: BreakerState::Open, retry_after: Some(wait) } = self.health() {
            return Err(self.held_back("breaker", "its breaker is open", wait));
        }
        let begun = tokio::time::Instant::now();
        let place = tokio::time::timeout(self.limits.wait, self.calls.acquire())
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| self.held_back("bulkhead", "too many calls are under way", self.limits.wait))?;
        self.rate_turn(begun).await?;
        let leave =
            self.breaker.admit().map_err(|wait| self.held_back("breaker", "its breaker is open", wait))?;
        Ok(Turn { _place: place, leave })
    }

    /// Waits for a turn under the rate limit, no longer than the wait that began at `begun`.
    async fn rate_turn(&self, begun: tokio::time::Instant) -> Result<(), NotSent> {
        while let Err(until) = self.rate.check() {
            let wait = until.wait_time_from(DefaultClock::default().now());
            if begun.elapsed() + wait > self.limits.wait {
                return Err(self.held_back("rate", "too many calls were begun lately", wait));
            }
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    fn held_back(&self, limit: &'static str, reason: &str, retry_after: Duration) -> NotSent {
        metrics::counter!("holdfast_gateway_not_sent_total", "gateway" => self.code().to_owned(), "limit" => limit)
            .increment(1);
        NotSent { reason: format!("`{}` was not asked: {reason}", self.code()), retry_after }
    }

    fn note(
        &self,
        turn: &Turn<'_>,
        operation: &'static str,
        result: &'static str,
        succeeded: bool,
        begun: Instant,
    ) {
        self.breaker.record(&turn.leave, succeeded);
        metrics::histogram!(
            "holdfast_gateway_seconds",
            "gateway" => self.code().to_owned(), "operation" => operation, "result" => result
        )
        .record(begun.elapsed());
    }
}

fn no_answer(timeout: Duration) -> String {
    format!("no answer within {timeout:?}")
}

#[async_trait]
impl Before for Guarded {
    fn gateway(&self) -> &dyn PaymentGateway {
        self.gateway.as_ref()
    }

    async fn performed(&self, operation: &Operation) -> Answer {
        self.perform_within(operation, self.limits.timeout).await
    }

    /// As `look_up_within`, whose answer tells a look-up that was never made from one without a result; this can't.
    async fn looked_up(&self, operation: &Operation) -> Finding {
        self.look_up_within(operation, self.limits.timeout)
            .await
            .unwrap_or_else(|not_sent| Finding::Unknown(not_sent.reason))
    }

    async fn listed(&self, cursor: Option<&str>) -> Result<Statement, String> {
        let turn = self.turn().await.map_err(|not_sent| not_sent.reason)?;
        let begun = Instant::now();
        let timeout = self.limits.timeout;
        let listed = tokio::time::timeout(timeout, self.gateway.list(cursor))
            .await
            .unwrap_or_else(|_| Err(no_answer(timeout)));
        let result = if listed.is_ok() { "done" } else { "failed" };
        self.note(&turn, "list", result, listed.is_ok(), begun);
        listed
    }
}
