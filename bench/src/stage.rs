//! What all scenarios share: the private Postgres, the migrated database that theirs are copies of, and the yardstick.

use std::time::Duration;

use db::{
    bench::Scratch,
    embedded::{Embedded, Options as Server},
};

use crate::{
    Error, Options,
    machine::Machine,
    options::{Commits, Profile},
    pgbench::{Pgbench, Script},
    system::System,
};

const TEMPLATE: &str = "bench_template";
const YARDSTICK: &str = "bench_pgbench";

/// The stage of a run.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) options: Options,
    pub(crate) machine: Machine,
    pub(crate) pgbench: Pgbench,
    postgres: Embedded,
    scratch: Scratch,
}

impl Stage {
    /// Starts Postgres, migrates the template, and fills pgbench's own tables.
    pub(crate) async fn open(options: Options) -> Result<Self, Error> {
        say("Postgres, its schema, and pgbench's tables");
        let track = match options.profile {
            Profile::Off => "top",
            Profile::On => "all",
        };
        let fsync = match options.scale.commits {
            Commits::Durable => "on",
            Commits::Fleeting => "off",
        };
        let server = Server::new(options.data_dir.clone())
            .setting("shared_preload_libraries", "pg_stat_statements")
            .setting("pg_stat_statements.track", track)
            .setting("fsync", fsync);
        let postgres = Embedded::start(server).await?;
        let mut scratch = Scratch::open(&postgres.url_for("postgres")).await?;
        for name in [TEMPLATE, YARDSTICK] {
            scratch.make(name, None).await?;
        }
        db::migrate(&postgres.url_for(TEMPLATE)).await?;
        let pgbench = Pgbench::of(&postgres, &options.data_dir);
        pgbench.initialise(YARDSTICK, options.scale.pgbench).await?;
        let machine = Machine::look(postgres.version());
        Ok(Self { options, machine, pgbench, postgres, scratch })
    }

    /// A new system over an empty database of this name.
    pub(crate) async fn system(&mut self, name: &str) -> Result<System, Error> {
        let database = format!("bench_{name}");
        self.scratch.make(&database, Some(TEMPLATE)).await?;
        self.system_again(&database).await
    }

    /// A system over a database that is there.
    pub(crate) async fn system_again(&mut self, database: &str) -> Result<System, Error> {
        // What was written to get here is not what is measured.
        self.scratch.checkpoint().await?;
        System::start(&self.options, database, self.postgres.url_for(database), self.postgres.pid()).await
    }

    /// Stops a system and throws its database away.
    pub(crate) async fn finish(&mut self, system: System) -> Result<(), Error> {
        let database = system.database.clone();
        system.stop().await?;
        Ok(self.scratch.drop(&database).await?)
    }

    /// Transactions a second of pgbench's own scripts.
    pub(crate) async fn yardstick(&self, script: Script) -> Result<f64, Error> {
        self.pgbench.measure(YARDSTICK, script, self.time()).await
    }

    /// How long one measurement takes.
    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs(self.options.scale.seconds)
    }

    /// Drops the databases, and stops Postgres.
    pub(crate) async fn close(mut self) -> Result<(), Error> {
        for name in [TEMPLATE, YARDSTICK] {
            self.scratch.drop(name).await?;
        }
        Ok(self.postgres.stop().await?)
    }
}

/// What is going on, for who waits.
pub(crate) fn say(what: &str) {
    eprintln!("bench: {what}");
}
