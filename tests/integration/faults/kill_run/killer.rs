//! Who kills whom, and when.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sqlx::PgPool;
use tests::sql;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{postgres::Mortal, site::Site};
use crate::faults::spawned::Process;

const WORKERS_EVERY: Duration = Duration::from_millis(500);
const API_EVERY: Duration = Duration::from_secs(4);
const POSTGRES_EVERY: Duration = Duration::from_secs(10);
const WORKERS: usize = 3;

/// What a worker had in its hands when it was killed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Orphan {
    pub(super) saga: Uuid,
    /// Steps in its history at that moment.
    pub(super) steps: i32,
    pub(super) at: DateTime<Utc>,
}

/// What was killed.
#[derive(Debug, Default)]
pub(super) struct Toll {
    pub(super) workers: u32,
    pub(super) apis: u32,
    pub(super) orphans: Vec<Orphan>,
    /// When the database was away.
    pub(super) outages: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

/// Kills workers until it is told to stop; those that live then go on.
pub(super) async fn kill_workers(
    site: Arc<Site>,
    postgres: Arc<Mutex<Mortal>>,
    seed: u64,
    stop: CancellationToken,
) -> (Toll, Vec<Process>) {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut workers: Vec<_> = (0..WORKERS).map(|_| site.work()).collect();
    let mut toll = Toll::default();
    while pause(WORKERS_EVERY, &stop).await {
        let victim = &mut workers[chance.random_range(0..WORKERS)];
        let name = victim.name();
        let at = Utc::now();
        // One that was started while Postgres was away has ended by itself; what supervises it starts another.
        toll.workers += u32::from(victim.kill().await);
        // While Postgres is away, what it held can't be asked.
        if let (Some(name), Ok(postgres)) = (name, postgres.try_lock()) {
            toll.orphans.extend(held_by(&postgres.sql(), &name, at).await);
        }
        *victim = site.work();
    }
    (toll, workers)
}

async fn held_by(database: &PgPool, worker: &str, at: DateTime<Utc>) -> Vec<Orphan> {
    let query =
        "select id, steps from saga.saga where worker = $1 and lease_until is not null and ended_at is null";
    let rows: Vec<(Uuid, i32)> =
        sqlx::query_as(sql(query)).bind(worker).fetch_all(database).await.unwrap_or_default();
    rows.into_iter().map(|(saga, steps)| Orphan { saga, steps, at }).collect()
}

/// Kills one instance of the API after the other, each of which comes back at its port.
pub(super) async fn kill_apis(
    site: Arc<Site>,
    ports: [u16; 2],
    stop: CancellationToken,
) -> (u32, Vec<Process>) {
    let mut apis: Vec<_> = ports.iter().map(|port| site.serve(*port)).collect();
    for api in &apis {
        api.said().await;
    }
    let (mut kills, mut turn) = (0, 0);
    while pause(API_EVERY, &stop).await {
        kills += u32::from(apis[turn].kill().await);
        apis[turn] = site.serve(ports[turn]);
        turn = 1 - turn;
    }
    (kills, apis)
}

/// Kills Postgres; gives when it was away.
pub(super) async fn kill_postgres(
    postgres: Arc<Mutex<Mortal>>,
    stop: CancellationToken,
) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut outages = Vec::new();
    while pause(POSTGRES_EVERY, &stop).await {
        let mut postgres = postgres.lock().await;
        let from = Utc::now();
        postgres.kill_and_restart().await;
        outages.push((from, Utc::now()));
    }
    outages
}

async fn pause(every: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(every) => true,
    }
}

/// Waits until no saga has anything more to do; how long that took.
pub(super) async fn until_all_ended(database: &PgPool, limit: Duration) -> Duration {
    let began = Instant::now();
    loop {
        let open: i64 = sqlx::query_scalar("select count(*) from saga.saga where ended_at is null")
            .fetch_one(database)
            .await
            .expect("the database is not killed any more");
        if open == 0 {
            return began.elapsed();
        }
        assert!(began.elapsed() < limit, "{open} sagas have not ended {limit:?} after the last kill");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
