//! The ways in for writes: one set of lanes for each kind of command, for the whole process.

use db::{
    CancelBooking, CancelSaga, CancelSlot, ChangeWebhookEndpoint, CompleteBooking, CreateBooking, Db,
    EraseContact, ExtendHold, JoinWaitlist, LeaveWaitlist, PayBooking, RedriveDeadLetters, RefundBooking,
    RescheduleBooking, ResendDelivery, ResolveDeadLetters, RetrySaga, ScheduleSlots, SetContact,
    SetGatewayPause, SetGatewayRouting, SetNotificationPreferences, SetQueuePause, UpsertListing,
    UpsertSlots, UpsertVenuePlan, UpsertWebhookEndpoint, Write, Writer,
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
    ExtendHold => "extendHold",
    RescheduleBooking => "rescheduleBooking",
    RefundBooking => "refundBooking",
    JoinWaitlist => "joinWaitlist",
    LeaveWaitlist => "leaveWaitlist",
    CancelSlot => "cancelSlot",
    UpsertListing => "upsertListing",
    UpsertSlots => "upsertSlots",
    ScheduleSlots => "scheduleSlots",
    UpsertVenuePlan => "upsertVenuePlan",
    SetContact => "setContact",
    EraseContact => "eraseContact",
    SetNotificationPreferences => "setNotificationPreferences",
    UpsertWebhookEndpoint => "upsertWebhookEndpoint",
    ChangeWebhookEndpoint => "changeWebhookEndpoint",
    ResendDelivery => "resendDelivery",
    RetrySaga => "retrySaga",
    CancelSaga => "cancelSaga",
    RedriveDeadLetters => "redriveDeadLetters",
    ResolveDeadLetters => "resolveDeadLetters",
    SetQueuePause => "setQueuePause",
    SetGatewayPause => "setGatewayPause",
    SetGatewayRouting => "setGatewayRouting",
);

/// The way in for each kind of command.
#[derive(Clone, Debug)]
pub struct Writers {
    pub(crate) create: Writer<CreateBooking>,
    pub(crate) pay: Writer<PayBooking>,
    pub(crate) cancel: Writer<CancelBooking>,
    pub(crate) complete: Writer<CompleteBooking>,
    pub(crate) extend: Writer<ExtendHold>,
    pub(crate) reschedule: Writer<RescheduleBooking>,
    pub(crate) refund: Writer<RefundBooking>,
    pub(crate) join: Writer<JoinWaitlist>,
    pub(crate) leave: Writer<LeaveWaitlist>,
    pub(crate) cancel_slot: Writer<CancelSlot>,
    pub(crate) listing: Writer<UpsertListing>,
    pub(crate) slots: Writer<UpsertSlots>,
    pub(crate) schedule: Writer<ScheduleSlots>,
    pub(crate) venue_plan: Writer<UpsertVenuePlan>,
    pub(crate) notify: Notify,
    pub(crate) operate: Operate,
}

impl Writers {
    /// Starts all lanes on `tracker`; they end when every clone of the writers is gone.
    pub fn start(db: &Db, tracker: &TaskTracker) -> Self {
        Self {
            create: Writer::start(db, BUSY, tracker),
            pay: Writer::start(db, BUSY, tracker),
            cancel: Writer::start(db, BUSY, tracker),
            complete: Writer::start(db, QUIET, tracker),
            extend: Writer::start(db, QUIET, tracker),
            reschedule: Writer::start(db, QUIET, tracker),
            refund: Writer::start(db, QUIET, tracker),
            join: Writer::start(db, QUIET, tracker),
            leave: Writer::start(db, QUIET, tracker),
            cancel_slot: Writer::start(db, QUIET, tracker),
            listing: Writer::start(db, QUIET, tracker),
            slots: Writer::start(db, QUIET, tracker),
            schedule: Writer::start(db, QUIET, tracker),
            venue_plan: Writer::start(db, QUIET, tracker),
            notify: Notify::start(db, tracker),
            operate: Operate::start(db, tracker),
        }
    }
}

/// The ways in for what people say about how they are told.
#[derive(Clone, Debug)]
pub(crate) struct Notify {
    pub(crate) contact: Writer<SetContact>,
    pub(crate) erase: Writer<EraseContact>,
    pub(crate) preferences: Writer<SetNotificationPreferences>,
    pub(crate) endpoint: Writer<UpsertWebhookEndpoint>,
    pub(crate) change: Writer<ChangeWebhookEndpoint>,
    pub(crate) resend: Writer<ResendDelivery>,
}

impl Notify {
    fn start(db: &Db, tracker: &TaskTracker) -> Self {
        Self {
            contact: Writer::start(db, QUIET, tracker),
            erase: Writer::start(db, QUIET, tracker),
            preferences: Writer::start(db, QUIET, tracker),
            endpoint: Writer::start(db, QUIET, tracker),
            change: Writer::start(db, QUIET, tracker),
            resend: Writer::start(db, QUIET, tracker),
        }
    }
}

/// The ways in for what operators command.
#[derive(Clone, Debug)]
pub(crate) struct Operate {
    pub(crate) retry: Writer<RetrySaga>,
    pub(crate) cancel: Writer<CancelSaga>,
    pub(crate) redrive: Writer<RedriveDeadLetters>,
    pub(crate) resolve: Writer<ResolveDeadLetters>,
    pub(crate) queue_pause: Writer<SetQueuePause>,
    pub(crate) gateway_pause: Writer<SetGatewayPause>,
    pub(crate) routing: Writer<SetGatewayRouting>,
}

impl Operate {
    fn start(db: &Db, tracker: &TaskTracker) -> Self {
        Self {
            retry: Writer::start(db, QUIET, tracker),
            cancel: Writer::start(db, QUIET, tracker),
            redrive: Writer::start(db, QUIET, tracker),
            resolve: Writer::start(db, QUIET, tracker),
            queue_pause: Writer::start(db, QUIET, tracker),
            gateway_pause: Writer::start(db, QUIET, tracker),
            routing: Writer::start(db, QUIET, tracker),
        }
    }
}
