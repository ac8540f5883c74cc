//! Many at once: the promises under pressure, with the figures printed.

use std::{collections::HashMap, sync::Arc, time::Instant};

use futures::future::join_all;
use tests::{Goods, Line, Order, TestSystem};
use tokio::sync::Barrier;

/// A small generator of numbers (xorshift), so that a run can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("a small number")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_at_once_with_one_key_are_one_booking() {
    const CLIENTS: usize = 200;
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let order = Order::of([Line::of(shop.slot(), 1)]);

    let barrier = Arc::new(Barrier::new(CLIENTS));
    let started = Instant::now();
    let answers = join_all((0..CLIENTS).map(|_| {
        let (customer, order, barrier) = (customer.clone(), order.clone(), Arc::clone(&barrier));
        tokio::spawn(async move {
            barrier.wait().await;
            customer.create(&order).await
        })
    }))
    .await;
    let seconds = started.elapsed().as_secs_f64();

    let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("an answer")).collect();
    let replayed = answers.iter().filter(|answer| answer.replayed()).count();
    println!("one key, {CLIENTS} at once: {replayed} replayed, {seconds:.2} s");
    assert_eq!(replayed, CLIENTS - 1);
    assert!(answers.iter().all(|answer| answer.booking() == answers[0].booking()));
    let bookings: i64 = system.database.value("select count(*) from booking.booking").await;
    assert_eq!(bookings, 1);
    assert_eq!(shop.available(shop.slot()).await, 9);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_at_once_for_a_hundred_places_get_exactly_a_hundred() {
    const CUSTOMERS: usize = 1_000;
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(100)).await;
    let order = Order::of([Line::of(shop.slot(), 1)]).paid("pm_card_visa");

    let barrier = Arc::new(Barrier::new(CUSTOMERS));
    let started = Instant::now();
    let answers = join_all((0..CUSTOMERS).map(|number| {
        let customer = system.customer(&format!("customer-{number}"));
        let (order, barrier) = (order.clone(), Arc::clone(&barrier));
        tokio::spawn(async move {
            barrier.wait().await;
            customer.create(&order).await
        })
    }))
    .await;
    let seconds = started.elapsed().as_secs_f64();

    let mut counts: HashMap<String, usize> = HashMap::new();
    for answer in answers {
        let answer = answer.expect("an answer");
        *counts.entry(answer.code().unwrap_or("accepted").to_owned()).or_default() += 1;
    }
    println!("{CUSTOMERS} customers at once for 100 places: {counts:?}, {seconds:.2} s");
    assert_eq!(counts, HashMap::from([("accepted".to_owned(), 100), ("SOLD_OUT".to_owned(), 900)]));
    assert_eq!(shop.available(shop.slot()).await, 0);
    system.at_rest().await;
    println!("all 100 paid after {:.2} s", started.elapsed().as_secs_f64());
    assert_eq!(system.done_by_gateway(simulator::Kind::Capture), 100);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn creates_and_cancels_over_the_same_slots_never_deadlock() {
    const CLIENTS: u64 = 40;
    const ROUNDS: usize = 12;
    const SLOTS: i64 = 8;
    let system = TestSystem::start().await;
    // Two API pools' worth of lanes: a single one would hide a wrong lock order behind its batches.
    let shop = system.shop(&Goods::places(12).slots(SLOTS)).await;
    let (second, stop_second) = system.second_api().await;

    let started = Instant::now();
    let tasks = (0..CLIENTS).map(|number| {
        let subject = format!("customer-{number}");
        let customer = system.customer(&subject);
        let customer = if number % 2 == 0 { customer } else { customer.at(&second) };
        let slots = shop.slots.clone();
        tokio::spawn(async move {
            let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (number + 1));
            let mut tally = [0_usize; 3];
            for _ in 0..ROUNDS {
                let lines = (0..=dice.below(3)).map(|_| Line::of(&slots[dice.below(slots.len())], 1));
                let mut order = Order::of(lines.collect::<Vec<_>>());
                if dice.below(2) == 0 {
                    order = order.paid("pm_card_visa");
                }
                let created = customer.create(&order).await;
                match created.code() {
                    None if dice.below(4) > 0 => {
                        customer.cancel(&created.id()).await.id();
                        tally[1] += 1;
                    }
                    None => tally[0] += 1,
                    Some("SOLD_OUT") => tally[2] += 1,
                    Some(code) => panic!("{code}: {created:?}"),
                }
            }
            tally
        })
    });
    let mut total = [0; 3];
    for tally in join_all(tasks).await {
        let tally = tally.expect("a customer who got answers only");
        total = [total[0] + tally[0], total[1] + tally[1], total[2] + tally[2]];
    }
    let seconds = started.elapsed().as_secs_f64();

    let [kept, cancelled, sold_out] = total;
    println!("overlapping slots: {kept} kept, {cancelled} cancelled, {sold_out} sold out, {seconds:.2} s");
    assert!(kept > 0 && cancelled > 0 && sold_out > 0, "all three must happen, or nothing was tried");
    // Not even one that was retried out of sight.
    let deadlocks: i64 = system
        .database
        .value("select deadlocks from pg_stat_database where datname = current_database()")
        .await;
    assert_eq!(deadlocks, 0);
    system.at_rest().await;
    stop_second.await;
    system.finish().await;
}
