//! No query asks the database once more for each row that it shows.

use serde_json::json;
use tests::{Client, Goods, Line, Order, TestSystem};

/// More than this for forty rows more, and something is asked for each of them.
const SLACK: u64 = 10;
/// How often a query is asked: on a busy machine, what is gathered may be gathered in two parts now and then.
const TRIES: usize = 5;

/// How many statements a query takes when nothing disturbs it.
async fn statements(system: &TestSystem, client: &Client, query: &str, first: usize) -> u64 {
    let mut least = u64::MAX;
    for _ in 0..TRIES {
        least = least.min(statements_once(system, client, query, first).await);
    }
    least
}

async fn statements_once(system: &TestSystem, client: &Client, query: &str, first: usize) -> u64 {
    let before = system.api.statements();
    let reply = client.send(query, json!({ "first": first })).await;
    let sent = system.api.statements() - before;
    let data = reply.body["data"].as_object().unwrap_or_else(|| panic!("{reply:?}"));
    assert!(reply.body["errors"].is_null(), "{reply:?}");
    let rows = data.values().next().expect("a field")["edges"].as_array().expect("rows").len();
    assert_eq!(rows, first, "there are rows enough to show");
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nested_query_takes_no_more_statements_for_more_rows() {
    let system = TestSystem::start().await;
    // Each with a hall of its own, and listings enough.
    let mut shops = Vec::new();
    for _ in 0..50 {
        shops.push(system.shop(&Goods::hall(1, 4)).await);
    }
    let ana = system.customer("ana");
    let mut ids = Vec::new();
    for shop in &shops {
        let order = Order::of([Line::of(shop.slot(), 2)]).paid("pm_card_visa");
        ids.push(ana.create(&order).await.id());
    }
    for id in &ids {
        ana.settled(id, "CONFIRMED", "CAPTURED").await;
    }

    let bookings = "query($first: Int!) { bookings(first: $first) { edges { node { id customerId \
        lines { bookedSeats { row label } slot { available listing { title ratePlans { code } } \
                seats(first: 2) { edges { node { status } } } } } \
        payment { status captured { amount } } payments { status } \
        history { version type actorId } pendingChange { charge { amount } } } } } }";
    let listings = "query($first: Int!) { listings(first: $first) { edges { node { title \
        slots(first: 3) { edges { node { available venuePlan { name } cancellation { state } \
            seats(first: 3, section: \"Stalls\") { edges { node { label } } } } } } } } } }";
    for (what, client, query) in [
        ("bookings, as their customer", ana.clone(), bookings),
        ("bookings, as an operator", system.operator(), bookings),
        ("listings, as nobody", system.nobody(), listings),
        ("listings, as an operator", system.operator(), listings),
    ] {
        let ten = statements(&system, &client, query, 10).await;
        let fifty = statements(&system, &client, query, 50).await;
        println!("{what}: {ten} statements for 10 rows, {fifty} for 50");
        assert!(fifty <= ten + SLACK, "{what}: {ten} and {fifty}");
    }

    // And things of all kinds, by their ids alone.
    let cases = system.operator().send("{ sagas(first: 50) { edges { node { id } } } }", json!({})).await;
    let sagas = cases.field("sagas")["edges"].as_array().expect("sagas").clone();
    assert_eq!(sagas.len(), 50);
    let mut nodes: Vec<_> = sagas.iter().map(|edge| edge["node"]["id"].clone()).collect();
    nodes.extend(ids.iter().map(|id| json!(id)));
    let before = system.api.statements();
    let reply = system
        .operator()
        .send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": nodes }))
        .await;
    let sent = system.api.statements() - before;
    println!("nodes: {sent} statements for {} ids of two kinds", nodes.len());
    assert!(reply.field("nodes").as_array().expect("nodes").iter().all(|node| !node.is_null()), "{reply:?}");
    assert!(sent <= 2 + SLACK, "{sent}");
    system.finish().await;
}
