//! One process, and what it says.

use std::{
    fmt::Write as _,
    process::{Child, Command, ExitStatus, Stdio},
};

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};

use super::{
    stream::Stream,
    wait::{LIMIT, until, within_limit},
};

/// A started process; killed, without a chance to tidy up, when it is dropped.
pub(crate) struct Running {
    child: Child,
    out: Stream,
    err: Stream,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// All of its standard output.
    pub(crate) stdout: String,
    /// All of its standard error.
    pub(crate) stderr: String,
}

impl Running {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Self {
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let out = Stream::read(child.stdout.take().expect("it is piped"));
        let err = Stream::read(child.stderr.take().expect("it is piped"));
        Self { child, out, err }
    }

    /// Waits until a line of its standard output gives something.
    pub(crate) fn line<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> T {
        let mut read_so_far = 0;
        let found = until("the process says it, or ends", || {
            let ended = self.has_ended() && self.out.is_over();
            let lines = self.out.lines();
            let found = lines[read_so_far..].iter().find_map(|line| read(line));
            read_so_far = lines.len();
            found.map(Some).or_else(|| ended.then_some(None))
        });
        found.unwrap_or_else(|| panic!("it ended without the line waited for; {}", self.said()))
    }

    /// All lines of its standard output so far.
    pub(crate) fn stdout(&self) -> Vec<String> {
        self.out.lines()
    }

    /// All lines of its standard error so far.
    pub(crate) fn stderr(&self) -> Vec<String> {
        self.err.lines()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        signal::kill(self.pid(), signal).expect("it is there to be signalled");
    }

    /// Kills it with SIGKILL; true when it was still running.
    pub(crate) fn kill(&mut self) -> bool {
        let was_running = !self.has_ended();
        let _ = self.child.kill();
        let _ = self.child.wait();
        was_running
    }

    /// Waits for its end, which may take so many times as long as anything else.
    pub(in crate::process) fn end_of_long_work(mut self, times: usize) -> Ended {
        for _ in 1..times {
            if within_limit(|| self.has_ended().then_some(())).is_some() {
                break;
            }
        }
        self.end()
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ended {
        let status = until("the process ends", || self.status());
        // What it started may have inherited the pipes: the end of the lines is not waited for
        // for ever.
        until("all it said is read", || (self.out.is_over() && self.err.is_over()).then_some(()));
        Ended {
            code: status.code(),
            stdout: self.out.lines().join("\n"),
            stderr: self.err.lines().join("\n"),
        }
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.status().is_some()
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("it is our child")
    }

    fn said(&self) -> String {
        let mut text = String::from("it said:\n");
        for line in self.out.lines().iter().chain(self.err.lines().iter()) {
            // Writing to a string cannot fail.
            _ = writeln!(text, "    {line}");
        }
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.kill() && std::thread::panicking() {
            eprintln!("killed after at most {LIMIT:?}; {}", self.said());
        }
    }
}
