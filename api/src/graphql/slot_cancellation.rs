//! How far the cancelling of a slot has come.

use async_graphql::{Context, Enum, SimpleObject};
use chrono::{DateTime, Utc};
use db::SlotId;

use super::{context::Access as _, errors::Result, loaders::CancellationOf};

/// Whether the cancelling of a slot is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::SlotCancellationState")]
pub(crate) enum SlotCancellationState {
    /// Bookings are still being cancelled.
    Running,
    /// None holds a place of the slot any more.
    Done,
}

/// How far the cancelling of a slot has come.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct SlotCancellation {
    /// Whether it is over.
    state: SlotCancellationState,
    /// How many bookings held places of the slot when it was cancelled.
    bookings: i32,
    /// How many of them are cancelled by now; their refunds follow.
    cancelled: i32,
    /// Why, in the organiser's words. Null when nothing was said.
    note: Option<String>,
    /// When it began, in UTC.
    started_at: DateTime<Utc>,
    /// When it was over, in UTC. Null while it is not.
    ended_at: Option<DateTime<Utc>>,
}

impl From<db::SlotCancellation> for SlotCancellation {
    fn from(row: db::SlotCancellation) -> Self {
        Self {
            state: row.state.into(),
            bookings: row.bookings,
            cancelled: row.cancelled,
            note: row.note,
            started_at: row.started_at,
            ended_at: row.ended_at,
        }
    }
}

impl SlotCancellation {
    /// That of a slot, if it was cancelled.
    pub(crate) async fn load(ctx: &Context<'_>, slot: SlotId) -> Result<Option<Self>> {
        Ok(ctx.loaders().load_one(CancellationOf(slot)).await?.map(Self::from))
    }
}
