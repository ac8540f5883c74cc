//! Tokens of a real OpenID provider, which rotates its keys and goes away.

use std::{process::Stdio, time::Duration};

use api::{ClaimName, IssuerSettings, KeySource, Pace, PublicKeyAlgorithm, Verifier};
use db::Role;
use serde_json::{Value, json};
use tests::{
    Client, Goods, Line, Order, Shop, Socket, TestSystem, Traits, client, free_port, issuer_of_tests, until,
};
use tokio::process::Child;
use uuid::Uuid;

use crate::process::support::holdfast;

/// npm's `oidc-provider`, in a process of its own.
struct Provider {
    port: u16,
    organiser: Uuid,
    process: Child,
}

impl Provider {
    async fn start(port: u16, kid: &str, organiser: Uuid) -> Self {
        let mut command = client("oidc.js");
        command.args([&port.to_string(), kid, &organiser.to_string()]).stdout(Stdio::null());
        let provider = Self { port, organiser, process: command.spawn().expect("node is installed") };
        let known = format!("{}/.well-known/openid-configuration", provider.url());
        until("the provider answers", || async {
            reqwest::get(&known).await.ok().filter(|answer| answer.status().is_success())
        })
        .await;
        provider
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// An access token for a resource, as the client of this name gets it.
    async fn token(&self, name: &str, resource: &str) -> String {
        let form = [("grant_type", "client_credentials"), ("scope", "book"), ("resource", resource)];
        let asked = reqwest::Client::new()
            .post(format!("{}/token", self.url()))
            .basic_auth(name, Some(format!("secret-of-{name}-long-enough")))
            .form(&form);
        let answer = asked.send().await.expect("the provider answers");
        let body: Value = answer.json().await.expect("JSON");
        body["access_token"].as_str().unwrap_or_else(|| panic!("no token: {body}")).to_owned()
    }

    async fn kill(&mut self) {
        self.process.kill().await.expect("it can be killed");
        let gone = reqwest::get(self.url()).await;
        assert!(gone.is_err_and(|error| error.is_connect()), "it is gone");
    }

    /// The same provider with new keys.
    async fn rotated(mut self, kid: &str) -> Self {
        self.kill().await;
        Self::start(self.port, kid, self.organiser).await
    }
}

/// Knows the tests' own tokens and those of the provider.
fn verifier(provider: &Provider) -> Verifier {
    let mut issuer = IssuerSettings::new(
        &provider.url(),
        "holdfast",
        vec![PublicKeyAlgorithm::Es256],
        KeySource::Discovery,
    );
    issuer.role_claim = ClaimName::parse("realm_access.roles").expect("a path");
    issuer.organiser_claim = ClaimName::parse("organisation").expect("a name");
    issuer.subject_prefix = Some("oidc|".to_owned());
    let pace = Pace { cooldown: Duration::ZERO, refresh: Duration::from_hours(1), ..Pace::default() };
    Verifier::new(vec![issuer_of_tests(), issuer], pace).expect("two issuers")
}

/// What `holdfast doctor` says of the provider's keys.
async fn doctor(provider: &Provider) -> String {
    let (issuer, nowhere) = (provider.url(), "postgres://nobody@127.0.0.1:1/none");
    let arguments = ["doctor", "--jwt-discovery", "--jwt-algorithms=ES256,RS256", "--jwt-issuer", &issuer];
    let mut command = holdfast(&arguments);
    command.args(["--database-url", nowhere]);
    let ended = tokio::process::Command::from(command).output().await.expect("the binary runs");
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    let lines: Vec<&str> = said.lines().collect();
    // A cause stands on the line after what it is the cause of.
    let line = lines.iter().position(|line| line.contains("token keys")).unwrap_or_else(|| panic!("{said}"));
    lines[line..(line + 2).min(lines.len())].join(" ")
}

async fn viewer(client: &Client) -> (u16, Value) {
    let reply = client.send("{ viewer { subject role } }", json!({})).await;
    (reply.status, reply.body["data"]["viewer"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_providers_tokens_are_accepted_through_rotation_and_outage() {
    let organiser = Uuid::now_v7();
    let provider = Provider::start(free_port(), "first", organiser).await;
    let traits = Traits { idle: true, verifier: Some(verifier(&provider)), ..Traits::default() };
    let system = TestSystem::with(traits).await;
    let nobody = system.nobody();
    let seller = nobody.acting_as(Role::Organiser, "seller", Some(organiser));
    let shop = Shop::open_as(seller, organiser, &Goods::default()).await;

    // A machine of the organiser, and an operator.
    let first = nobody.bearing("kiosk", &provider.token("kiosk", "urn:holdfast").await);
    assert_eq!(viewer(&first).await, (200, json!({ "subject": "oidc|kiosk", "role": "SERVICE" })));
    let order = Order::of([Line::of(shop.slot(), 1)]).customer("guest");
    let booking = first.create(&order).await.id();
    assert_eq!(first.find(&booking).await["customerId"], "guest");
    let desk = nobody.bearing("desk", &provider.token("desk", "urn:holdfast").await);
    assert_eq!(viewer(&desk).await.1["role"], "OPERATOR");
    Socket::connect(&first).await.watch(&booking, None).await;

    // For somebody else, signed otherwise than allowed, or without a role.
    for (name, resource) in
        [("kiosk", "urn:another"), ("kiosk", "urn:holdfast:rsa"), ("visitor", "urn:holdfast")]
    {
        let refused = nobody.bearing(name, &provider.token(name, resource).await);
        assert_eq!(viewer(&refused).await, (401, Value::Null), "{name} {resource}");
    }

    let said = doctor(&provider).await;
    assert!(said.starts_with("ok") && said.contains(&format!("2 of {}", provider.url())), "{said}");

    // New keys: the first token that bears one makes them known, and the old ones are retired.
    let mut provider = provider.rotated("second").await;
    assert_eq!(viewer(&first).await.0, 200, "known as long as nothing was read");
    let second = nobody.bearing("kiosk", &provider.token("kiosk", "urn:holdfast").await);
    assert_eq!(viewer(&second).await, (200, json!({ "subject": "oidc|kiosk", "role": "SERVICE" })));
    assert_eq!(viewer(&first).await, (401, Value::Null), "the old key is retired");

    // The provider is away: what is known goes on, what is not known is refused, and the tests' own are not touched.
    provider.kill().await;
    let said = doctor(&provider).await;
    assert!(said.starts_with("FAILED") && said.contains("can't be asked"), "{said}");
    assert_eq!(viewer(&second).await.0, 200);
    assert_eq!(viewer(&first).await.0, 401);
    assert_eq!(second.find(&booking).await["id"], booking.as_str());
    assert_eq!(viewer(&system.customer("ana")).await.0, 200);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_provider_that_never_answered_is_not_called_bad() {
    let mut provider = Provider::start(free_port(), "early", Uuid::now_v7()).await;
    let token = provider.token("kiosk", "urn:holdfast").await;
    provider.kill().await;
    let traits = Traits { idle: true, verifier: Some(verifier(&provider)), ..Traits::default() };
    let system = TestSystem::with(traits).await;
    let nobody = system.nobody();
    let undecided = nobody.bearing("kiosk", &token).send("{ viewer { subject } }", json!({})).await;
    assert_eq!((undecided.status, undecided.error()), (503, Some("UNAVAILABLE")));
    assert_eq!(viewer(&nobody).await, (200, Value::Null), "who needs no token is served");

    let provider = Provider::start(provider.port, "late", provider.organiser).await;
    let token = provider.token("kiosk", "urn:holdfast").await;
    assert_eq!(viewer(&nobody.bearing("kiosk", &token)).await.0, 200);
    system.finish().await;
}
