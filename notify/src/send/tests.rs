//! The sending loop, over deliveries that are held in memory.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use chrono::{TimeDelta, Utc};
use db::{ClaimDeliveries, ClaimedDelivery, ClaimedEndpoint, DeliveryRecord, DeliveryResult};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::channel::{Channel, Delivered, Outgoing};

/// Deliveries that are due, and what was recorded of them.
#[derive(Debug, Default)]
struct Memory {
    due: Mutex<Vec<ClaimedDelivery>>,
    claimed: Mutex<HashMap<Uuid, ClaimedDelivery>>,
    records: Mutex<Vec<DeliveryRecord>>,
    /// So many calls fail before one succeeds.
    failures: AtomicUsize,
    /// Takes no heed of how many deliveries an endpoint may have.
    is_careless: bool,
}

impl Memory {
    fn fails(&self) -> bool {
        self.failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    fn results(&self, result: DeliveryResult) -> usize {
        let records = self.records.lock().expect("not poisoned");
        records.iter().filter(|record| record.result == result).count()
    }
}

#[async_trait]
impl Store for Memory {
    async fn claim(&self, claim: &ClaimDeliveries) -> Result<Vec<ClaimedDelivery>, db::Error> {
        if self.fails() {
            return Err(db::Error::PoolExhausted);
        }
        let mut due = self.due.lock().expect("not poisoned");
        let (mut given, mut left) = (Vec::new(), Vec::new());
        let mut counts = HashMap::<Uuid, i32>::new();
        for delivery in due.drain(..) {
            let endpoint = delivery.endpoint.as_ref().map(|endpoint| endpoint.id).unwrap_or_default();
            let count = counts.entry(endpoint).or_default();
            let is_free = *count < claim.per_endpoint && !claim.busy.contains(&endpoint);
            let is_mine = claim.channels.contains(&delivery.channel);
            let has_room = given.len() < usize::try_from(claim.batch).expect("a count");
            if is_mine && has_room && (self.is_careless || is_free) {
                *count += 1;
                given.push(delivery);
            } else {
                left.push(delivery);
            }
        }
        let mut claimed = self.claimed.lock().expect("not poisoned");
        claimed.extend(given.iter().map(|delivery| (delivery.delivery_id, delivery.clone())));
        *due = left;
        Ok(given)
    }

