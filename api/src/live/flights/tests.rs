//! Reads are counted; time stands still until a test lets it pass.

use tokio::sync::Notify;

use super::*;

const FRESH: Duration = Duration::from_secs(4);
const QUARTER: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
struct Read(u32, Instant);

impl Perishable for Read {
    fn until(&self) -> Instant {
        self.1
    }
}

type Reads = Arc<Mutex<Vec<Vec<u32>>>>;

struct Reader {
    flights: Flights<u32, Read>,
    reads: Reads,
    /// The read of this number ends when it is told to.
    held_up: Option<u32>,
    go: Arc<Notify>,
}

impl Reader {
    fn new() -> Self {
        Self { flights: Flights::new(FRESH), reads: Arc::default(), held_up: None, go: Arc::default() }
    }

    /// What is read is the number of the read that brought it.
    async fn get(&self, keys: &[u32]) -> HashMap<u32, u32> {
        let (reads, go, held_up) = (Arc::clone(&self.reads), Arc::clone(&self.go), self.held_up);
        let read = move |mut keys: Vec<u32>, _| {
            let until = Instant::now() + FRESH;
            keys.sort_unstable();
            let mut reads = reads.lock().expect("no panic");
            reads.push(keys.clone());
            let number = u32::try_from(reads.len()).expect("few");
            let go = (held_up == Some(number)).then(|| Arc::clone(&go));
            async move {
                if let Some(go) = go {
                    go.notified().await;
                }
                Ok(keys.into_iter().map(|key| (key, Read(number, until))).collect())
            }
        };
        let found = self.flights.get(keys, read).await.expect("a read");
        found.into_iter().map(|(key, Read(number, _))| (key, number)).collect()
    }

    fn here(&self, key: u32) -> Option<u32> {
        self.flights.here(&key).map(|read| read.0)
    }

    fn reads(&self) -> Vec<Vec<u32>> {
        self.reads.lock().expect("no panic").clone()
    }
}

async fn pass(quarters: u32) {
    tokio::time::advance(QUARTER * quarters).await;
}

/// Lets what was spawned run.
async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_at_the_same_moment_shares_a_read_whatever_it_is_for() {
    let reader = Reader::new();
    let (one, other, both) = tokio::join!(reader.get(&[1]), reader.get(&[2]), reader.get(&[1, 2]));
    assert_eq!(reader.reads(), [[1, 2]]);
    assert_eq!((one[&1], other[&2], both), (1, 1, HashMap::from([(1, 1), (2, 1)])));
    // What is forgotten before it was read is read once all the same.
    let (one, (), other) =
        tokio::join!(reader.get(&[3]), async { reader.flights.forget(&[3]) }, reader.get(&[3]));
    assert_eq!(reader.reads()[1..], [[3]]);
    assert_eq!((one[&3], other[&3]), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn what_is_wanted_is_read_anew_with_others_before_it_ends() {
    let reader = Reader::new();
    for key in 0..5 {
        reader.get(&[key]).await;
    }
    assert!([0, 1, 2].map(|key| reader.here(key)) == [Some(1), Some(2), Some(3)]);
    pass(2).await;
    reader.get(&[9]).await;
    settle().await;
    assert_eq!(reader.reads()[5..], [vec![9], vec![0, 1, 2]], "3 and 4 were asked for by nobody");
    assert_eq!([0, 1, 2].map(|key| reader.here(key)), [Some(7); 3]);
    pass(2).await;
    assert_eq!([0, 3].map(|key| reader.here(key)), [Some(7), None]);
    pass(2).await;
    assert_eq!([0, 1].map(|key| reader.here(key)), [None; 2], "nobody asked for anything, and it has ended");
}

#[tokio::test(start_paused = true)]
async fn many_are_read_anew_in_batches() {
    let reader = Reader::new();
    let keys: Vec<u32> = (0..250).collect();
    reader.get(&keys).await;
    reader.get(&keys).await;
    pass(3).await;
    reader.get(&[999]).await;
    settle().await;
    let read: Vec<usize> = reader.reads().iter().map(Vec::len).collect();
    assert_eq!(read, [250, 1, 100, 100, 50]);
    assert!(keys.iter().all(|key| reader.here(*key) > Some(2)));
}

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_meanwhile_is_not_shown() {
    let reader = Reader::new();
    reader.get(&[1]).await;
    reader.get(&[2]).await;
    assert!(reader.here(1).is_some() && reader.here(2).is_some());
    pass(2).await;
    reader.get(&[9]).await;
    // It is about to be read anew.
    reader.flights.forget(&[1]);
    settle().await;
    assert_eq!(reader.reads()[3], [1, 2]);
    assert_eq!((reader.here(1), reader.here(2)), (None, Some(4)));
    assert_eq!(reader.get(&[1]).await, HashMap::from([(1, 5)]));
}

#[tokio::test(start_paused = true)]
async fn what_was_read_before_it_was_forgotten_takes_no_newer_ones_place() {
    let reader = Reader { held_up: Some(3), ..Reader::new() };
    reader.get(&[1]).await;
    assert_eq!(reader.here(1), Some(1));
    pass(2).await;
    reader.get(&[9]).await;
    settle().await;
    assert_eq!(reader.reads()[2..], [[1]], "it is being read anew");
    reader.flights.forget(&[1]);
    assert_eq!(reader.get(&[1]).await[&1], 4);
    reader.go.notify_one();
    settle().await;
    assert_eq!(reader.here(1), Some(4));
}
