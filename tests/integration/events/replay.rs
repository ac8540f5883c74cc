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
    let stage = Stage::open(broker.address(), Form::Json).await;
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
    assert!(again.iter().all(super::reader::Seen::is_replayed), "they say what they are");
    for one in again {
        let original = first.iter().find(|original| original.id == one.id).expect("it had been told");
        assert_eq!(original.value, one.value, "an event reads the same however often it is told");
        assert!(!original.is_replayed());
    }
    let found = every_booking_is_told(&stage.system, &seen).await;
    assert_eq!(found.duplicates, count, "who drops duplicates does not notice");
    relay.stop().await;
    stage.finish().await;
}
