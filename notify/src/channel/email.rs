//! Mails by SMTP: HTML and plain text, and what there is for the calendar.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{self, PoolConfig},
};
use reqwest::Url;

use super::{Channel, ChannelError, Content, Delivered, Invite, Outgoing, Rendered};
use crate::report::error_chain;

/// Idle connections are given up after this long: servers do the same, and some don't say so.
const IDLE: Duration = Duration::from_secs(30);

/// How mails are sent.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailSettings {
    /// The server: `smtps://user:password@host` (TLS), `smtp://host?tls=required` (STARTTLS) or `smtp://host:25`.
    pub smtp_url: String,
    /// Who writes, such as `Holdfast <bookings@example.com>`. Its domain stands in every Message-ID.
    pub from: String,
    /// Where a customer chooses what to get; mails name it as the way to unsubscribe.
    pub preferences_url: Option<String>,
    /// Connections at most.
    pub connections: u32,
    /// How long a mail may take.
    pub timeout: Duration,
}

impl fmt::Debug for EmailSettings {
    /// Keeps the password out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailSettings").field("from", &self.from).finish_non_exhaustive()
    }
}

/// Sends mails.
#[derive(Debug)]
pub struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    unsubscribe: Option<Url>,
    timeout: Duration,
}

impl Email {
    /// By the server of these settings. It is not asked yet; connections are made when there is something to send.
    ///
    /// # Panics
    /// Outside of a runtime.
    pub fn new(settings: &EmailSettings) -> Result<Self, ChannelError> {
        let from =
            settings.from.parse().map_err(|error| ChannelError::Sender(settings.from.clone(), error))?;
        let unsubscribe = match &settings.preferences_url {
            Some(url) => Some(Url::parse(url).map_err(|_| ChannelError::Url(url.clone()))?),
            None => None,
        };
        let pool = PoolConfig::new().max_size(settings.connections).idle_timeout(IDLE);
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.smtp_url)
            .map_err(ChannelError::SmtpUrl)?
            .timeout(Some(settings.timeout / 2))
            .pool_config(pool)
            .build();
        Ok(Self { transport, from, unsubscribe, timeout: settings.timeout })
    }

    /// Whether the server lets us in: connects, says who we are where the settings do, and exchanges a word that says
    /// nothing.
    pub async fn test(&self) -> Result<bool, ChannelError> {
        self.transport.test_connection().await.map_err(ChannelError::Smtp)
    }

    /// The mail of this delivery: the same one, by its Message-ID, however often it is made.
    fn compose(&self, outgoing: &Outgoing) -> Result<Message, Delivered> {
        let Content::Message(rendered) = &outgoing.content else {
            return Err(Delivered::rejected("a mail is a message, and this is an event"));
        };
        let to: Address = outgoing
            .address
            .parse()
            .map_err(|error| Delivered::rejected(format!("the address can't be read: {error}")))?;
        let id = format!("<{}@{}>", outgoing.delivery_id, self.from.email.domain());
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&rendered.subject))
            .message_id(Some(id))
            .date_now()
            // No out-of-office is sent to it, by RFC 3834.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", rendered.language.code()));
        if let Some(url) = &self.unsubscribe {
            builder = builder.raw_header(header("List-Unsubscribe", &format!("<{url}>")));
        }
        let composed = builder.multipart(parts(rendered, &self.from));
        composed.map_err(|error| Delivered::rejected(error_chain(&error)))
    }
}

/// A header whose value is ours: plain ASCII without line ends.
fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Line ends would begin a header of their own.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The two readings of a message, and its calendar file beside them.
fn parts(rendered: &Rendered, from: &Mailbox) -> MultiPart {
    let readings = MultiPart::alternative_plain_html(rendered.text.clone(), rendered.html.clone());
    match &rendered.invite {
        Some(invite) => MultiPart::mixed().multipart(readings).singlepart(attachment(invite, from)),
        None => readings,
    }
}

fn attachment(invite: &Invite, from: &Mailbox) -> SinglePart {
    let kind = format!("text/calendar; charset=utf-8; method={}", invite.method.code());
    let kind = ContentType::parse(&kind).expect("a content type");
    Attachment::new("booking.ics".to_owned()).body(invite.file(from.email.as_ref()), kind)
}

/// What a failed transfer means. A refusal of this mail is for good; one of ourselves passes once somebody has seen to it.
fn failed(error: &smtp::Error) -> Delivered {
    let detail = error_chain(error);
    let status_code = error.status().map(u16::from);
    match status_code {
        Some(code @ 500..) if !is_about_us(code) => Delivered::Rejected { detail, status_code },
        _ => Delivered::Failed { detail, status_code, retry_after: None },
    }
}

/// Codes that say something of the server or of how we are known to it, and nothing of the mail.
fn is_about_us(code: u16) -> bool {
    matches!(code, 500 | 502 | 503 | 504 | 521 | 530 | 534 | 535 | 538)
}

#[async_trait]
impl Channel for Email {
    async fn deliver(&self, outgoing: &Outgoing) -> Delivered {
        let mail = match self.compose(outgoing) {
            Ok(mail) => mail,
            Err(rejected) => return rejected,
        };
        match tokio::time::timeout(self.timeout, self.transport.send(mail)).await {
            Ok(Ok(answer)) => Delivered::Sent { status_code: Some(u16::from(answer.code())) },
            Ok(Err(error)) => failed(&error),
            Err(_) => Delivered::failed("the mail server took too long"),
        }
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }
}

#[cfg(test)]
mod tests;
