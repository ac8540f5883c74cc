//! Channels: what a delivery asks of one, and what may come of it.

mod calendar;
mod email;
mod endpoint;
mod gateway;
mod guard;
mod http;
mod signature;

use std::{collections::HashMap, fmt::Debug, sync::Arc, time::Duration};

use async_trait::async_trait;
use db::DeliveryChannel;
use serde_json::Value;
use uuid::Uuid;

pub use calendar::{Invite, Method, Span};
pub use email::{Email, EmailSettings};
pub use endpoint::{EndpointSettings, Endpoints};
pub use gateway::{Gateway, GatewaySettings};
pub use signature::{Secret, SecretError};

use crate::template::Language;

/// One delivery, ready to be sent. Sent again, it is the same to the letter, but for the time of a signature.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The delivery's id: whoever gets it twice knows it again by this.
    pub delivery_id: Uuid,
    /// What is told: the code of a message, or the type of an event.
    pub message: String,
    /// Where to: an e-mail address, a telephone number, a push token or a URL.
    pub address: String,
    /// What to say.
    pub content: Content,
}

/// What a delivery says.
#[derive(Clone, Debug)]
pub enum Content {
    /// A message, to be read by a person.
    Message(Rendered),
    /// An event, to be read by an organiser's program.
    Event {
        /// What signs it: one, or the new one and the old one while one replaces the other.
        secrets: Vec<Secret>,
        /// The event's document.
        document: Value,
    },
}

/// A message in a customer's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The language it is in.
    pub language: Language,
    /// One line that says it all.
    pub subject: String,
    /// In plain text.
    pub text: String,
    /// The same in HTML.
    pub html: String,
    /// Where the booking can be looked at.
    pub link: Option<String>,
    /// What to put into a calendar, or to take out of it.
    pub invite: Option<Invite>,
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// The other side took it.
    Sent {
        /// What it answered.
        status_code: Option<u16>,
    },
    /// It was not taken, or nobody knows whether it was; it is worth sending again.
    Failed {
        /// What went wrong.
        detail: String,
        /// What the other side answered, if it did.
        status_code: Option<u16>,
        /// The least pause that the other side asked for.
        retry_after: Option<Duration>,
    },
    /// The other side wants nothing more, ever.
    Gone,
    /// It can't be sent, however often it is tried.
    Rejected {
        /// Why not.
        detail: String,
        /// What the other side answered, if it was asked.
        status_code: Option<u16>,
    },
}

impl Delivered {
    /// Not taken, and without an answer that would say more.
    pub(crate) fn failed(detail: impl Into<String>) -> Self {
        Self::Failed { detail: detail.into(), status_code: None, retry_after: None }
    }

    /// Refused before the other side was asked.
    pub(crate) fn rejected(detail: impl Into<String>) -> Self {
        Self::Rejected { detail: detail.into(), status_code: None }
    }
}

/// A way to send deliveries. It bounds its own time, and tries each delivery once: when to try again is not its business.
#[async_trait]
pub trait Channel: Debug + Send + Sync + 'static {
    /// Sends one delivery.
    async fn deliver(&self, outgoing: &Outgoing) -> Delivered;

    /// A send takes no longer than this.
    fn timeout(&self) -> Duration;
}

/// The channels of a process; what goes out by one that is not among them is left to others, and skipped after its time.
#[derive(Clone, Debug, Default)]
pub struct Channels(HashMap<DeliveryChannel, Arc<dyn Channel>>);

impl Channels {
    /// These, and this one.
    #[must_use]
    pub fn with(mut self, kind: DeliveryChannel, channel: impl Channel) -> Self {
        self.0.insert(kind, Arc::new(channel));
        self
    }

    /// The channel of this kind.
    pub(crate) fn get(&self, kind: DeliveryChannel) -> Option<Arc<dyn Channel>> {
        self.0.get(&kind).cloned()
    }

    /// The longest that any of them takes.
    pub(crate) fn longest_timeout(&self) -> Duration {
        self.0.values().map(|channel| channel.timeout()).max().unwrap_or_default()
    }
}

/// Why a channel can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The mail server's address can't be read.
    #[error(
        "the address of the mail server can't be read: it looks like smtps://user:password@mail.example.com"
    )]
    SmtpUrl(#[source] lettre::transport::smtp::Error),
    /// The mail server does not let us in.
    #[error("the mail server does not let us in")]
    Smtp(#[source] lettre::transport::smtp::Error),
    /// The sender's address can't be read.
    #[error("`{0}` is no sender: it looks like Holdfast <bookings@example.com>")]
    Sender(String, #[source] lettre::address::AddressError),
    /// An address that mails point to can't be used in them.
    #[error("`{0}` is no http or https address")]
    Url(String),
    /// A secret that can't sign.
    #[error("the secret of a gateway can't be used")]
    Secret(#[from] SecretError),
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    Client(#[source] reqwest::Error),
}
