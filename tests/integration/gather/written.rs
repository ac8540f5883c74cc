//! What was written together is read back together.

use db::{Actor, BookingId, Db, DbRole, PoolOptions, Role};
use futures::future::join_all;
use serde_json::json;
use tests::{Goods, Line, Order, TestSystem, uuid_of};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_who_book_at_once_are_shown_their_bookings_in_few_calls() {
    const CLIENTS: i32 = 100;
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(CLIENTS)).await;
    let customers: Vec<_> =
        (0..CLIENTS).map(|number| system.customer(&format!("customer-{number}"))).collect();
    // Their connections are open, and none of them has to wait for it.
    join_all(customers.iter().map(|customer| customer.send("{ viewer { subject } }", json!({})))).await;
    let before = system.api.statements();
    let input = Order::of([Line::of(shop.slot(), 1)]);
    let book = "mutation($input: CreateBookingInput!) { createBooking(input: $input) \
                { booking { customerId status version } userErrors { code } } }";
    let answers = join_all(customers.iter().map(|customer| {
        let input = input.clone().key(&Uuid::new_v4().to_string()).input();
        customer.send(book, json!({ "input": input }))
    }))
    .await;
    let statements = system.api.statements() - before;
    println!("{CLIENTS} bookings at once, each shown to who made it: {statements} statements");
    // Both the writing and the showing: one of each for everybody would be 200.
    assert!((2..=50).contains(&statements), "{statements}");

    let bookings: i64 = system.database.value("select count(*) from booking.booking").await;
    assert_eq!(bookings, i64::from(CLIENTS));
    for (number, answer) in answers.iter().enumerate() {
        let shown = &answer.body["data"]["createBooking"]["booking"];
        let own = json!({ "customerId": format!("customer-{number}"), "status": "PENDING", "version": 1 });
        assert_eq!(*shown, own, "each is shown its own");
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_is_answered_as_its_own_actor_may_hear() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let mine = BookingId(uuid_of(&system.customer("ana").hold(shop.slot()).await));
    let theirs = BookingId(uuid_of(&system.customer("berta").hold(shop.slot()).await));
    let ana = Actor { role: Role::Customer, subject: "ana".to_owned(), organiser_id: None };
    let operator = Actor { role: Role::Operator, subject: "olga".to_owned(), organiser_id: None };
    let db = Db::connect(&system.database.url, DbRole::Api, &PoolOptions::default()).await.expect("a pool");
    let asked = [
        (ana.clone(), theirs),
        (ana.clone(), mine),
        (ana, BookingId(Uuid::now_v7())),
        (operator.clone(), theirs),
        (operator, mine),
    ];
    let answers = db.written_bookings(&asked).await.expect("answers");
    let ids: Vec<_> = answers.iter().map(|found| found.as_ref().map(|booking| booking.id)).collect();
    assert_eq!(ids, [None, Some(mine), None, Some(theirs), Some(mine)]);
    system.finish().await;
}
