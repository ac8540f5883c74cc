//! The system of one scenario: a database of its own, and the API, the workers and the gateway as processes.

use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use db::{Actor, Db, DbRole, OrganiserId, PoolOptions, Role, bench::Gauge};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use uuid::Uuid;

use crate::{
    Error, Options, Scenario,
    meter::Memory,
    outcome::{Outcome, Slow},
    process::Part,
    wire::{Connection, Document},
};

/// How long what is under way may take to come to rest.
const REST: Duration = Duration::from_mins(10);
const LOOK: Duration = Duration::from_millis(100);
/// The views under `invariant` read whole tables, which may be large here.
const CHECK: Duration = Duration::from_hours(1);
/// Connections that are opened at the same moment: a listener has only so long a queue.
const OPENED_AT_ONCE: usize = 128;
/// Statements that a profile names.
const SLOW: i64 = 25;

/// A running system.
#[derive(Debug)]
pub(crate) struct System {
    pub(crate) database: String,
    /// Its database, as superuser.
    pub(crate) url: String,
    pub(crate) gauge: Gauge,
    pub(crate) api: Part,
    pub(crate) worker: Part,
    pub(crate) gateway: Part,
    /// The main process of Postgres.
    pub(crate) postgres: u32,
    pub(crate) address: SocketAddr,
    pub(crate) organiser: OrganiserId,
    memory: Memory,
    begun: Instant,
}

impl System {
    /// Starts the processes over a database that is there.
    pub(crate) async fn start(
        options: &Options,
        database: &str,
        url: String,
        postgres: u32,
    ) -> Result<Self, Error> {
        let begun = Instant::now();
        let mut gauge = Gauge::open(&url).await?;
        gauge.forget_statements().await?;
        let folder = options.data_dir.as_path();
        let (gateway, at) = gateway(options, folder, database).await?;
        let (worker, _) = worker(options, folder, database, &url, &at).await?;
        let (api, said) = api(options, folder, database, &url).await?;
        let address = said.trim_start_matches("http://").trim_end_matches("/graphql").parse();
        let address =
            address.map_err(|_| Error::Unexpected { what: "its own address", answer: said.clone() })?;
        let memory = Memory::default();
        let organiser = OrganiserId(Uuid::now_v7());
        let database = database.to_owned();
        let mut system =
            Self { database, url, gauge, api, worker, gateway, postgres, address, organiser, memory, begun };
        // It is idle when it has answered once.
        let operator = Actor { role: Role::Operator, subject: "bench".to_owned(), organiser_id: None };
        let mut nobody = system.connect(options, &operator).await?;
        nobody.must("who is there", Document::new("{ payload: viewer { role } }").with("{}")).await?;
        system.memory = Memory::idle(system.api.pid, system.worker.pid);
        Ok(system)
    }

    /// A connection of somebody.
    pub(crate) async fn connect(&self, options: &Options, actor: &Actor) -> Result<Connection, Error> {
        Connection::open(self.address, &options.tokens.of(actor)?).await
    }

    /// The organiser of what is sold.
    pub(crate) async fn seller(&self, options: &Options) -> Result<Connection, Error> {
        let organiser_id = Some(self.organiser);
        self.connect(options, &Actor { role: Role::Organiser, subject: "bench".to_owned(), organiser_id })
            .await
    }

    /// So many customers, each with a connection.
    pub(crate) async fn customers(&self, options: &Options, number: usize) -> Result<Vec<Connection>, Error> {
        let customers: Vec<_> = (0..number).map(customer).collect();
        let open = |customer: Actor| async move { self.connect(options, &customer).await };
        stream::iter(customers).map(open).buffered(OPENED_AT_ONCE).try_collect().await
    }

