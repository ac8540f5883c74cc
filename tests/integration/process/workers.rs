//! API and workers as processes of their own, over one database.

use std::collections::HashSet;

use sqlx::postgres::PgListener;

use super::support::{
    Client, DataDir, PrivatePostgres, Running, SimulatorProcess, block_on, get, holdfast, repository, sql,
    until,
};

#[test]
fn a_booking_made_through_serve_is_carried_to_its_end_by_a_worker() {
    let site = Site::new();
    let _worker = site.work();
    let reference = site.book("pm_card_visa");
    let booking = site.customer().captured(&reference);
    assert_eq!(booking["status"], "CONFIRMED");
    for role in ["customer", "organiser", "operator"] {
        let client = Client::new(&site.url, &site.token(role));
        assert_eq!(client.role(), role.to_uppercase());
    }
    let url = format!("--url={}", site.url);
    let doctor = site.run(&["doctor", &url]);
    assert!(!doctor.contains("FAILED"), "{doctor}");
    for checked in ["schema", "server", "oversold_slot", "double_capture"] {
        let is_ok = |line: &str| line.starts_with("ok ") && line.contains(checked);
        assert!(doctor.lines().any(is_ok), "{checked} was not checked: {doctor}");
    }
}

#[test]
fn a_worker_tells_other_processes_what_it_has_changed() {
    let site = Site::new();
    let mut ear = block_on(async {
        let mut ear = PgListener::connect(&site.database).await.expect("the database takes connections");
        ear.listen("holdfast_hints").await.expect("anyone may listen");
        ear
    });
    let _worker = site.work();
    let reference = site.book("pm_card_visa");
    site.customer().captured(&reference);
    let word = format!("b{}:", sql(&site.database, "select id from booking.booking"));
    // The API has told of the booking it made; the worker, of what has become of it.
    block_on(async move {
        let mut speakers = HashSet::new();
        while speakers.len() < 2 {
            let said = tokio::time::timeout(tests::LIMIT, ear.recv()).await;
            let said = said.expect("two processes say something in time").expect("a hint");
            let (speaker, words) = said.payload().split_once(' ').expect("a name and what it touched");
            if words.contains(&word) {
                speakers.insert(speaker.to_owned());
            }
        }
    });
}

#[test]
fn the_other_worker_finishes_what_a_killed_one_began() {
    let site = Site::new();
    let mut workers = [site.work(), site.work()];
    let reference = site.book("pm_sim_slow");
    // Each answer of the slow gateway takes 2 seconds, in which its worker can be struck.
    let holder = until("a worker is asking the gateway", || {
        let asking = "select worker from saga.saga where lease_until > now() and step = 'authorize'";
        Some(sql(&site.database, asking)).filter(|name| !name.is_empty())
    });
    let held = workers.iter_mut().find(|worker| worker.name == holder);
    assert!(held.expect("one of the two").process.kill(), "it ended by itself");
    assert_eq!(site.charges(), (0, 0), "the gateway had answered before its worker was killed");

    let booking = site.customer().captured(&reference);
    assert_eq!(booking["status"], "CONFIRMED");
    assert_eq!(booking["payment"]["attempts"], 1);
    assert_eq!(booking["payment"]["captured"], booking["total"]);
    assert_eq!(site.charges(), (1, 1), "authorizations and captures of the gateway");
    let finisher = sql(&site.database, "select worker from saga.saga");
    assert_ne!(finisher, holder, "the killed worker is said to have finished");
}

#[test]
fn a_worker_does_not_start_with_a_lease_that_is_too_short() {
    let site = Site::new();
    let database = format!("--database-url={}", site.database);
    let mut command =
        holdfast(&["work", &database, "--lease-seconds=5", "--simulator=simulator=http://127.0.0.1:1"]);
    let refused = Running::start(&mut command).end();
    assert_eq!(refused.code, Some(1));
    let message = "the lease of 5s is not longer than the gateway's time-out of 5s";
    assert!(refused.stderr.contains(message), "{}", refused.stderr);
}

/// A migrated database and one instance of the API, with the samples to sell.
pub(super) struct Site {
    pub(super) url: String,
    pub(super) serve: Running,
    simulator: SimulatorProcess,
    data: DataDir,
    database: String,
    /// Dropped after all that uses it; none when the database is somebody else's.
    _postgres: Option<PrivatePostgres>,
}

pub(super) struct Worker {
    name: String,
    process: Running,
}

impl Site {
    pub(super) fn new() -> Self {
        Self::with(&[])
    }

