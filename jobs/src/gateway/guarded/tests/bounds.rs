//! The time-out, the bulkhead and the rate limit.

use super::*;

#[tokio::test(start_paused = true)]
async fn without_an_answer_in_time_the_outcome_is_unknown() {
    let gateway = Scripted::new([], 0);
    let guarded = Guarded::new(gateway.clone(), limits());
    let begun = tokio::time::Instant::now();
    assert!(matches!(guarded.authorize(&operation()).await, Answer::Unknown(_)));
    assert_eq!(begun.elapsed(), Duration::from_secs(5), "the default");
    let two = Duration::from_secs(2);
    assert!(matches!(guarded.perform_within(&operation(), two).await, Answer::Unknown(_)));
    assert!(matches!(guarded.look_up_within(&operation(), two).await, Ok(Finding::Unknown(_))));
    assert_eq!(begun.elapsed(), Duration::from_secs(9), "each call's own");
    assert_eq!(gateway.calls(), 3, "every one was sent");
}

#[tokio::test]
async fn a_call_too_many_is_not_sent_and_one_that_ends_makes_room() {
    let gateway = Scripted::new([], 0);
    let guarded = Arc::new(Guarded::new(gateway.clone(), Limits { concurrency: 1, ..limits() }));
    let first = tokio::spawn({
        let guarded = Arc::clone(&guarded);
        async move { guarded.authorize(&operation()).await }
    });
    gateway.begun.notified().await;
    assert!(was_held_back(&guarded.authorize(&operation()).await));
    let held_back = guarded.look_up_within(&operation(), LONG).await;
    assert!(held_back.is_err(), "a look-up that was not made says nothing of the operation: {held_back:?}");
    assert!(guarded.list(None).await.is_err());
    assert_eq!(gateway.calls(), 1);
    gateway.gate.add_permits(2);
    assert_eq!(first.await.expect("it ends"), done());
    assert_eq!(guarded.authorize(&operation()).await, done());
}

#[tokio::test]
async fn a_full_bulkhead_is_waited_for_as_long_as_the_limits_say() {
    let gateway = Scripted::new([], 0);
    let guarded = Arc::new(Guarded::new(gateway.clone(), Limits { concurrency: 1, wait: LONG, ..limits() }));
    let both = [(); 2].map(|()| {
        let guarded = Arc::clone(&guarded);
        tokio::spawn(async move { guarded.authorize(&operation()).await })
    });
    gateway.begun.notified().await;
    gateway.gate.add_permits(2);
    for call in both {
        assert_eq!(call.await.expect("it ends"), done());
    }
}

#[tokio::test]
async fn the_rate_bounds_how_many_calls_begin() {
    let gateway = Scripted::new([], Gate::MAX_PERMITS);
    let two = NonZeroU32::new(2).expect("not 0");
    let guarded = Guarded::new(gateway.clone(), Limits { per_second: two, ..limits() });
    let answers = ask(&guarded, 3).await;
    assert_eq!(answers[..2], [done(), done()]);
    let Answer::NotSent { retry_after, .. } = &answers[2] else { panic!("sent past the rate: {answers:?}") };
    assert!(*retry_after > Duration::ZERO && *retry_after <= Duration::from_millis(500), "{retry_after:?}");
    assert_eq!(gateway.calls(), 2);
    assert_eq!(guarded.health().state, BreakerState::Closed, "what was not sent is no failure");
}

#[tokio::test]
async fn a_turn_under_the_rate_is_waited_for() {
    let gateway = Scripted::new([], Gate::MAX_PERMITS);
    let fifty = NonZeroU32::new(50).expect("not 0");
    let guarded = Guarded::new(gateway, Limits { per_second: fifty, wait: LONG, ..limits() });
    let begun = Instant::now();
    assert!(ask(&guarded, 55).await.iter().all(|answer| *answer == done()));
    assert!(begun.elapsed() >= Duration::from_millis(80), "five of them had to wait 20 ms each");
}
