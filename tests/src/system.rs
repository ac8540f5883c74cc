//! The system of one test: a database, an API, and workers.

use std::{sync::Arc, time::Duration};

use api::{Hints, IssuerSettings, KeySource, Verifier};
use db::{Db, DbRole, PoolOptions, Role};
use jobs::{Settings, gateway::Gateways};
use simulator::Simulator;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    client::Client,
    database::Database,
    gateway::{Fault, Gate},
    shop::{Goods, Shop},
    wait::until,
    webhooks::SignedByTests,
    worker::{self, Worker},
};

pub(crate) const ISSUER: &str = "holdfast-tests";
pub(crate) const AUDIENCE: &str = "holdfast";
pub(crate) const SECRET: &[u8] = b"a secret of the tests, long enough for HS256";

/// What the simulated gateway signs its webhooks with.
pub(crate) const WEBHOOK_SECRET: &str = "a secret of the tests' webhooks";
/// How long it leaves a caller waiting that it never answers: no test waits for the client's own time-out.
const SILENCE: Duration = Duration::from_millis(500);

type Serving = JoinHandle<Result<(), api::ServeError>>;

/// What is peculiar to a system; by default it has one worker, with the simulated gateway.
#[derive(Clone, Debug, Default)]
pub struct Traits {
    /// Starts no worker.
    pub idle: bool,
    /// A gate before the worker's gateway.
    pub gate: Option<Gate>,
    /// A fault of the worker's gateway.
    pub fault: Option<Fault>,
    /// How the worker works.
    pub settings: Option<Settings>,
    /// How the API behaves.
    pub api: Option<api::Settings>,
    /// Whose tokens it accepts; by default those of the tests' own secret.
    pub verifier: Option<Verifier>,
    /// A Postgres of its own, and what of it is read elsewhere.
    pub replica: Option<ReplicaTraits>,
}

/// Servers that a test has started: URLs without the database.
#[derive(Clone, Debug)]
pub struct ReplicaTraits {
    /// Where everything is written.
    pub primary: String,
    /// Where the API reads.
    pub replica: String,
    /// How far behind that may be.
    pub lag: Duration,
}

/// API and workers over a database of their own, put together as `holdfast dev` does it.
#[derive(Debug)]
pub struct TestSystem {
    /// Its database, with a superuser's way in.
    pub database: Database,
    /// The database as the API reaches it.
    pub api: Db,
    /// The simulated gateway, with books in memory.
    pub simulator: Simulator,
    simulator_url: String,
    simulating: Option<JoinHandle<Result<(), simulator::Error>>>,
    nobody: Client,
    hints: Hints,
    settings: api::Settings,
    verifier: Verifier,
    shutdown: CancellationToken,
    serving: Option<Serving>,
    workers: Vec<Worker>,
}

impl TestSystem {
    /// With one worker and the simulated gateway.
    pub async fn start() -> Self {
        Self::with(Traits::default()).await
    }

    /// Without workers: nothing happens by itself.
    pub async fn idle() -> Self {
        let traits = Traits { idle: true, ..Traits::default() };
        Self::with(traits).await
    }

    /// With one worker, whose gateway is behind a gate.
    pub async fn gated(gate: &Gate) -> Self {
        let traits = Traits { gate: Some(gate.clone()), ..Traits::default() };
        Self::with(traits).await
    }

    /// With what is peculiar to it.
    pub async fn with(traits: Traits) -> Self {
        let replica = traits.replica.as_ref();
        let database = match replica {
            Some(servers) => Database::create_at(&servers.primary).await,
            None => Database::create().await,
        };
        let (hints, shutdown) = (Hints::new(), CancellationToken::new());
        let settings = traits.api.unwrap_or_else(api_settings);
        let verifier = traits.verifier.unwrap_or_else(verifier);
        let (api, url, serving) =
            serve(&database, replica, settings.clone(), verifier.clone(), hints.clone(), shutdown.clone())
                .await;
        let (simulator, simulator_url, simulating) = simulate(shutdown.clone()).await;
        let mut system = Self {
            database,
            api,
            simulator,
            simulator_url,
            simulating: Some(simulating),
            nobody: Client::anonymous(&url),
            hints,
            settings,
            verifier,
            shutdown,
            serving: Some(serving),
            workers: Vec::new(),
        };
        if !traits.idle {
            let gateways = worker::gateways(&system.simulator_url, traits.gate, traits.fault);
            let worker = system.worker_with(gateways, traits.settings.unwrap_or_else(worker::settings));
            system.workers.push(worker);
        }
        system
    }

