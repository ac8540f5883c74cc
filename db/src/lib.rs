//! The only floor that knows Postgres.
//!
//! Everything above talks to the database through the typed calls of this
//! crate; each is one stored routine of `sql/`, on one connection, in one
//! transaction of its own. The crate imports no sibling.

mod actor;
pub mod bench;
mod booking;
mod bus;
mod call;
pub mod embedded;
mod error;
mod ids;
mod invariants;
mod inventory;
mod migrate;
mod money;
mod notification;
mod operate;
mod outbox;
mod page;
mod partitions;
mod payment;
mod pool;
mod position;
mod reads;
mod refusal;
mod replica;
mod routines;
mod saga;
mod touched;
mod writer;

pub use actor::{Actor, Role};
pub use booking::{
    BookedSeat, Booking, BookingChanges, BookingEvent, BookingFilter, BookingLine, BookingReason,
    BookingStatus, CancelBooking, CancelLine, CancelSlot, CompleteBooking, CreateBooking, ExtendHold,
    JoinWaitlist, LeaveWaitlist, LineRequest, PayBooking, PendingChange, RefundBooking, RefundQuote,
    RescheduleBooking, SlotCancellation, SlotCancellationState, WaitlistEntry, WaitlistFilter,
    WaitlistStatus,
};
pub use bus::{Ear, LONGEST_HINT};
pub use call::{Command, KeyOf, Outcome, Trace, Write};
pub use error::Error;
pub use ids::{
    BookingId, DeadLetterId, ListingId, NotificationDeliveryId, OrganiserId, PaymentId, SagaId, SlotId,
    VenuePlanId, WaitlistEntryId, WebhookEndpointId,
};
pub use invariants::InvariantCheck;
pub use inventory::{
    Admission, ClassPrice, ClassPriceDraft, Listing, PolicyStep, RatePlan, RatePlanDraft, ScheduleSlots,
    Seat, SeatStatus, Slot, SlotDraft, SlotState, SlotTerms, UpsertListing, UpsertSlots, UpsertVenuePlan,
    VenueClass, VenuePlan, VenueRow, VenueSection,
};
pub use migrate::{migrate, schema_version};
pub use money::{Currency, Money, MoneyError};
pub use notification::{
    AttemptResult, ChangeWebhookEndpoint, ClaimDeliveries, ClaimedDelivery, ClaimedEndpoint, Contact,
    DeliveryAttempt, DeliveryChannel, DeliveryFilter, DeliveryRecord, DeliveryResult, DeliveryState,
    EndpointAction, EndpointState, EraseContact, HoldEnd, NotificationDelivery, NotificationMessage,
    NotificationPreference, ParkedEvent, Planned, QueuedEvent, RecipientKind, Reminded, ResendDelivery,
    SetContact, SetNotificationPreferences, ToTell, UpsertWebhookEndpoint, WebhookEndpoint,
};
pub use operate::{
    AuditEntry, CancelSaga, DeadLetter, DeadLetterFilter, DeadLetterSource, DeadLetterState, Figures,
    GatewayState, Queue, RedriveDeadLetters, ResolveDeadLetters, RetrySaga, SafeAction, SagaFilter,
    SetGatewayPause, SetGatewayRouting, SetQueuePause, WebhookRecord, WebhookState, WorkerReport,
};
pub use outbox::{
    EventPlace, OutboxClaim, OutboxEvent, OutboxLag, OutboxQueue, ParkCause, Published, Rescued, SubjectKind,
    ToldEvent,
};
pub use page::{Cursor, Page};
pub use partitions::{MONTHS_AHEAD, Tended};
pub use payment::{
    Difference, DifferenceFilter, Handling, Noted, OperationKind, Payment, PaymentStatus, ReceivedWebhook,
    Settled, StatementLine, StatementPage, StatementPlace, StatementTurn, Verdict, Webhook, WorkedWebhooks,
};
pub use pool::{Db, DbRole, PoolOptions};
pub use position::{CommitPosition, NoPosition};
pub use refusal::{Refusal, RefusalCode};
pub use replica::is_replica;
pub use saga::{
    BreakerState, Call, Claim, ClaimRequest, GatewayHealth, GatewayRegistration, HeldClaim, QueueDepth,
    Recorded, Saga, SagaState, SagaStep, StepAction, StepOutcome, StepResult,
};
pub use touched::{NotTouched, Touched};
pub use writer::{Writer, WriterError, WriterSettings};
