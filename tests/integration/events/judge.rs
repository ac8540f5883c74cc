//! What must be true of a topic, held against the database.

use std::collections::{BTreeMap, BTreeSet};

use tests::TestSystem;
use uuid::Uuid;

use super::reader::Seen;

/// How a topic came to its consumers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) events: usize,
    /// Messages of the topic whose id had come before: sent again.
    pub(crate) duplicates: usize,
    /// Messages that consumers read more than once.
    pub(crate) read_again: usize,
}

/// Each subject's sequence is complete from 1 and in order, its first occurrences included; what comes again is counted.
pub(crate) fn in_order(seen: &[Seen]) -> (BTreeMap<Uuid, i64>, Found) {
    let mut last: BTreeMap<Uuid, i64> = BTreeMap::new();
    let mut places = BTreeSet::new();
    let mut found = Found::default();
    for one in seen {
        assert_eq!(one.id, format!("{}.{}", one.subject, one.sequence), "an id names subject and sequence");
        if !places.insert(one.place) {
            found.read_again += 1;
            continue;
        }
        let last = last.entry(one.subject).or_default();
        if one.sequence <= *last {
            found.duplicates += 1;
            continue;
        }
        assert_eq!(one.sequence, *last + 1, "{} came when {} had not yet", one.id, *last + 1);
        *last = one.sequence;
        found.events += 1;
    }
    (last, found)
}

/// The same, and every booking of the database is there up to its last version, and no other.
pub(crate) async fn every_booking_is_told(system: &TestSystem, seen: &[Seen]) -> Found {
    let (told, found) = in_order(seen);
    let rows: Vec<(Uuid, i32)> = sqlx::query_as("select id, version from booking.booking")
        .fetch_all(&system.database.sql)
        .await
        .expect("the bookings");
    let versions: BTreeMap<_, _> = rows.into_iter().map(|(id, version)| (id, i64::from(version))).collect();
    let differ: Vec<_> =
        versions.iter().filter(|(id, version)| told.get(id) != Some(version)).take(5).collect();
    assert!(differ.is_empty(), "not told to the end: {differ:?}");
    assert_eq!(told.len(), versions.len(), "nothing else was told");
    found
}

/// How many events the bookings of a system have.
pub(crate) async fn events(system: &TestSystem) -> usize {
    let count: i64 = system.database.value("select count(*) from booking.event").await;
    usize::try_from(count).expect("a count")
}
