//! The notifications of a process, as the flags name them.

use std::time::Duration;

use async_trait::async_trait;
use db::DeliveryChannel;
use events::{Codec, GroupSettings, Publisher, Subscriber};
use notify::{
    Broker, Links, SendSettings, Settings,
    channel::{
        Channel, Channels, Content, Delivered, Email, EmailSettings, EndpointSettings, Endpoints, Gateway,
        GatewaySettings, Outgoing,
    },
};

use crate::{
    args::{KafkaArgs, NotificationArgs},
    error::CliError,
};

/// How long a mail server or a gateway may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Connections to the mail server at most.
const CONNECTIONS: u32 = 8;
/// Events planned for at a time.
const BATCH: usize = 200;

/// What a process needs to notify.
#[derive(Debug)]
pub(crate) struct Notifications {
    pub(crate) broker: Option<Broker>,
    pub(crate) codec: Codec,
    pub(crate) channels: Channels,
    pub(crate) settings: Settings,
}

/// With the channels that the flags name, for a process of this name.
pub(crate) fn build(
    args: &NotificationArgs,
    kafka: &KafkaArgs,
    name: &str,
) -> Result<Notifications, CliError> {
    let links = Links { booking: args.booking_url.clone(), preferences: args.preferences_url.clone() };
    let mut settings = Settings::named(name.to_owned());
    settings.send = SendSettings { links, ..settings.send };
    if args.delivery_lease_seconds > 0 {
        settings.send.lease = Duration::from_secs(args.delivery_lease_seconds);
    }
    let channels = channels(args)?;
    settings.send.check(&channels)?;
    let codec = kafka.codec();
    Ok(Notifications { broker: broker(args, kafka, &codec)?, codec, channels, settings })
}

/// The same for a system on a desk: its mails are printed when there is no mail server.
pub(crate) fn for_development(
    args: &NotificationArgs,
    kafka: &KafkaArgs,
    name: &str,
) -> Result<Notifications, CliError> {
    let args = NotificationArgs { allow_private_endpoints: true, ..args.clone() };
    let mut built = build(&args, kafka, name)?;
    if args.smtp_url.is_none() {
        built.channels = built.channels.with(DeliveryChannel::Email, Printed);
    }
    Ok(built)
}

fn broker(args: &NotificationArgs, kafka: &KafkaArgs, codec: &Codec) -> Result<Option<Broker>, CliError> {
    let Some(broker) = kafka.kafka()? else { return Ok(None) };
    let prefix = broker.topics.prefix.clone();
    let group = GroupSettings {
        group: args.notify_group.clone().unwrap_or_else(|| format!("{prefix}.notify")),
        topics: Broker::topics(&prefix),
        batch: BATCH,
        pause: Duration::from_millis(200),
        session: Duration::from_secs(args.notify_session_seconds.into()),
    };
    let subscriber = Subscriber::connect(&broker, group)?;
    let publisher = Publisher::connect(&broker, codec.clone())?;
    Ok(Some(Broker { subscriber, publisher, prefix }))
}

fn channels(args: &NotificationArgs) -> Result<Channels, CliError> {
    let endpoints =
        EndpointSettings { allow_private: args.allow_private_endpoints, ..EndpointSettings::default() };
    let mut channels = Channels::default().with(DeliveryChannel::Webhook, Endpoints::new(endpoints)?);
    if let Some(email) = email(args)? {
        channels = channels.with(DeliveryChannel::Email, email);
    }
    for (kind, channel, url) in
        [(DeliveryChannel::Sms, "sms", &args.sms_url), (DeliveryChannel::Push, "push", &args.push_url)]
    {
        if let Some(url) = url.clone() {
            let secrets = args.gateway_secrets.clone();
            let gateway = Gateway::new(&GatewaySettings { channel, url, secrets, timeout: TIMEOUT })?;
            channels = channels.with(kind, gateway);
        }
    }
    Ok(channels)
}

/// The mail server, if one is named.
pub(crate) fn email(args: &NotificationArgs) -> Result<Option<Email>, CliError> {
    let Some((smtp_url, from)) = args.smtp_url.clone().zip(args.mail_from.clone()) else { return Ok(None) };
    let settings = EmailSettings {
        smtp_url,
        from,
        preferences_url: args.preferences_url.clone(),
        connections: CONNECTIONS,
        timeout: TIMEOUT,
    };
    Ok(Some(Email::new(&settings)?))
}

/// Mails that go to the terminal.
#[derive(Debug)]
struct Printed;

#[async_trait]
impl Channel for Printed {
    async fn deliver(&self, outgoing: &Outgoing) -> Delivered {
        if let Content::Message(message) = &outgoing.content {
            println!("Mail to {}: {}", outgoing.address, message.subject);
        }
        Delivered::Sent { status_code: None }
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(1)
    }
}