    /// Starts one more worker, which is stopped at the end.
    pub fn add_worker(&mut self, gate: Option<Gate>, settings: Settings) {
        let worker = self.worker(gate, settings);
        self.workers.push(worker);
    }

    /// Starts one more worker, which the test stops or kills.
    pub fn worker(&self, gate: Option<Gate>, settings: Settings) -> Worker {
        self.worker_with(worker::gateways(&self.simulator_url, gate, None), settings)
    }

    /// Starts one more worker with gateways of the test's choice, which the test stops or kills.
    pub fn worker_with(&self, gateways: Gateways, settings: Settings) -> Worker {
        Worker::start(&self.database.url, gateways, settings, self.hints.clone())
    }

    /// Where the simulated gateway is.
    pub fn simulator_url(&self) -> String {
        self.simulator_url.clone()
    }

    /// A second instance of the API over the same database and with the same settings, with pools and lanes of its
    /// own: where it is, and what stops it.
    pub async fn second_api(&self) -> (String, impl Future<Output = ()> + use<>) {
        self.second_api_with(self.settings.clone()).await
    }

    /// The same with settings of its own.
    pub async fn second_api_with(
        &self,
        settings: api::Settings,
    ) -> (String, impl Future<Output = ()> + use<>) {
        let shutdown = CancellationToken::new();
        let verifier = self.verifier.clone();
        let (db, url, serving) =
            serve(&self.database, None, settings, verifier, Hints::new(), shutdown.clone()).await;
        let stop = async move {
            shutdown.cancel();
            let served = serving.await.expect("the API ends");
            served.expect("the API ends in good order");
            db.close().await;
        };
        (url, stop)
    }

    /// The database as workers reach it, for tests that do a worker's work by hand.
    pub async fn worker_db(&self) -> Db {
        Db::connect(&self.database.url, DbRole::Worker, &PoolOptions::default())
            .await
            .expect("the database takes connections")
    }

    /// Nobody: a client without a token.
    pub fn nobody(&self) -> Client {
        self.nobody.clone()
    }

    /// A customer of this name.
    pub fn customer(&self, subject: &str) -> Client {
        self.nobody.acting_as(Role::Customer, subject, None)
    }

    /// An operator.
    pub fn operator(&self) -> Client {
        self.nobody.acting_as(Role::Operator, "operator", None)
    }

    /// A new organiser's shop.
    pub async fn shop(&self, goods: &Goods) -> Shop {
        Shop::open(&self.nobody, goods).await
    }

    /// The events of a booking, by version, once the versions were seen to count from 1.
    ///
    /// # Panics
    /// When they do not.
    pub async fn events(&self, booking: &str) -> Vec<String> {
        let id = crate::uuid_of(booking);
        let rows: Vec<(i32, String)> =
            sqlx::query_as("select version, type from booking.event where booking_id = $1 order by version")
                .bind(id)
                .fetch_all(&self.database.sql)
                .await
                .expect("events");
        for (expected, (version, _)) in (1..).zip(&rows) {
            assert_eq!(*version, expected, "a gap in {rows:?}");
        }
        rows.into_iter().map(|(_, kind)| kind).collect()
    }

    /// Moves the end of a hold into the past, as superuser: the shortest hold is 30 seconds, and a
    /// test that waited for it would wait for a time and not for a state. What the customer was told
    /// is in an event, and stays.
    pub async fn lapse(&self, booking: &str) {
        let id = crate::uuid_of(booking);
        let changed = self
            .database
            .execute(format!(
                "update booking.booking set expire_due_at = clock_timestamp() - interval '1 second'
                 where id = '{id}' and status = 'PENDING'"
            ))
            .await;
        assert_eq!(changed, 1, "a hold to end");
    }

    /// Waits until a query gives true.
    pub async fn until_true(&self, query: &str) {
        until(query, || async {
            let answer: bool = self.database.value(query).await;
            answer.then_some(())
        })
        .await;
    }

    /// Waits until no saga has anything more to do by itself.
    pub async fn at_rest(&self) {
        self.until_true(
            "select not exists (select from saga.saga where ended_at is null and state <> 'WAITING')",
        )
        .await;
    }

    /// The invariants that are broken, with their number of rows.
    pub async fn violations(&self) -> Vec<(String, i64)> {
        let checks = self.api.invariants().await.expect("the invariants can be checked");
        assert!(checks.len() >= 17, "all invariants are there: {checks:?}");
        checks
            .into_iter()
            .filter(|check| check.violations > 0)
            .map(|check| (check.name, check.violations))
            .collect()
    }

