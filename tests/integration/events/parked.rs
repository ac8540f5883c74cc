//! Events that can't be sent as they are: parked with their cause, a placeholder in their place, and nothing waits.

use serde_json::json;
use tests::{Broker, Database, Goods, uuid_of};
use uuid::Uuid;

use super::{
    judge::{events, every_booking_is_told},
    patiently,
    stage::{Form, Stage},
};

/// More than a message may have.
const TOO_LONG: usize = 2_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_parked_and_what_is_behind_it_flows() {
    let Some(broker) = Broker::shared().await else { return };
    let stage = Stage::open(broker.address(), Form::Json).await;
    let shop = stage.system.shop(&Goods { price: "0.00", ..Goods::default() }).await;
    let customer = stage.system.customer("ana");
    let mut bookings = Vec::new();
    for _ in 0..4 {
        bookings.push(customer.hold(shop.slot()).await);
    }
    let [large, strange, untellable, _] = [0, 1, 2, 3].map(|number| uuid_of(&bookings[number]));
    // As no routine of ours writes it: history is immutable for everybody else.
    let database = &stage.system.database;
    database.execute("alter table booking.event disable trigger event_is_immutable").await;
    spoil(database, large, &format!("'code', repeat('x', {TOO_LONG})::text")).await;
    spoil(database, strange, "'code', 7").await;
    // The database itself fails at this one, whenever it is to be told.
    let amount: i64 = database
        .value(format!("select (data ->> 'totalMinor')::bigint from booking.event where booking_id = '{untellable}' and version = 1"))
        .await;
    spoil(database, untellable, "'totalMinor', 'x'::text").await;

    let relay = stage.relay();
    let (reader, expected) = (stage.reader("booking", 1), events(&stage.system).await);
    patiently("all events are there", tests::LIMIT, async || (reader.distinct() == expected).then_some(()))
        .await;
    let seen = reader.seen();
    every_booking_is_told(&stage.system, &seen).await;
    for (booking, cause) in [(large, "TOO_LARGE"), (strange, "UNENCODABLE")] {
        let of: Vec<_> = seen.iter().filter(|one| one.subject == booking).collect();
        let placeholder = of[0].document();
        assert_eq!(placeholder["parked"]["cause"], cause);
        assert_eq!((&placeholder["booking"], &placeholder["change"]), (&json!(null), &json!(null)));
        assert_eq!((&placeholder["type"], &placeholder["sequence"]), (&json!("booking.created"), &json!(1)));
        assert_eq!(of[1].document()["booking"]["status"], "CONFIRMED", "what is behind it is whole");
        let parked = format!(
            "select cause = '{cause}' and detail <> '' and sequence = 1 from outbox.parked where id = '{booking}'"
        );
        assert!(stage.system.database.value::<bool>(parked).await);
    }
    let of: Vec<_> = seen.iter().filter(|one| one.subject == untellable).collect();
    for one in &of {
        let placeholder = one.document();
        assert_eq!(
            placeholder["parked"]["cause"], "UNTELLABLE",
            "each event tells the whole booking: {placeholder}"
        );
        assert_eq!(placeholder["booking"], json!(null));
    }
    let detail: String = stage
        .system
        .database
        .value(format!("select detail from outbox.parked where id = '{untellable}' and cause = 'UNTELLABLE' and sequence = 1"))
        .await;
    assert!(detail.contains("22P02") && detail.contains("\"x\""), "{detail}");
    let count: i64 = stage.system.database.value("select count(*) from outbox.parked").await;
    assert_eq!(count, 2 + i64::try_from(of.len()).expect("a count"), "the rest went as it is");
    for told in [stage.told_by_python().await, stage.told_by_node().await] {
        let parked = told.iter().filter(|one| one["parked"].as_i64() > Some(0)).count();
        assert_eq!((told.len(), parked), (4, 3), "consumers go on");
    }
    let database = &stage.system.database;
    spoil(database, untellable, &format!("'totalMinor', {amount}")).await;
    database.execute("alter table booking.event enable trigger event_is_immutable").await;
    relay.stop().await;
    stage.finish().await;
}

/// Changes what the first event of a booking says.
async fn spoil(database: &Database, booking: Uuid, field: &str) {
    let changed = database.execute(format!(
        "update booking.event set data = data || jsonb_build_object({field}) where booking_id = '{booking}' and version = 1"
    ));
    assert_eq!(changed.await, 1);
}
