//! Whether a cell ended as it has to.

use super::{
    ground::{Ground, until_in},
    scenes::End,
};
use std::time::Duration;

/// Waits until nothing moves. A booking whose customer may try again is told that the time is over.
pub(super) async fn rests_or_waits(ground: &Ground) -> Result<(), String> {
    let query = "select coalesce(bool_and(ended_at is not null or state = 'WAITING'), false) from saga.saga";
    let rests = until_in(Duration::from_secs(25), async || {
        let rests: bool = ground.system.database.value(query).await;
        rests.then_some(())
    });
    if rests.await.is_none() {
        return Err(format!("nothing more happens, and it is not at rest: {}", ground.state().await));
    }
    ground
        .system
        .database
        .execute(
            "update booking.booking set expire_due_at = clock_timestamp() - interval '1 second'
             where status = 'PENDING'",
        )
        .await;
    ground.at_rest().await
}

/// Holds what the books say, ours and the gateway's, against what they have to say.
pub(super) async fn judge(ground: &Ground, kind: &str, end: &End) -> Result<(), String> {
    let database = &ground.system.database;
    let sagas: Vec<String> = database
        .column(format!("select state from saga.saga where kind = '{kind}' order by created_at"))
        .await;
    let bookings: Vec<String> = database.column("select distinct status from booking.booking").await;
    let payments: Vec<String> =
        database.column("select status from payment.payment order by booking_id, number").await;
    let mut books = ground.books().await;
    let mut expected: Vec<_> = end.books.iter().map(ToString::to_string).collect();
    books.sort();
    expected.sort();
    let mut wrong = Vec::new();
    let mut hold = |what: &str, found: String, expected: String| {
        if found != expected {
            wrong.push(format!("{what}: {found} instead of {expected}"));
        }
    };
    hold("sagas", format!("{sagas:?}"), format!("{:?}", [end.saga]));
    hold("booking", bookings.join(", "), end.booking.to_owned());
    hold("payments", format!("{payments:?}"), format!("{:?}", end.payments));
    hold("the gateway's books", format!("{books:?}"), format!("{expected:?}"));
    let leases: i64 = database.value("select count(*) from saga.saga where lease_until is not null").await;
    hold("leases", leases.to_string(), "0".to_owned());
    let cases: i64 = database
        .value("select count(*) from saga.dead_letter where state = 'OPEN' and cardinality(safe_actions) > 0")
        .await;
    hold("cases for operators", cases.to_string(), i64::from(end.saga == "DEAD").to_string());
    let violations = ground.system.violations().await;
    hold("broken invariants", format!("{violations:?}"), "[]".to_owned());
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}; {}", wrong.join("; "), ground.state().await)) }
}
