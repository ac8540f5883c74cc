//! A relay with a bug must be caught: what the other tests of events look at would show it.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use tests::Broker;

use super::{
    load::Sale,
    patiently,
    proof::rebuilt_from_the_topic_alone,
    stage::{Form, Stage},
};

const BOOKINGS: usize = 60;

/// An event counts as published when it is claimed, and not when the broker has it.
const MARKED_EARLY: (&str, &str, &str) = (
    "outbox.next_events(jsonb, integer)",
    "return query select u.e from unnest(found)",
    "update outbox.subject s set published = greatest(s.published, t.last)
     from (select e ->> 'kind' as kind, (e ->> 'id')::uuid as id, max((e ->> 'sequence')::integer) as last
           from unnest(found) e group by 1, 2) t
     where s.kind = t.kind and s.id = t.id;
     return query select u.e from unnest(found)",
);

/// Books while the broker is away, and gives back whether a consumer knows in the end what the database knows.
async fn is_all_told(broker: &mut Broker, bug: Option<(&str, &str, &str)>) -> bool {
    let stage = Stage::open(broker.address(), Form::Json).await;
    let relay = stage.relay();
    let sale = Sale::open(&stage.system).await;
    sale.book(&stage.system, BOOKINGS, 0).await;
    let published = "select not exists (select from booking.booking b left join outbox.subject s
        on s.kind = 'BOOKING' and s.id = b.id where b.version > coalesce(s.published, 0))
        and not exists (select from outbox.subject s where s.lease_until is not null and s.kind = 'BOOKING')";
    let rests = async || {
        patiently("the relay says that all is published", tests::LIMIT, async || {
            stage.system.database.value::<bool>(published).await.then_some(())
        })
        .await;
    };
    rests().await;
    if let Some((routine, text, planted)) = bug {
        stage.system.plant(routine, text, planted).await;
    }
    broker.kill().await;
    sale.book(&stage.system, BOOKINGS, 0).await;
    let away = "select away_since is not null from outbox.broker";
    patiently("the relay has tried", tests::LIMIT, async || {
        stage.system.database.value::<bool>(away).await.then_some(())
    })
    .await;
    broker.start().await;
    rests().await;
    let told = AssertUnwindSafe(rebuilt_from_the_topic_alone(&stage)).catch_unwind().await;
    relay.stop().await;
    stage.finish().await;
    told.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_marks_before_the_broker_has_it_is_caught() {
    let Some(mut broker) = Broker::own().await else { return };
    assert!(is_all_told(&mut broker, None).await, "without the bug nothing is missing");
    assert!(!is_all_told(&mut broker, Some(MARKED_EARLY)).await, "what was lost is seen");
    assert_eq!(broker.kills, 2);
}
