//! What must be true when the dust has settled.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde_json::Value;
use sqlx::PgPool;
use tests::sql;
use uuid::Uuid;

use super::{
    client::Acknowledged,
    killer::{Orphan, Toll},
    site::LEASE,
};
use crate::faults::gateway_entries;

/// Everything that was acknowledged is there, at that version or a later one, and what was cancelled stays so.
pub(super) async fn nothing_acknowledged_is_lost(database: &PgPool, acknowledged: &[Acknowledged]) {
    let rows: Vec<(Uuid, i32, String)> = sqlx::query_as("select id, version, status from booking.booking")
        .fetch_all(database)
        .await
        .expect("the bookings");
    let found: BTreeMap<_, _> =
        rows.into_iter().map(|(id, version, status)| (id, (version, status))).collect();
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|told| {
            let is_there = |(version, status): &(i32, String)| {
                i64::from(*version) >= told.version && (told.status != "CANCELLED" || status == "CANCELLED")
            };
            !found.get(&told.booking).is_some_and(is_there)
        })
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:#?}");
}

/// Every command took effect once, however often it was sent: as many bookings as were asked for.
pub(super) async fn nothing_was_done_twice(database: &PgPool, asked: u64) {
    let bookings: i64 = scalar(database, "select count(*) from booking.booking").await;
    assert_eq!(u64::try_from(bookings), Ok(asked), "a booking for each command, and no more");
}

/// All sagas ended, none later than it should have, none in the operators' inbox.
pub(super) async fn every_saga_ended_well(database: &PgPool) -> Vec<(String, String, i64)> {
    let late = "select count(*) from saga.saga where ended_at is null or ended_at > deadline";
    assert_eq!(scalar(database, late).await, 0, "sagas that did not end by their deadline");
    let cases: Vec<(String, Option<String>)> = sqlx::query_as("select cause, detail from saga.dead_letter")
        .fetch_all(database)
        .await
        .expect("cases");
    assert_eq!(cases, [], "cases for operators");
    assert_eq!(scalar(database, "select count(*) from pgmq.a_saga").await, 0, "messages that were parked");
    sqlx::query_as("select kind, state, count(*) from saga.saga group by 1, 2 order by 1, 2")
        .fetch_all(database)
        .await
        .expect("the sagas")
}

/// Waits until what the gateway's list and our books had differently under fire was seen to: whoever read the list was
/// killed again and again, and is left in peace now. Of any age: what is young would be found broken in a moment.
pub(super) async fn until_reconciled(database: &PgPool) {
    let began = Instant::now();
    let open =
        "select count(*) from payment.differences() where handling in ('WAITING', 'UNDER_WAY', 'FOUND')";
    let first = scalar(database, open).await;
    tests::until("the gateway's list and our books agree", || async {
        (scalar(database, open).await == 0).then_some(())
    })
    .await;
    println!("{first} differences with the gateway at the end, none {:.1?} later", began.elapsed());
}

/// Every view of the schema `invariant` is empty.
pub(super) async fn invariants_hold(database: &PgPool) -> usize {
    let views: Vec<String> =
        sqlx::query_scalar("select viewname::text from pg_views where schemaname = 'invariant' order by 1")
            .fetch_all(database)
            .await
            .expect("the invariants");
    assert!(views.len() >= 17, "all invariants are there: {views:?}");
    let mut broken = Vec::new();
    for view in &views {
        let rows: Vec<Value> =
            sqlx::query_scalar(sql(format!("select to_jsonb(v) from invariant.{view} v limit 3")))
                .fetch_all(database)
                .await
                .unwrap_or_else(|error| panic!("{view}: {error}"));
        if !rows.is_empty() {
            broken.push((view, rows));
        }
    }
    assert!(broken.is_empty(), "broken invariants: {broken:#?}");
    views.len()
}

/// The gateway's own list against our operations: each of ours is there once, and there is nothing else; no
/// authorization is captured twice.
pub(super) async fn gateway_agrees(database: &PgPool, simulator: &str) -> usize {
    let mut theirs: Vec<(String, String, i64)> = Vec::new();
    let mut captures: BTreeMap<String, u32> = BTreeMap::new();
    for entry in gateway_entries(simulator).await {
        let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        if text("kind") == "CAPTURE" {
            *captures.entry(text("authorization")).or_default() += 1;
        }
        theirs.push((text("key"), text("kind"), entry["amount_minor"].as_i64().expect("an amount")));
    }
    captures.retain(|_, count| *count > 1);
    assert!(captures.is_empty(), "authorizations captured more than once: {captures:?}");
    let mut ours: Vec<(String, String, i64)> = sqlx::query_as(
        "select gateway_key, kind, amount_minor from payment.operation where state = 'SUCCEEDED'",
    )
    .fetch_all(database)
    .await
    .expect("our operations");
    ours.sort();
    theirs.sort();
    let differ: Vec<_> = ours.iter().filter(|row| !theirs.contains(row)).take(5).collect();
    let strange: Vec<_> = theirs.iter().filter(|row| !ours.contains(row)).take(5).collect();
    assert!(ours == theirs, "ours alone: {differ:?}; the gateway's alone: {strange:?}");
    theirs.len()
}

/// How long what a killed worker held waited for its next step: the median, and the longest. Waits in which Postgres
/// was away are left out, since they say nothing of leases.
pub(super) async fn waits(database: &PgPool, toll: &Toll) -> Option<(usize, Duration, Duration)> {
    let mut waits = Vec::new();
    for Orphan { saga, steps, at } in &toll.orphans {
        let next: Option<chrono::DateTime<chrono::Utc>> =
            sqlx::query_scalar("select min(at) from saga.step where saga_id = $1 and seq > $2 and at > $3")
                .bind(saga)
                .bind(steps)
                .bind(at)
                .fetch_one(database)
                .await
                .expect("the history of a saga");
        let Some(next) = next else { continue };
        if !toll.outages.iter().any(|(from, until)| *from < next && at < until) {
            waits.push((next - *at).to_std().unwrap_or_default());
        }
    }
    waits.sort();
    let median = *waits.get(waits.len() / 2)?;
    assert!(median <= LEASE + Duration::from_secs(2), "half of them waited longer than {median:?}");
    Some((waits.len(), median, *waits.last()?))
}

async fn scalar(database: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(database).await.unwrap_or_else(|error| panic!("{query}: {error}"))
}
