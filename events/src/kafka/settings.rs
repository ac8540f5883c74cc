//! Where the broker is, who we are to it, and how topics are made.

use std::{path::PathBuf, time::Duration};

use rdkafka::{ClientConfig, error::KafkaError as ClientError};

use crate::{NOTIFY_DEAD, NOTIFY_RETRY, Topic};

/// A Kafka-compatible broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kafka {
    /// `HOST:PORT`, separated by commas.
    pub brokers: String,
    /// What the brokers' logs and quotas know us by.
    pub client_id: String,
    /// Speak TLS, and how.
    pub tls: Option<Tls>,
    /// How we say who we are.
    pub sasl: Option<Sasl>,
    /// How topics are named and made.
    pub topics: TopicSettings,
    /// The longest message that is sent, in bytes; no longer than the brokers take.
    pub longest_message: usize,
}

/// TLS with the brokers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Certificates (PEM) that theirs must come from; the system's unless named.
    pub ca: Option<PathBuf>,
    /// Our certificate and its key (PEM), where they ask for one.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// How a client says who it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Sasl {
    /// Name and password as they are.
    Plain(Credentials),
    /// Name and password, never sent.
    ScramSha256(Credentials),
    /// The same with a longer digest.
    ScramSha512(Credentials),
    /// A token of an identity provider, by client credentials.
    OauthBearer {
        /// The client's id and secret.
        client: Credentials,
        /// Where tokens are had.
        token_url: String,
        /// What is asked for.
        scope: Option<String>,
    },
}

/// A name and what proves it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name.
    pub username: String,
    /// The proof, which is never shown.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Sasl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.mechanism())
    }
}

/// How topics are named and made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSettings {
    /// What their names begin with.
    pub prefix: String,
    /// Partitions of those that are made.
    pub partitions: u16,
    /// Copies of those that are made; none is the brokers' default.
    pub replication: Option<u16>,
    /// Copies that must have an event before it counts as acknowledged; none is 2 of 3 and more, and the brokers' default
    /// of fewer.
    pub in_sync: Option<u16>,
    /// How long those that are made keep events.
    pub retention: Duration,
}

impl Default for TopicSettings {
    fn default() -> Self {
        Self {
            prefix: "holdfast".to_owned(),
            partitions: 12,
            replication: None,
            in_sync: None,
            retention: Duration::from_hours(7 * 24),
        }
    }
}

impl TopicSettings {
    /// The full name of a topic.
    pub fn name(&self, topic: Topic) -> String {
        topic.full_name(&self.prefix)
    }

    /// The full name of a topic that is none of events, such as [`crate::NOTIFY_RETRY`].
    pub fn aside(&self, name: &str) -> String {
        format!("{}.{name}", self.prefix)
    }

    /// How many of so many copies must have an event before it counts as acknowledged: with one alone, what it
    /// acknowledged is lost when it is, though there are others.
    pub(crate) fn in_sync_of(&self, copies: usize) -> Option<u16> {
        self.in_sync.or_else(|| (copies >= 3).then_some(2))
    }

    /// The full names of all topics.
    pub(crate) fn all(&self) -> Vec<String> {
        let topics = Topic::ALL.into_iter().map(|topic| self.name(topic));
        topics.chain([NOTIFY_RETRY, NOTIFY_DEAD].map(|name| self.aside(name))).collect()
    }
}

