//! Inputs that are wrong, odd, or look like code.

use chrono::{Duration, Utc};
use serde_json::{Value, json};
use tests::{Client, Goods, Line, Order, TestSystem, uuid_of};
use uuid::Uuid;

/// The code by which a createBooking was refused, of either kind.
async fn refusal(client: &Client, input: Value) -> String {
    let reply = client.try_mutate("createBooking", input).await;
    if let Some(code) = reply.error() {
        return code.to_owned();
    }
    let payload = reply.payload("createBooking");
    assert_eq!(payload.0["booking"], Value::Null);
    payload.code().unwrap_or_else(|| panic!("accepted: {payload:?}")).to_owned()
}

/// A correct input with one thing changed.
fn with(order: &Order, pointer: &str, value: Value) -> Value {
    let key = Uuid::new_v4().to_string();
    let mut input = order.clone().key(&key).note("x").paid("pm_card_visa").input();
    input["lines"][0]["ratePlan"] = json!("flexible");
    *input.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    input
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_inputs_are_refused_and_change_nothing() {
    let system = TestSystem::idle().await;
    let now = Utc::now();
    let goods =
        Goods { starts: [1, 2, 200].map(|days| now + Duration::days(days)).to_vec(), ..Goods::default() };
    let shop = system.shop(&goods).await;
    let [slot, past, far] = [0, 1, 2].map(|at: usize| shop.slots[at].clone());
    let moved = format!(
        "update inventory.slot set starts_at = now() - interval '2 hours', ends_at = now() + interval '1 hour'
         where id = '{}'",
        uuid_of(&past)
    );
    assert_eq!(system.database.execute(moved).await, 1);
    let customer = system.customer("ana");
    let order = Order::of([Line::of(&slot, 1)]);
    let line = |slot: &str, quantity: i32| json!({ "slotId": slot, "quantity": quantity });

    for (pointer, value, code) in [
        ("/lines/0/slotId", json!(TestSystem::stranger("Slot")), "NOT_FOUND"),
        ("/lines/0/slotId", json!(shop.listing), "BAD_USER_INPUT"),
        ("/lines/0/slotId", json!(""), "BAD_USER_INPUT"),
        ("/lines/0/slotId", json!(uuid_of(&slot)), "BAD_USER_INPUT"),
        ("/lines/0/slotId", json!(past), "SALES_CLOSED"),
        ("/lines/0/slotId", json!(far), "SALES_CLOSED"),
        ("/lines/0/quantity", json!(0), "INVALID_QUANTITY"),
        ("/lines/0/quantity", json!(-1), "INVALID_QUANTITY"),
        ("/lines/0/quantity", json!(i32::MIN), "INVALID_QUANTITY"),
        ("/lines/0/quantity", json!(i32::MAX), "INVALID_QUANTITY"),
        ("/lines/0/quantity", json!(i64::from(i32::MAX) + 1), "BAD_USER_INPUT"),
        ("/lines/0/quantity", json!(1.5), "BAD_USER_INPUT"),
        ("/lines/0/quantity", json!("1"), "BAD_USER_INPUT"),
        ("/lines/0/quantity", json!(11), "SOLD_OUT"),
        ("/lines/0/ratePlan", json!("none"), "NOT_FOUND"),
        ("/lines/0/ratePlan", json!(""), "INVALID_INPUT"),
        ("/lines", json!([]), "INVALID_INPUT"),
        ("/lines", json!(vec![line(&slot, 1); 101]), "INVALID_INPUT"),
        // Six and six of ten, in two lines of one slot.
        ("/lines", json!([line(&slot, 6), line(&slot, 6)]), "SOLD_OUT"),
        ("/lines", json!(null), "BAD_USER_INPUT"),
        ("/note", json!("nul\u{0}"), "INVALID_INPUT"),
        ("/note", json!("x".repeat(2_001)), "INVALID_INPUT"),
        ("/note", json!("my card is 4242 4242 4242 4242"), "INVALID_INPUT"),
        ("/paymentMethod", json!("4242424242424242"), "INVALID_INPUT"),
        ("/paymentMethod", json!(""), "INVALID_INPUT"),
        ("/idempotencyKey", json!(""), "INVALID_INPUT"),
        ("/idempotencyKey", json!("k".repeat(201)), "INVALID_INPUT"),
        ("/idempotencyKey", json!("nul\u{0}"), "INVALID_INPUT"),
        ("/idempotencyKey", json!(null), "BAD_USER_INPUT"),
    ] {
        let input = with(&order, pointer, value.clone());
        assert_eq!(refusal(&customer, input).await, code, "{pointer} = {value:.100}");
    }
    expect_nothing_changed(&system).await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_prices_are_refused_and_change_nothing() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let slot = shop.slot();
    for (amount, currency, code) in [
        ("1.00", "USD", "CURRENCY_MISMATCH"),
        ("1.00", "XXX", "CURRENCY_MISMATCH"),
        ("1.00", "eur", "CURRENCY_MISMATCH"),
        ("-0.01", "EUR", "INVALID_PRICE"),
        ("1.001", "EUR", "INVALID_PRICE"),
        ("1e3", "EUR", "INVALID_PRICE"),
        ("NaN", "EUR", "INVALID_PRICE"),
        ("1000000000.01", "EUR", "INVALID_PRICE"),
        ("92233720368547758.08", "EUR", "INVALID_PRICE"),
    ] {
        let priced = Order::of([Line::of(slot, 1).price(amount, currency)]).customer("guest");
        assert_eq!(refusal(&shop.organiser, priced.input()).await, code, "{amount} {currency}");
    }
    // One place may cost a billion; more than ten of them are beyond what a booking may cost.
    let dear = (0..2).map(|_| Line::of(slot, 6).price("1000000000.00", "EUR").plan("flexible"));
    let dear = Order::of(dear).customer("guest");
    let refused = refusal(&shop.organiser, dear.input()).await;
    assert_eq!(refused, "INVALID_PRICE", "12 billion euros");

    expect_nothing_changed(&system).await;
    system.finish().await;
}

/// No booking, and no place taken.
async fn expect_nothing_changed(system: &TestSystem) {
    let bookings: i64 = system.database.value("select count(*) from booking.booking").await;
    let taken: i64 = system.database.value("select sum(taken) from inventory.slot").await;
    assert_eq!((bookings, taken), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_texts_survive_as_they_are() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(100)).await;
    let customer = system.customer("ana");
    for text in [
        "🎉 пришёл 👩‍👩‍👧‍👦 ",
        "שלום עולם، مرحبا \u{202e}abc",
        "'); drop table booking.booking; --",
        "\\'; select pg_sleep(10); --",
        "$1 $$ %s {0} \" ` \\",
        "null",
        "line\nbreak\ttab",
        "e\u{301} z\u{36f}\u{36f}\u{36f}",
        "\u{fffd}\u{feff}",
    ] {
        let order = Order::of([Line::of(shop.slot(), 1)]).note(text);
        let id = customer.create(&order).await.id();
        assert_eq!(customer.find(&id).await["note"], text);
        let note = format!("select note from booking.booking where id = '{}'", uuid_of(&id));
        assert_eq!(system.database.value::<String>(note).await, text);
        // As a key, a search term, a reference and a slug, too.
        let key = text.replace(char::is_control, "");
        let keyed = Order::of([Line::of(shop.slot(), 1)]).key(&key);
        let (first, again) = (customer.create(&keyed).await, customer.create(&keyed).await);
        assert_eq!(first.id(), again.id(), "{text}");
        assert!(again.replayed());
        let query = "query($text: String!) { listings(search: $text) { edges { node { id } } } \
                     listing(slug: $text) { id } booking(reference: $text) { id } }";
        let reply = customer.send(query, json!({ "text": key })).await;
        assert_eq!(reply.field("booking"), &Value::Null);
        assert_eq!(reply.field("listing"), &Value::Null);
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_in_a_token_is_a_name_like_any_other() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let subject = "x' or '1'='1";
    let id = system.customer("ana").hold(shop.slot()).await;
    let stranger = system.customer(subject);
    assert_eq!(stranger.find(&id).await, Value::Null);
    let own = stranger.hold(shop.slot()).await;
    assert_eq!(stranger.find(&own).await["customerId"], subject);
    system.finish().await;
}
