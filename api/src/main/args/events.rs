//! `holdfast events`.

use chrono::{DateTime, Utc};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use db::SubjectKind;

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
