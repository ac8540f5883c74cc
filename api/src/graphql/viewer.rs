//! Who asks.

use async_graphql::{Context, Enum, ID, Object};
use db::BookingFilter;

use super::{
    booking::{BookingConnection, BookingStatus},
    connection::Window,
    errors::Result,
    ids::GlobalId as _,
    notification::{Contact, NotificationPreference},
};

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "db::Role")]
pub(crate) enum Role {
    /// Books for itself, with any organiser.
    Customer,
    /// Sells: its own organiser's listings and bookings, and books on behalf of customers.
    Organiser,
    /// A machine of an organiser, such as a channel manager: as its organiser, but not for webhook endpoints.
    Service,
    /// Runs the system: sees every organiser's rows.
    Operator,
}

/// Who asks, as the token says.
pub(crate) struct Viewer(pub(crate) db::Actor);

/// Who asks, as the token says.
#[Object]
impl Viewer {
    /// The subject of the identity provider; also the `customerId` of one's own bookings.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// What the token allows.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// The organiser that the token acts for. Null for customers, and for operators who act for none.
    async fn organiser_id(&self) -> Option<ID> {
        self.0.organiser_id.map(|id| id.to_global())
    }

    /// Where the viewer can be reached. Null when nobody has said.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        Contact::load(ctx, &self.0.subject).await
    }

    /// What the viewer hears by which way.
    async fn notification_preferences(&self, ctx: &Context<'_>) -> Result<Vec<NotificationPreference>> {
        NotificationPreference::load_all(ctx, &self.0.subject).await
    }

    /// The bookings that the viewer may see, newest first.
    async fn bookings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many: 1 to 100, 20 unless told.")] first: Option<i32>,
        #[graphql(desc = "Start after the item with this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those that stand there.")] status: Option<BookingStatus>,
    ) -> Result<BookingConnection> {
        let filter = BookingFilter { status: status.map(Into::into), ..BookingFilter::default() };
        BookingConnection::read(ctx, &filter, &Window::new(first, after.as_deref())?).await
    }
}
