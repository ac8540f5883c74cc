//! The one Postgres of a test run, and the migrated database that all others are copies of.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::OnceLock,
};

use sqlx::{Connection as _, PgConnection};

/// The database that tests copy.
pub(crate) const TEMPLATE: &str = "holdfast_template";

/// A running cluster; see `bin/cluster.rs` for how it ends.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// The superuser's URL, without the database.
    server: String,
    /// Open for as long as this process lives: its end ends the cluster.
    _leash: ChildStdin,
    _host: Child,
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();

impl Cluster {
    /// The cluster of this run, started and migrated by whoever asks first.
    pub(crate) fn get() -> &'static Self {
        CLUSTER.get_or_init(|| {
            // A thread of its own: the one that asks is inside a runtime.
            std::thread::spawn(Self::start).join().expect("the cluster has started")
        })
    }

    /// Where a database of the cluster is reached as superuser.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.server)
    }

    fn start() -> Self {
        let cluster = Self::of_its_own();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(cluster.make_template());
        cluster
    }

    /// A further one, without a template, which ends when it is dropped.
    pub(crate) fn of_its_own() -> Self {
        let mut host = Command::new(built("holdfast-test-cluster"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Out of reach of the terminal's Ctrl-C, which would end it before it could clear up.
            .process_group(0)
            .spawn()
            .expect("the program that runs the cluster can be started");
        let leash = host.stdin.take().expect("its standard input is piped");
        let answer = host.stdout.take().expect("its standard output is piped");
        let mut url = String::new();
        BufReader::new(answer).read_line(&mut url).expect("the cluster says where it is");
        let (server, _) =
            url.trim().rsplit_once('/').expect("the cluster has started; see above for what it said");
        Self { server: server.to_owned(), _leash: leash, _host: host }
    }

    async fn make_template(&self) {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.expect("the cluster answers");
        sqlx::raw_sql("create database holdfast_template")
            .execute(&mut connection)
            .await
            .expect("the template can be made");
        db::migrate(&self.url(TEMPLATE)).await.expect("the template can be migrated");
        connection.close().await.expect("a connection closes");
    }
}

/// Where the cluster of this run is reached as superuser, without a database of tests: for what
/// needs a database of its own making.
pub fn cluster_url(database: &str) -> String {
    Cluster::get().url(database)
}

/// A program of this package: Cargo builds them before its tests, one folder above.
pub(crate) fn built(program: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("a test binary has a path");
    tests
        .ancestors()
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("`{program}` is built; run the tests with `cargo test -p tests`"))
}
