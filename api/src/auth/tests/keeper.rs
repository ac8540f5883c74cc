//! Keys that are read from a provider, which counts how often it is asked.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use futures::future::join_all;
use tokio::sync::{RwLock, RwLockWriteGuard};
use tokio_util::sync::CancellationToken;

use super::*;

/// What the provider answers.
#[derive(Clone)]
enum Answer {
    Set(Value),
    Text(String),
    Status(u16),
    Moved(String),
}

#[derive(Clone)]
struct Provider {
    url: String,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
    /// Held by a test that wants an answer to take its time.
    gate: Arc<RwLock<()>>,
}

impl Provider {
    async fn start(pairs: &[&Pair]) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let provider = Self {
            url,
            answer: Arc::new(Mutex::new(Answer::Status(404))),
            asked: Arc::default(),
            gate: Arc::default(),
        };
        provider.has(pairs);
        let (keys, told) = (provider.clone(), provider.url.clone());
        let router = Router::new()
            .route("/keys", get(async move || keys.answer().await))
            .route("/.well-known/openid-configuration", get(async move || discovery(&told, &told)))
            .route(
                "/other/.well-known/openid-configuration",
                get(async || discovery("https://other.test", "")),
            );
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn says(&self, answer: Answer) {
        *self.answer.lock().expect("no panic") = answer;
    }

    fn has(&self, pairs: &[&Pair]) {
        let keys: Vec<Value> = pairs.iter().map(|pair| pair.jwk(&json!({}))).collect();
        self.says(Answer::Set(json!({ "keys": keys })));
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn hold(&self) -> RwLockWriteGuard<'_, ()> {
        self.gate.write().await
    }

