//! What customers do with bookings.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{client::Client, reply::Payload};

/// One line asked for.
#[derive(Clone, Debug)]
pub struct Line(Value);

impl Line {
    /// So many places of a slot.
    pub fn of(slot: &str, quantity: i32) -> Self {
        Self(json!({ "slotId": slot, "quantity": quantity }))
    }

    /// These seats of a slot.
    pub fn seats(slot: &str, seats: &[&str]) -> Self {
        Self(json!({ "slotId": slot, "seatIds": seats }))
    }

    /// The input that the API gets.
    pub fn input(&self) -> Value {
        self.0.clone()
    }

    /// As a rate plan.
    #[must_use]
    pub fn plan(mut self, code: &str) -> Self {
        self.0["ratePlan"] = json!(code);
        self
    }

    /// At a negotiated price.
    #[must_use]
    pub fn price(mut self, amount: &str, currency: &str) -> Self {
        self.0["unitPrice"] = json!({ "amount": amount, "currencyCode": currency });
        self
    }
}

/// A booking asked for, under a key of its own.
#[derive(Clone, Debug)]
pub struct Order(Value);

impl Order {
    /// Of these lines, without a payment method.
    pub fn of(lines: impl IntoIterator<Item = Line>) -> Self {
        let lines: Vec<Value> = lines.into_iter().map(|line| line.0).collect();
        Self(json!({ "idempotencyKey": Uuid::new_v4(), "lines": lines }))
    }

    /// Paid at once.
    #[must_use]
    pub fn paid(self, method: &str) -> Self {
        self.with("paymentMethod", json!(method))
    }

    /// Under this key.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.with("idempotencyKey", json!(key))
    }

    /// For this customer.
    #[must_use]
    pub fn customer(self, subject: &str) -> Self {
        self.with("customerId", json!(subject))
    }

    /// With this remark.
    #[must_use]
    pub fn note(self, note: &str) -> Self {
        self.with("note", json!(note))
    }

    /// The input that the API gets.
    pub fn input(&self) -> Value {
        self.0.clone()
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.0[name] = value;
        self
    }
}

impl Client {
    /// Books.
    pub async fn create(&self, order: &Order) -> Payload {
        self.mutate("createBooking", order.input()).await
    }

    /// Books one place, paid with `method`; its global id.
    pub async fn book(&self, slot: &str, method: &str) -> String {
        let order = Order::of([Line::of(slot, 1)]).paid(method);
        self.create(&order).await.id()
    }

    /// Books one place without paying; its global id.
    pub async fn hold(&self, slot: &str) -> String {
        self.create(&Order::of([Line::of(slot, 1)])).await.id()
    }

    /// Pays.
    pub async fn pay(&self, booking: &str, method: &str) -> Payload {
        let input =
            json!({ "idempotencyKey": Uuid::new_v4(), "bookingId": booking, "paymentMethod": method });
        self.mutate("payBooking", input).await
    }

    /// Cancels.
    pub async fn cancel(&self, booking: &str) -> Payload {
        let input = json!({ "idempotencyKey": Uuid::new_v4(), "bookingId": booking });
        self.mutate("cancelBooking", input).await
    }

    /// Asks for something about a booking, under a key of its own.
    pub async fn ask(&self, mutation: &str, booking: &str, fields: Value) -> Payload {
        let mut input = json!({ "idempotencyKey": Uuid::new_v4(), "bookingId": booking });
        for (name, value) in fields.as_object().expect("fields") {
            input[name] = value.clone();
        }
        self.mutate(mutation, input).await
    }

    /// Makes a booking be for other lines, paid with `method` where that costs more.
    pub async fn reschedule(
        &self,
        booking: &str,
        lines: impl IntoIterator<Item = Line>,
        method: Option<&str>,
    ) -> Payload {
        let lines: Vec<Value> = lines.into_iter().map(|line| line.0).collect();
        self.ask("rescheduleBooking", booking, json!({ "lines": lines, "paymentMethod": method })).await
    }

    /// Joins the queue for a slot; its entry, or the payload that refused it.
    pub async fn join(&self, slot: &str, quantity: i32) -> Result<Value, Payload> {
        let query = "mutation($input: JoinWaitlistInput!) { joinWaitlist(input: $input) { \
                     entry { id status position quantity booking { id } } \
                     userErrors { code message path retryable } replayed } }";
        let input = json!({ "idempotencyKey": Uuid::new_v4(), "slotId": slot, "quantity": quantity });
        let payload = self.send(query, json!({ "input": input })).await.payload("joinWaitlist");
        match payload.code() {
            None => Ok(payload.0["entry"].clone()),
            Some(_) => Err(payload),
        }
    }

    /// Somebody's place in a queue, as it is now.
    pub async fn entry(&self, entry: &str) -> Value {
        let query = "query($id: ID!) { node(id: $id) { ... on WaitlistEntry { \
                     id status reason position quantity version booking { id status holdExpiresAt } } } }";
        self.send(query, json!({ "id": entry })).await.field("node").clone()
    }

    /// Cancels, if the booking is still at this version.
    pub async fn cancel_at(&self, booking: &str, version: i32) -> Payload {
        let input = json!({
            "idempotencyKey": Uuid::new_v4(), "bookingId": booking, "expectedVersion": version
        });
        self.mutate("cancelBooking", input).await
    }

    /// What cancelling now would give back.
    pub async fn quote(&self, booking: &str) -> String {
        let query = "query($id: ID!) { refundQuote(bookingId: $id) { refund { amount } } }";
        let reply = self.send(query, json!({ "id": booking })).await;
        let amount = &reply.field("refundQuote")["refund"]["amount"];
        amount.as_str().expect("an amount").to_owned()
    }
}
