//! A client of the API.

use std::{cell::RefCell, time::Duration};

use db::{Actor, OrganiserId, Role};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    reply::{Payload, Reply},
    system::{AUDIENCE, ISSUER, SECRET},
    wait::in_time,
};

/// All that tests look at in a booking.
const BOOKING: &str = "fragment B on Booking { id reference status reason version note customerId inProgress \
    holdExpiresAt extensionsLeft total { amount currencyCode } owed { amount } \
    lines { lineNo quantity ratePlan unitPrice { amount } amount { amount } slot { id available } \
            priceClass bookedSeats { id section row label } } \
    pendingChange { charge { amount } total { amount } lines { slot { id } quantity } } \
    payment { status attempts failure amount { amount } captured { amount } refunded { amount } } }";

/// Somebody with a token, or nobody without one.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    /// Who asks.
    pub subject: String,
}

impl Client {
    pub(crate) fn anonymous(url: &str) -> Self {
        let http =
            reqwest::Client::builder().timeout(Duration::from_mins(1)).build().expect("an HTTP client");
        Self { http, url: url.to_owned(), token: None, subject: String::new() }
    }

    /// The same connections, for somebody.
    #[must_use]
    pub fn acting_as(&self, role: Role, subject: &str, organiser: Option<Uuid>) -> Self {
        let actor = Actor { role, subject: subject.to_owned(), organiser_id: organiser.map(OrganiserId) };
        let ttl = Duration::from_hours(1);
        let token = api::mint(SECRET, ISSUER, AUDIENCE, &actor, ttl).expect("a token");
        Self { token: Some(token), subject: subject.to_owned(), ..self.clone() }
    }

    /// The same connections, for whoever a token of an identity provider speaks of.
    #[must_use]
    pub fn bearing(&self, subject: &str, token: &str) -> Self {
        Self { token: Some(token.to_owned()), subject: subject.to_owned(), ..self.clone() }
    }

    /// The same person, at another instance of the API.
    #[must_use]
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// The same person with a token that is accepted for so long, and no longer.
    #[must_use]
    pub fn fading(&self, left: Duration) -> Self {
        // By so much, in seconds, the API lets tokens outlive their end.
        const LEEWAY: i64 = 30;
        let end = chrono::Utc::now() + left;
        // The end is of whole seconds: rounded up, it is not sooner than asked for.
        let exp = end.timestamp() + 1 - LEEWAY;
        let claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": self.subject, "role": "customer", "exp": exp
        });
        let token = jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET));
        Self { token: Some(token.expect("a token")), ..self.clone() }
    }

    /// The token.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The value of the `authorization` header.
    pub fn bearer(&self) -> Option<String> {
        self.token.as_ref().map(|token| format!("Bearer {token}"))
    }

    /// Where the API is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A request of any kind, with the token but without anything else that clients send.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends one document.
    pub async fn send(&self, query: &str, variables: Value) -> Reply {
        self.post(json!({ "query": query, "variables": variables }).to_string()).await
    }

    /// Sends a body as it is.
    pub async fn post(&self, body: String) -> Reply {
        let request = self.request(reqwest::Method::POST, "/graphql");
        let request = request.header("content-type", "application/json").body(body);
        let response = request.send().await.expect("the API answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("the answer arrives");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Reply { status, body }
    }

    /// Runs a mutation of bookings, whatever comes of it.
    pub async fn try_mutate(&self, mutation: &str, input: Value) -> Reply {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ \
             booking {{ ...B }} userErrors {{ code message path retryable retryAfterMs }} replayed }} }} {BOOKING}"
        );
        self.send(&query, json!({ "input": input })).await
    }

    /// Runs a mutation of bookings that is answered with a payload.
    pub async fn mutate(&self, mutation: &str, input: Value) -> Payload {
        self.try_mutate(mutation, input).await.payload(mutation)
    }

    /// A booking, if this client may see it.
    pub async fn find(&self, booking: &str) -> Value {
        let query = format!("query($id: ID!) {{ booking(id: $id) {{ ...B }} }} {BOOKING}");
        let reply = self.send(&query, json!({ "id": booking })).await;
        reply.field("booking").clone()
    }

    /// Waits until a booking is as it should be, and gives it.
    ///
    /// # Panics
    /// When that does not come about in time.
    pub async fn wait_for(&self, booking: &str, what: &str, good: impl Fn(&Value) -> bool) -> Value {
        // The state that it stuck in says more than that the right one did not come.
        let last = RefCell::new(Value::Null);
        let found = in_time(|| async {
            let found = self.find(booking).await;
            last.replace(found.clone());
            good(&found).then_some(found)
        });
        found
            .await
            .unwrap_or_else(|| panic!("waited in vain until {what}; the booking is {:#}", last.borrow()))
    }

    /// Waits until a booking and its payment stand there and nothing moves any more.
    ///
    /// # Panics
    /// When that does not come about in time.
    pub async fn settled(&self, booking: &str, status: &str, payment: &str) -> Value {
        let what = format!("the booking is {status} and its payment {payment}");
        self.wait_for(booking, &what, |found| {
            found["status"] == status && found["payment"]["status"] == payment && found["inProgress"] == false
        })
        .await
    }
}
