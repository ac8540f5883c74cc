//! What is measured, and for how long.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc};

use db::Actor;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Bookings of 1,000 slots.
    Spread,
    /// Bookings of one slot.
    Hot,
    /// 10,000 clients at once for 2,000 places.
    Flash,
    /// Bookings all the way to captured, and to published where there is a broker.
    Saga,
    /// Queries of availability.
    Read,
    /// From a commit to the push of a subscription.
    Live,
    /// Bookings of the best seats.
    Seats,
    /// Bookings in a database that is full of old ones.
    Aged,
}

impl Scenario {
    /// In the order in which they are run.
    pub const ALL: [Self; 8] =
        [Self::Spread, Self::Hot, Self::Flash, Self::Saga, Self::Read, Self::Live, Self::Seats, Self::Aged];

    /// Its name on the command line and in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spread => "spread",
            Self::Hot => "hot",
            Self::Flash => "flash",
            Self::Saga => "saga",
            Self::Read => "read",
            Self::Live => "live",
            Self::Seats => "seats",
            Self::Aged => "aged",
        }
    }
}

impl FromStr for Scenario {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|scenario| scenario.name() == name);
        found.ok_or_else(|| format!("the scenarios are {names}"))
    }
}

/// How large everything is.
#[derive(Clone, Debug)]
pub struct Scale {
    /// How long each measurement takes, in seconds.
    pub seconds: u64,
    /// How often what is compared takes turns; the median counts.
    pub rounds: usize,
    /// Clients that each wait for their answer before they ask again.
    pub clients: usize,
    /// Slots of `spread` and `read`.
    pub slots: usize,
    /// Clients of `flash`, each with a connection of its own.
    pub flash_clients: usize,
    /// Places that they want.
    pub flash_places: usize,
    /// Bookings of `saga`.
    pub sagas: usize,
    /// Subscribers of `live`.
    pub subscribers: usize,
    /// Halls of `seats`, and the rows of 50 seats that each has.
    pub halls: (usize, usize),
    /// Old bookings of `aged`, one run each, the fewest first.
    pub aged: Vec<i64>,
    /// The scale of pgbench's own tables.
    pub pgbench: u32,
    /// Seconds between two readings of the gateway's own list.
    pub reconcile_seconds: u64,
    /// Whether a commit waits for the disk.
    pub commits: Commits,
}

/// What a commit is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// It is on disk, as in production.
    Durable,
    /// It may be lost with the machine: nobody is to wait for the disk where no figure is wanted.
    Fleeting,
}

impl Scale {
    /// As the figures are taken that are told to others.
    pub fn full() -> Self {
        Self {
            seconds: 10,
            rounds: 3,
            clients: 128,
            slots: 1_000,
            flash_clients: 10_000,
            flash_places: 2_000,
            sagas: 5_000,
            subscribers: 1_000,
            halls: (50, 40),
            aged: vec![1_000_000],
            pgbench: 50,
            reconcile_seconds: 15,
            commits: Commits::Durable,
        }
    }

    /// So small that it shows that everything runs, and nothing else.
    pub fn quick() -> Self {
        Self {
            seconds: 1,
            rounds: 1,
            clients: 16,
            slots: 50,
            flash_clients: 300,
            flash_places: 60,
            sagas: 60,
            subscribers: 40,
            halls: (2, 10),
            aged: vec![2_000],
            pgbench: 1,
            reconcile_seconds: 1,
            commits: Commits::Fleeting,
        }
    }
}

type Maker = dyn Fn(&Actor) -> Result<String, String> + Send + Sync;

/// Makes a token for anybody.
#[derive(Clone)]
pub struct Tokens(Arc<Maker>);

impl Tokens {
    /// From whatever makes tokens that the server takes.
    pub fn new(make: impl Fn(&Actor) -> Result<String, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    pub(crate) fn of(&self, actor: &Actor) -> Result<String, crate::Error> {
        (self.0)(actor).map_err(crate::Error::Token)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

/// What a benchmark is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is measured.
    pub scenarios: Vec<Scenario>,
    /// How large.
    pub scale: Scale,
    /// Its folder: a private Postgres, the ledgers of gateways, what processes say. The development key is in it.
    pub data_dir: PathBuf,
    /// The `holdfast` to measure.
    pub program: PathBuf,
    /// Brokers that events are published to; none leaves them in the outbox.
    pub kafka_brokers: Option<String>,
    /// Tokens of the development key.
    pub tokens: Tokens,
    /// Whether the server tracks the statements within routines, too, which costs some time.
    pub profile: Profile,
}

/// Whether to ask where the time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Only the statements that clients send are counted.
    Off,
    /// Those within routines are, too, and the report names the longest.
    On,
}
