//! What the machine is, and what it lets one process have.

use std::{fs, io};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde::Serialize;

use crate::Error;

/// Raises the limit of open files as far as it may be: every client of `flash` has a connection, here and in the server,
/// which inherits this.
pub(crate) fn open_many_files() -> Result<(), Error> {
    let failed = |error: nix::Error| Error::Limit(io::Error::from(error));
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).map_err(failed)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard).map_err(failed)
}

/// What the figures were taken on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    pub(crate) processor: String,
    pub(crate) memory_mb: u64,
    pub(crate) kernel: String,
    /// Of this program, which is the one that is measured.
    pub(crate) build: &'static str,
    pub(crate) postgres: u32,
}

impl Machine {
    pub(crate) fn look(postgres: u32) -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let after = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let memory = after(&read("/proc/meminfo"), "MemTotal");
        let kilobytes: u64 = memory.trim_end_matches(" kB").parse().unwrap_or(0);
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: after(&read("/proc/cpuinfo"), "model name"),
            memory_mb: kilobytes / 1024,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            build: if cfg!(debug_assertions) { "dev" } else { "release" },
            postgres,
        }
    }
}
