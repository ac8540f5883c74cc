//! The ways in and out, judged by clients that nobody here wrote.

mod audit;
mod fair;
mod follow;
mod heads;
mod operations;
mod packed;
mod persisted;
mod prompt;
mod raw;
mod shutdown;
mod sockets;
mod streams;
mod timeout;

use std::process::Stdio;

use serde_json::Value;
use tests::{LIMIT, client};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};

/// A program of `tests/clients` at work, which prints one JSON value a line.
struct Program {
    name: &'static str,
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(name: &'static str, arguments: &[&str]) -> Self {
        let mut command = client(name);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("Node can be started");
        let input = child.stdin.take().expect("its input is piped");
        let output = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        Self { name, child, input, output }
    }

    /// The next value; none once it has ended.
    async fn next(&mut self) -> Option<Value> {
        let line = tokio::time::timeout(LIMIT, self.output.next_line()).await;
        let line =
            line.unwrap_or_else(|_| panic!("{} says nothing", self.name)).expect("its output can be read")?;
        Some(serde_json::from_str(&line).unwrap_or_else(|_| panic!("{} printed `{line}`", self.name)))
    }

    /// The next value, which has to be this one.
    async fn expect(&mut self, value: Value) {
        assert_eq!(self.next().await, Some(value), "{}", self.name);
    }

    async fn go_on(&mut self) {
        self.input.write_all(b"go\n").await.expect("it listens");
    }

    /// Waits until it ends, which has to be well.
    async fn ends(mut self) {
        assert_eq!(self.next().await, None, "{} has more to say", self.name);
        let status = self.child.wait().await.expect("it ends");
        assert!(status.success(), "{}: {status}", self.name);
    }

    /// All that a program prints.
    async fn run(name: &'static str, arguments: &[&str]) -> Vec<Value> {
        let mut program = Self::start(name, arguments);
        let mut values = Vec::new();
        while let Some(value) = program.next().await {
            values.push(value);
        }
        program.ends().await;
        values
    }
}
