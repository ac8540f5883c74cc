//! The broker that events go to, and the form in which they go.

use std::{path::PathBuf, time::Duration};

use clap::{Args as ClapArgs, ValueEnum};
use events::{Codec, Credentials, Format, Kafka, Sasl, Tls, TopicSettings};

use super::Url;
use crate::error::CliError;

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
    /// Copies that must have an event before it counts as sent; 2 where 3 or more are kept, unless said otherwise.
    #[arg(long, env = "HOLDFAST_TOPIC_IN_SYNC", value_parser = clap::value_parser!(u16).range(1..=15))]
    pub(crate) topic_in_sync: Option<u16>,
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
    pub(crate) fn kafka(&self) -> Result<Option<Kafka>, CliError> {
        let Some(brokers) = self.kafka_brokers.clone() else { return Ok(None) };
        let identity = self.kafka_certificate.clone().zip(self.kafka_key.clone());
        // `KAFKA_TLS=false` is as good as none.
        if identity.is_some() && !self.kafka_tls {
            return Err(CliError::CertificateWithoutTls);
        }
        Ok(Some(Kafka {
            brokers,
            client_id: "holdfast".to_owned(),
            tls: self.kafka_tls.then(|| Tls { ca: self.kafka_ca.clone(), identity }),
            sasl: self.kafka_sasl.map(|mechanism| self.sasl(mechanism)),
            topics: TopicSettings {
                prefix: self.topic_prefix.clone(),
                partitions: self.topic_partitions,
                replication: self.topic_replication,
                in_sync: self.topic_in_sync,
                retention: Duration::from_hours(24 * u64::from(self.topic_days)),
            },
            longest_message: self.event_bytes as usize,
        }))
    }

    /// What writes and reads events in their form.
    pub(crate) fn codec(&self) -> Codec {
        Codec::new(match self.event_format {
            EventFormat::Avro => Format::Avro { registry: self.schema_registry.clone().map(|url| url.0) },
            EventFormat::Json => Format::Json,
        })
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Trial {
        #[command(flatten)]
        kafka: KafkaArgs,
    }

    #[test]
    fn a_certificate_that_nobody_would_be_shown_is_refused() {
        let flags = ["trial", "--kafka-brokers=a:1", "--kafka-certificate=c.pem", "--kafka-key=k.pem"];
        let without = Trial::parse_from(flags).kafka;
        assert!(matches!(without.kafka(), Err(CliError::CertificateWithoutTls)));
        let with = Trial::parse_from(flags.into_iter().chain(["--kafka-tls"])).kafka;
        let kafka = with.kafka().expect("the flags are good").expect("a broker");
        assert!(kafka.tls.is_some_and(|tls| tls.identity.is_some()));
    }
}
