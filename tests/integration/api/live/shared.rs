//! Many subscribers, one read.

use tests::{Goods, Socket, TestSystem};

use super::{calls, count_calls};

/// Subscribers of one booking.
const SUBSCRIBERS: usize = 50;

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
    count_calls(&system, "booking.list_events(jsonb)", "events_read").await;
    count_calls(&system, "booking.view_bookings(jsonb)", "bookings_read").await;

    customer.cancel(&id).await.id();
    for socket in &mut sockets {
        assert_eq!(socket.change().await, (2, "booking.cancelled".to_owned()));
    }
    let read = (calls(&system, "events_read").await, calls(&system, "bookings_read").await);
    println!(
        "{SUBSCRIBERS} subscribers, one change: events were read {} times, the booking {} times",
        read.0, read.1
    );
    // What the mutation answers is read back with what others wrote (`booking.view_written`).
    assert_eq!(read, (1, 1));

    // Who is further behind than the others reads by itself, and misses nothing.
    let mut late = Socket::connect(&customer).await;
    late.watch(&id, Some(0)).await;
    assert_eq!(late.change().await.0, 1);
    assert_eq!(late.change().await.0, 2);
    system.finish().await;
}
