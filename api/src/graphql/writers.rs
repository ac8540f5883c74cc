//! The ways in for writes: one set of lanes for each kind of command, for the whole process.

use db::{
    CancelBooking, CompleteBooking, CreateBooking, Db, PayBooking, UpsertListing, UpsertSlots, Write, Writer,
};
use tokio_util::task::TaskTracker;

/// Lanes for what customers do all day: one gathers while the other writes.
const BUSY: usize = 2;
/// Lanes for the rest.
const QUIET: usize = 1;

/// A command with a name that never changes: it is part of every fingerprint stored.
pub(crate) trait Named: Write {
    const NAME: &'static str;
}

macro_rules! named {
    ($($write:ident => $name:literal),* $(,)?) => {$(
        impl Named for $write {
            const NAME: &'static str = $name;
        }
    )*};
}

named!(
    CreateBooking => "createBooking",
    PayBooking => "payBooking",
    CancelBooking => "cancelBooking",
    CompleteBooking => "completeBooking",
    UpsertListing => "upsertListing",
    UpsertSlots => "upsertSlots",
);

/// The way in for each kind of command.
#[derive(Clone, Debug)]
pub struct Writers {
    pub(crate) create: Writer<CreateBooking>,
    pub(crate) pay: Writer<PayBooking>,
    pub(crate) cancel: Writer<CancelBooking>,
    pub(crate) complete: Writer<CompleteBooking>,
    pub(crate) listing: Writer<UpsertListing>,
    pub(crate) slots: Writer<UpsertSlots>,
}

impl Writers {
    /// Starts all lanes on `tracker`; they end when every clone of the writers is gone.
    pub fn start(db: &Db, tracker: &TaskTracker) -> Self {
        Self {
            create: Writer::start(db, BUSY, tracker),
            pay: Writer::start(db, BUSY, tracker),
            cancel: Writer::start(db, BUSY, tracker),
            complete: Writer::start(db, QUIET, tracker),
            listing: Writer::start(db, QUIET, tracker),
            slots: Writer::start(db, QUIET, tracker),
        }
    }
}
