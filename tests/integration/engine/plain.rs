//! What is claimed and recorded for many at once is what would have been for each by itself, to the last column.

use db::{Db, DbRole, GatewayRegistration, PoolOptions};
use tests::{Goods, TestSystem};

use super::cost::{order, step};

/// Everything that a saga leaves behind, without what differs from run to run: ids, times, names made of ids.
const LEFT_BEHIND: [&str; 7] = [
    "select b.customer_id, b.status, b.reason, b.version, b.owed_minor, b.hold_expires_at is null,
            b.expire_due_at is null, b.updated_at = (select max(e.occurred_at) from booking.event e where e.booking_id = b.id)
     from booking.booking b",
    "select b.customer_id, e.version, e.type, e.from_status, e.to_status, e.actor_role, e.actor_id, e.reason, e.data,
            e.correlation_id, e.traceparent
     from booking.event e join booking.booking b on b.id = e.booking_id where e.data -> 'holdExpiresAt' is null",
    "select b.customer_id, s.kind, s.state, s.step, s.lease, s.lease_until, s.worker, s.in_doubt, s.was_in_doubt, s.failures,
            s.unknowns, s.steps, s.last_error, s.ended_at is null, s.claimed_at is null
     from saga.saga s join booking.booking b on b.id = s.booking_id",
    "select b.customer_id, t.seq, t.from_step, t.step, t.result, t.detail, t.worker, t.began_at = s.claimed_at
     from saga.step t join saga.saga s on s.id = t.saga_id join booking.booking b on b.id = s.booking_id",
    "select b.customer_id, p.number, p.amount_minor, p.captured_minor, p.refunded_minor, p.status, p.method, p.attempts,
            p.gateway, p.\"authorization\" is null, p.authorization_expires_at is null, p.failure, p.version
     from payment.payment p join booking.booking b on b.id = p.booking_id",
    "select b.customer_id, o.gateway, o.kind, o.amount_minor, o.attempt, o.state, o.gateway_ref = o.gateway_key,
            o.expires_at, o.error, o.failures, o.unknowns, o.closed_at is null
     from payment.operation o join payment.payment p on p.id = o.payment_id join booking.booking b on b.id = p.booking_id",
    "select b.customer_id, t.debit, t.credit, t.currency, t.amount_minor
     from payment.transfer t join booking.booking b on b.id = t.booking_id",
];

/// What is left behind after each of the two steps of a few bookings.
async fn left_behind(system: &TestSystem) -> Vec<Vec<String>> {
    let shop = system.shop(&Goods::places(1_000)).await;
    let options = PoolOptions { connections: 1, ..PoolOptions::default() };
    let worker = Db::connect(&system.database.url, DbRole::Worker, &options).await.expect("a connection");
    let gateway = GatewayRegistration { code: "counted".to_owned(), weight: 1, currencies: None };
    worker.register_gateways(&[gateway]).await.expect("it is registered");
    let commands: Vec<_> = (0..5)
        .map(|number| {
            let mut command = order(&shop);
            command.actor.subject = format!("customer-{number}");
            let trace =
                db::Trace { correlation_id: format!("request-{number}"), traceparent: "a place".to_owned() };
            command.trace = (number % 2 == 0).then_some(trace);
            command
        })
        .collect();
    let accepted = system.api.write(&commands).await.expect("they are written");
    assert!(accepted.iter().all(|outcome| outcome.refusal.is_none()), "{accepted:?}");
    // One of them has something to get back in the end, and goes another way.
    let owes_less = "update booking.booking set owed_minor = owed_minor - 1 where customer_id = 'customer-4'";
    assert_eq!(system.database.execute(owes_less).await, 1);

    let mut found = Vec::new();
    for steps in [5, 5, 1] {
        assert_eq!(step(&worker).await, steps);
        for query in LEFT_BEHIND {
            let rows = format!("select row_to_json(r)::text from ({query}) r order by 1");
            found.push(system.database.column::<String>(rows).await);
        }
        let queue =
            "select concat_ws(' ', count(*), bool_and(vt <= clock_timestamp())) from pgmq.q_saga";
        found.push(system.database.column::<String>(queue).await);
    }
    worker.close().await;
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_leave_behind_what_each_by_itself_would() {
    let (together, alone) = (TestSystem::idle().await, TestSystem::idle().await);
    // The same without the ways for many.
    alone.plant("saga.claim_calls(jsonb,jsonb)", "having count(*) = 1", "having false").await;
    alone.plant("saga.plain_outcomes(jsonb)", "where c.times = 1", "where false").await;
    let (many, each) = (left_behind(&together).await, left_behind(&alone).await);
    assert!(many.iter().flatten().count() > 100, "there is something to compare: {many:?}");
    for (many, each) in many.iter().zip(&each) {
        assert_eq!(many, each);
    }
    for system in [together, alone] {
        // One owes less than it has paid for, which no routine brought about.
        system.abandon().await;
    }
}
