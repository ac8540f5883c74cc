//! What keeps the tables fast that are written all the time.

use futures::future::join_all;
use tests::{Goods, TestSystem, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_is_sold_without_touching_an_index() {
    const BOOKINGS: i64 = 60;
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(200)).await;
    let customer = system.customer("ana");
    let booked = join_all((0..BOOKINGS).map(|_| customer.book(shop.slot(), "pm_card_visa"))).await;
    for id in &booked {
        customer.settled(id, "CONFIRMED", "CAPTURED").await;
    }
    // Sessions tell their figures now and then, each by itself: who sells is not who records.
    let updates = "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relid = $1::regclass";
    let read = async |table: &str| -> (i64, i64) {
        sqlx::query_as(updates).bind(table).fetch_one(&system.database.sql).await.expect("statistics")
    };
    until("every booking's changes are counted", async || {
        let (bookings, slots) = (read("booking.booking").await.0, read("inventory.slot").await.0);
        (bookings >= 2 * BOOKINGS && slots > 0).then_some(())
    })
    .await;
    println!("{:<20} updates  in place", "table");
    for table in [
        "inventory.slot",
        "booking.booking",
        "booking.line",
        "payment.payment",
        "payment.operation",
        "saga.saga",
    ] {
        let (updates, in_place) = read(table).await;
        println!("{table:<20} {updates:>7}  {in_place:>8}");
        if table == "inventory.slot" {
            assert!(updates > 0 && in_place * 10 >= updates * 9, "{in_place} of {updates}");
        }
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_queue_is_vacuumed_before_its_readers_feel_it() {
    let system = TestSystem::idle().await;
    let late: Vec<String> = system
        .database
        .column(
            "select q.queue_name::text from pgmq.list_queues() q
             join pg_class c on c.oid = ('pgmq.q_' || q.queue_name)::regclass
             where not coalesce(c.reloptions, '{}') @> array['autovacuum_vacuum_scale_factor=0']",
        )
        .await;
    assert_eq!(late, [""; 0], "queues that wait for a fifth of them to change");
    system.finish().await;
}
