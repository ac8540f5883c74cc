//! A real Apache Kafka for tests: one broker of the whole run, and brokers that a test may kill.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::OnceCell,
};

use crate::{cluster::built, installed::installed, port::free_port, skip::skip};

/// A running broker; see `bin/broker.rs`, the program that keeps it and ends it when this is dropped.
#[derive(Debug)]
pub struct Broker {
    address: String,
    /// How often it was killed.
    pub kills: u32,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _host: Child,
}

impl Broker {
    /// The broker of this run, which no test kills and each uses with topics of its own prefix; none, and the test is
    /// counted as skipped, where no broker can be had. To be asked for on the test's own thread, which has its name.
    ///
    /// # Panics
    /// When none can be had and `CI=true`.
    pub async fn shared() -> Option<&'static Self> {
        static SHARED: OnceCell<Broker> = OnceCell::const_new();
        let jars = jars()?;
        let start = || async {
            // Its pipes belong to a runtime that outlives every test's.
            let started = std::thread::spawn(|| {
                let runtime =
                    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
                let runtime = Box::leak(Box::new(runtime.expect("a runtime")));
                runtime.block_on(Self::start_with(jars, &[]))
            });
            started.join().expect("the broker has started")
        };
        Some(SHARED.get_or_init(start).await)
    }

    /// A broker of this test alone; none, and the test is counted as skipped, where no broker can be had.
    ///
    /// # Panics
    /// When none can be had and `CI=true`.
    pub async fn own() -> Option<Self> {
        Some(Self::start_with(jars()?, &[]).await)
    }

    /// A broker of this test alone, with a file of further settings; and, as `bin/broker.rs` takes them, flags of the JVM
    /// and users for SCRAM.
    ///
    /// # Panics
    /// When none can be had and `CI=true`.
    pub async fn with(settings: &Path, rest: &[String]) -> Option<Self> {
        let further: Vec<_> =
            std::iter::once(settings.as_os_str()).chain(rest.iter().map(AsRef::as_ref)).collect();
        Some(Self::start_with(jars()?, &further).await)
    }

    async fn start_with(jars: PathBuf, further: &[&OsStr]) -> Self {
        let mut host = Command::new(built("holdfast-test-broker"))
            .arg(jars)
            .args([free_port(), free_port()].map(|port| port.to_string()))
            .args(further)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Out of reach of the terminal's Ctrl-C, which would end it before it could clear up.
            .process_group(0)
            .spawn()
            .expect("the program that runs a broker can be started");
        let commands = host.stdin.take().expect("its standard input is piped");
        let answers = BufReader::new(host.stdout.take().expect("its standard output is piped")).lines();
        let mut broker = Self { address: String::new(), kills: 0, commands, answers, _host: host };
        broker.address = broker.answer().await;
        broker
    }

    /// Where it is, as `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Kills it with SIGKILL; it stays dead until [`Broker::start`].
    pub async fn kill(&mut self) {
        self.ask("kill", "killed").await;
        self.kills += 1;
    }

    /// Starts it again on the same port, over what it left.
    pub async fn start(&mut self) {
        self.ask("start", "started").await;
    }

    /// Makes it fall silent, connections and all, until [`Broker::resume`].
    pub async fn pause(&mut self) {
        self.ask("pause", "paused").await;
    }

    /// Lets it go on.
    pub async fn resume(&mut self) {
        self.ask("resume", "resumed").await;
    }

    async fn ask(&mut self, command: &str, good: &str) {
        self.commands.write_all(format!("{command}\n").as_bytes()).await.expect("its host reads");
        assert_eq!(self.answer().await, good, "{command}");
    }

    async fn answer(&mut self) -> String {
        let line = self.answers.next_line().await.expect("its host writes text");
        line.expect("the broker runs; see above for what was said")
    }
}

/// The folder of Kafka's jars, or the test's end.
fn jars() -> Option<PathBuf> {
    let found = installed("HOLDFAST_KAFKA_LIBS", "kafka", "libs");
    if found.is_none() {
        skip("Apache Kafka is not installed: ./test does that where Java and its packages can be had");
    }
    found
}
