//! Each view that is always empty can see what it is for.

use std::{collections::BTreeMap, time::Duration};

use db::{Db, DbRole, PoolOptions};
use tests::{Goods, TestSystem, sql, uuid_of};

/// For each view, what would break its promise; `{paid}`, `{held}` and `{voided}` are bookings.
///
/// The constraints stand in the way of most of it, which is as it should be: with
/// `session_replication_role = replica` the foreign keys and triggers look away, the checks do not.
const PLANTS: [(&str, &str); 20] = [
    (
        "captured_without_booking",
        "delete from booking.event where booking_id = '{paid}' and to_status = 'CONFIRMED'",
    ),
    (
        "confirmed_without_payment",
        "update payment.payment set status = 'AUTHORIZED' where booking_id = '{paid}'",
    ),
    (
        "double_capture",
        "insert into payment.operation (organiser_id, id, payment_id, gateway, kind, amount_minor, gateway_key, state,
                                        gateway_ref, opened_at, closed_at)
         select organiser_id, gen_random_uuid(), payment_id, gateway, kind, amount_minor, 'twice', state,
                'sim_twice', opened_at, closed_at
         from payment.operation where kind = 'CAPTURE' and state = 'SUCCEEDED' limit 1",
    ),
    (
        "duplicate_key",
        "update booking.booking set key_scope = 'same', key = 'same' where id in ('{paid}', '{held}')",
    ),
    (
        "event_gap",
        "update booking.event set version = version + 1 where booking_id = '{held}'",
    ),
    (
        "expired_hold",
        "update booking.booking set expire_due_at = clock_timestamp() - interval '31 seconds' where id = '{held}'",
    ),
    (
        "history_out_of_step",
        "update booking.booking set owed_minor = owed_minor - 1 where id = '{paid}'",
    ),
    (
        "illegal_transition",
        "update booking.event set to_status = 'COMPLETED' where booking_id = '{held}'",
    ),
    (
        "line_out_of_step",
        "update booking.line set active = false where booking_id = '{paid}'",
    ),
    (
        "missing_partition",
        "update holdfast.partitioned set relation = 'booking.line' where relation = 'saga.step'",
    ),
    (
        "money_mismatch",
        "update payment.payment set refunded_minor = 1 where booking_id = '{paid}'",
    ),
    (
        "orphan_authorization",
        "delete from payment.operation where kind = 'VOID'
         and payment_id = (select id from payment.payment where booking_id = '{voided}')",
    ),
    (
        "oversold_slot",
        "update inventory.slot set taken = taken - 1 where taken > 0",
    ),
    (
        "stuck_change",
        "insert into booking.change (organiser_id, id, booking_id, state, dropped, total_minor, owed_minor,
                                     charge_minor, nonrefundable_minor, actor_role, actor_id, due_at, created_at)
         select organiser_id, id, id, 'UNDER_WAY', '[]', total_minor, owed_minor, 1, 0, 'CUSTOMER', customer_id,
                clock_timestamp() - interval '61 seconds', created_at
         from booking.booking where id = '{paid}'",
    ),
    (
        "stuck_saga",
        "update saga.saga set state = 'RUNNING' where booking_id = '{held}'",
    ),
    (
        "stuck_slot_cancellation",
        "insert into booking.slot_cancellation (organiser_id, id, slot_id, state, bookings, actor_role, actor_id,
                                                started_at, ended_at)
         select organiser_id, slot_id, slot_id, 'DONE', 1, 'ORGANISER', 'otto', now(), now()
         from booking.line where booking_id = '{paid}'",
    ),
    (
        "unbalanced_ledger",
        "delete from payment.transfer where booking_id = '{paid}' and credit = 'revenue'",
    ),
    (
        "unpublished_event",
        "with old as (update booking.event set occurred_at = occurred_at - interval '2 minutes' returning 1)
         insert into outbox.broker (back_at, heard_at) select now() - interval '1 day', now() from old limit 1",
    ),
    (
        "unreconciled_money",
        "insert into payment.statement (gateway, reference, kind, operation_key, amount_minor, currency, happened_at,
                                        fetched_at, verdict)
         values ('simulator', 'sim_stray', 'AUTHORIZE', 'hf-stray', 100, 'EUR', clock_timestamp() - interval '3 minutes',
                 clock_timestamp() - interval '2 minutes', 'ORPHANED')",
    ),
    (
        "waitlist_out_of_step",
        "update inventory.slot set waiting = waiting + 1",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_invariant_sees_its_violation() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let paid = customer.book(shop.slot(), "pm_card_visa").await;
    let voided = customer.book(shop.slot(), "pm_sim_captureDeclined").await;
    let held = customer.hold(shop.slot()).await;
    customer.settled(&paid, "CONFIRMED", "CAPTURED").await;
    customer.settled(&voided, "CANCELLED", "VOIDED").await;

    let views: Vec<String> = system
        .database
        .column(
            "select relname::text from pg_class
             where relnamespace = 'invariant'::regnamespace and relkind = 'v' order by 1",
        )
        .await;
    let plants: BTreeMap<_, _> = PLANTS.into_iter().collect();
    println!("{:<28} rows", "invariant, when broken");
    for view in &views {
        let plant = plants.get(view.as_str());
        let plant = plant.unwrap_or_else(|| panic!("`{view}` is new: say in PLANTS what would break it"));
        let plant = [("{paid}", &paid), ("{held}", &held), ("{voided}", &voided)]
            .iter()
            .fold((*plant).to_owned(), |text, (name, id)| text.replace(name, &uuid_of(id).to_string()));
        let count = format!("select count(*) from invariant.{view}");
        assert_eq!(system.database.value::<i64>(count.as_str()).await, 0, "{view} before");

        let mut transaction = system.database.sql.begin().await.expect("a transaction");
        sqlx::raw_sql("set local session_replication_role = replica")
            .execute(&mut *transaction)
            .await
            .expect("a superuser may");
        let planted = sqlx::query(sql(plant.as_str())).execute(&mut *transaction).await;
        let planted = planted.unwrap_or_else(|error| panic!("{view}: {error}"));
        assert!(planted.rows_affected() > 0, "{view}: nothing was planted");
        let seen: i64 = sqlx::query_scalar(sql(count)).fetch_one(&mut *transaction).await.expect("a count");
        transaction.rollback().await.expect("a rollback");
        println!("{view:<28} {seen:>4}");
        assert!(seen > 0, "`{view}` does not see `{plant}`");
    }
    assert_eq!(views.len(), PLANTS.len(), "a view is gone");
    system.finish().await;
}

