//! `holdfast simulator` as a process.

use serde_json::Value;

use super::{DataDir, Running, get, holdfast};

/// A simulated gateway with its ledger in a test's data directory.
pub(in crate::process) struct SimulatorProcess {
    /// Where it is.
    pub(in crate::process) url: String,
    process: Running,
}

impl SimulatorProcess {
    /// Starts one, on any port.
    pub(in crate::process) fn start(data: &DataDir, flags: &[&str]) -> Self {
        let folder = data.flag();
        let named = [&["simulator", "--port=0", &folder], flags].concat();
        let mut process = Running::start(&mut holdfast(&named));
        let url = process.line(|line| line.strip_prefix("Simulating on ").map(str::to_owned));
        Self { url, process }
    }

    /// Everything that it has done, oldest first.
    pub(in crate::process) fn entries(&self) -> Vec<Value> {
        let (mut after, mut entries) = (0, Vec::new());
        loop {
            let (status, text) = get(&format!("{}/entries?after={after}&limit=100", self.url));
            assert_eq!(status, 200, "{text}");
            let mut page: Value = serde_json::from_str(&text).expect("JSON");
            entries.append(page["entries"].as_array_mut().expect("lines"));
            after = page["next"].as_u64().expect("a place in the list");
            if page["has_more"] == false {
                return entries;
            }
        }
    }

    /// Ends it without a chance to tidy up; true when it was still running.
    pub(in crate::process) fn kill(&mut self) -> bool {
        self.process.kill()
    }
}
