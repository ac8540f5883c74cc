//! A Postgres of a test's own, with a streaming replica whose replay the test may pause, and which it may kill.

use std::{os::unix::fs::MetadataExt as _, path::Path, process::Stdio};

use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{
    cluster::{Cluster, built},
    port::free_port,
    wait::until,
};

/// Two servers; both end when this is dropped, or the test's process ends.
#[derive(Debug)]
pub struct Replicated {
    primary: Cluster,
    /// The replica's URL, without the database.
    replica: String,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _host: Child,
    _folder: TempDir,
}

impl Replicated {
    /// Starts both, and waits until the replica answers.
    pub async fn start() -> Self {
        let primary = tokio::task::spawn_blocking(Cluster::of_its_own).await.expect("a primary");
        let url = primary.url("postgres");
        let mut connection = PgConnection::connect(&url).await.expect("the primary answers");
        let programs: String =
            one(&mut connection, "select setting from pg_config where name = 'BINDIR'").await;
        let data: String = one(&mut connection, "select current_setting('data_directory')").await;
        let parallel: String = one(&mut connection, "select current_setting('max_connections')").await;
        connection.close().await.expect("a connection closes");

        let programs = Path::new(&programs);
        let owner = std::fs::metadata(&data).expect("the primary's data");
        let folder = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::chown(folder.path(), Some(owner.uid()), Some(owner.gid()))
            .expect("it is the owner's");
        let copy = folder.path().join("copy");
        let copied = as_owner(&owner, &programs.join("pg_basebackup"))
            .args(["--checkpoint=fast", "--write-recovery-conf", "--no-sync", "--dbname", &url, "--pgdata"])
            .arg(&copy)
            .status()
            .await
            .expect("the primary can be copied; its programs have pg_basebackup beside them");
        assert!(copied.success(), "the primary is copied: {copied}");

        let port = free_port();
        let server = as_owner(&owner, &programs.join("postgres"));
        let mut host = Command::new(built("holdfast-test-leash"));
        host.arg(server.as_std().get_program()).args(server.as_std().get_args()).arg("-D").arg(&copy);
        for setting in [
            &format!("port={port}"),
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            // Not less than the primary's, or it would not replay.
            &format!("max_connections={parallel}"),
            "log_min_messages=fatal",
        ] {
            host.args(["-c", setting]);
        }
        // Out of reach of the terminal's Ctrl-C, which would end it before it could clear up.
        host.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut host = host.spawn().expect("the replica can be started");
        let commands = host.stdin.take().expect("its standard input is piped");
        let answers = BufReader::new(host.stdout.take().expect("its standard output is piped")).lines();
        let (login, _) = url.rsplit_once('@').expect("the URL has a password");
        let replica = format!("{login}@127.0.0.1:{port}");
        let mut replicated = Self { primary, replica, commands, answers, _host: host, _folder: folder };
        replicated.answered().await;
        until("the replica answers", async || replicated.try_connect().await.map(drop)).await;
        replicated
    }

    /// Where the primary is reached as superuser, without the database.
    pub fn primary(&self) -> String {
        self.primary.url("").trim_end_matches('/').to_owned()
    }

    /// Where the replica is reached as superuser, without the database.
    pub fn replica(&self) -> String {
        self.replica.clone()
    }

    /// Waits until the replica has replayed everything up to a position, as an answer tells it.
    pub async fn has_replayed(&self, position: &str) {
        until("the replica has come so far", async || {
            let mut replica = self.try_connect().await?;
            let reached = sqlx::query_scalar("select pg_last_wal_replay_lsn() >= $1::pg_lsn").bind(position);
            let reached: bool = reached.fetch_one(&mut replica).await.expect("an answer");
            reached.then_some(())
        })
        .await;
    }

    /// Replays nothing more until [`Self::resume`].
    pub async fn pause(&self) {
        let mut replica = self.try_connect().await.expect("the replica answers");
        tell(&mut replica, "select pg_wal_replay_pause()").await;
        until("the replay is paused", async || {
            let mut replica = self.try_connect().await?;
            let state: String = one(&mut replica, "select pg_get_wal_replay_pause_state()").await;
            (state == "paused").then_some(())
        })
        .await;
    }

    /// Replays on after [`Self::pause`].
    pub async fn resume(&self) {
        let mut replica = self.try_connect().await.expect("the replica answers");
        tell(&mut replica, "select pg_wal_replay_resume()").await;
    }

    /// Ends the replica with SIGKILL.
    pub async fn kill(&mut self) {
        self.command("kill").await;
        until("the replica is gone", async || self.try_connect().await.is_none().then_some(())).await;
    }

    /// Starts it again after [`Self::kill`].
    pub async fn start_again(&mut self) {
        self.command("start").await;
        until("the replica answers", async || self.try_connect().await.map(drop)).await;
    }

    async fn try_connect(&self) -> Option<PgConnection> {
        PgConnection::connect(&format!("{}/postgres", self.replica)).await.ok()
    }

    async fn command(&mut self, command: &str) {
        self.commands.write_all(format!("{command}\n").as_bytes()).await.expect("the leash listens");
        self.answered().await;
    }

    async fn answered(&mut self) {
        let line = self.answers.next_line().await.expect("the leash can be read");
        line.expect("the leash has done it; see above for what it said");
    }
}

async fn one(connection: &mut PgConnection, query: &'static str) -> String {
    sqlx::query_scalar(query).fetch_one(connection).await.expect("an answer")
}

async fn tell(connection: &mut PgConnection, query: &'static str) {
    sqlx::query(query).execute(connection).await.map(drop).expect("it is done");
}

/// A program that runs as the owner of the data: Postgres refuses to run as root.
fn as_owner(owner: &std::fs::Metadata, program: &Path) -> Command {
    if !nix::unistd::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={}", owner.uid())).arg(format!("--regid={}", owner.gid()));
    command.arg("--clear-groups").arg(program);
    command
}