async fn counted(system: &TestSystem) -> i64 {
    system.database.value("select count(*) from holdfast.invariant_check").await
}

async fn views(system: &TestSystem) -> i64 {
    let views =
        "select count(*) from pg_class where relnamespace = 'invariant'::regnamespace and relkind = 'v'";
    system.database.value(views).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_long_to_count_is_counted_by_workers_and_told_by_all() {
    let system = TestSystem::idle().await;
    sqlx::raw_sql(
        "create view invariant.slow as select from pg_sleep(1);
         comment on view invariant.slow is 'It takes long.'; alter view invariant.slow owner to holdfast_owner",
    )
    .execute(&system.database.sql)
    .await
    .expect("a slow view");
    let short = PoolOptions { statement: Duration::from_millis(400), ..PoolOptions::default() };
    let worker = Db::connect(&system.database.url, DbRole::Worker, &short).await.expect("a worker's pool");
    let api = Db::connect(&system.database.url, DbRole::Api, &short).await.expect("an API's pool");
    let refused = api.invariants().await;
    assert!(matches!(refused, Err(db::Error::Timeout(_))), "{refused:?}");
    assert_eq!(api.invariants_soon().await.expect("what is known"), [], "nobody has looked yet");

    sqlx::raw_sql(
        "create view invariant.broken as select from generate_series(0, 0) g (n) where 1 / g.n = 1;
         comment on view invariant.broken is 'It fails.'; alter view invariant.broken owner to holdfast_owner",
    )
    .execute(&system.database.sql)
    .await
    .expect("a view that can't be counted");
    let patient = worker.patient(Duration::from_mins(10));
    let other = worker.patient(Duration::from_mins(10));
    let due = "select string_agg(t ->> 'name', ' ') from invariant.last_checks('null') t where (t ->> 'is_due')::boolean";
    let (mut rests, mut failures) = (0, 0);
    // One can't be counted at all, and is always the first that is due.
    while counted(&system).await < views(&system).await - 1 {
        let (one, two) = tokio::join!(patient.check_due_invariants(), other.check_due_invariants());
        failures += i32::from(one.is_err()) + i32::from(two.is_err());
        if system.database.value::<Option<String>>(due).await.is_none() {
            // After what took long they rest.
            rests += 1;
            let slept = "update holdfast.invariant_check set checked_at = checked_at - interval '22 seconds' * seconds";
            system.database.execute(slept).await;
        }
    }
    assert!(rests > 0 && failures > 0, "{rests} rests, {failures} failures");
    sqlx::raw_sql("drop view invariant.broken").execute(&system.database.sql).await.expect("it was there");
    let checks = api.invariants_soon().await.expect("what the worker found");
    assert_eq!(i64::try_from(checks.len()).expect("a few"), views(&system).await);
    let slow = checks.iter().find(|check| check.name == "slow").expect("it was counted");
    assert_eq!((slow.violations, slow.description.as_str()), (1, "It takes long."));

    let now = "update holdfast.invariant_check set checked_at = clock_timestamp(), seconds = case name when 'slow' then 1 else 0.01 end";
    system.database.execute(now).await;
    // Nothing is due before its time, nor after it while they rest; what is quick waits for half a minute of that.
    assert_eq!(system.database.value::<Option<String>>(due).await, None);
    let older = "update holdfast.invariant_check set checked_at = checked_at - interval '50 seconds' where name = 'event_gap';
                 update holdfast.invariant_check set seconds = 10 where name = 'slow'";
    sqlx::raw_sql(older).execute(&system.database.sql).await.expect("time goes by");
    assert_eq!(system.database.value::<Option<String>>(due).await, None);
    let rested = "update holdfast.invariant_check set checked_at = checked_at - interval '41 seconds' where name = 'slow'";
    system.database.execute(rested).await;
    assert_eq!(system.database.value::<Option<String>>(due).await.as_deref(), Some("event_gap"));
    system
        .database
        .execute("update holdfast.invariant_check set seconds = 0.2 where name = 'event_gap'")
        .await;
    assert_eq!(system.database.value::<Option<String>>(due).await, None);
    let asked = "select invariant.check_one('{\"name\": \"event_gap\"}')::text";
    assert_eq!(
        system.database.column::<String>(asked).await,
        [""; 0],
        "nor is it counted when it is asked for"
    );
    sqlx::raw_sql("drop view invariant.slow").execute(&system.database.sql).await.expect("it was there");
    system.finish().await;
}
