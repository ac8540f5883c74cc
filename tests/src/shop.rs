//! What is for sale in a test.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Client;

/// A rate plan with the steps of its policy: (hours before the start, percent that comes back).
pub fn plan(code: &str, percent: i32, steps: &[(i32, i32)]) -> Value {
    let policy: Vec<Value> = steps
        .iter()
        .map(|(hours, percent)| json!({ "hoursBeforeStart": hours, "refundPercent": percent }))
        .collect();
    json!({ "code": code, "name": code, "pricePercent": percent, "policy": policy })
}

/// What is to be sold; by default one slot of 10 places at 100.00 EUR, in 10 days, fully refundable.
#[derive(Clone, Debug)]
pub struct Goods {
    /// When each slot starts.
    pub starts: Vec<DateTime<Utc>>,
    /// Places of each.
    pub capacity: i32,
    /// Price of one place.
    pub price: &'static str,
    /// Of which currency.
    pub currency: &'static str,
    /// See [`plan`]; the first is the default.
    pub plans: Vec<Value>,
    /// Further fields of the listing's input.
    pub listing: Value,
    /// The rows of the hall, for seats with names; then `capacity` counts for nothing.
    pub rows: Option<Value>,
    /// Further fields of each slot's input.
    pub slot: Value,
}

impl Default for Goods {
    fn default() -> Self {
        Self {
            starts: vec![Utc::now() + Duration::days(10)],
            capacity: 10,
            price: "100.00",
            currency: "EUR",
            plans: vec![plan("flexible", 100, &[(0, 100)])],
            listing: json!({}),
            rows: None,
            slot: json!({}),
        }
    }
}

impl Goods {
    /// Places of each slot.
    pub fn places(capacity: i32) -> Self {
        Self { capacity, ..Self::default() }
    }

    /// A hall of so many rows, `A` being the best, of so many seats each, `1` being the leftmost.
    pub fn hall(rows: u8, seats: u32) -> Self {
        let seats: Vec<String> = (1..=seats).map(|seat| seat.to_string()).collect();
        let row =
            |row| json!({ "section": "Stalls", "row": char::from(b'A' + row).to_string(), "seats": seats });
        Self { rows: Some((0..rows).map(row).collect()), ..Self::default() }
    }

    /// With further fields of the listing's input.
    #[must_use]
    pub fn listed(mut self, fields: Value) -> Self {
        self.listing = fields;
        self
    }

    /// With so many slots, a day apart.
    #[must_use]
    pub fn slots(mut self, count: i64) -> Self {
        let first = Utc::now() + Duration::days(10);
        self.starts = (0..count).map(|day| first + Duration::days(day)).collect();
        self
    }
}

/// A listing on sale.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Who sells.
    pub organiser: Client,
    /// Its id.
    pub organiser_id: Uuid,
    /// The listing's global id.
    pub listing: String,
    /// Its slug.
    pub slug: String,
    /// The slots' global ids, by start.
    pub slots: Vec<String>,
}

impl Shop {
    /// Puts goods on sale through the API, as a new organiser does.
    pub async fn open(nobody: &Client, goods: &Goods) -> Self {
        let organiser_id = Uuid::now_v7();
        let organiser =
            nobody.acting_as(db::Role::Organiser, &format!("seller-{organiser_id}"), Some(organiser_id));
        Self::open_as(organiser, organiser_id, goods).await
    }

    /// Puts further goods of an organiser on sale.
    pub async fn open_as(organiser: Client, organiser_id: Uuid, goods: &Goods) -> Self {
        let slug = format!("listing-{}", Uuid::new_v4().simple());
        let listing = write_listing(&organiser, &slug, goods).await;
        let mut shop = Self { organiser, organiser_id, listing, slug, slots: Vec::new() };
        if !goods.starts.is_empty() {
            shop.slots = shop.write_slots(goods).await;
        }
        shop
    }

    /// Changes the listing: its rate plans, above all.
    pub async fn rewrite(&self, goods: &Goods) {
        let listing = write_listing(&self.organiser, &self.slug, goods).await;
        assert_eq!(listing, self.listing, "a slug names one listing");
    }

    /// The first slot.
    pub fn slot(&self) -> &str {
        &self.slots[0]
    }

