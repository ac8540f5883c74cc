//! The worker of the demo, which may be killed. It has a runtime of its own, the nearest thing to a process of its own:
//! ending that drops each of its tasks where it stands, and closes its connections without a farewell. Another is
//! started in its place, as a supervisor would.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use api::Hints;
use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use db::{Db, DbRole, OperationKind, PoolOptions};
use jobs::Surroundings;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{runtime::Runtime, sync::Notify};
use tokio_util::sync::CancellationToken;

use super::{Doors, interrupted::Interrupted, refuse};
use crate::{args::GatewayArgs, error::CliError, gateways};

/// How long nobody works after a kill.
const AWAY: Duration = Duration::from_secs(1);
/// Kills that are remembered.
const REMEMBERED: usize = 20;
/// No client waits for a worker's sweeps and checks, which may read whole tables.
const STATEMENT: Duration = Duration::from_secs(30);

/// A kill, and what it interrupted.
#[derive(Clone, Debug, Serialize)]
struct Kill {
    at: DateTime<Utc>,
    worker: String,
    /// What the gateway had just done for it, and it never heard of.
    interrupted: Option<OperationKind>,
}

#[derive(Debug, Default)]
struct Known {
    /// Counts the workers, from 1.
    number: u32,
    name: String,
    is_working: bool,
    /// Whether the next answer of the gateway kills it.
    is_armed: bool,
    /// What the gateway has just done, when that is to kill it.
    interrupted: Option<OperationKind>,
    kills: VecDeque<Kill>,
}

/// How the worker is killed, and what is known of it; clones are the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Controls {
    known: Arc<Mutex<Known>>,
    killed: Arc<Notify>,
}

impl Controls {
    /// A panic elsewhere can't have left this half written.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills the worker at that moment; false when there is none.
    pub(super) fn kill(&self, moment: Moment) -> bool {
        let mut known = self.known();
        match moment {
            _ if !known.is_working => return false,
            Moment::Now => self.killed.notify_one(),
            Moment::AfterCharge => known.is_armed = true,
        }
        true
    }

    /// Whether this answer is the one that kills; then nothing may be done with it.
    pub(super) fn strikes(&self, kind: OperationKind) -> bool {
        let mut known = self.known();
        let strikes = std::mem::take(&mut known.is_armed);
        if strikes {
            known.interrupted = Some(kind);
            self.killed.notify_one();
        }
        strikes
    }

    pub(super) fn begins(&self, base: &str) -> String {
        let mut known = self.known();
        known.number += 1;
        known.name = format!("{base}-{}", known.number);
        known.is_working = true;
        known.name.clone()
    }

    fn ended_by_kill(&self) {
        let mut known = self.known();
        known.is_working = false;
        known.is_armed = false;
        let kill = Kill { at: Utc::now(), worker: known.name.clone(), interrupted: known.interrupted.take() };
        known.kills.push_front(kill);
        known.kills.truncate(REMEMBERED);
    }
}

/// The workers, one after the other.
#[derive(Debug)]
pub(crate) struct Supervised {
    pub(crate) database: String,
    pub(crate) connections: u32,
    pub(crate) gateways: GatewayArgs,
    /// The same for all; each adds its number.
    pub(crate) name: String,
    pub(crate) near: Hints,
    pub(crate) controls: Controls,
}

/// A runtime that may be dropped within another.
struct Life(Option<Runtime>);

impl Drop for Life {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Supervised {
    /// Works until `shutdown`; a worker that ends by itself before ends this, too.
    pub(crate) async fn run(self, shutdown: CancellationToken) -> Result<(), CliError> {
        loop {
            let name = self.controls.begins(&self.name);
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name("holdfast-worker")
                .enable_all()
                .build();
            let life = Life(Some(runtime.map_err(CliError::Runtime)?));
            let Some(runtime) = &life.0 else { return Ok(()) };
            let working = runtime.spawn(self.work(name.clone(), shutdown.clone())?);
            tokio::select! {
                ended = working => return ended.map_err(CliError::Panicked)?,
                () = self.controls.killed.notified() => (),
            }
            drop(life);
            tracing::warn!(worker = name, "the worker was killed");
            self.controls.ended_by_kill();
            tokio::select! {
                () = tokio::time::sleep(AWAY) => (),
                () = shutdown.cancelled() => return Ok(()),
            }
        }
    }

