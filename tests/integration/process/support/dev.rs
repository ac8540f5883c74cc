//! A running `holdfast dev`, read like a person reads it.

use nix::sys::signal::Signal;

use super::{
    binary::holdfast,
    client::Client,
    data_dir::DataDir,
    running::{Ended, Running},
};

/// The last line of the greeting.
const LAST: &str = "Ctrl-C stops everything";

/// A system that has greeted.
pub(crate) struct Dev {
    process: Running,
    greeting: Vec<String>,
}

impl Dev {
    /// Starts one on any free port.
    pub(crate) fn start(data: &DataDir) -> Self {
        Self::start_on(data, 0)
    }

    /// Starts one on this port.
    pub(crate) fn start_on(data: &DataDir, port: u16) -> Self {
        Self::start_with(data, port, &[])
    }

    /// Starts one with more flags.
    pub(crate) fn start_with(data: &DataDir, port: u16, flags: &[&str]) -> Self {
        let (port, folder) = (format!("--port={port}"), data.flag());
        let named = [&["dev", folder.as_str(), port.as_str()], flags].concat();
        let mut process = Running::start(&mut holdfast(&named));
        process.line(|line| line.starts_with(LAST).then_some(()));
        let greeting = process.stdout();
        Self { process, greeting }
    }

    /// The address printed under a name: `GraphQL`, `GraphiQL`, `Health`, `Metrics`.
    pub(crate) fn address(&self, name: &str) -> &str {
        let address = self.under(name);
        assert!(address.starts_with("http://"), "{name} is at {address}");
        address
    }

    /// The server's address.
    pub(crate) fn url(&self) -> &str {
        let url = self.address("GraphQL").strip_suffix("/graphql");
        url.expect("GraphQL is at /graphql")
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        let port = self.url().rsplit(':').next().map(str::parse);
        port.expect("a port").expect("a number")
    }

    /// The client with the token printed for `customer`, `organiser` or `operator`.
    pub(crate) fn client(&self, name: &str) -> Client {
        Client::new(self.url(), self.under(name))
    }

    /// The seconds that it says it took.
    pub(crate) fn seconds(&self) -> f64 {
        let said = self.greeting.iter().find_map(|line| {
            let seconds = line.strip_prefix("Holdfast is ready after ")?;
            seconds.strip_suffix(" s.")?.parse().ok()
        });
        said.expect("it says how long it took")
    }

    /// The mutation that it offers to paste.
    pub(crate) fn first_mutation(&self) -> String {
        let lines = self.greeting.iter();
        let from = lines.skip_while(|line| !line.starts_with("A first booking"));
        let mutation: Vec<_> =
            from.skip(1).take_while(|line| !line.starts_with(LAST)).map(String::as_str).collect();
        assert!(!mutation.is_empty(), "no mutation: {:?}", self.greeting);
        mutation.join("\n")
    }

    /// Books with that mutation, and gives the booking's reference.
    pub(crate) fn book(&self) -> String {
        let booking = self.client("customer").book(&self.first_mutation());
        let reference = booking["reference"].as_str();
        reference.expect("a booking has a reference").to_owned()
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(self, signal: Signal) -> Ended {
        self.process.signal(signal);
        self.process.end()
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(mut self) {
        assert!(self.process.kill(), "it had ended before it was killed");
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> nix::unistd::Pid {
        self.process.pid()
    }

    /// The rest of the line that begins with this word.
    fn under(&self, name: &str) -> &str {
        let mut words = self.greeting.iter().filter_map(|line| {
            let (first, rest) = line.trim_start().split_once(' ')?;
            (first == name && line.starts_with("  ")).then(|| rest.trim())
        });
        let found = words.next();
        found.unwrap_or_else(|| panic!("no {name} in {:?}", self.greeting))
    }
}