/// Why a broker can't be used as it was named.
#[derive(Debug, thiserror::Error)]
pub enum KafkaError {
    /// There is no such address.
    #[error("`{brokers}` names no broker: it should be HOST:PORT, separated by commas")]
    NoBroker {
        /// What was given.
        brokers: String,
    },
    /// No topic can be named so.
    #[error(
        "`{prefix}` can't begin the name of a topic: letters, digits, dots, dashes and underscores, 1 to 100 of them"
    )]
    Prefix {
        /// What was given.
        prefix: String,
    },
    /// Nothing could ever be acknowledged.
    #[error("{in_sync} copies can't have what only {copies} are kept of")]
    InSync {
        /// Copies that must have an event.
        in_sync: u16,
        /// Copies there are.
        copies: u16,
    },
    /// Nobody is known by no name.
    #[error("SASL {mechanism} needs a user name")]
    NoUser {
        /// Which way of saying who we are.
        mechanism: &'static str,
    },
    /// A password, or a token as good as one, would be readable by anybody on the way.
    #[error("SASL {mechanism} sends what proves who we are as it is: it needs TLS")]
    SecretWithoutTls {
        /// Which way of saying who we are.
        mechanism: &'static str,
    },
    /// Our client's secret would be readable by anybody on the way to the identity provider.
    #[error("`{url}` is no place to ask for tokens: it should begin with https://, or be on this machine")]
    TokenUrl {
        /// What was given.
        url: String,
    },
    /// The client library does not take it.
    #[error("the Kafka client can't be made")]
    Client(#[source] ClientError),
    /// The broker did not do, in time, what it was asked.
    #[error("the broker could not be asked for {what}{}", complaint.as_ref().map(|said| format!(": {said}")).unwrap_or_default())]
    Asked {
        /// For what.
        what: &'static str,
        /// What the client library has complained of meanwhile.
        complaint: Option<String>,
        /// Why not.
        #[source]
        source: ClientError,
    },
    /// The broker does not make this topic.
    #[error("the topic {topic} can't be made: {code}")]
    NotMade {
        /// Which one.
        topic: String,
        /// What the broker said.
        code: rdkafka::types::RDKafkaErrorCode,
    },
    /// Our schemas could not be registered.
    #[error("our schemas can't be registered")]
    Registry(#[from] crate::RegistryError),
}

impl Kafka {
    /// A broker on this desk, by its address.
    pub fn at(brokers: &str) -> Self {
        Self {
            brokers: brokers.to_owned(),
            client_id: "holdfast".to_owned(),
            tls: None,
            sasl: None,
            topics: TopicSettings::default(),
            longest_message: 1_000_000,
        }
    }

    /// Says what of this can't be worked with.
    pub fn check(&self) -> Result<(), KafkaError> {
        let is_address = |address: &str| {
            address.rsplit_once(':').is_some_and(|(host, port)| {
                !host.trim().is_empty() && port.trim().parse::<u16>().is_ok_and(|port| port > 0)
            })
        };
        if !self.brokers.split(',').all(is_address) {
            return Err(KafkaError::NoBroker { brokers: self.brokers.clone() });
        }
        let prefix = &self.topics.prefix;
        let is_good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if !(1..=100).contains(&prefix.len()) || !prefix.bytes().all(is_good) {
            return Err(KafkaError::Prefix { prefix: prefix.clone() });
        }
        if let (Some(in_sync), Some(copies)) = (self.topics.in_sync, self.topics.replication)
            && in_sync > copies
        {
            return Err(KafkaError::InSync { in_sync, copies });
        }
        if let Some(sasl) = &self.sasl
            && sasl.credentials().username.is_empty()
        {
            return Err(KafkaError::NoUser { mechanism: sasl.mechanism() });
        }
        if self.tls.is_none()
            && let Some(sasl @ (Sasl::Plain(_) | Sasl::OauthBearer { .. })) = &self.sasl
        {
            return Err(KafkaError::SecretWithoutTls { mechanism: sasl.mechanism() });
        }
        if let Some(Sasl::OauthBearer { token_url, .. }) = &self.sasl
            && !keeps_secrets(token_url)
        {
            return Err(KafkaError::TokenUrl { url: token_url.clone() });
        }
        Ok(())
    }

    /// What every client of it is made with.
    pub(crate) fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers).set("client.id", &self.client_id);
        // A broker that comes back is found again soon.
        config.set("reconnect.backoff.ms", "50").set("reconnect.backoff.max.ms", "500");
        let protocol = match (&self.tls, &self.sasl) {
            (None, None) => "plaintext",
            (Some(_), None) => "ssl",
            (None, Some(_)) => "sasl_plaintext",
            (Some(_), Some(_)) => "sasl_ssl",
        };
        config.set("security.protocol", protocol);
        if let Some(tls) = &self.tls {
            if let Some(ca) = &tls.ca {
                config.set("ssl.ca.location", ca.to_string_lossy());
            }
            if let Some((certificate, key)) = &tls.identity {
                config.set("ssl.certificate.location", certificate.to_string_lossy());
                config.set("ssl.key.location", key.to_string_lossy());
            }
        }
        if let Some(sasl) = &self.sasl {
            config.set("sasl.mechanism", sasl.mechanism());
            if let Sasl::Plain(who) | Sasl::ScramSha256(who) | Sasl::ScramSha512(who) = sasl {
                config.set("sasl.username", &who.username).set("sasl.password", &who.password);
            }
            if let Sasl::OauthBearer { client, token_url, scope } = sasl {
                // The library asks for tokens, on a thread of its own: a client that makes topics calls nobody back.
                config.set("sasl.oauthbearer.method", "oidc");
                config.set("sasl.oauthbearer.client.id", &client.username);
                config.set("sasl.oauthbearer.client.secret", &client.password);
                config.set("sasl.oauthbearer.token.endpoint.url", token_url);
                if let Some(scope) = scope {
                    config.set("sasl.oauthbearer.scope", scope);
                }
            }
        }
        config
    }
}

