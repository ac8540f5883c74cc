//! The gateway's own list against our books: what it has and we don't goes back where it came from, what we asked for
//! is attached, and what can't be settled by itself is an operator's case.
//!
//! The gateway here lives in the test's memory, so that its list can be made to say anything.

pub(crate) mod book;

use std::{
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use db::{Actor, Db, DbRole, DifferenceFilter, Handling, OperationKind, PoolOptions, Role, Verdict};
use jobs::{
    Settings, Surroundings,
    gateway::{BreakerLimits, Gateways, Guarded, Limits, Registered},
};
use tests::{Goods, TestSystem, settings};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use book::{Book, entry};

/// Within this, stray money that is listed has gone back; what the gateways' calls take comes on top.
const PROMISED: Duration = Duration::from_mins(1);

/// A worker in a task of the test's own runtime.
pub(crate) struct Worker {
    stop: CancellationToken,
    done: JoinHandle<()>,
}

impl Worker {
    pub(crate) async fn start(system: &TestSystem, book: &Arc<Book>, settings: Settings) -> Self {
        let options = PoolOptions { acquire: Duration::from_secs(10), ..PoolOptions::default() };
        let url = &system.database.url;
        let db = Db::connect(url, DbRole::Worker, &options).await.expect("the database takes connections");
        let gateway = Arc::new(Guarded::new(Arc::<Book>::clone(book), limits()));
        let registered = Registered { gateway, weight: 1, currencies: None };
        let gateways = Gateways::new(vec![registered]).expect("it is the only one");
        let stop = CancellationToken::new();
        let shutdown = stop.clone();
        let done = tokio::spawn(async move {
            let worked = jobs::run(db.clone(), gateways, settings, Surroundings::alone(), shutdown).await;
            worked.expect("the worker's settings are good");
            db.close().await;
        });
        Self { stop, done }
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.done.await.expect("the worker ends in good order");
    }
}

/// A gateway that is dark opens its breaker, which here closes again soon; and nobody is to be spared.
fn limits() -> Limits {
    let breaker = BreakerLimits { open_for: Duration::from_millis(100), ..BreakerLimits::default() };
    Limits { concurrency: 256, per_second: NonZeroU32::MAX, breaker, ..Limits::default() }
}

/// Reads the list as often as a test can wait for, and waits for late answers hardly at all.
fn eager() -> Settings {
    Settings {
        reconcile: Duration::from_millis(100),
        orphaned_after: Duration::from_millis(300),
        ..settings()
    }
}

/// All differences, as the API reads them.
async fn differences(system: &TestSystem) -> Vec<db::Difference> {
    // Differences are of the whole system: nobody but an operator is shown them.
    let operator = Actor { role: Role::Operator, subject: "operator".to_owned(), organiser_id: None };
    let reads = system.api.for_request(Some(operator), None);
    let page = reads.list_differences(&DifferenceFilter::default(), 100, None).await;
    page.expect("the differences are listed").rows.into_iter().map(|(_, row)| row).collect()
}

/// Waits until a difference is handled like this; gives it.
async fn handled(
    system: &TestSystem,
    reference: &str,
    kind: OperationKind,
    handling: Handling,
) -> db::Difference {
    tests::until(&format!("{reference} is {handling:?}"), || async {
        let found = differences(system).await.into_iter();
        found.into_iter().find(|one| {
            one.reference.as_deref() == Some(reference) && one.kind == kind && one.handling == handling
        })
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn stray_money_goes_back_within_a_minute_of_being_listed() {
    let system = TestSystem::idle().await;
    let book = Book::new();
    let worker = Worker::start(&system, &book, eager()).await;

    let begun = Instant::now();
    // Keys of ours that no operation has, as after a database was restored from an old backup.
    book.list_line(entry("reserved", OperationKind::Authorize, Some("hf-lost-1"), 500));
    book.list_line(entry("taken", OperationKind::Authorize, Some("hf-lost-2"), 700));
    let mut capture = entry("capture", OperationKind::Capture, Some("hf-lost-3"), 700);
    capture.authorization = Some("taken".to_owned());
    book.list_line(capture);

    handled(&system, "reserved", OperationKind::Authorize, Handling::GivenBack).await;
    handled(&system, "capture", OperationKind::Capture, Handling::GivenBack).await;
    handled(&system, "taken", OperationKind::Authorize, Handling::Covered).await;
    let took = begun.elapsed();
    assert!(took < PROMISED, "it took {took:?}");
    assert_eq!(book.asked("reserved"), [(OperationKind::Void, 500)]);
    assert_eq!(book.asked("taken"), [(OperationKind::Refund, 700)]);

    // What gave it back is listed in its turn, and agrees.
    let matched = "select count(*) = 2 from reporting.reconciliation where verdict = 'MATCHED' and kind in ('VOID', 'REFUND')";
    system.until_true(matched).await;
    worker.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_payment_that_was_done_after_all_goes_back() {
    let system = TestSystem::idle().await;
    let book = Book::new();
    let worker = Worker::start(&system, &book, eager()).await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");

    let id = customer.book(shop.slot(), "declined_and_done").await;
    customer.settled(&id, "PENDING", "REQUIRES_METHOD").await;
    let found =
        "select count(*) = 1 from payment.stray where state = 'GIVEN_BACK' and payment_id is not null";
    system.until_true(found).await;
    // What gave it back may have been listed before it was written down, and agrees in the next round.
    let found = tests::until("what gave it back agrees", || async {
        let found = differences(&system).await;
        (found.len() == 1).then_some(found)
    })
    .await;
    assert_eq!((found[0].verdict, found[0].handling), (Verdict::Orphaned, Handling::GivenBack));
    assert!(found[0].booking_id.is_some(), "whose it was is told");

    // The customer pays otherwise, and that stands.
    customer.pay(&id, "fine").await.id();
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    let matched = "select count(*) = 3 from reporting.reconciliation where verdict = 'MATCHED'";
    system.until_true(matched).await;
    worker.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_open_is_attached() {
    let system = TestSystem::idle().await;
    let book = Book::new();
    let worker = Worker::start(&system, &book, eager()).await;
    let shop = system.shop(&Goods::places(1)).await;
    let customer = system.customer("ana");

    book.go_dark();
    let id = customer.book(shop.slot(), "lost").await;
    customer.wait_for(&id, "in doubt", |booking| booking["payment"]["status"] == "UNKNOWN").await;
    // The poller would look again some day.
    tests::until("the step pauses", || async {
        let paused = system
            .database
            .execute("update pgmq.q_saga set vt = 'infinity' where vt > clock_timestamp() + '50 ms'")
            .await;
        (paused == 1).then_some(())
    })
    .await;
    book.light_up();
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    let matched = "select count(*) = 2 from reporting.reconciliation where verdict = 'MATCHED'";
    system.until_true(matched).await;
    assert_eq!(differences(&system).await, [], "nothing is stray");
    worker.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_and_what_differs_is_an_operators_case() {
    let system = TestSystem::idle().await;
    let book = Book::new();
    let worker = Worker::start(&system, &book, eager()).await;
    let shop = system.shop(&Goods::places(3)).await;
    let customer = system.customer("ana");

    book.hide(OperationKind::Capture);
    let id = customer.book(shop.slot(), "fine").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    // Only what is older than a minute counts.
    let aged = system.database.execute(
        "update payment.operation set closed_at = closed_at - interval '2 minutes' where kind = 'CAPTURE'").await;
    assert_eq!(aged, 1);
    system.database.execute("update payment.statement_cursor set judged_until = '-infinity'").await;
    let case = "select count(*) = 1 from saga.dead_letter where cause = 'MISSING' and state = 'OPEN'";
    system.until_true(case).await;
    let found = differences(&system).await;
    assert_eq!(
        (found[0].verdict, found[0].expected_minor, found[0].amount_minor),
        (Verdict::Missing, 10_000, 0)
    );
    book.show();
    let closed =
        "select count(*) = 1 from saga.dead_letter where cause = 'MISSING' and closed_by = 'reconciliation'";
    system.until_true(closed).await;

    for (off_by, verdict) in [(1, Verdict::Over), (-1, Verdict::Under)] {
        book.lie_by(off_by);
        let id = customer.book(shop.slot(), "fine").await;
        customer.settled(&id, "CONFIRMED", "CAPTURED").await;
        let find = || async {
            let found = differences(&system).await.into_iter();
            found.into_iter().find(|one| {
                one.verdict == verdict && one.kind == OperationKind::Capture && one.handling == Handling::Case
            })
        };
        let found = tests::until("the amount is a case", find).await;
        assert_eq!(found.amount_minor - found.expected_minor, off_by);
    }
    worker.stop().await;
    // The gateway's books and ours do differ: what says so are the cases, and the invariants about money.
    system.abandon().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_is_shown_and_left_alone() {
    let system = TestSystem::idle().await;
    let book = Book::new();
    book.list_line(entry("theirs", OperationKind::Capture, Some("shop-7"), 900));
    book.list_line(entry("by-hand", OperationKind::Refund, None, 900));
    let worker = Worker::start(&system, &book, eager()).await;
    system.until_true("select count(*) = 2 from payment.statement where verdict = 'FOREIGN'").await;
    let reads = book.reads();
    tests::until("the list was read on and on", || async { (book.reads() > reads + 8).then_some(()) }).await;
    assert_eq!(book.asked("theirs"), []);
    assert_eq!(differences(&system).await.len(), 2);
    assert!(system.database.value::<bool>("select not exists (select from payment.stray)").await);
    worker.stop().await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_give_everything_back_once() {
    const ORPHANS: usize = 40;
    let system = TestSystem::idle().await;
    let book = Book::new();
    for n in 0..ORPHANS {
        book.list_line(entry(&format!("a{n}"), OperationKind::Authorize, Some(&format!("hf-{n}")), 100));
    }
    let workers =
        [Worker::start(&system, &book, eager()).await, Worker::start(&system, &book, eager()).await];
    let back = format!("select count(*) = {ORPHANS} from payment.stray where state = 'GIVEN_BACK'");
    system.until_true(&back).await;
    system.until_true(&format!("select count(*) = {} from payment.statement", 2 * ORPHANS)).await;
    for n in 0..ORPHANS {
        assert_eq!(book.asked(&format!("a{n}")), [(OperationKind::Void, 100)]);
    }
    assert_eq!(book.lines(), 2 * ORPHANS);
    for worker in workers {
        worker.stop().await;
    }
    system.finish().await;
}
