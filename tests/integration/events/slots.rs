//! States of slots: gathered over a moment, without a gap, and in the end what the database says.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::Value;
use tests::{Broker, Goods, uuid_of};
use uuid::Uuid;

use super::{
    judge::in_order,
    patiently,
    stage::{Form, Stage},
};

/// Bookings of each slot, one after the other.
const BOOKINGS: usize = 25;

#[tokio::test(flavor = "multi_thread")]
async fn states_of_slots_are_gathered_and_end_as_they_are() {
    let Some(broker) = Broker::shared().await else { return };
    let stage = Stage::open(broker.address(), Form::Json).await;
    let relay = stage.relay();
    let free = |goods: Goods| Goods { price: "0.00", ..goods };
    let places = stage.system.shop(&free(Goods::places(100))).await;
    let hall = stage.system.shop(&free(Goods::hall(5, 10))).await;
    let reader = stage.reader("inventory", 1);
    let sell = async |slot: &str| {
        for number in 0..BOOKINGS {
            let customer = stage.system.customer(&format!("customer-{number}"));
            let booking = customer.hold(slot).await;
            if number % 5 == 0 {
                assert_eq!(customer.cancel(&booking).await.code(), None);
            }
        }
    };
    join_all([sell(places.slot()), sell(hall.slot())]).await;

    let known = known(&stage).await;
    assert_eq!(known[&uuid_of(places.slot())]["taken"], 20);
    assert_eq!(known[&uuid_of(hall.slot())]["taken"], 20);
    let last = async || {
        let mut told = BTreeMap::new();
        for one in reader.seen() {
            told.insert(one.subject, one.document()["slot"].take());
        }
        same(&told, &known).then_some(())
    };
    patiently("the last state told is the last there is", tests::LIMIT, last).await;
    let seen = reader.seen();
    let (sequences, found) = in_order(&seen);
    println!("{} changes of 2 slots were told as {} states", 2 * (BOOKINGS + BOOKINGS / 5), found.events);
    assert!(found.events < 2 * BOOKINGS, "many changes are one state");
    assert_eq!((sequences.len(), found.duplicates), (2, 0));
    assert!(seen.iter().all(|one| one.kind() == "holdfast.slot.changed"));
    relay.stop().await;
    stage.finish().await;
}

/// Every slot as the database would tell of it now.
async fn known(stage: &Stage) -> BTreeMap<Uuid, Value> {
    let rows: Vec<(Uuid, Value)> =
        sqlx::query_as("select s.id, inventory.told_state(s) from inventory.slot s")
            .fetch_all(&stage.system.database.sql)
            .await
            .expect("the slots");
    rows.into_iter().collect()
}

/// Moments may be written with or without their fractions: they are compared as moments.
fn same(told: &BTreeMap<Uuid, Value>, known: &BTreeMap<Uuid, Value>) -> bool {
    let plain = |state: &Value| {
        let mut state = state.clone();
        for field in ["starts_at", "ends_at"] {
            let text = state[field].as_str().expect("a time");
            let moment = chrono::DateTime::parse_from_rfc3339(text).expect("a time");
            state[field] = moment.timestamp_micros().into();
        }
        state
    };
    let all = |states: &BTreeMap<Uuid, Value>| -> BTreeMap<Uuid, Value> {
        states.iter().map(|(id, state)| (*id, plain(state))).collect()
    };
    all(told) == all(known)
}
