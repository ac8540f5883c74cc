//! A real mail server that keeps its own record; see `programs/smtp.py`.

use std::{collections::BTreeMap, fs, path::Path, process::Stdio};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};

use crate::{port::free_port, programs::python};

/// One mail, as the server took it.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The `Message-ID` header, with its angle brackets.
    pub message_id: String,
    /// To whom, by the envelope.
    pub to: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// All headers, decoded, by their name in lower case.
    pub headers: BTreeMap<String, String>,
    /// The parts that are no containers: `type`, `parameters`, `file_name`, `content` (decoded text).
    pub parts: Vec<Value>,
    /// The message as it came.
    pub raw: Vec<u8>,
}

impl Mail {
    /// The text of the first part of a type such as `text/plain`.
    pub fn part(&self, kind: &str) -> Option<&str> {
        self.parts.iter().find(|part| part["type"] == kind)?["content"].as_str()
    }

    fn read(line: &str) -> Self {
        let told: Value = serde_json::from_str(line).expect("a line of the record is JSON");
        let text = |field: &str| told[field].as_str().unwrap_or_default().to_owned();
        let headers = serde_json::from_value(told["headers"].clone()).expect("headers");
        Self {
            message_id: text("message_id"),
            to: serde_json::from_value(told["to"].clone()).expect("addresses"),
            subject: text("subject"),
            headers,
            parts: told["parts"].as_array().expect("parts").clone(),
            raw: BASE64_STANDARD.decode(text("raw")).expect("base64"),
        }
    }
}

/// The server, a process on a port of its own; killed when it is dropped.
#[derive(Debug)]
pub struct MailServer {
    port: u16,
    folder: TempDir,
    tls: Vec<String>,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    process: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl MailServer {
    /// A new one, that takes everything.
    pub async fn start() -> Self {
        Self::start_with(Vec::new()).await
    }

    /// One that takes mails only over TLS (`smtps` or `starttls`), by the `server.pem` and `server.key` of a folder, and only
    /// from `anna` with the password `secret`.
    pub async fn start_secured(way: &str, certificates: &Path) -> Self {
        Self::start_with(vec![way.to_owned(), certificates.display().to_string()]).await
    }

    async fn start_with(tls: Vec<String>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut server = Self { port: free_port(), folder, tls, running: None };
        server.start_again().await;
        server
    }

    /// Its port at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts it after [`MailServer::kill`], on the same port and with the same record.
    pub async fn start_again(&mut self) {
        let mut process = python("tests/programs/smtp.py")
            .arg(self.port.to_string())
            .arg(self.folder.path().join("record"))
            .args(&self.tls)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let commands = process.stdin.take().expect("its standard input is piped");
        let answers = BufReader::new(process.stdout.take().expect("its standard output is piped")).lines();
        let mut running = Running { process, commands, answers };
        running.hears("ready").await;
        self.running = Some(running);
    }

    /// Kills it with SIGKILL.
    pub async fn kill(&mut self) {
        let mut running = self.running.take().expect("it runs");
        running.process.kill().await.expect("it was there to be killed");
    }

    /// From now on it does this: `accept`, `refuse`, `reject`, `stall` or `lose`.
    pub async fn turn_to(&mut self, mode: &str) {
        let running = self.running.as_mut().expect("it runs");
        running.commands.write_all(format!("{mode}\n").as_bytes()).await.expect("it reads");
        running.hears("done").await;
    }

    /// Every mail so far, in the order that they came.
    pub fn mails(&self) -> Vec<Mail> {
        let record = fs::read_to_string(self.folder.path().join("record")).expect("the record is text");
        // A line that is being written has no end yet.
        let whole = record.rfind('\n').map_or("", |end| &record[..end]);
        whole.lines().map(Mail::read).collect()
    }
}

impl Running {
    async fn hears(&mut self, word: &str) {
        let line = self.answers.next_line().await.expect("it writes text");
        assert_eq!(line.as_deref(), Some(word), "the mail server ended; see above for what it said");
    }
}
