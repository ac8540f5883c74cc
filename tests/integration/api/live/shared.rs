//! Many subscribers, one read.

use db::{ClaimRequest, GatewayRegistration, StepAction, StepOutcome, StepResult};
use tests::{Goods, Socket, TestSystem};

use super::{calls, count_calls};

/// Subscribers of one booking.
const SUBSCRIBERS: usize = 50;
/// Bookings that a commit moves on, each with a subscriber.
const BOOKINGS: usize = 30;
/// Calls that reading them may take: who hears first may ask before the others have heard.
const CALLS: i64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_read_once_for_all_who_watch_it() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.hold(shop.slot()).await;
    let mut sockets = Vec::new();
    for _ in 0..SUBSCRIBERS {
        let mut socket = Socket::connect(&customer).await;
        socket.watch(&id, None).await;
        assert_eq!(socket.change().await.0, 1);
        sockets.push(socket);
    }
    count_calls(&system, "booking.view_changes(jsonb)", "changes_read").await;
    count_calls(&system, "booking.list_events(jsonb)", "events_read").await;
    count_calls(&system, "booking.view_bookings(jsonb)", "bookings_read").await;

    customer.cancel(&id).await.id();
    for socket in &mut sockets {
        assert_eq!(socket.change().await, (2, "booking.cancelled".to_owned()));
    }
    let read = calls(&system, "changes_read").await;
    println!("{SUBSCRIBERS} subscribers, one change: it was read {read} times");
    assert_eq!(read, 1);
    // What the mutation answers is read back with what others wrote (`booking.view_written`).
    assert_eq!((calls(&system, "events_read").await, calls(&system, "bookings_read").await), (0, 0));

    // Who is further behind than the others reads by itself, and misses nothing.
    let mut late = Socket::connect(&customer).await;
    late.watch(&id, Some(0)).await;
    assert_eq!(late.change().await.0, 1);
    assert_eq!(late.change().await.0, 2);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_commit_changes_is_read_together() {
    let system = TestSystem::idle().await;
    let worker = system.worker_db().await;
    let gateway = GatewayRegistration { code: "by_hand".to_owned(), weight: 1, currencies: None };
    worker.register_gateways(&[gateway]).await.expect("it is registered");
    let shop = system.shop(&Goods::places(100)).await;
    let mut sockets = Vec::new();
    for number in 0..BOOKINGS {
        // Each is somebody's own: they may not see one another's.
        let customer = system.customer(&format!("customer-{number}"));
        let id = customer.book(shop.slot(), "pm_card_visa").await;
        let mut socket = Socket::connect(&customer).await;
        socket.watch(&id, None).await;
        assert_eq!(socket.change().await.0, 1);
        sockets.push(socket);
    }
    count_calls(&system, "booking.view_changes(jsonb)", "changes_read").await;

    let request = ClaimRequest {
        worker: "by hand".to_owned(),
        batch: 100,
        lease_seconds: 60,
        gateways: vec!["by_hand".to_owned()],
        actions: StepAction::ALL.to_vec(),
    };
    let claims = worker.claim_steps(&request).await.expect("claims");
    assert_eq!(claims.len(), BOOKINGS);
    let done = |claim: &db::Claim| {
        let gateway_ref = claim.call.as_ref().expect("a call").gateway_key.clone();
        StepOutcome::of(claim, StepResult::Done { gateway_ref, expires_at: None })
    };
    let outcomes: Vec<_> = claims.iter().map(done).collect();
    worker.record_steps(&outcomes, None).await.expect("they are recorded");
    for socket in &mut sockets {
        assert_eq!(socket.change().await, (2, "payment.authorized".to_owned()));
        assert_eq!(socket.change().await, (3, "booking.confirmed".to_owned()));
    }
    let read = calls(&system, "changes_read").await;
    println!("{BOOKINGS} bookings of as many subscribers, one commit: read by {read} calls");
    assert!(read <= CALLS, "{read}");
    worker.close().await;
    assert_eq!(system.violations().await, []);
    // The gateway of this test has no books for the system's own to be held against.
    system.abandon().await;
}
