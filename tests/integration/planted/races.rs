//! Bugs that show only when two are at work at the same moment: each scenario says whether all is well.

use std::sync::Arc;

use chrono::Utc;
use db::{
    Actor, ClaimRequest, CreateBooking, LineRequest, Role, SlotId, StepAction, StepOutcome, StepResult,
};
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, types::Json};

use super::plant;
use crate::model::{
    World,
    goods::{self, command},
    state::Model,
};

/// A slot of a listing with limits whose places are counted, and one with seats.
const COUNTED: usize = 3;
const SEATED: usize = 4;

fn line(model: &Model, slot: usize, quantity: i32, seats: Option<Vec<i32>>) -> LineRequest {
    LineRequest {
        slot_id: SlotId(model.slots[slot].id),
        quantity,
        seats,
        section: None,
        price_class: None,
        rate_plan: None,
        unit_price_minor: None,
        unit_price_currency: None,
    }
}

fn purchase(customer: &str, lines: Vec<LineRequest>) -> db::Command<CreateBooking> {
    let actor = Actor { role: Role::Customer, subject: customer.to_owned(), organiser_id: None };
    let payment_method = Some("pm_card_visa".to_owned());
    command(actor, CreateBooking { customer_id: None, payment_method, note: None, lines })
}

/// A customer inside a transaction of its own, which it has not committed.
async fn begin(world: &World) -> PgConnection {
    let mut connection = world.database.as_role("holdfast_api").await;
    sqlx::raw_sql("set lock_timeout = '400ms'; begin").execute(&mut connection).await.expect("a transaction");
    connection
}

/// The code with which a purchase is answered: `OK`, that of a refusal, or Postgres's own.
async fn buy(connection: &mut PgConnection, purchase: &db::Command<CreateBooking>) -> String {
    let outcome: Result<(Json<Value>,), sqlx::Error> =
        sqlx::query_as("select outcome from booking.create_bookings($1)")
            .bind(Json(json!([purchase])))
            .fetch_one(connection)
            .await;
    match outcome {
        Ok((Json(outcome),)) => outcome["refusal"]["code"].as_str().unwrap_or("OK").to_owned(),
        Err(error) => error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .unwrap_or_default()
            .into_owned(),
    }
}

/// What the second is told while the first has not committed.
async fn second(
    world: &World,
    first: &db::Command<CreateBooking>,
    then: &db::Command<CreateBooking>,
) -> String {
    let mut one = begin(world).await;
    assert_eq!(buy(&mut one, first).await, "OK");
    let mut other = begin(world).await;
    let answer = buy(&mut other, then).await;
    for connection in [one, other] {
        connection.close().await.expect("a connection closes");
    }
    answer
}

async fn open() -> (Arc<World>, Model) {
    let world = World::open(12).await;
    let model = goods::open(&world.api, &world.sql, Utc::now()).await;
    (world, model)
}

/// Two purchases of one customer, of 4 places each of a listing that gives 7.
async fn limits_are_counted_under_lock(world: &World, model: &Model) -> bool {
    let first = purchase("ana", vec![line(model, COUNTED, 4, None)]);
    let then = purchase("ana", vec![line(model, SEATED, 4, None)]);
    second(world, &first, &then).await == "55P03"
}

/// A chosen seat that somebody is just taking.
async fn a_seat_is_not_waited_for(world: &World, model: &Model) -> bool {
    let first = purchase("ana", vec![line(model, SEATED, 1, Some(vec![1]))]);
    let then = purchase("bea", vec![line(model, SEATED, 1, Some(vec![1]))]);
    second(world, &first, &then).await == "CONTENDED"
}

/// The last seats of a hall, which somebody is just taking: they may yet come free.
async fn contended_is_not_sold_out(world: &World, model: &Model) -> bool {
    for (customer, seats) in [("ana", 1..=4), ("bea", 5..=8)] {
        let purchase = purchase(customer, vec![line(model, SEATED, 4, Some(seats.collect()))]);
        let outcomes = world.api.write(&[purchase]).await.expect("an answer");
        assert_eq!(outcomes[0].refusal, None);
    }
    let first = purchase("cleo", vec![line(model, SEATED, 4, None)]);
    let then = purchase("dora", vec![line(model, SEATED, 1, None)]);
    second(world, &first, &then).await == "CONTENDED"
}

