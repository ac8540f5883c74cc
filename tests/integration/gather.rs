//! The gatherer of writes: how many share a call, and that none of them harms another.

mod trouble;
mod written;

use std::time::{Duration, Instant};

use chrono::Utc;
use db::{
    Actor, BookingId, CancelBooking, Command, CreateBooking, Db, DbRole, ExtendHold, LineRequest, Outcome,
    PayBooking, PoolOptions, RefusalCode, Role, SlotId, Write, Writer, WriterError, WriterSettings,
};
use futures::{FutureExt as _, future::join_all};
use tests::{Goods, Shop, TestSystem, uuid_of};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// Writers over a system that is idle but for them.
struct Ground {
    system: TestSystem,
    /// What the writers write through.
    db: Db,
    tracker: TaskTracker,
    create: Writer<CreateBooking>,
}

impl Ground {
    async fn new(settings: WriterSettings) -> Self {
        let system = TestSystem::idle().await;
        system.database.count_statements().await;
        let options = PoolOptions {
            connections: 10,
            // The machine may be busy with other tests; giving up early would only blur them.
            acquire: Duration::from_secs(10),
            statement: Duration::from_secs(10),
        };
        let db = Db::connect(&system.database.url, DbRole::Api, &options).await.expect("connections");
        let tracker = TaskTracker::new();
        let create = Writer::start(&db, settings, &tracker);
        Self { system, db, tracker, create }
    }

    /// Calls of the routine that were done.
    async fn calls(&self, routine: &str) -> i64 {
        self.system.database.statements_like(&format!("%{routine}($1)%"), true).await
    }

    async fn bookings(&self) -> i64 {
        self.system.database.value("select count(*) from booking.booking").await
    }

    async fn finish(self) {
        // A writer that has nothing to do leaves nothing running.
        self.tracker.close();
        self.tracker.wait().await;
        self.db.close().await;
        self.system.finish().await;
    }
}

fn customer(number: usize) -> String {
    format!("customer-{number}")
}

fn by<W: Write>(subject: String, write: W) -> Command<W> {
    let actor = Actor { role: Role::Customer, subject, organiser_id: None };
    Command { actor, key: Uuid::new_v4().to_string(), fingerprint: "digest".to_owned(), trace: None, write }
}

/// One place of a slot, for a customer of this number.
fn wish(number: usize, slot: &str) -> Command<CreateBooking> {
    let line = LineRequest {
        slot_id: SlotId(uuid_of(slot)),
        quantity: 1,
        seats: None,
        section: None,
        price_class: None,
        rate_plan: None,
        unit_price_minor: None,
        unit_price_currency: None,
    };
    by(
        customer(number),
        CreateBooking { customer_id: None, payment_method: None, note: None, lines: vec![line] },
    )
}

fn code(outcome: &Outcome) -> Option<RefusalCode> {
    outcome.refusal.as_ref().map(|refusal| refusal.code)
}

