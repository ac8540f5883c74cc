//! Slots that somebody holds, commands that break a call, keys that are in use, and more commands than there is room.

use std::time::Instant;

use db::{Command, CreateBooking, RefusalCode, WriterError, WriterSettings};
use futures::{FutureExt as _, StreamExt as _, future::join_all, stream::FuturesUnordered};
use sqlx::{Postgres, Transaction};
use tests::{Goods, Line, Order, TestSystem, Traits, until, uuid_of};

use super::{Ground, accepted, code, wish};

/// Holds slots as a long transaction does that has nothing to do with us.
pub(super) async fn hold(system: &TestSystem, slots: &[&str]) -> Transaction<'static, Postgres> {
    let mut transaction = system.database.sql.begin().await.expect("a transaction");
    let ids: Vec<_> = slots.iter().map(|slot| uuid_of(slot)).collect();
    let held = sqlx::query("select from inventory.slot where id = any ($1) for update").bind(ids);
    let held = held.execute(&mut *transaction).await.expect("nobody else holds them").rows_affected();
    assert_eq!(held, slots.len() as u64);
    transaction
}

/// How many wait for a lock.
async fn waiting(system: &TestSystem) -> i64 {
    system
        .database
        .value(
            "select count(*) from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock' and application_name = 'holdfast_api'",
        )
        .await
}

/// Makes every call that has a command with this remark do this first.
async fn strike(system: &TestSystem, remark: &str, what: &str) {
    let guard = "outcomes := booking.refuse_strangers(commands, outcomes, firsts);";
    let struck = format!("if commands @> '[{{\"note\": \"{remark}\"}}]' then {what}; end if; {guard}");
    system.plant("booking.create_bookings(jsonb)", guard, &struck).await;
}