    /// Writes slots: new ones, or others' new capacity and price. Their global ids by start.
    pub async fn write_slots(&self, goods: &Goods) -> Vec<String> {
        let payload = self.try_write_slots(&self.organiser, goods).await;
        assert_eq!(payload["userErrors"], json!([]), "no slots");
        let slots = payload["slots"].as_array().expect("slots");
        slots.iter().map(|slot| slot["id"].as_str().expect("an id").to_owned()).collect()
    }

    /// Asks for the same as somebody, whatever comes of it.
    pub async fn try_write_slots(&self, client: &Client, goods: &Goods) -> Value {
        let plan = match &goods.rows {
            Some(rows) => Some(write_venue_plan(&self.organiser, &self.slug, rows).await),
            None => None,
        };
        let slot = |start: &DateTime<Utc>| slot_input(*start, goods, plan.as_deref());
        let slots: Vec<Value> = goods.starts.iter().map(slot).collect();
        let query = "mutation($input: UpsertSlotsInput!) { upsertSlots(input: $input) \
                     { slots { id } userErrors { code message path } } }";
        let input = json!({ "idempotencyKey": Uuid::new_v4(), "listingId": self.listing, "slots": slots });
        let reply = client.send(query, json!({ "input": input })).await;
        reply.field("upsertSlots").clone()
    }

    /// The global ids of a slot's seats, from the best row and from the left, with their names such as `A-1`.
    pub async fn seats(&self, slot: &str) -> Vec<(String, String)> {
        let query = "query($id: ID!) { node(id: $id) { ... on Slot { \
                     seats(first: 1000) { edges { node { id row label } } } } } }";
        let reply = self.organiser.send(query, json!({ "id": slot })).await;
        let edges = reply.field("node")["seats"]["edges"].as_array().expect("seats").clone();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let seat = |edge: &Value| {
            let seat = &edge["node"];
            (text(&seat["id"]), format!("{}-{}", text(&seat["row"]), text(&seat["label"])))
        };
        edges.iter().map(seat).collect()
    }

    /// How many places of a slot are free.
    pub async fn available(&self, slot: &str) -> i64 {
        let query = "query($id: ID!) { node(id: $id) { ... on Slot { available } } }";
        let reply = self.organiser.send(query, json!({ "id": slot })).await;
        reply.field("node")["available"].as_i64().expect("a count")
    }
}

fn slot_input(start: DateTime<Utc>, goods: &Goods, venue_plan: Option<&str>) -> Value {
    let text = |moment: DateTime<Utc>| moment.to_rfc3339_opts(SecondsFormat::Micros, true);
    let mut input = json!({
        "startsAt": text(start), "endsAt": text(start + Duration::hours(2)),
        "price": { "amount": goods.price, "currencyCode": goods.currency }
    });
    match venue_plan {
        Some(plan) => input["venuePlanId"] = json!(plan),
        None => input["capacity"] = json!(goods.capacity),
    }
    with(input, &goods.slot)
}

/// An input with further fields.
fn with(mut input: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

/// Makes or changes the plan of a hall; its global id.
async fn write_venue_plan(organiser: &Client, code: &str, rows: &Value) -> String {
    let query = "mutation($input: UpsertVenuePlanInput!) { upsertVenuePlan(input: $input) \
                 { venuePlan { id } userErrors { code message path } } }";
    let input = json!({ "idempotencyKey": Uuid::new_v4(), "code": code, "name": "A hall", "rows": rows });
    let reply = organiser.send(query, json!({ "input": input })).await;
    let payload = reply.field("upsertVenuePlan");
    let plan = payload["venuePlan"]["id"].as_str();
    plan.unwrap_or_else(|| panic!("no plan: {payload}")).to_owned()
}

/// Makes or changes a listing; its global id.
async fn write_listing(organiser: &Client, slug: &str, goods: &Goods) -> String {
    let query = "mutation($input: UpsertListingInput!) { upsertListing(input: $input) \
                 { listing { id } userErrors { code message path } } }";
    let input = json!({
        "idempotencyKey": Uuid::new_v4(), "slug": slug, "title": format!("Listing {slug}"),
        "timeZone": "Europe/Lisbon", "currency": goods.currency, "ratePlans": goods.plans
    });
    let input = with(input, &goods.listing);
    let reply = organiser.send(query, json!({ "input": input })).await;
    let payload = reply.field("upsertListing");
    let listing = payload["listing"]["id"].as_str();
    listing.unwrap_or_else(|| panic!("no listing: {payload}")).to_owned()
}