    async fn answer(&self) -> Response {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let _open = self.gate.read().await;
        match self.answer.lock().expect("no panic").clone() {
            Answer::Set(set) => set.to_string().into_response(),
            Answer::Text(text) => text.into_response(),
            Answer::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
            Answer::Moved(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        }
    }

    fn verifier(&self, pace: Pace) -> Verifier {
        let keys = KeySource::JwksUrl(format!("{}/keys", self.url));
        let issuer = IssuerSettings::new("holdfast", "api", vec![PublicKeyAlgorithm::Es256], keys);
        Verifier::new(vec![issuer], pace).expect("an issuer")
    }
}

fn discovery(issuer: &str, url: &str) -> String {
    json!({ "issuer": issuer, "jwks_uri": format!("{url}/keys") }).to_string()
}

fn pairs() -> (Pair, Pair) {
    (Pair::new("one", Algorithm::ES256, EC_PRIVATE), Pair::new("two", Algorithm::ES256, EC_OTHER))
}

/// Every unknown name may cause a reading.
fn eager() -> Pace {
    Pace { cooldown: Duration::ZERO, ..Pace::default() }
}

#[tokio::test]
async fn keys_are_read_once_and_again_when_one_is_new() {
    let (one, two) = pairs();
    let provider = Provider::start(&[&one]).await;
    let verifier = provider.verifier(eager());
    for _ in 0..100 {
        assert!(verifier.session(&one.sign(&json!({}))).await.is_ok());
    }
    assert_eq!(provider.asked(), 1, "a known key sends nobody to the provider");

    provider.has(&[&two]);
    assert!(verifier.session(&one.sign(&json!({}))).await.is_ok(), "as long as nothing was read");
    assert!(verifier.session(&two.sign(&json!({}))).await.is_ok(), "the new key is looked for");
    assert_eq!(provider.asked(), 2);
    let retired = verifier.session(&one.sign(&json!({}))).await;
    assert!(matches!(retired, Err(AuthError::UnknownKey)), "{retired:?}");
}

#[tokio::test]
async fn whoever_makes_names_up_does_not_hammer_the_provider() {
    let (one, _) = pairs();
    let provider = Provider::start(&[&one]).await;
    let verifier = provider.verifier(Pace { cooldown: Duration::from_hours(1), ..Pace::default() });
    assert!(verifier.session(&one.sign(&json!({}))).await.is_ok());
    let tries = (0..500).map(async |n| {
        let made_up = one.sign_as(Algorithm::ES256, Some(&format!("made-up-{n}")), &json!({}));
        matches!(verifier.session(&made_up).await, Err(AuthError::UnknownKey))
    });
    assert!(join_all(tries).await.into_iter().all(|refused| refused));
    println!("500 made-up names: the provider was asked {} times in all", provider.asked());
    assert_eq!(provider.asked(), 1);
    // Neither does a token that can't be good, however long ago the last reading was.
    let verifier = provider.verifier(eager());
    for changes in [json!({ "iss": "someone" })] {
        assert!(verifier.session(&one.sign(&changes)).await.is_err());
    }
    let header = Header { kid: Some("new".to_owned()), ..Header::new(Algorithm::HS256) };
    let forged = encode(&header, &claims(&json!({})), &EncodingKey::from_secret(SECRET)).expect("a token");
    assert!(matches!(verifier.session(&forged).await, Err(AuthError::Algorithm)));
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn all_that_wait_for_a_key_wait_for_one_answer() {
    let (one, _) = pairs();
    let provider = Provider::start(&[&one]).await;
    let verifier = provider.verifier(Pace::default());
    let held = provider.hold().await;
    let token = one.sign(&json!({}));
    let waiting: Vec<_> = (0..100)
        .map(|_| {
            let (verifier, token) = (verifier.clone(), token.clone());
            tokio::spawn(async move { verifier.session(&token).await.is_ok() })
        })
        .collect();
    while provider.asked() == 0 {
        tokio::task::yield_now().await;
    }
    drop(held);
    for session in waiting {
        assert!(session.await.expect("no panic"));
    }
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_use_up_the_reading() {
    let (one, _) = pairs();
    let provider = Provider::start(&[&one]).await;
    let verifier = provider.verifier(Pace { cooldown: Duration::from_hours(1), ..Pace::default() });
    let held = provider.hold().await;
    let (asking, token) = (verifier.clone(), one.sign(&json!({})));
    let hasty = tokio::spawn(async move { asking.session(&token).await });
    while provider.asked() == 0 {
        tokio::task::yield_now().await;
    }
    hasty.abort();
    assert!(hasty.await.is_err_and(|error| error.is_cancelled()), "it hung up");
    drop(held);
    assert!(verifier.session(&one.sign(&json!({}))).await.is_ok());
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn what_is_known_stays_while_the_provider_is_in_trouble() {
    let (one, two) = pairs();
    let provider = Provider::start(&[&one]).await;
    let verifier = provider.verifier(eager());
    assert!(verifier.session(&one.sign(&json!({}))).await.is_ok());
    for answer in [
        Answer::Status(500),
        Answer::Status(204),
        Answer::Moved(format!("{}/keys", provider.url)),
        Answer::Text("not JSON".to_owned()),
        Answer::Text("x".repeat(300 * 1024)),
        Answer::Set(json!({ "keys": [] })),
    ] {
        let before = provider.asked();
        provider.says(answer);
        let unknown = verifier.session(&two.sign(&json!({}))).await;
        assert!(matches!(unknown, Err(AuthError::UnknownKey)), "{unknown:?}");
        assert_eq!(provider.asked(), before + 1, "it was asked");
        assert!(verifier.session(&one.sign(&json!({}))).await.is_ok());
    }
    provider.has(&[&one, &two]);
    assert!(verifier.session(&two.sign(&json!({}))).await.is_ok());
}

#[tokio::test]
async fn before_the_first_reading_nobody_can_tell() {
    let (one, _) = pairs();
    let provider = Provider::start(&[&one]).await;
    provider.says(Answer::Status(503));
    let verifier = provider.verifier(eager());
    let undecided = verifier.session(&one.sign(&json!({}))).await;
    assert!(matches!(undecided, Err(AuthError::NoKeys)), "{undecided:?}");
    provider.has(&[&one]);
    assert!(verifier.session(&one.sign(&json!({}))).await.is_ok());
}

#[tokio::test]
async fn keys_are_read_anew_without_being_asked_for() {
    let (one, two) = pairs();
    let provider = Provider::start(&[&one]).await;
    let pace =
        Pace { refresh: Duration::from_millis(20), cooldown: Duration::from_hours(1), ..Pace::default() };
    let (verifier, shutdown) = (provider.verifier(pace), CancellationToken::new());
    let keeping = tokio::spawn(verifier.clone().keep(shutdown.clone()));
    provider.has(&[&two]);
    let change = async {
        // The old key is retired by the background alone: no token with a new name ever came.
        while verifier.session(&one.sign(&json!({}))).await.is_ok() || provider.asked() < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), change).await.expect("the change is seen");
    assert!(verifier.session(&two.sign(&json!({}))).await.is_ok());
    shutdown.cancel();
    keeping.await.expect("it ends with the shutdown");
}

#[tokio::test]
async fn discovery_says_where_the_keys_are_and_only_of_whom_was_asked() {
    let (one, _) = pairs();
    let provider = Provider::start(&[&one]).await;
    let discover = |issuer: &str| {
        let settings =
            IssuerSettings::new(issuer, "api", vec![PublicKeyAlgorithm::Es256], KeySource::Discovery);
        Verifier::new(vec![settings], eager()).expect("an issuer")
    };
    let verifier = discover(&provider.url);
    assert!(verifier.session(&one.sign(&json!({ "iss": provider.url }))).await.is_ok());
    assert!(matches!(verifier.fetch().await[..], [(_, Ok(1))]));

    let other = format!("{}/other", provider.url);
    let fetched = discover(&other).fetch().await;
    assert!(
        matches!(&fetched[..], [(_, Err(AuthError::OtherIssuer { found, .. }))] if found == "https://other.test")
    );
    assert_eq!(provider.asked(), 2, "nobody was sent for the keys of another");
}
