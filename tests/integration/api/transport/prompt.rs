//! Small messages one after the other: none waits until the one before it is acknowledged.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::TestSystem;

use super::raw::{Heard, Raw};

/// By so much, at least, a machine that has nothing to say delays to acknowledge what it got.
const DELAY: Duration = Duration::from_millis(40);

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_an_operation_comes_right_after_its_answer() {
    let system = TestSystem::idle().await;
    let mut socket = Raw::acknowledged(&system.customer("ana")).await;
    let mut gaps = Vec::new();
    for number in 0..60 {
        socket.subscribe(&number.to_string(), json!({ "query": "{ __typename }" })).await;
        let Heard::Message(answer) = socket.hear().await else { panic!("it was closed") };
        let answered = Instant::now();
        assert_eq!(answer["type"], "next", "{answer}");
        let end = Heard::Message(json!({ "type": "complete", "id": number.to_string() }));
        assert_eq!(socket.hear().await, end);
        gaps.push(answered.elapsed());
    }
    println!("{gaps:?}");
    // A new connection is acknowledged at once for a while.
    gaps.drain(..20);
    gaps.sort_unstable();
    assert!(gaps[0] < DELAY / 2, "it waits for the acknowledgement: {gaps:?}");
    system.finish().await;
}
