//! States of slots: gathered over a moment, without a gap, and in the end what the database says.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::Value;
use tests::{Broker, Goods, uuid_of};
use tokio_util::sync::CancellationToken;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_sells_all_the_time_is_told_of_twice_a_second_and_keeps_no_other_waiting() {
    let Some(broker) = Broker::shared().await else { return };
    let stage = Stage::open(broker.address(), Form::Json).await;
    let relay = stage.relay();
    let free = Goods { price: "0.00", ..Goods::places(100_000) };
    let (hot, other) = (stage.system.shop(&free).await, stage.system.shop(&free).await);
    let reader = stage.reader("inventory", 1);
    let told = |slot: &str, taken: i64| {
        let slot = uuid_of(slot);
        reader.seen().iter().any(|one| one.subject == slot && one.document()["slot"]["taken"] == taken)
    };
    patiently("both are known", tests::LIMIT, async || {
        (told(hot.slot(), 0) && told(other.slot(), 0)).then_some(())
    })
    .await;

    let over = CancellationToken::new();
    let rush = join_all((0..4).map(|number| {
        let customer = stage.system.customer(&format!("customer-{number}"));
        let (over, slot) = (over.clone(), hot.slot());
        async move {
            let mut sold = 0;
            while !over.is_cancelled() {
                let booking = customer.hold(slot).await;
                assert_eq!(customer.cancel(&booking).await.code(), None);
                sold += 1;
            }
            sold
        }
    }));
    let watch = async {
        let states = || reader.seen().iter().filter(|one| one.subject == uuid_of(hot.slot())).count();
        patiently("the hot one is told of again and again", tests::LIMIT, async || {
            (states() > 4).then_some(())
        })
        .await;
        stage.system.customer("anna").hold(other.slot()).await;
        patiently("so is the other", tests::LIMIT, async || told(other.slot(), 1).then_some(())).await;
        over.cancel();
    };
    let (sold, ()) = futures::join!(rush, watch);

    let seen = reader.seen();
    let times: Vec<_> =
        seen.iter().filter(|one| one.subject == uuid_of(hot.slot())).map(|one| one.at).collect();
    let took = (times[times.len() - 1] - times[0]).to_std().expect("a span");
    println!(
        "{} sales of one slot in {took:.1?} were told as {} states",
        sold.iter().sum::<i32>(),
        times.len()
    );
    assert!(
        times.len() <= usize::try_from(took.as_millis() / 500).expect("a count") + 3,
        "twice a second at most"
    );
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
