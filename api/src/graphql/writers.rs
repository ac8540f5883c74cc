//! The ways in for writes: one for each kind of command, for the whole process.

use db::{
    CancelBooking, CancelSaga, CancelSlot, ChangeWebhookEndpoint, CompleteBooking, CreateBooking, Db,
    EraseContact, ExtendHold, JoinWaitlist, LeaveWaitlist, PayBooking, RedriveDeadLetters, RefundBooking,
    RescheduleBooking, ResendDelivery, ResolveDeadLetters, RetrySaga, ScheduleSlots, SetContact,
    SetGatewayPause, SetGatewayRouting, SetNotificationPreferences, SetQueuePause, UpsertListing,
    UpsertSlots, UpsertVenuePlan, UpsertWebhookEndpoint, Write, Writer, WriterSettings,
};
use tokio_util::task::TaskTracker;

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
    /// Their calls are tasks of `tracker`. What customers do all day has the lanes of the settings; the rest has one
    /// each.
    pub fn start(db: &Db, settings: WriterSettings, tracker: &TaskTracker) -> Self {
        let quiet = WriterSettings { lanes: 1, ..settings };
        Self {
            create: Writer::start(db, settings, tracker),
            pay: Writer::start(db, settings, tracker),
            cancel: Writer::start(db, settings, tracker),
            complete: Writer::start(db, quiet, tracker),
            extend: Writer::start(db, quiet, tracker),
            reschedule: Writer::start(db, quiet, tracker),
            refund: Writer::start(db, quiet, tracker),
            join: Writer::start(db, quiet, tracker),
            leave: Writer::start(db, quiet, tracker),
            cancel_slot: Writer::start(db, quiet, tracker),
            listing: Writer::start(db, quiet, tracker),
            slots: Writer::start(db, quiet, tracker),
            schedule: Writer::start(db, quiet, tracker),
            venue_plan: Writer::start(db, quiet, tracker),
            notify: Notify::start(db, quiet, tracker),
            operate: Operate::start(db, quiet, tracker),
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
    fn start(db: &Db, quiet: WriterSettings, tracker: &TaskTracker) -> Self {
        Self {
            contact: Writer::start(db, quiet, tracker),
            erase: Writer::start(db, quiet, tracker),
            preferences: Writer::start(db, quiet, tracker),
            endpoint: Writer::start(db, quiet, tracker),
            change: Writer::start(db, quiet, tracker),
            resend: Writer::start(db, quiet, tracker),
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
    fn start(db: &Db, quiet: WriterSettings, tracker: &TaskTracker) -> Self {
        Self {
            retry: Writer::start(db, quiet, tracker),
            cancel: Writer::start(db, quiet, tracker),
            redrive: Writer::start(db, quiet, tracker),
            resolve: Writer::start(db, quiet, tracker),
            queue_pause: Writer::start(db, quiet, tracker),
            gateway_pause: Writer::start(db, quiet, tracker),
            routing: Writer::start(db, quiet, tracker),
        }
    }
}