fn accepted(outcome: Result<Outcome, WriterError>) -> Uuid {
    let outcome = outcome.expect("an outcome");
    assert_eq!(outcome.refusal, None);
    outcome.id.expect("a booking")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lone_command_is_one_call_at_once() {
    const TRIES: usize = 30;
    let ground = Ground::new(WriterSettings::default()).await;
    let shop = ground.system.shop(&Goods::places(1_000)).await;
    let (mut gathered, mut direct) = (Vec::new(), Vec::new());
    for number in 0..TRIES {
        let begun = Instant::now();
        accepted(ground.create.submit(wish(number, shop.slot())).await);
        gathered.push(begun.elapsed());
        let begun = Instant::now();
        ground.db.write(&[wish(number, shop.slot())]).await.expect("an outcome");
        direct.push(begun.elapsed());
    }
    gathered.sort_unstable();
    direct.sort_unstable();
    let (gathered, direct) = (gathered[TRIES / 2], direct[TRIES / 2]);
    println!("a lone command: {gathered:?} through the writer, {direct:?} for the call itself (medians)");
    assert_eq!(ground.calls("booking.create_bookings").await, 2 * i64::try_from(TRIES).expect("few"));
    ground.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_at_once_of_all_organisers_are_few_calls_and_each_gets_its_own() {
    const CLIENTS: usize = 500;
    let ground = Ground::new(WriterSettings::default()).await;
    let mut slots = Vec::new();
    for _ in 0..5 {
        slots.extend(ground.system.shop(&Goods::places(100).slots(10)).await.slots);
    }
    let wishes: Vec<_> = (0..CLIENTS).map(|number| wish(number, &slots[number % slots.len()])).collect();
    let begun = Instant::now();
    let outcomes = join_all(wishes.iter().cloned().map(|wish| ground.create.submit(wish))).await;
    let taken = begun.elapsed();
    for (number, (outcome, wish)) in outcomes.into_iter().zip(&wishes).enumerate() {
        let id = accepted(outcome);
        let of: String = ground
            .system
            .database
            .value(format!(
                "select b.customer_id || ' ' || l.slot_id from booking.booking b
                 join booking.line l on l.organiser_id = b.organiser_id and l.booking_id = b.id
                 join inventory.slot s on s.organiser_id = b.organiser_id and s.id = l.slot_id
                 where b.id = '{id}'"
            ))
            .await;
        assert_eq!(of, format!("{} {}", customer(number), wish.write.lines[0].slot_id.0));
    }
    let creates = ground.calls("booking.create_bookings").await;
    println!("{CLIENTS} creates over {} slots of 5 organisers: {creates} calls, {taken:?}", slots.len());
    assert!(creates <= 20, "{creates} calls");
    assert_eq!(usize::try_from(ground.bookings().await), Ok(CLIENTS));
    ground.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_given_in_the_order_of_arrival() {
    const PLACES: usize = 130;
    let ground = Ground::new(WriterSettings { lanes: 4, batch: 20, ..WriterSettings::default() }).await;
    let places = i32::try_from(PLACES).expect("few");
    let (hot, cold) =
        (ground.system.shop(&Goods::places(places)).await, ground.system.shop(&Goods::places(100)).await);
    // Between them others come, who want something else.
    let wishes = (0..2 * PLACES).map(|number| {
        let shop = if number % 5 == 4 { &cold } else { &hot };
        (number % 5 != 4, ground.create.submit(wish(number, shop.slot())))
    });
    let (is_hot, submitted): (Vec<_>, Vec<_>) = wishes.unzip();
    let outcomes = join_all(submitted).await;
    let mut heard = outcomes.into_iter().zip(is_hot).filter(|(_, is_hot)| *is_hot);
    let mut heard = heard.by_ref().map(|(outcome, _)| code(&outcome.expect("an outcome")));
    assert!(heard.by_ref().take(PLACES).all(|code| code.is_none()), "the first get the places");
    assert!(heard.all(|code| code == Some(RefusalCode::SoldOut)), "and all who came later get none");
    ground.finish().await;
}

/// Submits one command for each booking at once; the outcomes, and how many calls it took.
async fn all_at_once<W: Write>(
    ground: &Ground,
    routine: &str,
    commands: impl IntoIterator<Item = Command<W>>,
) -> i64 {
    let writer = Writer::start(&ground.db, WriterSettings::default(), &ground.tracker);
    let before = ground.calls(routine).await;
    let outcomes = join_all(commands.into_iter().map(|command| writer.submit(command))).await;
    let outcomes: Vec<_> = outcomes.into_iter().map(accepted).collect();
    let calls = ground.calls(routine).await - before;
    println!("{} commands: {calls} calls of {routine}", outcomes.len());
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_booking_is_gathered_too() {
    const BOOKINGS: usize = 200;
    let ground = Ground::new(WriterSettings::default()).await;
    let goods = Goods::places(1_000).listed(serde_json::json!({ "holdExtensions": 1 }));
    let shop = ground.system.shop(&goods).await;
    let created = (0..BOOKINGS).map(|number| ground.create.submit(wish(number, shop.slot())));
    let created: Vec<_> = join_all(created).await.into_iter().map(accepted).map(BookingId).collect();

    let of = || created.iter().copied().enumerate();
    let extends = of()
        .map(|(number, booking_id)| by(customer(number), ExtendHold { booking_id, expected_version: None }));
    assert!(all_at_once(&ground, "booking.extend_holds", extends).await <= 8);
    let pays = of().map(|(number, booking_id)| {
        let payment_method = "pm_card_visa".to_owned();
        by(customer(number), PayBooking { booking_id, payment_method, expected_version: None })
    });
    assert!(all_at_once(&ground, "booking.pay_bookings", pays).await <= 8);
    let cancels = of().map(|(number, booking_id)| {
        by(customer(number), CancelBooking { booking_id, lines: None, note: None, expected_version: None })
    });
    assert!(all_at_once(&ground, "booking.cancel_bookings", cancels).await <= 8);
    assert_eq!(shop.available(shop.slot()).await, 1_000);
    ground.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_leaves_its_write_behind() {
    let ground = Ground::new(WriterSettings { lanes: 1, ..WriterSettings::default() }).await;
    let shop = ground.system.shop(&Goods::default()).await;
    let held = trouble::hold(&ground.system, &[shop.slot()]).await;
    let mut leaving = Vec::new();
    for number in 0..3 {
        // Polled once: the first is in flight then, and the others wait.
        let mut submitted = Box::pin(ground.create.submit(wish(number, shop.slot())));
        assert!(submitted.as_mut().now_or_never().is_none(), "somebody holds the slot");
        leaving.push(submitted);
    }
    drop(leaving);
    assert_eq!(ground.bookings().await, 0);
    held.rollback().await.expect("the slot is let go of");
    tests::until("all three are written", async || (ground.bookings().await == 3).then_some(())).await;
    ground.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark"]
async fn how_many_lanes_are_best() {
    const CLIENTS: usize = 4_000;
    for (what, spread) in [("one slot", 1), ("1,000 slots", 1_000)] {
        for lanes in [1, 2, 3, 4, 8] {
            let settings = WriterSettings { lanes, queue: 2 * CLIENTS, ..WriterSettings::default() };
            let ground = Ground::new(settings).await;
            let starts = (0..spread).map(|hour| Utc::now() + chrono::Duration::hours(240 + hour)).collect();
            let shop: Shop =
                ground.system.shop(&Goods { starts, capacity: 100_000, ..Goods::default() }).await;
            let wishes: Vec<_> =
                (0..CLIENTS).map(|number| wish(number, &shop.slots[number % shop.slots.len()])).collect();
            let begun = Instant::now();
            for outcome in join_all(wishes.into_iter().map(|wish| ground.create.submit(wish))).await {
                accepted(outcome);
            }
            let taken = begun.elapsed();
            let calls = ground.calls("booking.create_bookings").await;
            println!("{what}, {lanes} lanes: {CLIENTS} bookings in {taken:?}, {calls} calls");
            ground.finish().await;
        }
    }
}
