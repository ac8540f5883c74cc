//! A broker that listens for TLS alone beside its own plain listener, and the identity provider that it trusts.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use events::{Credentials, Kafka, Sasl, Tls, TopicSettings};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{Broker, free_port};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How we say who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Plain,
    ScramSha256,
    ScramSha512,
    OauthBearer,
    /// By a certificate of our own, without SASL.
    Certificate,
}

impl Way {
    pub(super) const ALL: [Self; 5] =
        [Self::Plain, Self::ScramSha256, Self::ScramSha512, Self::OauthBearer, Self::Certificate];
}

/// All of it; it ends when it is dropped.
pub(super) struct Ground {
    folder: TempDir,
    /// Where SASL is spoken, and where certificates are asked for.
    ports: [u16; 2],
    provider: Provider,
    _broker: Broker,
}

impl Ground {
    /// None, and the test is counted as skipped, where no broker can be had.
    pub(super) async fn open() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        crate::certificates::certify(folder.path());
        let provider = Provider::start().await;
        let ports = [free_port(), free_port()];
        let file = folder.path().join("more.properties");
        let settings = settings(folder.path(), ports, &provider.url);
        fs::write(&file, settings).expect("the folder is ours");
        let allowed =
            format!("-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={}/keys,{0}/token", provider.url);
        let users = ["256", "512"].map(|bits| format!("SCRAM-SHA-{bits}=[name=anna,password=secret]"));
        let rest: Vec<_> = std::iter::once(allowed).chain(users).collect();
        let broker = Broker::with(&file, &rest).await?;
        Some(Self { folder, ports, provider, _broker: broker })
    }

    /// How many tokens were asked for.
    pub(super) fn tokens(&self) -> usize {
        self.provider.asked.load(Ordering::Relaxed)
    }

    /// The broker as the library is told of it. With a wrong password the certificate is one of nobody's.
    pub(super) fn kafka(&self, way: Way, password: &str) -> Kafka {
        let who = Credentials { username: "anna".to_owned(), password: password.to_owned() };
        let is_good = password == "secret";
        let identity = is_good.then(|| (self.file("client.pem"), self.file("client.key")));
        let sasl = match way {
            Way::Plain => Some(Sasl::Plain(who)),
            Way::ScramSha256 => Some(Sasl::ScramSha256(who)),
            Way::ScramSha512 => Some(Sasl::ScramSha512(who)),
            Way::OauthBearer => Some(Sasl::OauthBearer {
                client: who,
                token_url: format!("{}/token", self.provider.url),
                scope: Some("kafka".to_owned()),
            }),
            Way::Certificate => None,
        };
        Kafka {
            tls: Some(Tls {
                ca: Some(self.file("ca.pem")),
                identity: identity.filter(|_| way == Way::Certificate),
            }),
            sasl,
            topics: TopicSettings { prefix: prefix(way), replication: Some(1), ..TopicSettings::default() },
            ..Kafka::at(&self.address(way))
        }
    }

    /// The same as the binary is told of it.
    pub(super) fn variables(&self, way: Way, password: &str) -> Vec<(&'static str, String)> {
        let path = |name| self.file(name).display().to_string();
        let mut variables = vec![
            ("KAFKA_BROKERS", self.address(way)),
            ("KAFKA_TLS", "true".to_owned()),
            ("KAFKA_CA", path("ca.pem")),
            ("HOLDFAST_TOPIC_PREFIX", prefix(way)),
            ("HOLDFAST_TOPIC_REPLICATION", "1".to_owned()),
        ];
        let mechanism = match way {
            Way::Plain => "plain",
            Way::ScramSha256 => "scram-sha256",
            Way::ScramSha512 => "scram-sha512",
            Way::OauthBearer => "oauthbearer",
            Way::Certificate if password == "secret" => {
                variables.push(("KAFKA_CERTIFICATE", path("client.pem")));
                variables.push(("KAFKA_KEY", path("client.key")));
                return variables;
            }
            Way::Certificate => return variables,
        };
        variables.push(("KAFKA_SASL_MECHANISM", mechanism.to_owned()));
        variables.push(("KAFKA_USERNAME", "anna".to_owned()));
        variables.push(("KAFKA_PASSWORD", password.to_owned()));
        if way == Way::OauthBearer {
            variables.push(("KAFKA_TOKEN_URL", format!("{}/token", self.provider.url)));
            variables.push(("KAFKA_SCOPE", "kafka".to_owned()));
        }
        variables
    }

    fn address(&self, way: Way) -> String {
        format!("localhost:{}", self.ports[usize::from(way == Way::Certificate)])
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Each has topics of its own.
fn prefix(way: Way) -> String {
    format!("{way:?}").to_lowercase()
}

/// What makes a broker listen for TLS too.
fn settings(folder: &Path, [sasl, certificates]: [u16; 2], provider: &str) -> String {
    let modules = "org.apache.kafka.common.security";
    let folder = folder.display();
    // The ports of the plain listener and of the controller are the harness's to put in.
    format!(
        "\
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_SSL,CERTIFICATE:SSL
listeners=BROKER://127.0.0.1:{{port}},CONTROLLER://127.0.0.1:{{controller}},\
SASL://127.0.0.1:{sasl},CERTIFICATE://127.0.0.1:{certificates}
advertised.listeners=BROKER://127.0.0.1:{{port}},SASL://localhost:{sasl},CERTIFICATE://localhost:{certificates}
ssl.keystore.type=PEM
ssl.keystore.location={folder}/server.both
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
listener.name.certificate.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl.plain.sasl.jaas.config={modules}.plain.PlainLoginModule required user_anna=\"secret\";
listener.name.sasl.scram-sha-256.sasl.jaas.config={modules}.scram.ScramLoginModule required;
listener.name.sasl.scram-sha-512.sasl.jaas.config={modules}.scram.ScramLoginModule required;
listener.name.sasl.oauthbearer.sasl.jaas.config={modules}.oauthbearer.OAuthBearerLoginModule required;
listener.name.sasl.oauthbearer.sasl.server.callback.handler.class={modules}.oauthbearer.OAuthBearerValidatorCallbackHandler
listener.name.sasl.oauthbearer.sasl.oauthbearer.jwks.endpoint.url={provider}/keys
listener.name.sasl.oauthbearer.sasl.oauthbearer.expected.audience=kafka
"
    )
}

/// Gives tokens for client credentials, and says with which key they are signed.
struct Provider {
    url: String,
    asked: Arc<AtomicUsize>,
    _stop: DropGuard,
}

struct Signing {
    key: EncodingKey,
    keys: Value,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    async fn start() -> Self {
        let pair = rcgen::KeyPair::generate().expect("a key");
        // An uncompressed point of the curve: a byte that says so, and its coordinates.
        let point = pair.public_key_raw();
        let coordinate = |range| URL_SAFE_NO_PAD.encode(&point[range]);
        let keys = json!({"keys": [{
            "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256",
            "x": coordinate(1..33), "y": coordinate(33..65),
        }]});
        let asked = Arc::<AtomicUsize>::default();
        let key = EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).expect("a key");
        let signing = Arc::new(Signing { key, keys, asked: Arc::clone(&asked) });
        let router = Router::new()
            .route("/keys", routing::get(async |State(s): State<Arc<Signing>>| Json(s.keys.clone())))
            .route("/token", routing::post(token))
            .with_state(signing);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let stop = CancellationToken::new();
        let serving = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
        tokio::spawn(async move { serving.await.expect("it serves until the test is over") });
        Self { url, asked, _stop: stop.drop_guard() }
    }
}

async fn token(
    State(signing): State<Arc<Signing>>,
    headers: axum::http::HeaderMap,
    form: String,
) -> Result<Json<Value>, StatusCode> {
    let expected = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode("anna:secret"));
    let is_known = headers.get("authorization").is_some_and(|value| value.as_bytes() == expected.as_bytes());
    let has = |field: &str| form.split('&').any(|sent| sent == field);
    if !is_known || !has("grant_type=client_credentials") || !has("scope=kafka") {
        return Err(StatusCode::UNAUTHORIZED);
    }
    signing.asked.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let claims = json!({"sub": "anna", "aud": "kafka", "scope": "kafka", "iat": now, "exp": now + 300});
    let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::ES256) };
    let token = jsonwebtoken::encode(&header, &claims, &signing.key).expect("a token");
    Ok(Json(json!({"access_token": token, "token_type": "Bearer", "expires_in": 300})))
}
