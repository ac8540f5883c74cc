//! Events that can't be sent as they are: parked with their cause, a placeholder in their place, and nothing waits.

use serde_json::json;
use tests::{Broker, Goods, uuid_of};

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
    for _ in 0..3 {
        bookings.push(customer.hold(shop.slot()).await);
    }
    let [large, strange, _] = [0, 1, 2].map(|number| uuid_of(&bookings[number]));
    // As no routine of ours writes it: history is immutable for everybody else.
    let database = &stage.system.database;
    database.execute("alter table booking.event disable trigger event_is_immutable").await;
    for (booking, code) in [(large, format!("repeat('x', {TOO_LONG})::text")), (strange, "7".to_owned())] {
        let changed = format!(
            "update booking.event set data = data || jsonb_build_object('code', {code})
             where booking_id = '{booking}' and version = 1"
        );
        assert_eq!(database.execute(changed).await, 1);
    }
    database.execute("alter table booking.event enable trigger event_is_immutable").await;

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
    let count: i64 = stage.system.database.value("select count(*) from outbox.parked").await;
    assert_eq!(count, 2, "the rest went as it is");
    for told in [stage.told_by_python().await, stage.told_by_node().await] {
        let parked = told.iter().filter(|one| one["parked"] == 1).count();
        assert_eq!((told.len(), parked), (3, 2), "consumers go on");
    }
    relay.stop().await;
    stage.finish().await;
}
