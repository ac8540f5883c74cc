//! The differential proof: everything that can be killed between the database and a consumer is killed all the time,
//! and the consumer has every event of every booking, once, in order.
//!
//! `HOLDFAST_BOOKINGS` sets how many bookings there are (4,000 unless said otherwise, for which continuous integration has time).
//!
//! That it can fail: a relay that marked events before the broker has them would leave gaps where it or the broker is
//! killed, which `every_booking_is_told` finds; one that sent the next event without waiting for the broker would, with
//! the broker killed, leave first occurrences out of order.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use serde_json::Value;
use tests::{Broker, TestSystem};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::{
    from_env,
    judge::{events, every_booking_is_told},
    lives,
    load::Sale,
    patiently,
    reader::Reader,
    stage::{Form, Stage},
};
use crate::faults::spawned::Process;

const RELAYS: usize = 2;
/// Paid bookings among them, each of which has several events more.
const PAID: usize = 300;
/// Relays killed at least.
const KILLS: usize = 10;
/// Customers of whom each leads every kind of life that a booking may have.
const LIVES: usize = 8;
/// How long all may take, and longer for each booking.
const LIMIT: Duration = Duration::from_mins(5);
const LONGER: Duration = Duration::from_millis(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_arrives_once_in_order_whatever_is_killed() {
    let Some(mut broker) = Broker::own().await else { return };
    let stage = Stage::open(broker.address(), Form::Registered).await;
    let bookings = usize::try_from(from_env("HOLDFAST_BOOKINGS", 4_000)).expect("a count");
    let limit = LIMIT + LONGER * u32::try_from(bookings).expect("a count");
    let began = Instant::now();
    let reader = stage.reader("booking", 2);
    let stop = CancellationToken::new();
    let load = async {
        let sale = Sale::open(&stage.system).await;
        tokio::join!(sale.book(&stage.system, bookings - PAID, PAID), lives::lead(&stage.system, LIVES));
        at_rest(&stage.system, limit).await;
        lives::stay_held(&stage.system, LIVES).await;
        println!("{bookings} bookings, at rest after {:.1?}", began.elapsed());
        sale
    };
    let kills = AtomicUsize::new(0);
    let relays = kill_relays(&stage, &reader, bookings, &kills, stop.clone());
    let end = async {
        let (sale, ()) = tokio::join!(load, kill_broker(&mut broker, &reader, bookings, limit));
        loop {
            let expected = events(&stage.system).await;
            patiently("every event has arrived", limit, async || {
                (reader.distinct() == expected).then_some(())
            })
            .await;
            if kills.load(Ordering::Relaxed) >= KILLS {
                break;
            }
            // Where a relay takes long to start, much arrives at once from the one that was not killed.
            sale.book(&stage.system, bookings / KILLS, 0).await;
        }
        stop.cancel();
    };
    let (alive, ()) = tokio::join!(relays, end);
    let kills = kills.into_inner();

    let seen = reader.seen();
    let found = every_booking_is_told(&stage.system, &seen).await;
    println!(
        "{} events in {:.1?}; {} sent again by relays, {} read again by consumers; {kills} relays killed, the broker \
         {} times",
        found.events,
        began.elapsed(),
        found.duplicates,
        found.read_again,
        broker.kills
    );
    // Each booking has two events and more.
    assert!(kills >= KILLS, "too little was killed: {kills}");
    assert_eq!(broker.kills, 2);
    drop(reader);
    rebuilt_from_the_topic_alone(&stage).await;
    for relay in alive {
        relay.stop().await;
    }
    stage.finish().await;
}

/// Waits until every saga has ended, which takes its time with relays at the same database.
async fn at_rest(system: &TestSystem, limit: Duration) {
    patiently("every saga has ended", limit, async || {
        let query = "select not exists (select from saga.saga where ended_at is null and state <> 'WAITING')";
        system.database.value::<bool>(query).await.then_some(())
    })
    .await;
}

/// Kills one relay after the other and starts another at once: each second in which enough has arrived, and sooner
/// when much has, so that what is killed was at work however fast this machine is, and gets on however slow it is.
async fn kill_relays(
    stage: &Stage,
    reader: &Reader,
    bookings: usize,
    kills: &AtomicUsize,
    stop: CancellationToken,
) -> Vec<Process> {
    let mut relays: Vec<_> = (0..RELAYS).map(|_| stage.relay()).collect();
    let (mut turn, mut arrived, mut last) = (0, 0, Instant::now());
    let mut look = tokio::time::interval(Duration::from_millis(20));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(look.tick()).await.is_some() {
        let new = reader.distinct() - arrived;
        let is_much = new >= bookings / KILLS;
        let is_some = new >= bookings / 4 / KILLS;
        if !is_much && (!is_some || last.elapsed() < Duration::from_secs(1)) {
            continue;
        }
        assert!(relays[turn].kill().await, "a relay ended by itself: {}", relays[turn].log());
        relays[turn] = stage.relay();
        (arrived, last) = (reader.distinct(), Instant::now());
        kills.fetch_add(1, Ordering::Relaxed);
        turn = (turn + 1) % RELAYS;
    }
    relays
}

/// Kills the broker once a quarter of the bookings' events has come, and once more after three quarters.
async fn kill_broker(broker: &mut Broker, reader: &Reader, bookings: usize, limit: Duration) {
    for events in [bookings / 2, bookings * 3 / 2] {
        patiently("some events have arrived", limit, async || (reader.distinct() >= events).then_some(()))
            .await;
        broker.kill().await;
        broker.start().await;
    }
}

/// A consumer in another language, with a decoder of its own, knows what the database knows: by the snapshots, and by
/// what the events say that has changed.
pub(super) async fn rebuilt_from_the_topic_alone(stage: &Stage) {
    let began = Instant::now();
    let told = by_id(stage.told_by_python().await);
    let known = by_id(known(&stage.system).await);
    assert_eq!(told.len(), known.len(), "every booking, and no other");
    for (id, booking) in &known {
        super::forms::same(&told[id], booking);
    }
    println!("{} bookings rebuilt in Python in {:.1?}", told.len(), began.elapsed());
}

fn by_id(rows: Vec<Value>) -> BTreeMap<String, Value> {
    rows.into_iter().map(|row| (row["booking_id"].as_str().expect("an id").to_owned(), row)).collect()
}

/// What the database knows of every booking.
pub(super) async fn known(system: &TestSystem) -> Vec<Value> {
    system
        .database
        .column(
            "select jsonb_build_object(
                 'booking_id', b.id, 'sequence', b.version, 'status', b.status, 'total', b.total_minor,
                 'owed', b.owed_minor, 'reference', b.reference, 'customer', b.customer_id,
                 'reason', b.reason,
                 'hold_ends', case b.status when 'PENDING'
                     then floor(extract(epoch from b.hold_expires_at) * 1000)::bigint end,
                 'lines', (select coalesce(jsonb_agg(jsonb_build_object(
                               'line_no', l.line_no, 'slot', l.slot_id, 'quantity', l.quantity,
                               'price', l.unit_price_minor, 'plan', l.rate_plan, 'class', l.price_class,
                               'seats', (select coalesce(jsonb_agg(t.section || '/' || t.row_label || '/' || t.label
                                                                   order by t.section, t.row_label, t.label), '[]')
                                         from inventory.seat t where t.slot_id = l.slot_id and t.seat_no = any (l.seats)))
                               order by l.line_no), '[]')
                           from booking.line l where l.booking_id = b.id and l.until_version is null),
                 'payments', (select coalesce(jsonb_object_agg(p.number, jsonb_build_object(
                                  'captured', p.captured_minor, 'refunded', p.refunded_minor)), '{}')
                              from payment.payment p where p.booking_id = b.id and p.captured_minor > 0))
             from booking.booking b",
        )
        .await
}
