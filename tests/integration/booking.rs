//! What is booked, at which price, and once.

use db::{Actor, Command, CreateBooking, LineRequest, Outcome, RefusalCode, Role, SlotId};
use serde_json::{Value, json};
use tests::{Goods, Line, Order, Shop, TestSystem, plan, uuid_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_booking_is_confirmed_and_captured_in_four_versions() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    let order = Order::of([Line::of(shop.slot(), 2)]).paid("pm_card_visa").note("late arrival");
    let booking = customer.create(&order).await;
    assert_eq!(booking.booking()["status"], "PENDING");
    let settled = customer.settled(&booking.id(), "CONFIRMED", "CAPTURED").await;

    assert_eq!(settled["version"], 4);
    assert_eq!(settled["note"], "late arrival");
    assert_eq!(settled["total"], json!({ "amount": "200.00", "currencyCode": "EUR" }));
    assert_eq!(settled["payment"]["captured"]["amount"], "200.00");
    assert_eq!(settled["holdExpiresAt"], json!(null));
    assert_eq!(
        system.events(&booking.id()).await,
        ["booking.created", "payment.authorized", "booking.confirmed", "payment.captured"]
    );
    assert_eq!(shop.available(shop.slot()).await, 8);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_of_many_lines_takes_all_or_nothing() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(2).slots(3)).await;
    let customer = system.customer("ana");
    // The one in the middle is sold out, so that what comes before it and after it is at stake.
    customer.create(&Order::of([Line::of(&shop.slots[1], 2)])).await.id();

    let lines = shop.slots.iter().map(|slot| Line::of(slot, 1));
    let refused = customer.create(&Order::of(lines)).await;

    assert_eq!(refused.code(), Some("SOLD_OUT"));
    assert_eq!(refused.0["userErrors"][0]["path"], json!(["lines", "1", "slotId"]));
    assert_eq!(refused.0["userErrors"][0]["retryable"], true);
    assert_eq!(refused.0["booking"], json!(null));
    for (slot, available) in shop.slots.iter().zip([2, 0, 2]) {
        assert_eq!(shop.available(slot).await, available);
    }
    let lines = [0, 2].map(|at: usize| Line::of(&shop.slots[at], 2));
    let accepted = customer.create(&Order::of(lines)).await;
    assert_eq!(accepted.booking()["lines"].as_array().map(Vec::len), Some(2));
    assert_eq!(accepted.booking()["total"]["amount"], "400.00");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organiser_books_for_a_customer_at_a_negotiated_price() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;

    let order =
        Order::of([Line::of(shop.slot(), 3).price("64.05", "EUR")]).customer("guest-7").paid("pm_card_visa");
    let id = shop.organiser.create(&order).await.id();
    let booking = shop.organiser.settled(&id, "CONFIRMED", "CAPTURED").await;

    assert_eq!(booking["customerId"], "guest-7");
    assert_eq!(booking["lines"][0]["unitPrice"]["amount"], "64.05");
    assert_eq!(booking["payment"]["captured"]["amount"], "192.15");
    assert_eq!(system.customer("guest-7").find(&id).await["id"], booking["id"]);
    // The list price stays beside the negotiated one, and the event names who agreed to it.
    let id = uuid_of(&id);
    let prices = format!(
        "select list_price_minor || ' ' || unit_price_minor from booking.line where booking_id = '{id}'"
    );
    assert_eq!(system.database.value::<String>(prices).await, "10000 6405");
    let who = format!(
        "select actor_role || ' ' || actor_id from booking.event where booking_id = '{id}' and version = 1"
    );
    let seller = format!("ORGANISER {}", shop.organiser.subject);
    assert_eq!(system.database.value::<String>(who).await, seller);

    let nameless = shop.organiser.create(&Order::of([Line::of(shop.slot(), 1)])).await;
    assert_eq!(nameless.code(), Some("INVALID_INPUT"), "for whom?");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_plan_has_its_percent_with_half_a_cent_rounded_up() {
    let system = TestSystem::idle().await;
    let goods = Goods {
        price: "10.01",
        plans: vec![plan("full", 100, &[(0, 100)]), plan("half", 50, &[]), plan("triple", 300, &[])],
        ..Goods::default()
    };
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");

    // Half of 10.01 is 5.005.
    for (code, unit, amount) in
        [("full", "10.01", "20.02"), ("half", "5.01", "10.02"), ("triple", "30.03", "60.06")]
    {
        let created = customer.create(&Order::of([Line::of(shop.slot(), 2).plan(code)])).await;
        let line = &created.booking()["lines"][0];
        assert_eq!(line["ratePlan"], code);
        assert_eq!(line["unitPrice"]["amount"], unit, "{code}");
        assert_eq!(line["amount"]["amount"], amount, "{code}");
    }
    let default = customer.create(&Order::of([Line::of(shop.slot(), 1)])).await;
    assert_eq!(default.booking()["lines"][0]["ratePlan"], "full", "the first is the default");
    let unknown = customer.create(&Order::of([Line::of(shop.slot(), 1).plan("none")])).await;
    assert_eq!(unknown.code(), Some("NOT_FOUND"));
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_booking_is_confirmed_at_once_and_never_reaches_the_gateway() {
    let system = TestSystem::start().await;
    let goods = Goods { price: "0", ..Goods::default() };
    let shop = system.shop(&goods).await;

    let order = Order::of([Line::of(shop.slot(), 1)]).paid("pm_card_visa");
    let created = system.customer("ana").create(&order).await;

    assert_eq!(created.booking()["status"], "CONFIRMED");
    assert_eq!(created.booking()["payment"], json!(null));
    assert_eq!(created.booking()["inProgress"], false);
    assert_eq!(system.events(&created.id()).await, ["booking.created", "booking.confirmed"]);
    system.at_rest().await;
    assert_eq!(system.simulator.entries(0, 1).entries, []);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_names_neither_prices_nor_other_people() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    let own_price = Order::of([Line::of(shop.slot(), 1).price("0.01", "EUR")]);
    let other_person = Order::of([Line::of(shop.slot(), 1)]).customer("ben");
    for order in [own_price, other_person] {
        let reply = customer.try_mutate("createBooking", order.input()).await;
        assert_eq!(reply.error(), Some("FORBIDDEN"), "{reply:?}");
    }
    // The routine checks it, too: the API is not the only way to it.
    let mut write = create_write(&shop, 1);
    write.lines[0].unit_price_minor = Some(1);
    write.lines[0].unit_price_currency = Some("EUR".to_owned());
    let mut for_other = create_write(&shop, 1);
    for_other.customer_id = Some("ben".to_owned());
    let commands = [command("ana", "price", write), command("ana", "person", for_other)];
    let outcomes = system.api.write(&commands).await.expect("outcomes");
    assert_eq!(codes(&outcomes), [Some(RefusalCode::NotAllowed); 2]);
    assert_eq!(shop.available(shop.slot()).await, 10);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_two_organisers_or_currencies_are_no_booking() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let rival = system.shop(&Goods::default()).await;
    let dollars = Goods { currency: "USD", ..Goods::default() };
    let abroad = Shop::open_as(shop.organiser.clone(), shop.organiser_id, &dollars).await;
    let customer = system.customer("ana");

    for (other, code) in [(&rival, "INVALID_INPUT"), (&abroad, "CURRENCY_MISMATCH")] {
        let lines = [Line::of(shop.slot(), 1), Line::of(other.slot(), 1)];
        let refused = customer.create(&Order::of(lines)).await;
        assert_eq!(refused.code(), Some(code), "{refused:?}");
        assert_eq!(other.available(other.slot()).await, 10);
    }
    assert_eq!(shop.available(shop.slot()).await, 10);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_gives_places_greedily_in_order_of_arrival() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(3)).await;

    let commands = [("a", 2), ("b", 2), ("c", 1)]
        .map(|(customer, quantity)| command(customer, "key", create_write(&shop, quantity)));
    let outcomes = system.api.write(&commands).await.expect("outcomes");

    assert_eq!(codes(&outcomes), [None, Some(RefusalCode::SoldOut), None]);
    assert_eq!(shop.available(shop.slot()).await, 0);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_comes_twice_in_a_batch_is_worked_once_and_answered_twice() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;

    let twin = command("ana", "key", create_write(&shop, 1));
    let mut other_payload = command("ana", "key", create_write(&shop, 2));
    other_payload.fingerprint = "another".to_owned();
    let commands = [twin.clone(), twin, other_payload];
    let outcomes = system.api.write(&commands).await.expect("outcomes");

    assert_eq!(outcomes[0].id, outcomes[1].id);
    assert!(outcomes[0].id.is_some());
    assert_eq!([outcomes[0].replayed, outcomes[1].replayed], [false, true]);
    assert_eq!(codes(&outcomes), [None, None, Some(RefusalCode::IdempotencyKeyReused)]);
    assert_eq!(shop.available(shop.slot()).await, 9);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_gives_one_answer_and_no_second_meaning() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");

    let order = Order::of([Line::of(shop.slot(), 1)]).key("mine");
    let first = customer.create(&order).await;
    let again = customer.create(&order).await;
    assert_eq!([first.replayed(), again.replayed()], [false, true]);
    assert_eq!(first.booking(), again.booking());

    // With another payload, and for another mutation.
    let larger = Order::of([Line::of(shop.slot(), 2)]).key("mine");
    assert_eq!(customer.create(&larger).await.code(), Some("IDEMPOTENCY_KEY_REUSED"));
    let cancel = json!({ "idempotencyKey": "mine", "bookingId": first.id() });
    let cancel = customer.mutate("cancelBooking", cancel).await;
    assert_eq!(cancel.code(), Some("IDEMPOTENCY_KEY_REUSED"));

    // The stored outcome comes with the booking as it is now.
    customer.cancel(&first.id()).await.id();
    let now = customer.create(&order).await;
    assert!(now.replayed());
    assert_eq!(now.booking()["status"], "CANCELLED");
    assert_eq!(shop.available(shop.slot()).await, 10);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn final_refusals_are_stored_and_sold_out_is_not() {
    let system = TestSystem::idle().await;
    let mut goods = Goods::places(0);
    let shop = system.shop(&goods).await;
    let customer = system.customer("ana");

    let invalid = Order::of([Line::of(shop.slot(), 0)]);
    for replayed in [false, true] {
        let refused = customer.create(&invalid).await;
        assert_eq!((refused.code(), refused.replayed()), (Some("INVALID_QUANTITY"), replayed));
    }
    let order = Order::of([Line::of(shop.slot(), 1)]);
    for _ in 0..2 {
        let refused = customer.create(&order).await;
        assert_eq!((refused.code(), refused.replayed()), (Some("SOLD_OUT"), false));
    }
    goods.capacity = 1;
    shop.write_slots(&goods).await;
    let accepted = customer.create(&order).await;
    assert_eq!(accepted.booking()["status"], "PENDING");
    assert!(!accepted.replayed());
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_customers_with_one_key_have_two_bookings() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;

    let order = Order::of([Line::of(shop.slot(), 1)]).key("1");
    let ana = system.customer("ana").create(&order).await;
    let ben = system.customer("ben").create(&order).await;

    assert_ne!(ana.id(), ben.id());
    assert!(!ben.replayed());
    assert_eq!(ben.booking()["customerId"], "ben");
    assert_eq!(shop.available(shop.slot()).await, 8);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn capacity_is_never_cut_below_what_is_sold() {
    let system = TestSystem::idle().await;
    let mut goods = Goods::places(3);
    let shop = system.shop(&goods).await;
    system.customer("ana").create(&Order::of([Line::of(shop.slot(), 2)])).await.id();

    for (capacity, code) in [(1, json!("CAPACITY_BELOW_SOLD")), (2, Value::Null)] {
        goods.capacity = capacity;
        let payload = shop.try_write_slots(&shop.organiser, &goods).await;
        assert_eq!(payload["userErrors"][0]["code"], code);
    }
    assert_eq!(shop.available(shop.slot()).await, 0);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_at_another_version_is_refused_and_shown_as_it_is() {
    let system = TestSystem::idle().await;
    let mut goods = Goods::default();
    let shop = system.shop(&goods).await;
    goods.slot = json!({ "expectedVersion": 2 });
    goods.capacity = 20;
    let stale = shop.try_write_slots(&shop.organiser, &goods).await;
    assert_eq!(stale["userErrors"][0]["code"], "STALE_VERSION");
    assert_eq!(stale["slots"], json!([{ "id": shop.slot() }]), "the present state comes along");
    assert_eq!(shop.available(shop.slot()).await, 10);
    goods.slot = json!({ "expectedVersion": 1 });
    shop.write_slots(&goods).await;
    assert_eq!(shop.available(shop.slot()).await, 20);
    system.finish().await;
}

fn create_write(shop: &Shop, quantity: i32) -> CreateBooking {
    let line = LineRequest {
        slot_id: SlotId(uuid_of(shop.slot())),
        quantity,
        seats: None,
        section: None,
        price_class: None,
        rate_plan: None,
        unit_price_minor: None,
        unit_price_currency: None,
    };
    CreateBooking { customer_id: None, payment_method: None, note: None, lines: vec![line] }
}

fn command(customer: &str, key: &str, write: CreateBooking) -> Command<CreateBooking> {
    let actor = Actor { role: Role::Customer, subject: customer.to_owned(), organiser_id: None };
    Command { actor, key: key.to_owned(), fingerprint: "digest".to_owned(), trace: None, write }
}

fn codes(outcomes: &[Outcome]) -> Vec<Option<RefusalCode>> {
    let code = |outcome: &Outcome| outcome.refusal.as_ref().map(|refusal| refusal.code);
    outcomes.iter().map(code).collect()
}
