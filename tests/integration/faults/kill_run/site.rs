//! The processes of a kill run: two of the API, some workers, one simulator; all but the last are killed.

use std::time::Duration;

use db::{Actor, OrganiserId, Role};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{faults::spawned::Process, process::support::free_port};

/// How long a step is a worker's own here; 15 s outside of tests.
pub(super) const LEASE: Duration = Duration::from_secs(3);
const SECRET: &str = "a development key of the kill run, long enough for HS256";

/// What all processes are told.
pub(super) struct Site {
    database: String,
    simulator: String,
    pub(super) data: TempDir,
    pub(super) organiser: Uuid,
}

impl Site {
    /// A migrated database, a simulator, and nothing else yet.
    pub(super) async fn open(database: String, direct: &str) -> (Self, Process) {
        let data = tempfile::tempdir().expect("a folder");
        std::fs::write(data.path().join("development-key"), SECRET).expect("the folder is ours");
        let simulated = ["simulator", "--port=0"].map(str::to_owned);
        let ledger = format!("--data-dir={}", data.path().display());
        let simulator = Process::start(
            &[simulated.to_vec(), vec![ledger]].concat(),
            &[],
            &data.path().join("simulator.log"),
        );
        let said = simulator.said().await;
        let url = said.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("the simulator does not say where it is: {said}")).to_owned();
        let site = Self { database, simulator: url, data, organiser: Uuid::now_v7() };
        // Past the proxy: a migration whose answer is lost is another matter.
        let migrate = ["migrate".to_owned(), format!("--database-url={direct}")];
        let mut migrating = Process::start(&migrate, &[], &site.data.path().join("migrate.log"));
        assert!(migrating.succeeds().await, "the database can be migrated: {}", migrating.log());
        (site, simulator)
    }

    /// Where the gateway's own books can be read.
    pub(super) fn simulator(&self) -> &str {
        &self.simulator
    }

    pub(super) fn work(&self) -> Process {
        let settings = [
            "--gateway-timeout-ms=2500",
            "--settled-after-seconds=4",
            "--poll-ms=50",
            "--connections=8",
            "--gateway-rate=1000",
        ];
        self.start("work", &settings.map(str::to_owned), &[format!("--lease-seconds={}", LEASE.as_secs())])
    }

    /// An instance of the API on this port, which it takes up again after its predecessor's death.
    pub(super) fn serve(&self, port: u16) -> Process {
        let unlimited = ["--limit-organiser=0", "--limit-address=0"].map(str::to_owned);
        let flags = ["--dev-key".to_owned(), format!("--port={port}"), "--connections=12".to_owned()];
        let flags = [flags.as_slice(), &unlimited].concat();
        self.start("serve", &flags, &[])
    }

    fn start(&self, command: &str, flags: &[String], more: &[String]) -> Process {
        let common = [
            command.to_owned(),
            format!("--database-url={}", self.database),
            format!("--data-dir={}", self.data.path().display()),
        ];
        let mut all = [common.as_slice(), flags, more].concat();
        if command == "work" {
            all.push(format!("--simulator=simulator={}", self.simulator));
        }
        Process::start(&all, &[], &self.data.path().join(format!("{command}.log")))
    }

    /// Two free ports.
    pub(super) fn ports() -> [u16; 2] {
        [free_port(), free_port()]
    }

    /// A token of the organiser, who books on behalf of many customers.
    pub(super) fn token(&self) -> String {
        let organiser_id = Some(OrganiserId(self.organiser));
        let actor = Actor { role: Role::Organiser, subject: "kill-run".to_owned(), organiser_id };
        let ttl = Duration::from_hours(6);
        api::mint(SECRET.as_bytes(), "holdfast-dev", "holdfast", &actor, ttl).expect("a token")
    }
}