    /// Waits until the workers have nothing left to do.
    pub(crate) async fn at_rest(&mut self) -> Result<(), Error> {
        let begun = Instant::now();
        while self.gauge.sagas_at_work().await? > 0 {
            if begun.elapsed() > REST {
                return Err(Error::Late("the end of all sagas"));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Waits until every event has left the outbox.
    pub(crate) async fn all_published(&mut self) -> Result<(), Error> {
        let begun = Instant::now();
        while self.gauge.outbox().await? > 0 {
            if begun.elapsed() > REST {
                return Err(Error::Late("the publishing of all events"));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Checks every invariant and adds what this system has used to the outcome. One that is broken is an error.
    pub(crate) async fn conclude(&mut self, outcome: &mut Outcome) -> Result<(), Error> {
        self.at_rest().await?;
        outcome.memory_mb = self.memory.with_peaks(self.api.pid, self.worker.pid);
        let statements = self.gauge.statements(SLOW).await?.into_iter().map(|statement| Slow {
            query: statement.query,
            sent_by_a_client: statement.is_top,
            calls: statement.calls,
            total_ms: statement.total_ms,
        });
        outcome.statements = statements.collect();
        outcome.invariants_checked = self.check(outcome.scenario).await?;
        outcome.seconds += self.begun.elapsed().as_secs_f64();
        Ok(())
    }

    /// How many invariants hold, which is all of them, or an error.
    async fn check(&self, scenario: Scenario) -> Result<usize, Error> {
        let options = PoolOptions { connections: 1, statement: CHECK, ..PoolOptions::default() };
        let db = Db::connect(&self.url, DbRole::Worker, &options).await?;
        let checks = db.invariants().await?;
        db.close().await;
        match checks.iter().find(|check| check.violations > 0) {
            Some(broken) => Err(Error::Invariant {
                scenario: scenario.name(),
                view: broken.name.clone(),
                violations: broken.violations,
            }),
            None => Ok(checks.len()),
        }
    }

    /// Stops the processes; the database stays.
    pub(crate) async fn stop(self) -> Result<(), Error> {
        self.api.stop().await?;
        self.worker.stop().await?;
        self.gateway.stop().await?;
        Ok(self.gauge.close().await?)
    }
}

/// A customer.
pub(crate) fn customer(number: usize) -> Actor {
    Actor { role: Role::Customer, subject: format!("customer-{number}"), organiser_id: None }
}

async fn gateway(options: &Options, folder: &Path, database: &str) -> Result<(Part, String), Error> {
    let ledger = folder.join(format!("ledger-{database}"));
    std::fs::create_dir_all(&ledger).map_err(Error::file(&ledger))?;
    // The books of an earlier run know bookings that this database does not.
    for entry in std::fs::read_dir(&ledger).map_err(Error::file(&ledger))?.flatten() {
        std::fs::remove_file(entry.path()).map_err(Error::file(entry.path()))?;
    }
    let arguments = [format!("--data-dir={}", ledger.display()), "--port=0".to_owned()];
    let log = folder.join(format!("{database}-simulator.log"));
    Part::start(&options.program, "simulator", &arguments, "Simulating on ", log).await
}

async fn worker(
    options: &Options,
    folder: &Path,
    database: &str,
    url: &str,
    gateway: &str,
) -> Result<(Part, String), Error> {
    let mut arguments = vec![
        format!("--database-url={url}"),
        format!("--data-dir={}", folder.display()),
        format!("--simulator=simulator={gateway}"),
        // Nobody else's gateway is to be spared.
        "--gateway-rate=1000000".to_owned(),
        "--gateway-concurrency=256".to_owned(),
        "--steps=128".to_owned(),
        format!("--reconcile-seconds={}", options.scale.reconcile_seconds),
    ];
    match &options.kafka_brokers {
        Some(brokers) => arguments.extend([
            format!("--kafka-brokers={brokers}"),
            // A broker may remember an earlier run.
            format!("--topic-prefix={database}-{}", Uuid::new_v4().simple()),
            "--queues=saga,webhook,reconciliation,outbox".to_owned(),
        ]),
        None => arguments.push("--queues=saga,webhook,reconciliation".to_owned()),
    }
    let log = folder.join(format!("{database}-work.log"));
    Part::start(&options.program, "work", &arguments, "Working as ", log).await
}

async fn api(options: &Options, folder: &Path, database: &str, url: &str) -> Result<(Part, String), Error> {
    let mut arguments = vec![
        format!("--database-url={url}"),
        format!("--data-dir={}", folder.display()),
        "--dev-key".to_owned(),
        "--port=0".to_owned(),
    ];
    // One address plays everybody.
    for who in ["user", "organiser", "service", "address"] {
        arguments.push(format!("--limit-{who}=0"));
    }
    let log = folder.join(format!("{database}-serve.log"));
    Part::start(&options.program, "serve", &arguments, "Serving ", log).await
}
