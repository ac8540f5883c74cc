//! Notifications by processes that share the work, and are killed at it: nobody is left untold.
//!
//! `HOLDFAST_NOTIFICATIONS` sets how many there are by way of the broker (2,000 unless said otherwise; 10,000 take four minutes on two
//! cores).
//!
//! That it can fail: a consumer that committed before it had planned would leave customers untold where it is killed;
//! one whose deliveries were not written down before they are sent would send a second mail under another id.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use tests::{Broker, MailServer, TestSystem, Traits};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::{
    events::{
        from_env,
        judge::in_order,
        load::Sale,
        patiently,
        stage::{Form, Stage},
    },
    faults::spawned::Process,
};

/// Processes that notify, at a time.
const PROCESSES: usize = 3;
/// How long a step may take.
const LIMIT: Duration = Duration::from_mins(6);

/// How long all may take: the machine may be busy with other things.
fn limit(notifications: usize) -> Duration {
    LIMIT + Duration::from_millis(100) * u32::try_from(notifications).expect("a count")
}
/// Longer than a webhook may take, which is the slowest of the channels.
const LEASE: &str = "--delivery-lease-seconds=16";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_are_told_whoever_is_killed() {
    let Some(broker) = Broker::shared().await else { return };
    let traits = Traits { idle: true, ..Traits::default() };
    let stage = Stage::with(broker.address(), Form::Registered, traits).await;
    let wanted = usize::try_from(from_env("HOLDFAST_NOTIFICATIONS", 2_000)).expect("a count");
    // Each is confirmed, and every third one is cancelled again.
    let bookings = wanted * 3 / 4;
    contacts(&stage.system, bookings).await;
    let server = MailServer::start().await;
    let relay = stage.relay();
    let start = || notifier(&stage, &server);
    let stop = CancellationToken::new();
    let began = Instant::now();
    let sale = Sale::open(&stage.system).await;
    let end = async {
        sale.book(&stage.system, bookings, 0).await;
        let expected = expected(&stage.system).await;
        patiently("everybody was told", limit(expected), async || told(&stage.system, expected).await).await;
        stop.cancel();
        expected
    };
    let ((kills, alive), expected) = tokio::join!(kill_in_turn(start, &server, wanted, stop.clone()), end);
    let found = judge(&stage.system, &server, expected).await;
    println!(
        "{expected} notifications in {:.1?}: {} mails, {} of them doubles, {} sent anew after {kills} kills",
        began.elapsed(),
        found.mails,
        found.doubles,
        found.repeats
    );
    assert!(expected >= wanted * 99 / 100, "too few: {expected}");
    assert!(kills >= 3, "too few were killed: {kills}");
    nothing_is_parked(&stage.system).await;
    let deliveries = told_of_deliveries(&stage).await;
    assert_eq!(deliveries, expected, "what became of each is told to others too");
    for process in alive.into_iter().chain([relay]) {
        process.stop().await;
    }
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_broker_our_own_queue_does_the_same() {
    let system = TestSystem::idle().await;
    contacts(&system, 600).await;
    let server = MailServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let flags = flags(&server, &[&format!("--database-url={}", system.database.url)]);
    let start = || Process::start(&flags, &[], &folder.path().join("notify.log"));
    let stop = CancellationToken::new();
    let end = async {
        Sale::open(&system).await.book(&system, 600, 0).await;
        let expected = expected(&system).await;
        patiently("everybody was told", LIMIT, async || told(&system, expected).await).await;
        stop.cancel();
        expected
    };
    let ((kills, alive), expected) = tokio::join!(kill_in_turn(start, &server, 800, stop.clone()), end);
    let found = judge(&system, &server, expected).await;
    println!(
        "{expected} notifications by our own queue: {} mails, {} doubles, {} sent anew after {kills} kills",
        found.mails, found.doubles, found.repeats
    );
    assert!(kills >= 2, "too few were killed: {kills}");
    nothing_is_parked(&system).await;
    // What a killed reader had is seen again when its time is over, and by those who are still there.
    let empty =
        "select not exists (select from pgmq.q_notification) and not exists (select from pgmq.q_outbox)";
    patiently("both queues are empty", LIMIT, async || {
        system.database.value::<bool>(empty).await.then_some(())
    })
    .await;
    for process in alive {
        process.stop().await;
    }
    system.finish().await;
}

/// A process that notifies by this mail server.
pub(super) fn notifier(stage: &Stage, server: &MailServer) -> Process {
    let flags = flags(server, &["--notify-session-seconds=6"]);
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    stage.process(&flags, "notify.log")
}

pub(super) fn flags(server: &MailServer, further: &[&str]) -> Vec<String> {
    let smtp = format!("--smtp-url=smtp://127.0.0.1:{}", server.port());
    let all = ["notify", &smtp, "--mail-from=Holdfast <bookings@holdfast.example>", "--connections=6", LEASE];
    all.iter().chain(further).map(|&flag| flag.to_owned()).collect()
}

/// Contact data of the first so many customers.
pub(super) async fn contacts(system: &TestSystem, customers: usize) {
    let written = system
        .database
        .execute(format!(
            "insert into notification.contact (subject, email)
             select 'customer-' || n, 'customer-' || n || '@example.org' from generate_series(0, {customers} - 1) n"
        ))
        .await;
    assert_eq!(written, u64::try_from(customers).expect("a count"));
}

/// Every event could be told as it was.
async fn nothing_is_parked(system: &TestSystem) {
    let parked: Vec<String> =
        system.database.column("select kind || ' ' || cause || ' ' || detail from outbox.parked").await;
    assert_eq!(parked, Vec::<String>::new());
}

/// Waits until the topic of deliveries has each one's events to the last, in order; how many deliveries there are.
async fn told_of_deliveries(stage: &Stage) -> usize {
    let reader = stage.reader("notification", 1);
    let versions: Vec<String> = stage
        .system
        .database
        .column("select id || ' ' || version from notification.delivery order by 1")
        .await;
    patiently("what became of deliveries is told", LIMIT, async || {
        let (told, _) = in_order(&reader.seen());
        let told: BTreeSet<_> = told.iter().map(|(id, last)| format!("{id} {last}")).collect();
        versions.iter().all(|version| told.contains(version)).then_some(())
    })
    .await;
    let seen = reader.seen();
    assert!(seen.iter().any(|one| one.kind() == "holdfast.delivery.sent"), "they were sent");
    in_order(&seen).0.len()
}

/// How many messages the events ask for.
async fn expected(system: &TestSystem) -> usize {
    let count: i64 = system
        .database
        .value("select count(*) from booking.event where type in ('booking.confirmed', 'booking.cancelled')")
        .await;
    usize::try_from(count).expect("a count")
}

/// Something once so many deliveries have ended.
async fn told(system: &TestSystem, expected: usize) -> Option<()> {
    let ended: i64 =
        system.database.value("select count(*) from notification.delivery where ended_at is not null").await;
    (usize::try_from(ended) == Ok(expected)).then_some(())
}

/// Kills one process after the other and starts another at once: each three seconds in which mails have arrived, and sooner
/// when many have, so that what is killed was at work however fast this machine is.
async fn kill_in_turn(
    start: impl Fn() -> Process,
    server: &MailServer,
    wanted: usize,
    stop: CancellationToken,
) -> (u32, Vec<Process>) {
    let mut processes: Vec<_> = (0..PROCESSES).map(|_| start()).collect();
    let (mut kills, mut turn, mut mails, mut last) = (0, 0, 0, Instant::now());
    let mut every = tokio::time::interval(Duration::from_millis(200));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        let now = server.mails().len();
        let is_much = now - mails >= wanted / 6;
        if !is_much && (now == mails || last.elapsed() < Duration::from_secs(3)) {
            continue;
        }
        (mails, last) = (now, Instant::now());
        assert!(processes[turn].kill().await, "a process ended by itself: {}", processes[turn].log());
        processes[turn] = start();
        kills += 1;
        turn = (turn + 1) % PROCESSES;
    }
    (kills, processes)
}