    /// One worker, with connections and gateways of its own, as a process would have.
    fn work(
        &self,
        name: String,
        shutdown: CancellationToken,
    ) -> Result<impl Future<Output = Result<(), CliError>> + Send + 'static, CliError> {
        let controls = self.controls.clone();
        let gateways = gateways::build_with(&self.gateways, &gateways::generous(), |gateway| {
            Arc::new(Interrupted { gateway, controls: controls.clone() })
        })?;
        let (database, near) = (self.database.clone(), self.near.clone());
        let options =
            PoolOptions { connections: self.connections, statement: STATEMENT, ..PoolOptions::default() };
        Ok(async move {
            let db = Db::connect(&database, DbRole::Worker, &options).await?;
            let surroundings = Surroundings { work: near.on_work() };
            let telling = db.clone().telling(move |touched| near.touched(touched));
            jobs::run(telling, gateways, jobs::Settings::named(name), surroundings, shutdown).await?;
            db.close().await;
            Ok(())
        })
    }
}

/// What there is to see, and whether trouble can be made.
pub(super) async fn state(State(doors): State<Doors>) -> Response {
    let known = doors.worker.known();
    Json(json!({
        "worker": {
            "name": known.name, "number": known.number, "isWorking": known.is_working, "isArmed": known.is_armed,
            "kills": known.kills,
        },
        "trouble": doors.simulator.as_ref().map(simulator::Simulator::trouble),
    }))
    .into_response()
}

/// When to kill.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Moment {
    /// Where it stands.
    Now,
    /// When the gateway has next done what it was asked, before that is written down.
    AfterCharge,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    moment: Moment,
}

/// Kills the worker.
pub(super) async fn kill(State(doors): State<Doors>, wish: Result<Json<Wish>, JsonRejection>) -> Response {
    let Wish { moment } = match wish {
        Ok(Json(wish)) => wish,
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    if !doors.worker.kill(moment) {
        return refuse(StatusCode::CONFLICT, "the worker is dead already; another one starts in a moment");
    }
    state(State(doors)).await
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    /// Whether somebody was told to end the worker since this was asked last.
    fn is_told(controls: &Controls) -> bool {
        controls.killed.notified().now_or_never().is_some()
    }

    #[test]
    fn the_answer_that_was_waited_for_kills_and_no_other() {
        let controls = Controls::default();
        let name = controls.begins("dev");
        assert!(!controls.strikes(OperationKind::Authorize), "nobody has armed it");
        assert!(controls.kill(Moment::AfterCharge));
        assert!(!is_told(&controls), "it lives until then");
        assert!(controls.strikes(OperationKind::Capture));
        assert!(is_told(&controls));
        assert!(!controls.strikes(OperationKind::Refund), "once");
        controls.ended_by_kill();
        let known = controls.known();
        let kill = known.kills.front().expect("it is remembered");
        assert_eq!((kill.worker.as_str(), kill.interrupted), (name.as_str(), Some(OperationKind::Capture)));
    }

    #[test]
    fn nobody_kills_the_dead_and_the_next_one_is_not_armed() {
        let controls = Controls::default();
        assert!(!controls.kill(Moment::Now) && !is_told(&controls), "none has begun");
        controls.begins("dev");
        assert!(controls.kill(Moment::AfterCharge) && controls.kill(Moment::Now) && is_told(&controls));
        controls.ended_by_kill();
        assert!(!controls.kill(Moment::Now) && !controls.kill(Moment::AfterCharge) && !is_told(&controls));
        assert_eq!(controls.begins("dev"), "dev-2");
        assert!(!controls.strikes(OperationKind::Authorize));
        let known = controls.known();
        assert_eq!(known.kills.front().map(|kill| kill.interrupted), Some(None), "nothing was interrupted");
    }
}
