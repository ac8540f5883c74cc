//! Ten thousand webhooks, each five times, in any order, while what they are about is under way: nothing happens twice,
//! and nothing that may not happen.

use std::time::Instant;

use futures::{StreamExt as _, stream};
use reqwest::StatusCode;
use tests::{Client, Goods, Line, Order, Shop, TestSystem, webhook_body};

use super::{Door, listless};
use crate::reconcile::{Worker, book::Book};

const EVENTS: usize = 10_000;
const TIMES: usize = 5;
const BOOKINGS: usize = 400;
/// Knocks at once.
const AT_ONCE: usize = 48;
/// What happens to the payments, by turns.
const METHODS: [&str; 5] = ["fine", "lost", "busy", "refused", "fine"];

/// Numbers that the same seed gives again (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.roll() % (last as u64 + 1)).expect("a place of a slice");
            items.swap(last, other);
        }
    }
}

/// Bookings whose payments wait for a worker.
async fn book_all(customer: &Client, shop: &Shop) -> Vec<String> {
    let bookings = (0..BOOKINGS).map(|n| {
        let order = Order::of([Line::of(shop.slot(), 1)]).paid(METHODS[n % METHODS.len()]);
        async move { customer.create(&order).await.id() }
    });
    stream::iter(bookings).buffered(AT_ONCE).collect().await
}

/// Every event, as often as it comes, in any order: whatever its type says, what it is about is looked up.
fn events(keys: &[String], dice: &mut Dice) -> Vec<Vec<u8>> {
    let kinds = ["succeeded", "failed", "updated", "reversed"];
    let mut bodies = Vec::with_capacity(EVENTS * TIMES);
    for n in 0..EVENTS {
        let kind = kinds[n % kinds.len()];
        let body = webhook_body(&format!("evt_{n}"), kind, Some(&keys[n % keys.len()]), None);
        bodies.extend(vec![body; TIMES]);
    }
    dice.shuffle(&mut bodies);
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_webhooks_five_times_each_do_nothing_twice() {
    let seed = u64::from(std::process::id());
    let seed = std::env::var("HOLDFAST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(seed);
    println!("HOLDFAST_SEED={seed}");
    let mut dice = Dice(seed);
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(1_000)).await;
    let customer = system.customer("ana");
    let bookings = book_all(&customer, &shop).await;
    let book = Book::new();
    let worker = Worker::start(&system, &book, listless()).await;
    // In the middle of everything: some are done, some wait, some have not begun.
    system
        .until_true(
            "select count(*) > 40 from payment.operation where kind = 'CAPTURE' and state = 'SUCCEEDED'",
        )
        .await;

    let cancelling = tokio::spawn({
        let bookings: Vec<String> = bookings.iter().step_by(3).cloned().collect();
        let customer = customer.clone();
        async move {
            for booking in bookings {
                customer.cancel(&booking).await;
            }
        }
    });
    let keys: Vec<String> = system.database.column("select gateway_key from payment.operation").await;
    let begun = Instant::now();
    let door = Door::of(&system);
    let bodies = events(&keys, &mut dice);
    let told: Vec<StatusCode> = stream::iter(bodies)
        .map(|body| {
            let door = door.clone();
            async move { door.tell(&body).await }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let received_in = begun.elapsed();
    assert!(told.iter().all(|status| *status == StatusCode::OK), "every one is taken");
    cancelling.await.expect("the cancelling ends");
    system.until_true("select not exists (select from payment.webhook where state = 'RECEIVED')").await;
    let worked_in = begun.elapsed();
    system.at_rest().await;

    let states: Vec<String> = system
        .database
        .column("select state || ' ' || count(*) from payment.webhook group by state order by state")
        .await;
    let rows: i64 = system.database.value("select count(*) from payment.webhook").await;
    println!(
        "{} webhooks about {} operations received in {received_in:?}, worked after {worked_in:?}: {states:?}",
        told.len(),
        keys.len()
    );
    assert_eq!(usize::try_from(rows).expect("a count"), EVENTS, "each event is written down once");
    for (authorization, (captured, refunded, voids)) in book.effects() {
        let effect = (captured.as_slice(), refunded, voids);
        assert!(
            matches!(effect, ([], 0, 0 | 1))
                || matches!(effect, (&[taken], back, 0) if back == 0 || back == taken),
            "{authorization}: {effect:?}"
        );
    }
    worker.stop().await;
    system.finish().await;
}