    async fn record(&self, records: &[DeliveryRecord]) -> Result<(), db::Error> {
        if self.fails() {
            return Err(db::Error::PoolExhausted);
        }
        let claimed = self.claimed.lock().expect("not poisoned");
        let released = records.iter().filter(|record| record.result == DeliveryResult::Released);
        let released = released.map(|record| claimed[&record.delivery_id].clone());
        self.due.lock().expect("not poisoned").extend(released);
        self.records.lock().expect("not poisoned").extend_from_slice(records);
        Ok(())
    }
}

/// A channel that counts, and leaves those waiting whose address says so.
#[derive(Clone, Debug, Default)]
struct Counting(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    stalled: AtomicUsize,
    most_stalled: AtomicUsize,
    sent: Mutex<Vec<Uuid>>,
    go_on: CancellationToken,
}

#[async_trait]
impl Channel for Counting {
    async fn deliver(&self, outgoing: &Outgoing) -> Delivered {
        let counts = &self.0;
        let under_way = counts.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        counts.most_under_way.fetch_max(under_way, Ordering::Relaxed);
        if outgoing.address.contains("slow") {
            let stalled = counts.stalled.fetch_add(1, Ordering::Relaxed) + 1;
            counts.most_stalled.fetch_max(stalled, Ordering::Relaxed);
            counts.go_on.cancelled().await;
            counts.stalled.fetch_sub(1, Ordering::Relaxed);
        } else {
            tokio::task::yield_now().await;
        }
        counts.under_way.fetch_sub(1, Ordering::Relaxed);
        counts.sent.lock().expect("not poisoned").push(outgoing.delivery_id);
        Delivered::Sent { status_code: Some(200) }
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(1)
    }
}

fn due(endpoint: u128, host: &str) -> ClaimedDelivery {
    ClaimedDelivery {
        delivery_id: Uuid::now_v7(),
        fence: 1,
        message: "booking.confirmed".to_owned(),
        channel: DeliveryChannel::Webhook,
        repeated: false,
        attempts: 0,
        address: None,
        language: None,
        document: json!({}),
        context: json!({}),
        endpoint: Some(ClaimedEndpoint {
            id: Uuid::from_u128(endpoint),
            url: format!("https://{host}.example"),
            secrets: vec!["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()],
        }),
        planned_at: Utc::now(),
        moot: false,
        give_up_at: Utc::now() + TimeDelta::days(3),
    }
}

fn settings() -> SendSettings {
    SendSettings {
        concurrency: 8,
        per_endpoint: 2,
        poll: Duration::from_millis(5),
        ..SendSettings::named("test".to_owned())
    }
}

/// Sends from this store until `done`, then stops in good order.
async fn send_until(store: &Arc<Memory>, channel: &Counting, done: impl Fn() -> bool) {
    let shutdown = CancellationToken::new();
    let channels = Channels::default().with(DeliveryChannel::Webhook, channel.clone());
    let sending =
        tokio::spawn(send_from(Arc::<Memory>::clone(store), channels, settings(), shutdown.clone()));
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    assert!(waited.await.is_ok(), "it never came to be: {:?}", channel.0);
    shutdown.cancel();
    channel.0.go_on.cancel();
    sending.await.expect("it ends in good order");
}

#[tokio::test]
async fn a_slow_endpoint_keeps_nobody_else_waiting() {
    for is_careless in [false, true] {
        let mut deliveries: Vec<_> = (0..50).map(|_| due(1, "slow")).collect();
        deliveries.extend((0..100).map(|index| due(10 + index % 10, "fast")));
        let store = Memory { due: Mutex::new(deliveries), is_careless, ..Memory::default() };
        let (store, channel) = (Arc::new(store), Counting::default());
        send_until(&store, &channel, || store.results(DeliveryResult::Sent) == 100).await;
        let counts = &channel.0;
        assert_eq!(
            counts.most_stalled.load(Ordering::Relaxed),
            2,
            "no more at once than an endpoint may have"
        );
        assert!(counts.most_under_way.load(Ordering::Relaxed) <= 8);
        assert!(store.results(DeliveryResult::Sent) >= 102, "what was under way at the end was finished");
        assert!(
            !is_careless || store.results(DeliveryResult::Released) > 0,
            "what is too much is handed back"
        );
    }
}

#[tokio::test]
async fn each_is_sent_once_and_recorded_though_the_database_fails_now_and_then() {
    let deliveries: Vec<_> = (0..200).map(|index| due(index % 20, "fast")).collect();
    let store = Memory { due: Mutex::new(deliveries), failures: AtomicUsize::new(6), ..Memory::default() };
    let (store, channel) = (Arc::new(store), Counting::default());
    send_until(&store, &channel, || store.results(DeliveryResult::Sent) == 200).await;
    let sent = channel.0.sent.lock().expect("not poisoned");
    assert_eq!((sent.len(), sent.iter().collect::<HashSet<_>>().len()), (200, 200));
    assert_eq!(store.failures.load(Ordering::Relaxed), 0, "the failures were met");
}

#[tokio::test]
async fn what_is_under_way_at_the_end_is_finished_and_nothing_is_begun() {
    let store =
        Memory { due: Mutex::new((0..100).map(|index| due(index, "slow")).collect()), ..Memory::default() };
    let (store, channel) = (Arc::new(store), Counting::default());
    send_until(&store, &channel, || channel.0.stalled.load(Ordering::Relaxed) == 8).await;
    let (sent, claimed) =
        (store.results(DeliveryResult::Sent), store.claimed.lock().expect("not poisoned").len());
    assert!(sent >= 8 && sent == claimed, "{sent} of {claimed}");
    assert_eq!(store.due.lock().expect("not poisoned").len(), 100 - sent, "the rest is left to others");
}

#[tokio::test]
async fn a_lease_that_a_slow_channel_would_outlast_is_refused() {
    let channels = Channels::default().with(DeliveryChannel::Webhook, Counting::default());
    assert_eq!(settings().check(&channels), Ok(()));
    let short = SendSettings { lease: Duration::from_secs(1), ..settings() };
    assert!(matches!(short.check(&channels), Err(SendSettingsError::LeaseTooShort { .. })));
    let none = SendSettings { concurrency: 0, ..settings() };
    assert_eq!(none.check(&channels), Err(SendSettingsError::NoConcurrency));
}
