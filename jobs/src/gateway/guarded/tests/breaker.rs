//! The breaker: when it opens, what probes, when it closes.

use super::*;

/// Long enough to be seen open on a busy machine, short enough to be waited for.
const SHORT: Duration = Duration::from_millis(300);

/// Waits for as long as the breaker says that it stays open.
async fn half_open(guarded: &Guarded) {
    while let Some(wait) = guarded.health().retry_after {
        tokio::time::sleep(wait).await;
    }
    assert_eq!(guarded.health(), Health { state: BreakerState::HalfOpen, retry_after: None });
}

#[tokio::test]
async fn the_breaker_opens_at_half_of_ten_calls_and_not_before() {
    let script = [done(), failed(), done(), unknown(), done(), failed(), done(), unknown(), done(), failed()];
    let gateway = Scripted::new(script.clone(), Gate::MAX_PERMITS);
    let guarded = Guarded::new(gateway.clone(), short(LONG, 1));
    assert_eq!(ask(&guarded, 9).await, script[..9]);
    assert_eq!(guarded.health(), Health { state: BreakerState::Closed, retry_after: None });
    assert_eq!(guarded.authorize(&operation()).await, failed(), "the fifth of ten to fail");
    assert_eq!(guarded.health().state, BreakerState::Open);
    let Answer::NotSent { retry_after, .. } = guarded.authorize(&operation()).await else {
        panic!("sent past an open breaker")
    };
    assert!(retry_after > LONG / 2 && retry_after <= LONG);
    assert!(guarded.look_up_within(&operation(), LONG).await.is_err());
    assert_eq!(gateway.calls(), 10);
}

#[tokio::test]
async fn old_successes_do_not_hide_that_it_fails_now() {
    let script = [(); 1_000].map(|()| done()).into_iter().chain([(); 5].map(|()| failed()));
    let guarded = Guarded::new(
        Scripted::new(script, Gate::MAX_PERMITS),
        Limits { per_second: NonZeroU32::MAX, ..short(LONG, 1) },
    );
    ask(&guarded, 1_004).await;
    assert_eq!(guarded.health().state, BreakerState::Closed);
    ask(&guarded, 1).await;
    assert_eq!(guarded.health().state, BreakerState::Open);
}

#[tokio::test]
async fn declines_are_answers_of_a_gateway_that_works() {
    let script = [(); 30].map(|()| Answer::Declined("no_money".to_owned()));
    let guarded = Guarded::new(Scripted::new(script, Gate::MAX_PERMITS), short(LONG, 1));
    ask(&guarded, 30).await;
    assert_eq!(guarded.health().state, BreakerState::Closed);
}

#[tokio::test]
async fn look_ups_and_lists_count_as_well() {
    let script = [(); 5].map(|()| unknown()).into_iter().chain([(); 5].map(|()| failed()));
    let guarded = Guarded::new(Scripted::new(script, Gate::MAX_PERMITS), short(LONG, 1));
    for _ in 0..5 {
        assert!(matches!(guarded.look_up(&operation()).await, Finding::Unknown(_)));
    }
    for _ in 0..5 {
        assert!(guarded.list(None).await.is_err());
    }
    assert_eq!(guarded.health().state, BreakerState::Open);
}

#[tokio::test]
async fn half_open_lets_a_few_through_and_closes_when_one_is_answered() {
    let gateway = Scripted::new([(); 10].map(|()| failed()), 10);
    let guarded = Arc::new(Guarded::new(gateway.clone(), short(SHORT, 2)));
    ask(&guarded, 10).await;
    assert_eq!(guarded.health().state, BreakerState::Open);
    half_open(&guarded).await;
    let probes = [(); 2].map(|()| {
        let guarded = Arc::clone(&guarded);
        tokio::spawn(async move { guarded.authorize(&operation()).await })
    });
    while gateway.calls() < 12 {
        tokio::task::yield_now().await;
    }
    assert!(was_held_back(&guarded.authorize(&operation()).await), "a third probe");
    gateway.gate.add_permits(Gate::MAX_PERMITS / 2);
    for probe in probes {
        assert_eq!(probe.await.expect("it ends"), done());
    }
    assert_eq!(guarded.health().state, BreakerState::Closed);
    assert!(ask(&guarded, 20).await.iter().all(|answer| *answer == done()));
}

#[tokio::test]
async fn a_probe_that_fails_opens_it_again() {
    let gateway = Scripted::new([(); 11].map(|()| failed()), Gate::MAX_PERMITS);
    let guarded = Guarded::new(gateway.clone(), short(SHORT, 1));
    ask(&guarded, 10).await;
    half_open(&guarded).await;
    assert_eq!(guarded.authorize(&operation()).await, failed());
    assert!(was_held_back(&guarded.authorize(&operation()).await));
    assert_eq!(gateway.calls(), 11);
    half_open(&guarded).await;
    assert_eq!(guarded.authorize(&operation()).await, done());
    assert_eq!(guarded.health().state, BreakerState::Closed);
}

#[tokio::test]
async fn a_probe_that_is_given_up_leaves_its_place_to_another() {
    let gateway = Scripted::new([(); 10].map(|()| failed()), 10);
    let guarded = Arc::new(Guarded::new(gateway.clone(), short(SHORT, 1)));
    ask(&guarded, 10).await;
    half_open(&guarded).await;
    let probe = tokio::spawn({
        let guarded = Arc::clone(&guarded);
        async move { guarded.authorize(&operation()).await }
    });
    while gateway.calls() < 11 {
        tokio::task::yield_now().await;
    }
    probe.abort();
    assert!(probe.await.is_err());
    gateway.gate.add_permits(1);
    assert_eq!(guarded.authorize(&operation()).await, done());
}

#[tokio::test]
async fn what_was_sent_before_it_opened_does_not_close_it() {
    let gateway = Scripted::new([(); 10].map(|()| failed()), 0);
    let guarded = Arc::new(Guarded::new(gateway.clone(), short(SHORT, 1)));
    let early: Vec<_> = (0..11)
        .map(|_| {
            let guarded = Arc::clone(&guarded);
            tokio::spawn(async move { guarded.authorize(&operation()).await })
        })
        .collect();
    while gateway.calls() < 11 {
        tokio::task::yield_now().await;
    }
    gateway.gate.add_permits(10);
    while guarded.health().state == BreakerState::Closed {
        tokio::task::yield_now().await;
    }
    half_open(&guarded).await;
    let probe = tokio::spawn({
        let guarded = Arc::clone(&guarded);
        async move { guarded.authorize(&operation()).await }
    });
    while gateway.calls() < 12 {
        tokio::task::yield_now().await;
    }
    // The gate lets them in as they came: first the one that was there before the probe.
    gateway.gate.add_permits(1);
    for call in early {
        call.await.expect("it ends");
    }
    assert_eq!(guarded.health().state, BreakerState::HalfOpen, "the late success says nothing of now");
    gateway.gate.add_permits(1);
    assert_eq!(probe.await.expect("it ends"), done());
    assert_eq!(guarded.health().state, BreakerState::Closed);
}
