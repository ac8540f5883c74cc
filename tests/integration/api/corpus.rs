//! Values made to break something, one table for each kind: what is wrong with each is said, and nothing of it is done.

mod bodies;
mod tokens;

use chrono::{Duration, Utc};
use serde_json::{Value, json};
use tests::{Client, Goods, Shop, TestSystem};
use uuid::Uuid;

/// The code of an answer, of either kind; `OK` when it was done.
async fn code(client: &Client, query: &str, variables: Value) -> String {
    let reply = client.send(query, variables).await;
    if let Some(code) = reply.error() {
        return code.to_owned();
    }
    let fields = reply.body["data"].as_object().expect("data");
    let first = fields.values().find_map(|field| field["userErrors"][0]["code"].as_str());
    first.unwrap_or("OK").to_owned()
}

/// One input of a mutation with one thing changed.
fn changed(input: &Value, pointer: &str, value: &Value) -> Value {
    let mut input = input.clone();
    input["idempotencyKey"] = json!(Uuid::new_v4());
    *input.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value.clone();
    json!({ "input": input })
}

/// Collects what was answered otherwise than it should be, so that one run shows all of it.
#[derive(Default)]
struct Table {
    rows: usize,
    wrong: Vec<String>,
}

impl Table {
    fn row(&mut self, name: &str, value: &Value, found: &str, expected: &[&str]) {
        self.rows += 1;
        if !expected.contains(&found) {
            self.wrong.push(format!("{name} = {value:.60}: {found} instead of {expected:?}"));
        }
    }

    fn end(self, kind: &str) {
        println!("{kind}: {} rows", self.rows);
        assert_eq!(self.wrong, [""; 0], "{kind}");
    }
}

/// Moments that are none, or none that anybody means.
fn no_moments() -> Vec<Value> {
    let mut values: Vec<Value> = [
        "",
        "now",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+25:00",
        "2025-02-29T12:00:00Z",
        "99999-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z; drop table booking.booking",
        "\u{0662}\u{0660}\u{0662}\u{0666}-01-01T00:00:00Z",
        "infinity",
        "epoch",
        "2026-01-01T00:00:00Z\u{0}",
    ]
    .map(Value::from)
    .to_vec();
    values.extend([json!(0), json!(1_767_225_600), json!(1.5), json!(true), json!([]), json!({})]);
    values
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_that_do_not_exist() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let booking = system.customer("ana").hold(shop.slot()).await;
    let mut table = Table::default();
    let from =
        "query($id: ID!, $at: DateTime) { slots(listingId: $id, from: $at) { edges { node { id } } } }";
    let to = "query($id: ID!, $at: DateTime) { slots(listingId: $id, to: $at) { edges { node { id } } } }";
    let as_of = "query($id: ID!, $at: DateTime!) { bookingAsOf(id: $id, at: $at) { id } }";
    let slots = "mutation($input: UpsertSlotsInput!) { upsertSlots(input: $input) { userErrors { code } } }";
    let input = slot_input(&shop);
    let ana = system.customer("ana");
    for value in no_moments() {
        for (name, query, id) in
            [("from", from, &shop.listing), ("to", to, &shop.listing), ("at", as_of, &booking)]
        {
            let found = code(&ana, query, json!({ "id": id, "at": value })).await;
            table.row(name, &value, &found, &["BAD_USER_INPUT"]);
        }
        for pointer in ["/slots/0/startsAt", "/slots/0/endsAt"] {
            let found = code(&shop.organiser, slots, changed(&input, pointer, &value)).await;
            table.row(pointer, &value, &found, &["BAD_USER_INPUT"]);
        }
    }
    // Moments that exist, at the ends of what can be said and a leap second: refused or not, but understood.
    for text in
        ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2016-12-31T23:59:60Z", "2026-01-01T00:00:00-23:59"]
    {
        let value = json!(text);
        for (name, query, id) in
            [("from", from, &shop.listing), ("to", to, &shop.listing), ("at", as_of, &booking)]
        {
            let found = code(&ana, query, json!({ "id": id, "at": value })).await;
            table.row(name, &value, &found, &["OK", "BAD_USER_INPUT"]);
        }
        for pointer in ["/slots/0/startsAt", "/slots/0/endsAt"] {
            let found = code(&shop.organiser, slots, changed(&input, pointer, &value)).await;
            let expected: &[&str] =
                if text.starts_with("20") { &["OK", "INVALID_INPUT"] } else { &["INVALID_INPUT"] };
            table.row(pointer, &value, &found, expected);
        }
    }
    table.end("moments");
    // Whatever was written can be read.
    let all = "query($id: ID!) { slots(listingId: $id, from: \"0001-01-01T00:00:00Z\") { edges { node { id startsAt } } } }";
    assert_eq!(code(&ana, all, json!({ "id": shop.listing })).await, "OK");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_and_times_of_day_that_do_not_exist() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let query =
        "mutation($input: ScheduleSlotsInput!) { scheduleSlots(input: $input) { userErrors { code } } }";
    let day = (Utc::now() + Duration::days(20)).date_naive().to_string();
    let input = json!({
        "idempotencyKey": "", "listingId": shop.listing, "from": day, "until": day, "localTime": "10:00",
        "durationMinutes": 60, "weekdays": ["MONDAY"], "capacity": 1, "price": { "amount": "1.00", "currencyCode": "EUR" }
    });
    let mut table = Table::default();
    for (pointer, values) in [
        (
            "/from",
            vec![json!("2026-02-30"), json!("2026-13-01"), json!(""), json!("20260101"), json!(20_260_101)],
        ),
        ("/until", vec![json!("2026-04-31"), json!("today"), json!("2026-01-01T00:00:00Z")]),
        (
            "/localTime",
            vec![
                json!("24:00"),
                json!("10:60"),
                json!("25:00"),
                json!("-1:00"),
                json!("10"),
                json!(""),
                json!(10),
            ],
        ),
        ("/weekdays", vec![json!(["SOMEDAY"]), json!([1])]),
    ] {
        for value in values {
            let found = code(&shop.organiser, query, changed(&input, pointer, &value)).await;
            table.row(pointer, &value, &found, &["BAD_USER_INPUT"]);
        }
    }
    for (pointer, value) in [
        ("/from", json!("9999-12-31")),
        ("/until", json!("9999-12-31")),
        ("/until", json!("0001-01-01")),
        ("/durationMinutes", json!(0)),
        ("/durationMinutes", json!(-1)),
        ("/durationMinutes", json!(i32::MAX)),
        ("/capacity", json!(-1)),
        ("/weekdays", json!([])),
    ] {
        let found = code(&shop.organiser, query, changed(&input, pointer, &value)).await;
        table.row(pointer, &value, &found, &["INVALID_INPUT", "INVALID_QUANTITY", "BAD_USER_INPUT"]);
    }
    let mut far = changed(&input, "/from", &json!("9999-12-20"));
    far["input"]["until"] = json!("9999-12-31");
    let found = code(&shop.organiser, query, far).await;
    table.row("/from and /until", &json!("9999"), &found, &["INVALID_INPUT"]);
    table.end("days");
    system.finish().await;
}