    /// With more flags for the API.
    pub(super) fn with(flags: &[&str]) -> Self {
        let postgres = PrivatePostgres::start();
        let database = postgres.url();
        Self::over(database, Some(postgres), flags)
    }

    /// Over an empty database.
    pub(super) fn over(database: String, postgres: Option<PrivatePostgres>, flags: &[&str]) -> Self {
        let data = DataDir::new();
        let named = format!("--database-url={database}");
        let migrated = Running::start(&mut holdfast(&["migrate", &named])).end();
        assert_eq!(migrated.code, Some(0), "{}", migrated.stderr);
        assert!(migrated.stdout.starts_with("The database is at migration "));
        let (serve, url) = serve(&data, &named, flags);
        let simulator = SimulatorProcess::start(&data, &[]);
        let site = Self { url, serve, simulator, data, database, _postgres: postgres };
        let samples = repository().join("samples/listings.json").display().to_string();
        let imported = site.client_command(&["import", &samples, &format!("--url={}", site.url)]);
        assert!(imported.contains("listings with "), "{imported}");
        site
    }

    /// Another instance of the API, and where it is.
    pub(super) fn serve_another(&self, flags: &[&str]) -> (Running, String) {
        serve(&self.data, &format!("--database-url={}", self.database), flags)
    }

    /// Starts a worker.
    fn work(&self) -> Worker {
        self.work_with(&[])
    }

    /// Starts a worker with more flags.
    pub(super) fn work_with(&self, flags: &[&str]) -> Worker {
        let named = format!("--database-url={}", self.database);
        let simulator = format!("--simulator=simulator={}", self.simulator.url);
        let mut command = holdfast(&["work", "--lease-seconds=6", &named, &simulator]);
        let mut process = Running::start(command.args(flags));
        let name = process.line(|line| {
            let name = line.strip_prefix("Working as ")?.split_once(' ');
            name.map(|(name, _)| name.to_owned())
        });
        Worker { name, process }
    }

    /// The first slot of the samples, as a GraphQL text.
    pub(super) fn slot(&self) -> String {
        let page = "{ listings(first: 1) { edges { node { slots(first: 1) { edges { node { id } } } } } } }";
        let found = self.customer().ask(page);
        found["listings"]["edges"][0]["node"]["slots"]["edges"][0]["node"]["id"].to_string()
    }

    /// Books the first place of the samples.
    pub(super) fn book(&self, method: &str) -> String {
        let (customer, slot) = (self.customer(), self.slot());
        let input = format!(
            "{{ idempotencyKey: \"one\", lines: [{{ slotId: {slot}, quantity: 1 }}], paymentMethod: \"{method}\" }}"
        );
        let booking = customer.book(&format!(
            "mutation {{ createBooking(input: {input}) {{ booking {{ reference }} userErrors {{ code message }} }} }}"
        ));
        booking["reference"].as_str().expect("a reference").to_owned()
    }

    pub(super) fn customer(&self) -> Client {
        Client::new(&self.url, &self.token("customer"))
    }

    pub(super) fn token(&self, role: &str) -> String {
        self.client_command(&["token", &format!("--role={role}")])
    }

    /// The gateway's own count of authorizations and captures done.
    fn charges(&self) -> (usize, usize) {
        let done = self.simulator.entries();
        let count = |kind| done.iter().filter(|entry| entry["kind"] == kind).count();
        (count("AUTHORIZE"), count("CAPTURE"))
    }

    /// What a command says that knows the data directory and not the database.
    fn client_command(&self, arguments: &[&str]) -> String {
        succeed(holdfast(arguments).arg(self.data.flag()))
    }

    /// What a command says that knows the database.
    fn run(&self, arguments: &[&str]) -> String {
        let named = format!("--database-url={}", self.database);
        succeed(holdfast(arguments).args([self.data.flag(), named]))
    }
}

/// Starts an instance of the API, and says where it is.
fn serve(data: &DataDir, database: &str, flags: &[&str]) -> (Running, String) {
    let own =
        ["serve", "--dev-key", "--port=0", "--limit-user=0", "--limit-address=0", &data.flag(), database];
    let mut serve = Running::start(holdfast(&own).args(flags));
    let url = serve.line(|line| {
        let url = line.strip_prefix("Serving ")?;
        url.strip_suffix("/graphql").map(str::to_owned)
    });
    assert_eq!(get(&format!("{url}/readyz")).0, 200);
    (serve, url)
}

fn succeed(command: &mut std::process::Command) -> String {
    let ended = Running::start(command).end();
    assert_eq!(ended.code, Some(0), "{command:?}: {}\n{}", ended.stdout, ended.stderr);
    ended.stdout
}
