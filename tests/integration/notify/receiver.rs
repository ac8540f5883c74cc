//! An organiser's endpoint that checks what it is sent with the library of Standard Webhooks; see
//! `tests/programs/receiver.py`.

use std::{collections::BTreeMap, fs, net::TcpListener, process::Stdio};

use serde::Deserialize;
use tempfile::TempDir;
use tests::python;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};

/// A call, as the receiver took it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Call {
    pub(super) path: String,
    /// Why the library did not take it for ours.
    pub(super) refusal: Option<String>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl Call {
    pub(super) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }
}

/// The receiver, a process of its own; killed when it is dropped.
#[derive(Debug)]
pub(super) struct Receiver {
    port: u16,
    folder: TempDir,
    _process: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a port is free").port();
        let mut process = python("tests/programs/receiver.py")
            .arg(port.to_string())
            .arg(folder.path().join("record"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let commands = process.stdin.take().expect("its standard input is piped");
        let answers = BufReader::new(process.stdout.take().expect("its standard output is piped")).lines();
        let mut receiver = Self { port, folder, _process: process, commands, answers };
        receiver.hears("ready").await;
        receiver
    }

    /// Where `/name/what` is called, knowing this secret.
    pub(super) fn url(&self, path: &str, secret: &str) -> String {
        let secret = secret.replace('+', "%2B").replace('=', "%3D").replace('/', "%2F");
        format!("http://127.0.0.1:{}{path}?secret={secret}", self.port)
    }

    /// Lets those go that wait.
    pub(super) async fn go(&mut self) {
        self.commands.write_all(b"go\n").await.expect("it reads");
        self.hears("done").await;
    }

    /// Every call so far to this path.
    pub(super) fn calls(&self, path: &str) -> Vec<Call> {
        let record = fs::read_to_string(self.folder.path().join("record")).expect("the record is text");
        // A line that is being written has no end yet.
        let whole = record.rfind('\n').map_or("", |end| &record[..end]);
        let calls = whole.lines().map(|line| serde_json::from_str::<Call>(line).expect("a call"));
        calls.filter(|call| call.path == path).collect()
    }

    async fn hears(&mut self, word: &str) {
        let line = self.answers.next_line().await.expect("it writes text");
        assert_eq!(line.as_deref(), Some(word), "the receiver ended; see above for what it said");
    }
}
