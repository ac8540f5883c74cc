//! A real Redis for a test, which may kill it, or stop it in the middle of a word.

use std::process::Stdio;

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{cluster::built, port::free_port, wait::until};

/// A Redis of one test; it ends when this is dropped, or the test's process ends.
#[derive(Debug)]
pub struct Redis {
    url: String,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _host: Child,
    _folder: TempDir,
}

impl Redis {
    /// Starts one that keeps nothing on disk, and waits until it answers.
    pub async fn start() -> Self {
        let (port, folder) = (free_port(), tempfile::tempdir().expect("a folder"));
        let mut host = Command::new(built("holdfast-test-leash"))
            .args(["redis-server", "--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .args(["--appendonly", "no", "--loglevel", "warning", "--dir"])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Out of reach of the terminal's Ctrl-C, which would end it before it could clear up.
            .process_group(0)
            .spawn()
            .expect("a Redis can be started; ./test installs redis-server");
        let commands = host.stdin.take().expect("its standard input is piped");
        let answers = BufReader::new(host.stdout.take().expect("its standard output is piped")).lines();
        let url = format!("redis://127.0.0.1:{port}");
        let mut redis = Self { url, commands, answers, _host: host, _folder: folder };
        redis.answered().await;
        redis.ready().await;
        redis
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it with SIGKILL; all it held is gone.
    pub async fn kill(&mut self) {
        self.command("kill").await;
    }

    /// Starts it again, empty, after [`Self::kill`], and waits until it answers.
    pub async fn start_again(&mut self) {
        self.command("start").await;
        self.ready().await;
    }

    /// Stops it (SIGSTOP): connections stay open, and nothing answers.
    pub async fn pause(&mut self) {
        self.command("pause").await;
    }

    /// Lets it go on after [`Self::pause`].
    pub async fn resume(&mut self) {
        self.command("resume").await;
    }

    /// Makes it forget everything.
    pub async fn flush(&self) {
        let mut connection = self.connection().await.expect("the Redis answers");
        let flushed: redis::RedisResult<()> = redis::cmd("FLUSHALL").query_async(&mut connection).await;
        flushed.expect("it forgets");
    }

    /// A connection of the test's own.
    pub async fn connection(&self) -> redis::RedisResult<redis::aio::MultiplexedConnection> {
        redis::Client::open(self.url.as_str())?.get_multiplexed_async_connection().await
    }

    async fn ready(&self) {
        until("the Redis answers", async || self.connection().await.ok().map(drop)).await;
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
