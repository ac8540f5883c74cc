//! The broker that events go to, and the form in which they go.

use std::{path::PathBuf, time::Duration};

use clap::{Args as ClapArgs, ValueEnum};
use events::{Credentials, Format, Kafka, Sasl, Tls, TopicSettings};

use super::Url;

#[derive(Clone, Debug, Default, ClapArgs)]
#[command(next_help_heading = "Events")]
pub(crate) struct KafkaArgs {
    /// Brokers to publish events to, `HOST:PORT` separated by commas; without any, events stay in the outbox.
    #[arg(long, env = "KAFKA_BROKERS")]
    pub(crate) kafka_brokers: Option<String>,
    /// What the names of topics begin with.
    #[arg(long, env = "HOLDFAST_TOPIC_PREFIX", default_value = "holdfast")]
    pub(crate) topic_prefix: String,
    /// Copies that the broker keeps of topics that are made; the broker's own default unless said otherwise.
    #[arg(long, env = "HOLDFAST_TOPIC_REPLICATION", value_parser = clap::value_parser!(u16).range(1..=15))]
    pub(crate) topic_replication: Option<u16>,
    /// Partitions of topics that are made.
    #[arg(long, env = "HOLDFAST_TOPIC_PARTITIONS", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) topic_partitions: u16,
    /// Days that the broker keeps events in topics that are made.
    #[arg(long, env = "HOLDFAST_TOPIC_DAYS", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub(crate) topic_days: u16,
    /// Bytes of the longest message that is sent; no longer than the brokers take.
    #[arg(long, env = "HOLDFAST_EVENT_BYTES", default_value_t = 1_000_000)]
    pub(crate) event_bytes: u32,
    /// The form of events: Avro, or JSON.
    #[arg(long, env = "HOLDFAST_EVENT_FORMAT", value_enum, default_value_t)]
    pub(crate) event_format: EventFormat,
    /// A schema registry for Avro; without one, events carry the fingerprint of their schema.
    #[arg(long, env = "SCHEMA_REGISTRY_URL")]
    pub(crate) schema_registry: Option<Url>,
    /// Seconds that a relay has to itself what it is about to send; another takes over from one that was killed.
    #[arg(long, env = "HOLDFAST_RELAY_LEASE_SECONDS", default_value_t = 10)]
    pub(crate) relay_lease_seconds: u64,
    /// Speak TLS with the brokers.
    #[arg(long, env = "KAFKA_TLS")]
    pub(crate) kafka_tls: bool,
    /// Certificates (PEM) that brokers' certificates must come from; the system's unless named.
    #[arg(long, env = "KAFKA_CA", requires = "kafka_tls")]
    pub(crate) kafka_ca: Option<PathBuf>,
    /// Our certificate (PEM), where brokers ask for one.
    #[arg(long, env = "KAFKA_CERTIFICATE", requires = "kafka_key")]
    pub(crate) kafka_certificate: Option<PathBuf>,
    /// The key (PEM) of our certificate.
    #[arg(long, env = "KAFKA_KEY", requires = "kafka_certificate")]
    pub(crate) kafka_key: Option<PathBuf>,
    /// How we say who we are.
    #[arg(long, env = "KAFKA_SASL_MECHANISM", value_enum)]
    pub(crate) kafka_sasl: Option<Mechanism>,
    /// User name; for oauthbearer the client's id.
    #[arg(long, env = "KAFKA_USERNAME", requires = "kafka_sasl")]
    pub(crate) kafka_username: Option<String>,
    /// Password; for oauthbearer the client's secret.
    #[arg(long, env = "KAFKA_PASSWORD", hide_env_values = true, requires = "kafka_sasl")]
    pub(crate) kafka_password: Option<String>,
    /// Where oauthbearer gets its tokens.
    #[arg(long, env = "KAFKA_TOKEN_URL", requires = "kafka_sasl")]
    pub(crate) kafka_token_url: Option<Url>,
    /// What oauthbearer asks for.
    #[arg(long, env = "KAFKA_SCOPE", requires = "kafka_sasl")]
    pub(crate) kafka_scope: Option<String>,
}

impl KafkaArgs {
    /// The broker, if one is named.
    pub(crate) fn kafka(&self) -> Option<Kafka> {
        let brokers = self.kafka_brokers.clone()?;
        let identity = self.kafka_certificate.clone().zip(self.kafka_key.clone());
        Some(Kafka {
            brokers,
            client_id: "holdfast".to_owned(),
            tls: self.kafka_tls.then(|| Tls { ca: self.kafka_ca.clone(), identity }),
            sasl: self.kafka_sasl.map(|mechanism| self.sasl(mechanism)),
            topics: TopicSettings {
                prefix: self.topic_prefix.clone(),
                partitions: self.topic_partitions,
                replication: self.topic_replication,
                retention: Duration::from_hours(24 * u64::from(self.topic_days)),
            },
            longest_message: self.event_bytes as usize,
        })
    }

    /// In which form events are written.
    pub(crate) fn format(&self) -> Format {
        match self.event_format {
            EventFormat::Avro => Format::Avro { registry: self.schema_registry.clone().map(|url| url.0) },
            EventFormat::Json => Format::Json,
        }
    }

    fn sasl(&self, mechanism: Mechanism) -> Sasl {
        let credentials = Credentials {
            username: self.kafka_username.clone().unwrap_or_default(),
            password: self.kafka_password.clone().unwrap_or_default(),
        };
        match mechanism {
            Mechanism::Plain => Sasl::Plain(credentials),
            Mechanism::ScramSha256 => Sasl::ScramSha256(credentials),
            Mechanism::ScramSha512 => Sasl::ScramSha512(credentials),
            Mechanism::Oauthbearer => Sasl::OauthBearer {
                client: credentials,
                token_url: self.kafka_token_url.clone().map(|url| url.0).unwrap_or_default(),
                scope: self.kafka_scope.clone(),
            },
        }
    }
}

/// The form of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum EventFormat {
    /// Binary, with a schema.
    #[default]
    Avro,
    /// For people, and for what can't read Avro.
    Json,
}

/// How a client says who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mechanism {
    /// Name and password as they are: only over TLS.
    Plain,
    /// Name and password, never sent.
    ScramSha256,
    /// The same with a longer digest.
    ScramSha512,
    /// A token of an identity provider.
    Oauthbearer,
}
