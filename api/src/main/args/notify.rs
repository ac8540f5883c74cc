//! `holdfast notify`, and the notifications of `work` and `dev`.

use clap::Args as ClapArgs;

use super::{DatabaseArgs, KafkaArgs};

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct NotifyArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,
    #[command(flatten)]
    pub(crate) notifications: NotificationArgs,
}

#[derive(Clone, Debug, Default, ClapArgs)]
#[command(next_help_heading = "Notifications")]
pub(crate) struct NotificationArgs {
    /// The mail server: `smtps://user:password@host`, `smtp://host?tls=required` or `smtp://host:25`.
    #[arg(long, env = "HOLDFAST_SMTP_URL", hide_env_values = true, requires = "mail_from")]
    pub(crate) smtp_url: Option<String>,
    /// Who writes, such as `Holdfast <bookings@example.com>`; its domain stands in every Message-ID.
    #[arg(long, env = "HOLDFAST_MAIL_FROM")]
    pub(crate) mail_from: Option<String>,
    /// A gateway that sends short messages, called over HTTP.
    #[arg(long, env = "HOLDFAST_SMS_URL")]
    pub(crate) sms_url: Option<String>,
    /// A gateway that sends push messages, called over HTTP.
    #[arg(long, env = "HOLDFAST_PUSH_URL")]
    pub(crate) push_url: Option<String>,
    /// What signs the calls to these gateways, `whsec_...`; two while one replaces the other.
    #[arg(long, env = "HOLDFAST_GATEWAY_SECRETS", value_delimiter = ',', hide_env_values = true)]
    pub(crate) gateway_secrets: Vec<String>,
    /// Where a customer looks at a booking; `{reference}` in it stands for its reference.
    #[arg(long, env = "HOLDFAST_BOOKING_URL")]
    pub(crate) booking_url: Option<String>,
    /// Where a customer chooses what to get; also the `List-Unsubscribe` of mails.
    #[arg(long, env = "HOLDFAST_PREFERENCES_URL")]
    pub(crate) preferences_url: Option<String>,
    /// Let organisers' endpoints be without TLS and in our own network: for development only.
    #[arg(long, env = "HOLDFAST_ALLOW_PRIVATE_ENDPOINTS")]
    pub(crate) allow_private_endpoints: bool,
    /// The consumer group; `<topic prefix>.notify` unless said otherwise.
    #[arg(long, env = "HOLDFAST_NOTIFY_GROUP")]
    pub(crate) notify_group: Option<String>,
    /// Seconds that a delivery is one process's own; another sends it again when that one does not come back to say.
    #[arg(long, env = "HOLDFAST_DELIVERY_LEASE_SECONDS", default_value_t = 60)]
    pub(crate) delivery_lease_seconds: u64,
    /// Seconds that a member of the group may be silent before its partitions go to others.
    #[arg(long, env = "HOLDFAST_NOTIFY_SESSION_SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=300))]
    pub(crate) notify_session_seconds: u16,
}