impl Sasl {
    fn credentials(&self) -> &Credentials {
        match self {
            Self::Plain(who) | Self::ScramSha256(who) | Self::ScramSha512(who) => who,
            Self::OauthBearer { client, .. } => client,
        }
    }

    fn mechanism(&self) -> &'static str {
        match self {
            Self::Plain(_) => "PLAIN",
            Self::ScramSha256(_) => "SCRAM-SHA-256",
            Self::ScramSha512(_) => "SCRAM-SHA-512",
            Self::OauthBearer { .. } => "OAUTHBEARER",
        }
    }
}

/// Whether what is sent there can't be read on the way.
fn keeps_secrets(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let is_here =
            host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
        url.scheme() == "https" || (url.scheme() == "http" && is_here)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(username: &str) -> Credentials {
        Credentials { username: username.to_owned(), password: "a secret".to_owned() }
    }

    #[test]
    fn what_names_no_broker_is_refused() {
        for brokers in ["", "localhost", "localhost:", ":9092", "a:1,,b:2", "a:0", "a:70000"] {
            assert!(matches!(Kafka::at(brokers).check(), Err(KafkaError::NoBroker { .. })), "{brokers:?}");
        }
        for brokers in ["localhost:9092", "a:1,b:2", "a:1, b:2", "[::1]:9092"] {
            assert!(Kafka::at(brokers).check().is_ok(), "{brokers:?}");
        }
    }

    #[test]
    fn what_proves_who_we_are_does_not_go_in_the_open() {
        let token_url = "https://idp.example/token".to_owned();
        let token = Sasl::OauthBearer { client: named("anna"), token_url, scope: None };
        for sasl in [Sasl::Plain(named("anna")), token] {
            let open = Kafka { sasl: Some(sasl), ..Kafka::at("a:1") };
            assert!(matches!(open.check(), Err(KafkaError::SecretWithoutTls { .. })));
            let closed = Kafka { tls: Some(Tls::default()), ..open };
            assert!(closed.check().is_ok());
            assert_eq!(closed.client().get("security.protocol"), Some("sasl_ssl"));
            assert!(!format!("{closed:?}{:?}", named("anna")).contains("secret"));
        }
        for url in ["http://idp.example/token", "http://127.0.0.1.example/token", "ftp://localhost", "idp"] {
            assert!(!keeps_secrets(url), "{url}");
        }
        for url in ["https://idp.example/token", "http://localhost:1/token", "http://[::1]:1/token"] {
            assert!(keeps_secrets(url), "{url}");
        }
        let scram = Kafka { sasl: Some(Sasl::ScramSha512(named("anna"))), ..Kafka::at("a:1") };
        assert!(scram.check().is_ok(), "the password is never sent");
    }

    #[test]
    fn who_says_who_he_is_has_a_name() {
        let nobody = Kafka { sasl: Some(Sasl::ScramSha512(named(""))), ..Kafka::at("a:1") };
        assert!(matches!(nobody.check(), Err(KafkaError::NoUser { mechanism: "SCRAM-SHA-512" })));
    }

    #[test]
    fn an_event_is_with_two_of_three_copies() {
        let topics =
            |replication, in_sync| TopicSettings { replication, in_sync, ..TopicSettings::default() };
        for (copies, set, in_sync) in [
            (1, None, None),
            (2, None, None),
            (3, None, Some(2)),
            (5, Some(3), Some(3)),
            (3, Some(1), Some(1)),
        ] {
            assert_eq!(topics(None, set).in_sync_of(copies), in_sync, "{copies}, {set:?}");
        }
        let never = Kafka { topics: topics(Some(2), Some(3)), ..Kafka::at("a:1") };
        assert!(matches!(never.check(), Err(KafkaError::InSync { in_sync: 3, copies: 2 })));
    }

    #[test]
    fn a_prefix_is_part_of_a_name() {
        for prefix in ["", "a b", "ä", &"x".repeat(101)] {
            let topics = TopicSettings { prefix: prefix.to_owned(), ..TopicSettings::default() };
            let kafka = Kafka { topics, ..Kafka::at("a:1") };
            assert!(matches!(kafka.check(), Err(KafkaError::Prefix { .. })), "{prefix:?}");
        }
        assert_eq!(TopicSettings::default().name(Topic::Booking), "holdfast.booking.v1");
    }
}