    /// Checks every invariant, before and after everything was stopped in good order; then the
    /// database goes.
    ///
    /// # Panics
    /// When an invariant is broken, or a part of the system does not end in good order.
    pub async fn finish(mut self) {
        assert_eq!(self.violations().await, [], "invariants are broken");
        for worker in self.workers.drain(..) {
            worker.stop().await;
        }
        assert_eq!(self.violations().await, [], "invariants are broken at rest");
        let faults: [String; 0] = [];
        assert_eq!(self.gateway_faults().await, faults, "the gateway's books say otherwise");
        self.shutdown.cancel();
        let simulating = self.simulating.take().expect("a system is finished once");
        simulating.await.expect("the simulator ends").expect("the simulator ends in good order");
        let serving = self.serving.take().expect("a system is finished once");
        serving.await.expect("the API ends").expect("the API ends in good order");
        self.api.close().await;
        self.database.drop().await;
    }

    /// Plants a bug: replaces a text in the body of a routine of this database. A test that proves a
    /// guard takes it out like this and sees the harm.
    ///
    /// # Panics
    /// When the routine has no such text: the bug would not be planted, and the proof would be none.
    pub async fn plant(&self, routine: &str, text: &str, bug: &str) {
        let definition: String =
            self.database.value(format!("select pg_get_functiondef('{routine}'::regprocedure)")).await;
        assert!(definition.contains(text), "`{text}` is not in {definition}");
        self.database.execute(definition.replace(text, bug)).await;
    }

    /// Stops everything without a look at the invariants: for systems with a planted bug alone.
    pub async fn abandon(mut self) {
        for worker in self.workers.drain(..) {
            worker.kill();
        }
        self.shutdown.cancel();
        self.api.close().await;
        self.database.drop().await;
    }

    /// An id that nothing has.
    pub fn stranger(kind: &str) -> String {
        crate::node_id(kind, Uuid::now_v7())
    }
}

/// Starts a simulated gateway on a free port.
async fn simulate(
    shutdown: CancellationToken,
) -> (Simulator, String, JoinHandle<Result<(), simulator::Error>>) {
    let settings = simulator::Settings { silence: SILENCE, ..simulator::Settings::default() };
    let simulator = Simulator::open(None, settings).expect("books in memory");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let simulating = tokio::spawn(simulator.clone().serve(listener, shutdown));
    (simulator, url, simulating)
}

/// How the API of the tests behaves: as the real one, but patient, for other work may have the machine.
pub fn api_settings() -> api::Settings {
    let operation_timeout = Duration::from_secs(30);
    api::Settings {
        operation_timeout,
        payment_timeout: operation_timeout,
        webhooks: Arc::new(SignedByTests),
        // One client plays everybody, and looks often.
        rate_limits: api::RateLimits::of(0),
        // They move time and places about in the database, which no gate hears of, nor who shows slots of a moment ago.
        gate: api::GateSettings { at_once: 0, ..api::GateSettings::default() },
        slots_max_age: Duration::ZERO,
        introspection: api::Introspection::On,
        graphiql: true,
        ..api::Settings::default()
    }
}

/// Accepts the tokens that [`Client::acting_as`] makes.
fn verifier() -> Verifier {
    Verifier::of_secret(SECRET, ISSUER, AUDIENCE).expect("a key")
}

/// The issuer of those tokens, for tests that know others beside it.
pub fn issuer_of_tests() -> IssuerSettings {
    IssuerSettings {
        subject_prefix: Some(String::new()),
        ..IssuerSettings::new(ISSUER, AUDIENCE, Vec::new(), KeySource::Hs256Secret(SECRET.to_vec()))
    }
}

/// Starts an instance of the API on a free port.
async fn serve(
    database: &Database,
    replica: Option<&ReplicaTraits>,
    settings: api::Settings,
    verifier: Verifier,
    hints: Hints,
    shutdown: CancellationToken,
) -> (Db, String, Serving) {
    let options = PoolOptions {
        connections: 10,
        // The machine may be busy with other tests; giving up early would only blur them.
        acquire: Duration::from_secs(10),
        statement: Duration::from_secs(10),
    };
    let mut db =
        Db::connect(&database.url, DbRole::Api, &options).await.expect("the API reaches its database");
    if let Some(servers) = replica {
        let url = format!("{}/{}", servers.replica, database.name());
        db = db.with_replica(&url, servers.lag, &options).expect("a URL");
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let serving = api::serve(settings, listener, db.clone(), verifier, hints, shutdown);
    (db, url, tokio::spawn(serving))
}