fn noted(command: Command<CreateBooking>, remark: &str) -> Command<CreateBooking> {
    let note = Some(remark.to_owned());
    Command { write: CreateBooking { note, ..command.write }, ..command }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_a_cold_slot_does_not_wait_for_those_who_want_hot_ones() {
    const HOT: usize = 300;
    let ground = Ground::new(WriterSettings::default()).await;
    let hot = ground.system.shop(&Goods::places(1_000).slots(2)).await;
    let cold = ground.system.shop(&Goods::places(1_000).slots(20)).await;
    // As many hot slots as there are lanes: each of them has a call that waits.
    let held = hold(&ground.system, &[&hot.slots[0], &hot.slots[1]]).await;
    let mut rush: FuturesUnordered<_> =
        (0..HOT).map(|number| ground.create.submit(wish(number, &hot.slots[number % 2]))).collect();
    assert!(rush.next().now_or_never().is_none(), "all of them are on their way, and none has an answer");
    until("both hot slots are waited for", async || (waiting(&ground.system).await == 2).then_some(())).await;

    let begun = Instant::now();
    let calm = (0..40).map(|number| ground.create.submit(wish(HOT + number, &cold.slots[number % 20])));
    for outcome in join_all(calm).await {
        accepted(outcome);
    }
    println!("40 for cold slots, while {HOT} wait for hot ones: {:?}", begun.elapsed());
    assert!(rush.next().now_or_never().is_none(), "the hot slots were held all the time");
    held.rollback().await.expect("they are let go of");
    let heard: Vec<_> = rush.collect().await;
    let contended =
        heard.iter().filter(|outcome| code(outcome.as_ref().expect("an outcome")).is_some()).count();
    println!("of {HOT} for the hot ones {contended} heard CONTENDED");
    ground.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_breaks_its_call_fails_alone() {
    let ground = Ground::new(WriterSettings::default()).await;
    let shop = ground.system.shop(&Goods::places(1_000)).await;
    strike(&ground.system, "poison", "raise exception 'poisoned'").await;
    let wishes = (0..150).map(|number| match number {
        70 => noted(wish(number, shop.slot()), "poison"),
        _ => wish(number, shop.slot()),
    });
    let outcomes = join_all(wishes.map(|wish| ground.create.submit(wish))).await;
    for (number, outcome) in outcomes.into_iter().enumerate() {
        match (number, outcome) {
            (70, outcome) => {
                assert!(matches!(outcome, Err(WriterError::Failed(_))), "{outcome:?}");
            }
            (_, outcome) => {
                accepted(outcome);
            }
        }
    }
    assert_eq!(ground.bookings().await, 149);
    let calls = ground.calls("booking.create_bookings").await;
    println!("150 commands, one of them poisoned: {calls} calls were done");
    assert!(calls <= 20, "{calls}");
    ground.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_takes_long_leaves_its_lane_to_others() {
    let ground = Ground::new(WriterSettings { lanes: 1, ..WriterSettings::default() }).await;
    let shop = ground.system.shop(&Goods::places(1_000).slots(4)).await;
    strike(&ground.system, "slow", "perform pg_sleep(1.5)").await;
    let mut slow = Box::pin(ground.create.submit(noted(wish(0, shop.slot()), "slow")));
    assert!(slow.as_mut().now_or_never().is_none(), "it is on its way");
    let begun = Instant::now();
    join_all((1..50).map(|number| ground.create.submit(wish(number, &shop.slots[1 + number % 3])))).await;
    println!("49 beside a call that takes 1.5 s: {:?}", begun.elapsed());
    assert!(slow.as_mut().now_or_never().is_none(), "nobody waited for it");
    accepted(slow.await);

    // And when everything is slow, everything is written all the same.
    strike(&ground.system, "steady", "perform pg_sleep(0.3)").await;
    let wishes = (0..500).map(|number| noted(wish(100 + number, &shop.slots[number % 4]), "steady"));
    let outcomes = join_all(wishes.map(|wish| ground.create.submit(wish))).await;
    println!("500 in calls that take 0.3 s each: {:?}", begun.elapsed());
    for outcome in outcomes {
        accepted(outcome);
    }
    ground.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_one_batch_with_a_slot_that_is_held_all_others_are_written() {
    let ground = Ground::new(WriterSettings { lanes: 1, ..WriterSettings::default() }).await;
    let shop = ground.system.shop(&Goods::places(1_000).slots(11)).await;
    let held = hold(&ground.system, &[&shop.slots[10]]).await;
    // The first goes alone; all others are the next batch.
    let begun = Instant::now();
    let wishes = (0..90).map(|number| ground.create.submit(wish(number, &shop.slots[number % 11])));
    let outcomes = join_all(wishes).await;
    println!("90 commands, 8 of them for a slot that is held: {:?}", begun.elapsed());
    for (number, outcome) in outcomes.into_iter().enumerate() {
        let expected = (number % 11 == 10).then_some(RefusalCode::Contended);
        assert_eq!(code(&outcome.expect("an outcome")), expected, "{number}");
    }
    let calls = ground.calls("booking.create_bookings").await;
    assert!(calls <= 12, "{calls}: each slot by itself, and not each command");
    held.rollback().await.expect("it is let go of");
    ground.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_one_batch_with_a_key_that_is_in_use_all_others_are_written() {
    let ground = Ground::new(WriterSettings { lanes: 1, ..WriterSettings::default() }).await;
    let shop = ground.system.shop(&Goods::places(1_000)).await;
    let mut twin = ground.system.database.as_role("holdfast_owner").await;
    let lock = "select pg_advisory_lock(hashtextextended(concat_ws(chr(31), 'customer-30', 'twin'), 0))";
    sqlx::query(lock).execute(&mut twin).await.expect("the key is held");
    let wishes = (0..60).map(|number| match number {
        30 => Command { key: "twin".to_owned(), ..wish(number, shop.slot()) },
        _ => wish(number, shop.slot()),
    });
    let outcomes = join_all(wishes.map(|wish| ground.create.submit(wish))).await;
    for (number, outcome) in outcomes.into_iter().enumerate() {
        let expected = (number == 30).then_some(RefusalCode::IdempotencyKeyInUse);
        assert_eq!(code(&outcome.expect("an outcome")), expected, "{number}");
    }
    let calls = ground.calls("booking.create_bookings").await;
    assert_eq!(calls, 2, "the first by itself, then all others but the twin");
    ground.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_may_wait_are_told_at_once() {
    let writers = WriterSettings { lanes: 1, batch: 10, queue: 1 };
    let api = api::Settings { writers, ..tests::api_settings() };
    let system = TestSystem::with(Traits { idle: true, api: Some(api), ..Traits::default() }).await;
    let shop = system.shop(&Goods::default()).await;
    let held = hold(&system, &[shop.slot()]).await;
    let order = || Order::of([Line::of(shop.slot(), 1)]).input();
    let mut answers: FuturesUnordered<_> = (0..5)
        .map(|number| {
            let (customer, input) = (system.customer(&format!("ana-{number}")), order());
            async move { customer.try_mutate("createBooking", input).await }
        })
        .collect();
    // One is in flight and one waits; there is no room for the other three, and they hear so while the slot is held.
    for _ in 0..3 {
        let reply = answers.next().await.expect("an answer");
        assert_eq!(reply.error(), Some("UNAVAILABLE"), "{reply:?}");
        let hint = &reply.body["errors"][0]["extensions"]["retryAfterMs"];
        assert!(hint.as_u64().is_some_and(|after| after > 0), "{reply:?}");
    }
    held.rollback().await.expect("it is let go of");
    let later: Vec<_> = answers.collect().await;
    assert!(later.iter().all(|reply| reply.payload("createBooking").code().is_none()), "{later:?}");
    system.finish().await;
}
