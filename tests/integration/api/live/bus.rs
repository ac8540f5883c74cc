//! From one instance to another: by the store, by the database, and by neither.

use std::time::{Duration, Instant};

use tests::{Client, Goods, Redis, Shop, Socket, TestSystem, Traits, until};

/// Changes of one round.
const ROUND: usize = 15;
/// What is not hinted at is found by a look every second, or ten times a second when no hints are heard.
const LOOK: Duration = Duration::from_secs(1);

/// Two instances of the API over one database, and a shop.
struct Pair {
    system: TestSystem,
    shop: Shop,
    here: Client,
    there: Client,
}

impl Pair {
    /// What stops the second is for the end of the test.
    async fn start(settings: api::Settings) -> (Self, impl Future<Output = ()>) {
        let traits = Traits { idle: true, api: Some(settings), ..Traits::default() };
        let system = TestSystem::with(traits).await;
        let (second, end_second) = system.second_api().await;
        let shop = system.shop(&Goods::places(1_000)).await;
        let here = system.customer("ana");
        let there = here.at(&second);
        (Self { system, shop, here, there }, end_second)
    }

    /// Makes changes here that are watched there; how long each took to get there, the quickest first.
    async fn round(&self) -> Vec<Duration> {
        let mut took = Vec::new();
        for _ in 0..ROUND {
            let id = self.here.hold(self.shop.slot()).await;
            let mut socket = Socket::connect(&self.there).await;
            socket.watch(&id, Some(0)).await;
            assert_eq!(socket.change().await.0, 1);
            self.here.cancel(&id).await.id();
            let begun = Instant::now();
            assert_eq!(socket.change().await, (2, "booking.cancelled".to_owned()));
            took.push(begun.elapsed());
        }
        took.sort_unstable();
        took
    }

    /// The backends that listen.
    async fn ears(&self) -> Vec<i32> {
        let query = "select pid from pg_stat_activity
                     where application_name = 'holdfast_ear' and datname = current_database() order by pid";
        self.system.database.column(query).await
    }
}

/// Without hints the median would be half a look.
fn assert_hinted(took: &[Duration], by: &str) {
    let median = took[took.len() / 2];
    println!("from one instance to the other by {by}: median {median:?}, slowest {:?}", took[took.len() - 1]);
    assert!(median < LOOK / 3, "no hints were heard: {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_carries_hints_and_a_lost_ear_grows_again() {
    let (pair, end_second) = Pair::start(tests::api_settings()).await;
    let ears =
        until("both instances listen", async || Some(pair.ears().await).filter(|ears| ears.len() == 2)).await;
    assert_hinted(&pair.round().await, "the database");

    let cut: Vec<bool> = pair
        .system
        .database
        .column(format!("select pg_terminate_backend(p) from unnest(array{ears:?}) p"))
        .await;
    assert_eq!(cut, [true, true], "both ears are cut off");
    // What happens meanwhile is found all the same.
    pair.round().await;
    until("both listen again", async || {
        let new = pair.ears().await;
        (new.len() == 2 && new.iter().all(|pid| !ears.contains(pid))).then_some(())
    })
    .await;
    assert_hinted(&pair.round().await, "the database, after its ears were cut off");
    end_second.await;
    pair.system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_carries_hints_and_nothing_is_lost_when_it_goes() {
    let mut redis = Redis::start().await;
    let shared = api::SharedStore::open(redis.url(), "bus").expect("an address");
    let (pair, end_second) =
        Pair::start(api::Settings { shared: Some(shared), ..tests::api_settings() }).await;
    until("both instances listen", async || (listeners(&redis).await == 2).then_some(())).await;
    assert_eq!(pair.ears().await, [0; 0], "the database is spared");
    assert_hinted(&pair.round().await, "the store");

    redis.pause().await;
    let asked = tokio::time::timeout(Duration::from_millis(200), redis.connection()).await;
    assert!(asked.is_err(), "the store answers though it is paused");
    pair.round().await;
    redis.resume().await;

    redis.kill().await;
    assert!(redis.connection().await.is_err(), "the store is there though it was killed");
    pair.round().await;
    redis.start_again().await;
    until("both listen again", async || (listeners(&redis).await == 2).then_some(())).await;
    assert_hinted(&pair.round().await, "the store, after it was killed");
    end_second.await;
    pair.system.finish().await;
}

/// Who listens at the store.
async fn listeners(redis: &Redis) -> i64 {
    let mut connection = redis.connection().await.expect("the store answers");
    let counted: redis::RedisResult<(String, i64)> =
        redis::cmd("PUBSUB").arg("NUMSUB").arg("bus:live:hints").query_async(&mut connection).await;
    counted.expect("a count").1
}
