//! `holdfast bench`.

use std::path::PathBuf;

use bench::{Profile, Scale, Scenario};
use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct BenchArgs {
    /// What to measure, all of it unless said otherwise: spread (bookings over 1,000 slots), hot (of one slot), flash (10,000
    /// clients at once for 2,000 places), saga (to captured, and published with --kafka-brokers), read (queries of
    /// availability), live (commit to push), seats (two at a time), aged (spread, in a database full of old bookings).
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenarios: Vec<Scenario>,
    /// So small and short that the figures say nothing: to see that everything runs, and that the invariants hold.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Write the result as JSON, too.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Folder to write plots into, as SVG.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Seconds of each measurement.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: Option<u64>,
    /// How often what is compared takes turns; the median counts.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=99))]
    pub(crate) rounds: Option<u8>,
    /// Clients that wait for each answer before they ask again.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) clients: Option<u16>,
    /// Old bookings of `aged`, separated by commas; some 10 kB of disk each.
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(i64).range(1..=100_000_000))]
    pub(crate) aged: Option<Vec<i64>>,
    /// Brokers that events are published to, for `saga`.
    #[arg(long)]
    pub(crate) kafka_brokers: Option<String>,
    /// Have Postgres count statements within routines, too, and name the longest: that costs some of the speed.
    #[arg(long)]
    pub(crate) profile: bool,
    /// Folder of its private Postgres and of what its processes say; no other command's.
    #[arg(long, default_value = ".holdfast-bench")]
    pub(crate) data_dir: PathBuf,
}

impl BenchArgs {
    /// What is measured.
    pub(crate) fn scenarios(&self) -> Vec<Scenario> {
        if self.scenarios.is_empty() { Scenario::ALL.to_vec() } else { self.scenarios.clone() }
    }

    /// How large.
    pub(crate) fn scale(&self) -> Scale {
        let scale = if self.quick { Scale::quick() } else { Scale::full() };
        Scale {
            seconds: self.seconds.unwrap_or(scale.seconds),
            rounds: self.rounds.map_or(scale.rounds, usize::from),
            clients: self.clients.map_or(scale.clients, usize::from),
            aged: self.aged.clone().unwrap_or_else(|| scale.aged.clone()),
            ..scale
        }
    }

    /// Whether to ask where the time goes.
    pub(crate) fn profile(&self) -> Profile {
        if self.profile { Profile::On } else { Profile::Off }
    }
}
