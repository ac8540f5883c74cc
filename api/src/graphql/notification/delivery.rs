//! What became of messages, with the log of their tries.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use db::NotificationDeliveryId;

use super::contact::NotificationChannel;
use crate::graphql::{
    connection::{Window, connection},
    context::Access as _,
    errors::Result,
    ids::GlobalId as _,
};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::DeliveryState")]
pub(crate) enum NotificationDeliveryState {
    /// It waits for `dueAt`.
    Planned,
    /// It is being sent.
    Sending,
    /// The other side took it.
    Sent,
    /// It was given up.
    Failed,
    /// There was nobody to send it to, or no way set up to.
    Skipped,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::RecipientKind")]
pub(crate) enum NotificationRecipientKind {
    /// The customer of a booking.
    Customer,
    /// An endpoint of an organiser.
    Endpoint,
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::AttemptResult")]
pub(crate) enum DeliveryAttemptResult {
    /// The other side took it.
    Sent,
    /// It did not; it is tried again.
    Failed,
    /// It is gone for good: the endpoint is disabled.
    Gone,
    /// It never will take this one.
    Rejected,
    /// There was nobody to send it to.
    Skipped,
    /// Whoever sent it did not come back to say: it may have arrived.
    Lost,
}

/// One try.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct DeliveryAttempt {
    /// Which one, from 1.
    number: i32,
    /// When it began, in UTC.
    started_at: DateTime<Utc>,
    /// How long it took, in milliseconds. Null while nobody knows.
    took_ms: Option<i64>,
    /// What came of it. Null while it is under way.
    result: Option<DeliveryAttemptResult>,
    /// The HTTP or SMTP status that was answered. Null when there was none.
    status_code: Option<i32>,
    /// What went wrong. Null when nothing did, and to organisers for what went to customers.
    detail: Option<String>,
}

impl From<db::DeliveryAttempt> for DeliveryAttempt {
    fn from(row: db::DeliveryAttempt) -> Self {
        Self {
            number: row.number,
            started_at: row.started_at,
            took_ms: row.took_ms,
            result: row.result.map(Into::into),
            status_code: row.status_code,
            detail: row.detail,
        }
    }
}

/// One message to one recipient by one channel. A customer may read what was meant for it, an organiser what its own
/// sales brought about, operators all; nobody reads an address here.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct NotificationDelivery {
    #[graphql(skip)]
    id: ID,
    /// The id of the event that it tells of.
    event_id: String,
    /// The booking it is about. Null when it is about none.
    booking_id: Option<ID>,
    /// What is told: to a customer a `NotificationMessage`, to an endpoint the event's type.
    message: String,
    /// By which way.
    channel: NotificationChannel,
    /// Who is told.
    recipient_kind: NotificationRecipientKind,
    /// The subject of the customer told. Null for endpoints.
    customer_id: Option<String>,
    /// The endpoint told. Null for customers.
    endpoint_id: Option<ID>,
    /// Where it stands.
    state: NotificationDeliveryState,
    /// Tries so far.
    attempts: i32,
    /// Tries anew because nobody knew what became of the one before: it may have come twice.
    repeats: i32,
    /// When it is tried next, in UTC. Null unless it is `PLANNED`.
    due_at: Option<DateTime<Utc>>,
    /// After this it is not tried any more, in UTC.
    give_up_at: DateTime<Utc>,
    /// When it was planned, in UTC.
    planned_at: DateTime<Utc>,
    /// When it ended, in UTC. Null while it goes on.
    ended_at: Option<DateTime<Utc>>,
    /// What went wrong last. Null when nothing did, and to organisers for what went to customers.
    last_error: Option<String>,
    /// Every try, in order.
    log: Vec<DeliveryAttempt>,
}

impl From<db::NotificationDelivery> for NotificationDelivery {
    fn from(row: db::NotificationDelivery) -> Self {
        let endpoint = row.endpoint_id();
        Self {
            id: row.id.to_global(),
            event_id: row.event_id,
            booking_id: row.booking_id.map(|id| id.to_global()),
            message: row.message,
            channel: row.channel.into(),
            recipient_kind: row.recipient_kind.into(),
            customer_id: endpoint.is_none().then_some(row.recipient_id),
            endpoint_id: endpoint.map(|id| id.to_global()),
            state: row.state.into(),
            attempts: row.attempts,
            repeats: row.repeats,
            due_at: row.due_at,
            give_up_at: row.give_up_at,
            planned_at: row.planned_at,
            ended_at: row.ended_at,
            last_error: row.last_error,
            log: row.log.into_iter().map(DeliveryAttempt::from).collect(),
        }
    }
}

#[ComplexObject]
impl NotificationDelivery {
    /// The global id: opaque, the same for ever.
    pub(crate) async fn id(&self) -> ID {
        self.id.clone()
    }
}

impl NotificationDelivery {
    /// The delivery with this id, if the actor may see it.
    pub(crate) async fn load(ctx: &Context<'_>, id: NotificationDeliveryId) -> Result<Option<Self>> {
        ctx.request().actor()?;
        Ok(ctx.loaders().load_one(id).await?.map(Self::from))
    }
}

connection!(
    NotificationDeliveryConnection,
    NotificationDeliveryEdge,
    NotificationDelivery,
    db::NotificationDelivery,
    "A page of deliveries, newest first.",
    "A delivery and its place in the list."
);

impl NotificationDeliveryConnection {
    /// The deliveries that the actor may see and the filter lets through.
    pub(super) async fn read(
        ctx: &Context<'_>,
        filter: &db::DeliveryFilter,
        window: &Window,
    ) -> Result<Self> {
        let request = ctx.request();
        let db = ctx.db();
        let page = db.delivery_page(request.actor()?, filter, window.first, window.after.as_ref()).await;
        Ok(Self::new(page.map_err(|error| request.failed(&error))?, window))
    }
}
