//! Reads from a streaming replica: as old as it is for whoever does not mind, and never older than what one has written.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Client, Goods, ReplicaTraits, Replicated, Reply, Socket, TestSystem, Traits, until};

const FIND: &str = "query($id: ID!) { booking(id: $id) { status version } }";
const CANCEL: &str = "mutation($input: CancelBookingInput!) { cancelBooking(input: $input) \
                      { booking { status version } userErrors { code } } }";

async fn system_on(servers: &Replicated, lag: Duration) -> TestSystem {
    let replica = ReplicaTraits { primary: servers.primary(), replica: servers.replica(), lag };
    let system = TestSystem::with(Traits { idle: true, replica: Some(replica), ..Traits::default() }).await;
    reads_replica(&system).await;
    system
}

async fn reads_replica(system: &TestSystem) {
    until("the replica is read from", async || system.api.reads_replica().then_some(())).await;
}

/// What the API says with these extensions.
async fn ask(client: &Client, query: &str, variables: Value, extensions: Value) -> Reply {
    client.post(json!({ "query": query, "variables": variables, "extensions": extensions }).to_string()).await
}

/// Where a booking stands for a reader that knows of `commit`.
async fn status(client: &Client, booking: &str, commit: Option<&str>) -> String {
    let reply = ask(client, FIND, json!({ "id": booking }), json!({ "commit": commit })).await;
    reply.field("booking")["status"].as_str().expect("a status").to_owned()
}

/// The same, with the position in a header.
async fn status_by_header(client: &Client, booking: &str, commit: &str) -> Value {
    let request = reqwest::Client::new()
        .post(format!("{}/graphql", client.url()))
        .header("authorization", client.bearer().expect("a token"))
        .header("x-holdfast-commit", commit)
        .json(&json!({ "query": FIND, "variables": { "id": booking } }));
    let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some(code) => json!(code),
        None => answer["data"]["booking"]["status"].clone(),
    }
}

fn commit_of(body: &Value) -> String {
    let commit = body["extensions"]["commit"].as_str();
    commit.unwrap_or_else(|| panic!("no position in {body}")).to_owned()
}

async fn cancel(client: &Client, booking: &str) -> Reply {
    let input = json!({ "idempotencyKey": uuid::Uuid::new_v4(), "bookingId": booking });
    ask(client, CANCEL, json!({ "input": input }), json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_reads_its_own_writes_and_others_read_what_the_replica_has() {
    let mut servers = Replicated::start().await;
    let system = system_on(&servers, Duration::from_hours(1)).await;
    let shop = system.shop(&Goods::default()).await;
    let ana = system.customer("ana");
    let order = tests::Order::of([tests::Line::of(shop.slot(), 1)]);
    let created = ana.try_mutate("createBooking", order.input()).await;
    let first = commit_of(&created.body);
    let id = created.payload("createBooking").id();
    assert_eq!(status(&ana, &id, Some(&first)).await, "PENDING");
    until("the replica has the booking", async || {
        let reply = ask(&ana, FIND, json!({ "id": id }), json!({})).await;
        (reply.field("booking")["version"] == 1).then_some(())
    })
    .await;

    // The position that an answer tells may lie behind the commit itself: what others wrote came between.
    servers.has_replayed(&first).await;
    servers.pause().await;
    let cancelled = cancel(&ana, &id).await;
    let payload = cancelled.field("cancelBooking");
    assert_eq!(
        payload["booking"],
        json!({ "status": "CANCELLED", "version": 2 }),
        "a payload is what was written"
    );
    let second = commit_of(&cancelled.body);
    assert_ne!(second, first);
    assert_eq!(status(&ana, &id, None).await, "PENDING", "this is read from the replica");
    assert_eq!(status(&ana, &id, Some(&first)).await, "PENDING", "it has come as far as that");
    assert_eq!(status(&ana, &id, Some(&second)).await, "CANCELLED", "and not as far as this");
    assert_eq!(status_by_header(&ana, &id, &second).await, "CANCELLED");
    assert_eq!(status_by_header(&ana, &id, &first).await, "PENDING");
    let read = ask(&ana, FIND, json!({ "id": id }), json!({})).await;
    assert_eq!(read.body["extensions"]["commit"], Value::Null, "who only reads has no position to tell");

    let mut socket = Socket::connect(&ana).await;
    socket.watch(&id, Some(1)).await;
    let frame = socket.hear().await;
    let change = &frame["payload"]["data"]["bookingChanged"];
    assert_eq!((&change["version"], &change["booking"]["version"]), (&json!(2), &json!(2)), "{frame}");
    assert_eq!(status(&ana, &id, Some(&commit_of(&frame["payload"]))).await, "CANCELLED");
    drop(socket);

    for wrong in [json!("now"), json!(2), json!("0/0/0"), json!({ "lsn": "0/0" })] {
        let reply = ask(&ana, FIND, json!({ "id": id }), json!({ "commit": wrong })).await;
        assert_eq!(reply.error(), Some("BAD_USER_INPUT"), "{wrong}");
    }
    assert_eq!(status_by_header(&ana, &id, "now").await, "BAD_USER_INPUT");

    servers.resume().await;
    until("everybody sees it", async || (status(&ana, &id, None).await == "CANCELLED").then_some(())).await;
    assert!(system.api.reads_replica());

    servers.kill().await;
    assert_eq!(status(&ana, &id, None).await, "CANCELLED", "without a replica the primary is read");
    let again = ana.hold(shop.slot()).await;
    assert_eq!(status(&ana, &again, None).await, "PENDING");
    until("the replica is given up", async || (!system.api.reads_replica()).then_some(())).await;
    servers.start_again().await;
    reads_replica(&system).await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_too_far_behind_is_not_read_from() {
    let servers = Replicated::start().await;
    let system = system_on(&servers, Duration::from_secs(1)).await;
    let shop = system.shop(&Goods::default()).await;
    let ana = system.customer("ana");
    servers.pause().await;
    let id = ana.hold(shop.slot()).await;
    until("the replica is given up", async || (!system.api.reads_replica()).then_some(())).await;
    assert_eq!(status(&ana, &id, None).await, "PENDING", "a booking that the replica does not have");
    servers.resume().await;
    reads_replica(&system).await;
    assert_eq!(status(&ana, &id, None).await, "PENDING");
    system.finish().await;
}