/// What the mail server has.
struct Found {
    mails: usize,
    doubles: usize,
    repeats: i64,
}

/// Everybody has each of his messages; what came twice is the same mail, and no more of these than were sent anew.
async fn judge(system: &TestSystem, server: &MailServer, expected: usize) -> Found {
    let states: Vec<String> =
        system.database.column("select distinct state from notification.delivery order by 1").await;
    assert_eq!(states, ["SENT"]);
    let mails = server.mails();
    let mut by_id: BTreeMap<&str, BTreeSet<(&[String], &str)>> = BTreeMap::new();
    for mail in &mails {
        by_id.entry(&mail.message_id).or_default().insert((&mail.to, &mail.subject));
    }
    assert!(by_id.values().all(|mails| mails.len() == 1), "two different mails under one Message-ID");
    let ids: BTreeSet<String> = by_id.keys().map(|&id| id.to_owned()).collect();
    let planned: Vec<String> =
        system.database.column("select '<' || id || '@holdfast.example>' from notification.delivery").await;
    assert_eq!(ids, planned.into_iter().collect(), "each delivery is one mail");
    assert_eq!(ids.len(), expected, "one for each event");
    let repeats: i64 =
        system.database.value("select coalesce(sum(repeats), 0)::bigint from notification.delivery").await;
    let doubles = mails.len() - ids.len();
    assert!(i64::try_from(doubles).expect("a count") <= repeats, "{doubles} doubles, {repeats} sent anew");
    Found { mails: mails.len(), doubles, repeats }
}
