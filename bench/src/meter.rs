//! What a stretch of time has cost.

use std::time::Instant;

use db::bench::Reading;
use serde::Serialize;

use crate::{Error, stat, system::System};

/// Seconds of CPU, by who had them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cpu {
    pub(crate) api: f64,
    pub(crate) workers: f64,
    pub(crate) postgres: f64,
    pub(crate) client: f64,
    pub(crate) gateway: f64,
}

impl Cpu {
    pub(crate) fn now(system: &System) -> Self {
        Self {
            api: stat::cpu(system.api.pid),
            workers: stat::cpu(system.worker.pid),
            postgres: stat::cpu_of_family(system.postgres),
            client: stat::cpu(std::process::id()),
            gateway: stat::cpu(system.gateway.pid),
        }
    }

    fn since(self, before: Self) -> Self {
        Self {
            api: self.api - before.api,
            workers: self.workers - before.workers,
            postgres: self.postgres - before.postgres,
            client: self.client - before.client,
            gateway: self.gateway - before.gateway,
        }
    }
}

/// What a stretch of time has cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) cpu: Cpu,
    pub(crate) wal_bytes: f64,
    pub(crate) calls: f64,
    pub(crate) seconds: f64,
}

impl Cost {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            cpu: Cpu {
                api: self.cpu.api + other.cpu.api,
                workers: self.cpu.workers + other.cpu.workers,
                postgres: self.cpu.postgres + other.cpu.postgres,
                client: self.cpu.client + other.cpu.client,
                gateway: self.cpu.gateway + other.cpu.gateway,
            },
            wal_bytes: self.wal_bytes + other.wal_bytes,
            calls: self.calls + other.calls,
            seconds: self.seconds + other.seconds,
        }
    }
}

/// Where everything stood when a stretch of time began.
#[derive(Debug)]
pub(crate) struct Meter {
    cpu: Cpu,
    reading: Reading,
    begun: Instant,
}

impl Meter {
    pub(crate) async fn start(system: &mut System) -> Result<Self, Error> {
        let reading = system.gauge.read().await?;
        Ok(Self { cpu: Cpu::now(system), reading, begun: Instant::now() })
    }

    #[expect(clippy::cast_precision_loss, reason = "bytes and calls of a benchmark")]
    pub(crate) async fn stop(self, system: &mut System) -> Result<Cost, Error> {
        let (cpu, seconds) = (Cpu::now(system).since(self.cpu), self.begun.elapsed().as_secs_f64());
        let reading = system.gauge.read().await?;
        Ok(Cost {
            cpu,
            wal_bytes: (reading.wal_bytes - self.reading.wal_bytes) as f64,
            calls: (reading.calls - self.reading.calls) as f64,
            seconds,
        })
    }
}

/// What processes had in memory.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Memory {
    pub(crate) api: Megabytes,
    pub(crate) workers: Megabytes,
}

/// What one process had in memory.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Megabytes {
    /// When it had done nothing yet.
    pub(crate) idle: f64,
    /// At most.
    pub(crate) peak: f64,
}

impl Memory {
    /// Of a system that has done nothing yet.
    pub(crate) fn idle(api: u32, workers: u32) -> Self {
        let idle = |pid| Megabytes { idle: megabytes(stat::memory(pid).0), peak: 0.0 };
        Self { api: idle(api), workers: idle(workers) }
    }

    /// With the peaks up to now.
    pub(crate) fn with_peaks(self, api: u32, workers: u32) -> Self {
        let with_peak = |idle: Megabytes, pid| Megabytes { peak: megabytes(stat::memory(pid).1), ..idle };
        Self { api: with_peak(self.api, api), workers: with_peak(self.workers, workers) }
    }
}

fn megabytes(bytes: u64) -> f64 {
    crate::load::count(bytes) / 1e6
}