fn slot_input(shop: &Shop) -> Value {
    let (starts, ends) = (Utc::now() + Duration::days(20), Utc::now() + Duration::days(21));
    json!({
        "idempotencyKey": "", "listingId": shop.listing,
        "slots": [{ "startsAt": starts.to_rfc3339(), "endsAt": ends.to_rfc3339(), "capacity": 5,
                    "price": { "amount": "1.00", "currencyCode": "EUR" } }]
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_too_small_too_large_or_none() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let ana = system.customer("ana");
    let booking = ana.hold(shop.slot()).await;
    let mut table = Table::default();
    let slots = "mutation($input: UpsertSlotsInput!) { upsertSlots(input: $input) { userErrors { code } } }";
    let join = "mutation($input: JoinWaitlistInput!) { joinWaitlist(input: $input) { userErrors { code } } }";
    let refund =
        "mutation($input: RefundBookingInput!) { refundBooking(input: $input) { userErrors { code } } }";
    let (slot_input, operator) = (slot_input(&shop), system.operator());
    let join_input = json!({ "idempotencyKey": "", "slotId": shop.slot(), "quantity": 1 });
    let refund_input = json!({ "idempotencyKey": "", "bookingId": booking,
                               "amount": { "amount": "1.00", "currencyCode": "EUR" } });
    let refused =
        ["INVALID_INPUT", "INVALID_QUANTITY", "INVALID_PRICE", "BAD_USER_INPUT", "CURRENCY_MISMATCH"];
    for value in [
        json!(-1),
        json!(i32::MIN),
        json!(i64::from(i32::MAX) + 1),
        json!(1e300),
        json!(0.5),
        json!("5"),
        json!([5]),
    ] {
        let found = code(&shop.organiser, slots, changed(&slot_input, "/slots/0/capacity", &value)).await;
        table.row("capacity", &value, &found, &refused);
        let found = code(&ana, join, changed(&join_input, "/quantity", &value)).await;
        table.row("quantity", &value, &found, &refused);
    }
    for text in [
        "-1",
        "-0.01",
        "1e3",
        "1E3",
        "0x10",
        "NaN",
        "Infinity",
        "1,00",
        "1.001",
        " 1",
        "1 ",
        "+1",
        ".",
        "",
        "--1",
        "1.0.0",
        "9999999999999999999999",
        "92233720368547758.08",
        "\u{0661}",
        "1\u{0}",
        "1'; --",
        "1_000",
    ] {
        let value = json!(text);
        let found = code(&shop.organiser, slots, changed(&slot_input, "/slots/0/price/amount", &value)).await;
        table.row("price", &value, &found, &refused);
        let found = code(&operator, refund, changed(&refund_input, "/amount/amount", &value)).await;
        table.row("refund", &value, &found, &[&refused[..], &["INVALID_STATE", "AMOUNT_TOO_LARGE"]].concat());
    }
    for value in [json!(1), json!(1.5), json!(-1), json!(null), json!([]), json!({})] {
        let found = code(&shop.organiser, slots, changed(&slot_input, "/slots/0/price/amount", &value)).await;
        table.row("price", &value, &found, &["BAD_USER_INPUT"]);
    }
    table.end("numbers");
    let count: i64 = system.database.value("select count(*) from inventory.slot").await;
    assert_eq!(count, 1);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_are_none() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let ana = system.customer("ana");
    let mut table = Table::default();
    let nobody = Uuid::nil();
    let values = [
        json!(""),
        json!(" "),
        json!("x"),
        json!("Booking:1"),
        json!(nobody),
        json!("'; drop table booking.booking; --"),
        json!("\u{0}"),
        json!("\u{1F389}"),
        json!("\u{202e}gnikooB"),
        json!("=".repeat(100)),
        json!("QQ==".repeat(20_000)),
        json!(tests::node_id("Booking\u{0}", nobody)),
        json!(tests::node_id("Nothing", nobody)),
        json!(shop.listing),
    ];
    for value in &values {
        for query in [
            "query($id: ID!) { booking(id: $id) { id } }",
            "query($id: ID!) { refundQuote(bookingId: $id) { refund { amount } } }",
            "mutation($id: ID!) { cancelBooking(input: { idempotencyKey: \"k\", bookingId: $id }) { userErrors { code } } }",
        ] {
            let found = code(&ana, query, json!({ "id": value })).await;
            table.row("id", value, &found, &["BAD_USER_INPUT", "NOT_FOUND"]);
        }
    }
    // More ids than a page has, and the same one over and over.
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let found = code(&ana, nodes, json!({ "ids": vec![shop.listing.clone(); 101] })).await;
    table.row("101 ids", &json!(101), &found, &["BAD_USER_INPUT", "QUERY_TOO_COMPLEX"]);
    let found = code(&ana, nodes, json!({ "ids": vec![shop.listing.clone(); 20_000] })).await;
    table.row("20,000 ids", &json!(20_000), &found, &["BAD_USER_INPUT", "QUERY_TOO_COMPLEX"]);
    let found = code(&ana, nodes, json!({ "ids": vec![shop.listing.clone(); 100] })).await;
    table.row("100 ids", &json!(100), &found, &["OK"]);
    table.end("ids");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_look_like_code() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let mut table = Table::default();
    let query = "mutation($input: UpsertListingInput!) { upsertListing(input: $input) \
                 { listing { title description } userErrors { code } } }";
    let input = json!({
        "idempotencyKey": "", "slug": shop.slug, "title": "T", "description": "", "timeZone": "Europe/Lisbon",
        "currency": "EUR", "ratePlans": [tests::plan("flexible", 100, &[(0, 100)])]
    });
    for (pointer, value) in [
        ("/title", json!("")),
        ("/title", json!("nul\u{0}")),
        ("/title", json!("x".repeat(201))),
        ("/title", json!("a\nb")),
        ("/description", json!("nul\u{0}")),
        ("/description", json!("x".repeat(10_001))),
        ("/slug", json!("a/../b")),
        ("/slug", json!("\u{430}dmin")),
        ("/slug", json!("A")),
        ("/slug", json!("a b")),
        ("/slug", json!("'--")),
        ("/slug", json!("x".repeat(101))),
        ("/timeZone", json!("Mars/Olympus")),
        ("/timeZone", json!("'; select 1")),
        ("/timeZone", json!("")),
        ("/currency", json!("EURO")),
        ("/currency", json!("\u{0}")),
        ("/idempotencyKey", json!("\u{0}")),
        ("/idempotencyKey", json!("x".repeat(201))),
        ("/idempotencyKey", json!("")),
        ("/ratePlans", json!([])),
    ] {
        let mut variables = changed(&input, pointer, &value);
        *variables.pointer_mut(&format!("/input{pointer}")).expect("a field") = value.clone();
        let found = code(&shop.organiser, query, variables).await;
        table.row(pointer, &value, &found, &["INVALID_INPUT", "BAD_USER_INPUT", "CURRENCY_MISMATCH"]);
    }
    for text in [
        "'); drop table inventory.listing; --",
        "<script>alert(1)</script>",
        "{{7*7}} ${7*7} #{7*7} %s %n",
        "\u{202e}gnol",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}",
        "\u{1F468}\u{200d}\u{1F469}\u{200d}\u{1F467}",
        "e\u{301}\u{36f}\u{36f}\u{36f}",
        "\u{feff}\u{fffd}",
        "\\u0000 \\x00 \\0",
        "../../etc/passwd",
        "=cmd|' /C calc'!A0",
    ] {
        for pointer in ["/title", "/description"] {
            let variables = changed(&input, pointer, &json!(text));
            let reply = shop.organiser.send(query, variables).await;
            let stored = &reply.field("upsertListing")["listing"][&pointer[1..]];
            table.row(pointer, &json!(text), stored.as_str().unwrap_or("refused"), &[text]);
        }
    }
    table.end("texts");
    system.finish().await;
}
