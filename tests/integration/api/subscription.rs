//! Changes, pushed: in order, each once, and resumed where a client stood.

use serde_json::Value;
use tests::{Client, Goods, Socket, TestSystem};

const PAID: [(i64, &str); 4] =
    [(1, "booking.created"), (2, "payment.authorized"), (3, "booking.confirmed"), (4, "payment.captured")];

async fn expect(socket: &mut Socket, changes: &[(i64, &str)]) {
    for (version, kind) in changes {
        assert_eq!(socket.change().await, (*version, (*kind).to_owned()));
    }
    assert_eq!(socket.drain().await, [Value::Null; 0], "and nothing more");
}

/// The code of the error that a subscription ends with.
async fn refused(client: &Client, booking: &str) -> String {
    let mut socket = Socket::connect(client).await;
    socket.watch(booking, Some(0)).await;
    let message = socket.hear().await;
    let error = message["payload"].get(0).unwrap_or(&message["payload"]["errors"][0]);
    let code = error["extensions"]["code"].as_str();
    code.unwrap_or_else(|| panic!("no error: {message}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_sees_each_version_once_and_resumes_where_it_stood() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "pm_card_visa").await;

    let mut live = Socket::connect(&customer).await;
    live.watch(&id, Some(0)).await;
    expect(&mut live, &PAID).await;

    let mut resumed = Socket::connect(&customer).await;
    resumed.watch(&id, Some(2)).await;
    expect(&mut resumed, &PAID[2..]).await;
    // Without a version the present state comes first.
    let mut fresh = Socket::connect(&customer).await;
    fresh.watch(&id, None).await;
    expect(&mut fresh, &PAID[3..]).await;

    customer.cancel(&id).await.id();
    customer.settled(&id, "CANCELLED", "REFUNDED").await;
    for socket in [&mut live, &mut resumed, &mut fresh] {
        expect(socket, &[(5, "booking.cancelled"), (6, "payment.refunded")]).await;
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_of_another_instance_hears_of_changes_too() {
    let system = TestSystem::start().await;
    let (second, stop_second) = system.second_api().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.hold(shop.slot()).await;

    let mut elsewhere = Socket::connect(&customer.at(&second)).await;
    elsewhere.watch(&id, Some(1)).await;
    customer.pay(&id, "pm_card_visa").await.id();
    let changes = [
        (2, "payment.submitted"),
        (3, "payment.authorized"),
        (4, "booking.confirmed"),
        (5, "payment.captured"),
    ];
    expect(&mut elsewhere, &changes).await;
    drop(elsewhere);
    stop_second.await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_shown_to_its_own_people_only() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let rival = system.shop(&Goods::default()).await;
    let id = system.customer("ana").hold(shop.slot()).await;

    for (client, code) in [
        (system.customer("ben"), "NOT_FOUND"),
        (rival.organiser.clone(), "NOT_FOUND"),
        (system.nobody(), "UNAUTHENTICATED"),
    ] {
        assert_eq!(refused(&client, &id).await, code);
    }
    assert_eq!(refused(&system.customer("ana"), &TestSystem::stranger("Booking")).await, "NOT_FOUND");
    for client in [shop.organiser.clone(), system.operator()] {
        let mut socket = Socket::connect(&client).await;
        socket.watch(&id, Some(0)).await;
        expect(&mut socket, &PAID[..1]).await;
    }
    system.finish().await;
}
