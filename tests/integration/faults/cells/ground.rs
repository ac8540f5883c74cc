//! What a cell stands on: a system of its own, and workers that are processes.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use jobs::Settings;
use tempfile::TempDir;
use tests::{Goods, Shop, TestSystem, plan};

use crate::faults::{gateway_entries, spawned::Process};

/// The system of one cell.
pub(super) struct Ground {
    pub(super) system: TestSystem,
    pub(super) shop: Shop,
    folder: TempDir,
}

impl Ground {
    /// With a shop of a few slots at 100.00, dearer when booked as `double`; with pauses cut short.
    pub(super) async fn new() -> Self {
        let system = TestSystem::idle().await;
        system
            .database
            .execute("update saga.definition set first_pause_ms = 20, longest_pause_ms = 60, longest_look_up_ms = 100")
            .await;
        let plans = vec![plan("flexible", 100, &[(0, 100)]), plan("double", 200, &[(0, 100)])];
        let shop = system.shop(&Goods { plans, ..Goods::places(10).slots(2) }).await;
        Self { system, shop, folder: tempfile::tempdir().expect("a folder") }
    }

    /// A worker of its own process, with these faults.
    pub(super) fn worker(&self, name: &str, failpoints: &str) -> Process {
        let flags = [
            "work".to_owned(),
            format!("--database-url={}", self.system.database.url),
            format!("--simulator=simulator={}", self.system.simulator_url()),
            "--queues=saga".to_owned(),
            "--lease-seconds=1".to_owned(),
            "--gateway-timeout-ms=900".to_owned(),
            "--settled-after-seconds=1".to_owned(),
            "--poll-ms=20".to_owned(),
            "--connections=5".to_owned(),
        ];
        Process::start(&flags, &[("FAILPOINTS", failpoints)], &self.log(name))
    }

    /// Waits until nothing moves: no saga is open, no message is left.
    pub(super) async fn at_rest(&self) -> Result<(), String> {
        let query = "select not exists (select from saga.saga where ended_at is null)
                     and not exists (select from pgmq.q_saga)";
        let waiting = until_in(Duration::from_secs(25), || async {
            let rests: bool = self.system.database.value(query).await;
            rests.then_some(())
        });
        match waiting.await {
            Some(()) => Ok(()),
            None => Err(format!("nothing more happens, and it is not at rest: {}", self.state().await)),
        }
    }

    /// Where everything stands, for whoever reads of a cell that failed.
    pub(super) async fn state(&self) -> String {
        let query = "select coalesce(jsonb_agg(jsonb_build_object(
            'kind', s.kind, 'state', s.state, 'step', s.step, 'lease_until', s.lease_until, 'failures', s.failures,
            'in_doubt', s.in_doubt, 'error', s.last_error,
            'history', (select jsonb_agg(p.step || ' ' || p.result order by p.seq) from saga.step p where p.saga_id = s.id)
        ) order by s.created_at), '[]')::text || ' messages ' || (select count(*) from pgmq.q_saga) from saga.saga s";
        self.system.database.value(query).await
    }

    /// How a worker in this process works that is killed: its step is soon another's.
    pub(super) fn short_lease() -> Settings {
        Settings {
            lease: Duration::from_secs(1),
            gateway_timeout: Duration::from_millis(900),
            settled_after: Duration::from_secs(1),
            ..tests::settings()
        }
    }

    /// Leaves the open sagas as a worker does that has claimed their steps and died: nobody knows what was sent.
    pub(super) async fn leave_in_doubt(&self) {
        let left =
            "update saga.saga set in_doubt = true, claimed_at = clock_timestamp() where ended_at is null";
        assert_eq!(self.system.database.execute(left).await, 1, "a saga to leave");
        let asked = "update payment.operation set gateway = 'simulator' where gateway is null";
        self.system.database.execute(asked).await;
    }

    /// What the gateway has done, by its own ledger.
    pub(super) async fn books(&self) -> Vec<String> {
        let entries = gateway_entries(&self.system.simulator_url()).await;
        entries.iter().map(|entry| entry["kind"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Looks until `look` gives something, or the time is over.
pub(super) async fn until_in<T, F>(limit: Duration, mut look: impl FnMut() -> F) -> Option<T>
where
    F: Future<Output = Option<T>>,
{
    let began = Instant::now();
    loop {
        match look().await {
            None if began.elapsed() < limit => tokio::time::sleep(Duration::from_millis(15)).await,
            found => return found,
        }
    }
}
