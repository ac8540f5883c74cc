//! History published again by command, marked as replayed.

use chrono::{DateTime, Utc};
use tests::Broker;

use super::{
    judge::{events, every_booking_is_told},
    load::Sale,
    patiently,
    stage::{Form, Stage},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_span_of_history_is_published_again() {
    let Some(broker) = Broker::shared().await else { return };
    published_again(Stage::open(broker.address(), Form::Json).await).await;
}

/// That it can fail: whoever sends without having made his schemas known can send nothing.
#[tokio::test(flavor = "multi_thread")]
async fn so_it_is_with_a_registry() {
    let Some(broker) = Broker::shared().await else { return };
    published_again(Stage::open(broker.address(), Form::Registered).await).await;
}

async fn published_again(stage: Stage) {
    let relay = stage.relay();
    let sale = Sale::open(&stage.system).await;
    sale.book(&stage.system, 60, 0).await;
    let from: DateTime<Utc> = stage.system.database.value("select clock_timestamp()").await;
    let before = events(&stage.system).await;
    sale.book(&stage.system, 60, 0).await;
    let to: DateTime<Utc> = stage.system.database.value("select clock_timestamp()").await;
    let expected = events(&stage.system).await;
    sale.book(&stage.system, 60, 0).await;

    let (reader, all) = (stage.reader("booking", 1), events(&stage.system).await);
    patiently("all events are there", tests::LIMIT, async || (reader.distinct() == all).then_some(())).await;
    assert_eq!(reader.seen().len(), all, "each came once");
    let (from, to) = (format!("--from={}", from.to_rfc3339()), format!("--to={}", to.to_rfc3339()));
    let mut retelling = stage.process(&["events", "replay", "--topic=booking", &from, &to], "retelling.log");
    assert!(retelling.succeeds().await, "{}", retelling.log());
    let count = expected - before;
    assert_eq!(retelling.said().await, format!("Replayed {count} events."));

    patiently("they have come again", tests::LIMIT, async || {
        (reader.seen().len() == all + count).then_some(())
    })
    .await;
    let seen = reader.seen();
    let (first, again) = seen.split_at(all);
    let last = again.iter().max_by_key(|one| (one.subject, one.sequence)).expect("there are some");
    assert!(again.iter().all(super::reader::Seen::is_replayed), "they say what they are");
    for one in again {
        let original = first.iter().find(|original| original.id == one.id).expect("it had been told");
        assert_eq!(original.value, one.value, "an event reads the same however often it is told");
        assert!(!original.is_replayed());
    }
    let found = every_booking_is_told(&stage.system, &seen).await;
    assert_eq!(found.duplicates, count, "who drops duplicates does not notice");
    // A replay that ended at the last of them has nothing more to do.
    let after = format!("--after={}", last.id);
    let mut rest = stage.process(&["events", "replay", "--topic=booking", &from, &to, &after], "rest.log");
    assert!(rest.succeeds().await, "{}", rest.log());
    assert_eq!(rest.said().await, "Replayed 0 events.");
    relay.stop().await;
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_outlives_a_broker_that_is_away() {
    let Some(mut broker) = Broker::own().await else { return };
    let stage = Stage::open(broker.address(), Form::Registered).await;
    let relay = stage.relay();
    Sale::open(&stage.system).await.book(&stage.system, 60, 0).await;
    let (reader, all) = (stage.reader("booking", 1), events(&stage.system).await);
    patiently("all events are there", tests::LIMIT, async || (reader.distinct() == all).then_some(())).await;
    relay.stop().await;

    broker.kill().await;
    let mut patient = stage.process(&["events", "replay"], "patient.log");
    let mut hasty = stage.process(&["events", "replay", "--patience-seconds=1"], "hasty.log");
    assert!(!hasty.succeeds().await, "nobody took anything");
    assert!(patient.is_running(), "who began earlier still tries: {}", patient.log());
    broker.start().await;
    assert!(patient.succeeds().await, "{}", patient.log());
    assert_eq!(patient.said().await, format!("Replayed {all} events."));
    stage.finish().await;
}
