//! Steps that a worker has for itself until their lease ends.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{BookingId, Currency, Db, Error, OperationKind, SagaId};

/// What carries a step out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepAction {
    /// A routine of the database, called by [`Db::run_step`].
    Local,
    /// A gateway, which reserves the money.
    Authorize,
    /// A gateway, which takes what was reserved.
    Capture,
    /// A gateway, which lets go of what was reserved.
    Void,
    /// A gateway, which gives back what was taken.
    Refund,
}

impl StepAction {
    /// All that this binary can carry out.
    pub const ALL: [Self; 5] = [Self::Local, Self::Authorize, Self::Capture, Self::Void, Self::Refund];

    /// What is asked of a gateway; none for a routine of our own.
    pub fn operation(self) -> Option<OperationKind> {
        match self {
            Self::Local => None,
            Self::Authorize => Some(OperationKind::Authorize),
            Self::Capture => Some(OperationKind::Capture),
            Self::Void => Some(OperationKind::Void),
            Self::Refund => Some(OperationKind::Refund),
        }
    }
}

/// What a worker can take on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimRequest {
    /// Its name, unique among the workers of a database.
    pub worker: String,
    /// Steps at most.
    pub batch: i32,
    /// How long they are its own, in seconds.
    pub lease_seconds: i32,
    /// The gateways that it can ask at this moment; steps of others are left to others.
    pub gateways: Vec<String>,
    /// What it knows how to carry out; steps of a newer binary are left to that.
    pub actions: Vec<StepAction>,
}

/// A step that this worker alone may do until its lease ends. Fields that this binary does not know are passed over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Claim {
    /// Which saga.
    pub saga_id: SagaId,
    /// What kind of saga.
    pub kind: String,
    /// Which of its steps.
    pub step: String,
    /// The booking it is about, if it is about one.
    pub booking_id: Option<BookingId>,
    /// The fencing version of the lease: what is recorded under an older one changes nothing.
    pub lease: i32,
    /// The message that led here.
    pub msg_id: i64,
    /// How often it had been read, this time included; fences its deletion.
    pub read_ct: i32,
    /// What carries it out.
    pub action: StepAction,
    /// Whether it may have been sent before without our knowing what came of it.
    #[serde(default)]
    pub in_doubt: bool,
    /// When it was claimed before this claim.
    pub last_sent_at: Option<DateTime<Utc>>,
    /// When it was claimed, by the same clock.
    pub claimed_at: Option<DateTime<Utc>>,
    /// Classified failures of this step so far.
    pub failures: i32,
    /// Times its outcome was unknown so far.
    pub unknowns: i32,
    /// Failures after which it is given up.
    pub max_failures: i32,
    /// How long it may take, in milliseconds.
    pub timeout_ms: i64,
    /// The pause before the first retry is at most this, in milliseconds; it doubles with each.
    pub first_pause_ms: i64,
    /// No pause before a retry is longer, in milliseconds.
    pub longest_pause_ms: i64,
    /// No pause before a look-up is longer, in milliseconds.
    pub longest_look_up_ms: i64,
    /// What to ask of a gateway; none for a routine of our own.
    pub call: Option<Call>,
}

/// An operation to ask of a gateway, written down before the claim.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Call {
    /// The operation.
    pub operation_id: Uuid,
    /// Which gateway to ask.
    pub gateway: String,
    /// The gateway's own idempotency key of this operation.
    pub gateway_key: String,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of which currency.
    pub currency: Currency,
    /// The token of the method to pay with; stray money has none.
    pub payment_method: Option<String>,
    /// The gateway's name for the authorization, once there is one.
    pub authorization: Option<String>,
    /// The payment; stray money has none.
    pub payment_id: Option<Uuid>,
    /// When it was written down.
    pub opened_at: DateTime<Utc>,
}

/// What names a claim: a saga, its lease, and the message that led to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HeldClaim {
    /// Which saga.
    pub saga_id: SagaId,
    /// The fencing version of the claim.
    pub lease: i32,
    /// The message of the claim.
    pub msg_id: i64,
    /// Its read count of the claim.
    pub read_ct: i32,
}

impl Claim {
    /// What names it.
    pub fn held(&self) -> HeldClaim {
        HeldClaim { saga_id: self.saga_id, lease: self.lease, msg_id: self.msg_id, read_ct: self.read_ct }
    }

    /// How long ago it was claimed before, by the database's clock alone; none when it never was.
    pub fn since_last_sent(&self) -> Option<Duration> {
        (self.claimed_at? - self.last_sent_at?).to_std().ok()
    }

    /// How long its step may take.
    pub fn timeout(&self) -> Duration {
        millis(self.timeout_ms)
    }

    /// The ceiling of the first pause.
    pub fn first_pause(&self) -> Duration {
        millis(self.first_pause_ms)
    }

    /// The ceiling of every pause before a retry.
    pub fn longest_pause(&self) -> Duration {
        millis(self.longest_pause_ms)
    }

    /// The ceiling of every pause before a look-up.
    pub fn longest_look_up(&self) -> Duration {
        millis(self.longest_look_up_ms)
    }
}

/// The database never writes down a negative time; one that came all the same is none.
fn millis(value: i64) -> Duration {
    Duration::from_millis(u64::try_from(value).unwrap_or(0))
}

impl Db {
    /// Claims steps from the queue, each under a lease with its own fencing version.
    pub async fn claim_steps(&self, request: &ClaimRequest) -> Result<Vec<Claim>, Error> {
        self.rows("select saga.claim_steps($1)", request).await
    }

    /// Makes the leases of steps under way last so many seconds from now; gives the sagas that are still held, and
    /// leaves out those whose lease has passed on.
    pub async fn heartbeat(&self, lease_seconds: i32, claims: &[HeldClaim]) -> Result<Vec<SagaId>, Error> {
        let argument = serde_json::json!({ "lease_seconds": lease_seconds, "claims": claims });
        self.rows("select saga.heartbeat($1)", &argument).await
    }
}
