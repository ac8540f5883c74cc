//! `holdfast events`.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use db::{EventPlace, SubjectKind};

use super::{DatabaseArgs, KafkaArgs};

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct EventsArgs {
    #[command(subcommand)]
    pub(crate) command: EventsCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum EventsCommand {
    /// Publish again what was published, marked as replayed.
    Replay(Box<ReplayEventsArgs>),
    /// Bring back what notifications could not handle, to be handled again.
    Redrive(DatabaseArgs),
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ReplayEventsArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
    /// What happened from then on, such as 2026-05-01T00:00:00Z; from the beginning unless said otherwise.
    #[arg(long)]
    pub(crate) from: Option<DateTime<Utc>>,
    /// What happened before then; up to now unless said otherwise.
    #[arg(long)]
    pub(crate) to: Option<DateTime<Utc>>,
    /// Which history: of slots it is the last state that was told.
    #[arg(long, value_enum, default_value = "booking")]
    pub(crate) topic: TopicName,
    /// Go on from behind this event, such as a replay that ended early names: `ID.SEQUENCE`.
    #[arg(long)]
    pub(crate) after: Option<Place>,
    /// Seconds in which nothing goes through until the replay gives up.
    #[arg(long, default_value_t = 60)]
    pub(crate) patience_seconds: u64,
}

/// An event's place, as its id names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(pub(crate) EventPlace);

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('.').and_then(|(id, sequence)| {
            Some(EventPlace { id: id.parse().ok()?, sequence: sequence.parse().ok()? })
        });
        parts.map(Self).ok_or("an event's id is ID.SEQUENCE, such as 018f6c9e-0000-7000-8000-000000000001.4")
    }
}

/// A topic, by the part of its name that is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TopicName {
    /// Events of bookings.
    Booking,
    /// States of slots.
    Inventory,
    /// What became of notifications.
    Notification,
}

impl TopicName {
    /// What its events are about.
    pub(crate) fn kind(self) -> SubjectKind {
        match self {
            Self::Booking => SubjectKind::Booking,
            Self::Inventory => SubjectKind::Slot,
            Self::Notification => SubjectKind::Delivery,
        }
    }
}