/// Many who want places of the same slots, each in an order of its own.
async fn nobody_deadlocks(world: &Arc<World>, model: &Model) -> bool {
    let rounds = (0..8).map(|customer| {
        let (world, model) = (Arc::clone(world), model.clone());
        tokio::spawn(async move {
            let mut victims = 0;
            for round in 0..40 {
                let mut slots = [0, 1, 6, 2];
                slots.rotate_left((customer + round) % 4);
                let lines = slots.iter().map(|slot| line(&model, *slot, 1, None)).collect();
                let answer = world.api.write(&[purchase(&format!("customer-{customer}"), lines)]).await;
                victims += usize::from(matches!(answer, Err(db::Error::Conflict(_))));
            }
            victims
        })
    });
    join_all(rounds).await.into_iter().all(|victims| victims.expect("a buyer") == 0)
}

/// One step of whatever kind, for a worker of this name.
fn request(worker: &str, lease_seconds: i32) -> ClaimRequest {
    ClaimRequest {
        worker: worker.to_owned(),
        batch: 1,
        lease_seconds,
        gateways: vec!["simulator".to_owned()],
        actions: StepAction::ALL.to_vec(),
    }
}

/// A worker sleeps past its lease, and another has its step when it wakes.
async fn a_sleeper_changes_nothing(world: &World, model: &Model) -> bool {
    let purchase = purchase("ana", vec![line(model, COUNTED, 1, None)]);
    world.api.write(&[purchase]).await.expect("an answer");
    let first = world.worker.claim_steps(&request("first", 1)).await.expect("a claim").remove(0);
    let second = tests::until("the lease is over", || async {
        world.worker.claim_steps(&request("second", 60)).await.expect("a claim").into_iter().next()
    })
    .await;
    assert_eq!(first.saga_id, second.saga_id);
    let late = StepOutcome::of(&first, StepResult::Declined { code: "seen by a sleeper".to_owned() });
    let recorded = world.worker.record_steps(&[late], None).await.expect("a record");
    !recorded[0].applied
}

macro_rules! race {
    ($test:ident, $scenario:ident, $($routine:literal, $text:literal => $planted:literal),+) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            let (world, model) = open().await;
            assert!($scenario(&world, &model).await, "without the bug all is well");
            world.close().await;
            let (world, model) = open().await;
            $(plant(&world, $routine, $text, $planted).await;)+
            assert!(!$scenario(&world, &model).await, "the bug is seen");
            world.close().await;
        }
    };
}

race!(
    a_limit_that_is_not_locked_is_caught,
    limits_are_counted_under_lock,
    "booking.lock_limits(jsonb, jsonb[])",
    "perform pg_advisory_xact_lock(sorted.lock)" => "perform sorted.lock"
);
race!(
    a_seat_that_is_waited_for_is_caught,
    a_seat_is_not_waited_for,
    "inventory.take_seats(uuid, integer[], uuid)",
    "for update skip locked" => "for update"
);
race!(
    a_seat_that_is_not_locked_is_caught,
    a_seat_is_not_waited_for,
    "inventory.take_seats(uuid, integer[], uuid)",
    "for update skip locked" => ""
);
race!(
    contended_taken_for_sold_out_is_caught,
    contended_is_not_sold_out,
    "inventory.refuse_party(uuid, integer, text, text, text[])",
    "holdfast.refuse('CONTENDED'," => "holdfast.refuse('SOLD_OUT',"
);
race!(
    slots_locked_in_any_order_are_caught,
    nobody_deadlocks,
    "inventory.lock_slots(uuid[])",
    "order by s.id for update" => "order by random() for update"
);
race!(
    a_lease_without_a_fence_is_caught,
    a_sleeper_changes_nothing,
    "saga.is_held(saga.saga, integer)",
    "target.lease = lease and target.lease_until is not null and" => ""
);
