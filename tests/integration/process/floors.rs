//! What stands beside the processes and is optional: a Redis between them, a replica to read from.

use serde_json::{Value, json};
use tests::{Redis, Replicated};

use super::{
    subscribers::{Socket, connect, next, say},
    support::{block_on, http, sql, until},
    workers::Site,
};

#[test]
fn what_one_instance_writes_and_a_worker_goes_on_with_is_told_by_another_instance() {
    let redis = block_on(Redis::start());
    let flag = format!("--redis-url={}", redis.url());
    let site = Site::with(&[&flag]);
    let (_other, url) = site.serve_another(&[&flag]);
    let channels = || {
        block_on(async {
            let mut connection = redis.connection().await.expect("the Redis answers");
            let channels: Vec<String> =
                redis::cmd("PUBSUB").arg("CHANNELS").query_async(&mut connection).await.expect("channels");
            let counts: Vec<(String, usize)> = redis::cmd("PUBSUB")
                .arg("NUMSUB")
                .arg(channels)
                .query_async(&mut connection)
                .await
                .expect("who listens");
            counts.into_iter().map(|(_, count)| count).max()
        })
    };
    until("both instances listen to the Redis", || (channels() == Some(2)).then_some(()));
    let _worker = site.work_with(&[&flag]);
    let (customer, slot) = (site.customer(), site.slot());
    let held = customer.book(&format!(
        "mutation {{ createBooking(input: {{ idempotencyKey: \"one\", lines: [{{ slotId: {slot}, quantity: 1 }}] }}) \
         {{ booking {{ id }} userErrors {{ code }} }} }}"
    ));
    let id = held["id"].to_string();
    let query = format!(
        "subscription {{ bookingChanged(id: {id}, afterVersion: 0) \
         {{ version booking {{ version payment {{ status }} }} }} }}"
    );
    let change = async |socket: &mut Socket| {
        let frame = next(socket).await;
        let change = frame["payload"]["data"]["bookingChanged"].clone();
        let version = change["version"].as_u64().unwrap_or_else(|| panic!("{frame}"));
        (version, change["booking"].clone())
    };
    let mut socket = block_on(connect(&url, &site.token("customer")));
    let mut told = block_on(async {
        say(&mut socket, &json!({ "type": "subscribe", "id": "1", "payload": { "query": query } })).await;
        vec![change(&mut socket).await.0]
    });
    // One instance writes, a worker goes on with it, and the other instance tells.
    let input = format!("{{ idempotencyKey: \"two\", bookingId: {id}, paymentMethod: \"pm_card_visa\" }}");
    let paid =
        customer.ask(&format!("mutation {{ payBooking(input: {input}) {{ userErrors {{ code }} }} }}"));
    assert_eq!(paid["payBooking"]["userErrors"], json!([]), "{paid}");
    block_on(async {
        loop {
            let (version, booking) = change(&mut socket).await;
            told.push(version);
            if booking["payment"]["status"] == "CAPTURED" && booking["version"] == version {
                break;
            }
        }
    });
    assert_eq!(told, (1..=told.len() as u64).collect::<Vec<_>>(), "each version once, in order");
    assert!(told.len() >= 3, "{told:?}");
}

#[test]
fn an_instance_with_a_replica_reads_there_what_may_be_old() {
    let servers = block_on(Replicated::start());
    sql(&format!("{}/postgres", servers.primary()), "create database shop");
    let replica = format!("--database-read-url={}/shop", servers.replica());
    let site = Site::over(format!("{}/shop", servers.primary()), None, &[&replica]);
    let token = site.token("customer");
    let ask = |query: &str, commit: Option<&str>| -> Value {
        let request = http().post(format!("{}/graphql", site.url)).bearer_auth(&token);
        let request =
            commit.into_iter().fold(request, |request, commit| request.header("x-holdfast-commit", commit));
        let answer = block_on(async { request.json(&json!({ "query": query })).send().await?.json().await });
        answer.unwrap_or_else(|error: reqwest::Error| panic!("{query}: {error:?}"))
    };
    let slot = site.slot();
    let held = ask(
        &format!(
            "mutation {{ createBooking(input: {{ idempotencyKey: \"one\", lines: [{{ slotId: {slot}, quantity: 1 }}] }}) \
             {{ booking {{ id }} userErrors {{ code }} }} }}"
        ),
        None,
    );
    let id = held["data"]["createBooking"]["booking"]["id"].to_string();
    let find = format!("{{ booking(id: {id}) {{ status }} }}");
    let status = |commit: Option<&str>| ask(&find, commit)["data"]["booking"]["status"].clone();
    until("the replica has it", || (status(None) == "PENDING").then_some(()));

    block_on(servers.pause());
    let cancelled = ask(
        &format!(
            "mutation {{ cancelBooking(input: {{ idempotencyKey: \"two\", bookingId: {id} }}) {{ userErrors {{ code }} }} }}"
        ),
        None,
    );
    assert_eq!(cancelled["data"]["cancelBooking"]["userErrors"], json!([]), "{cancelled}");
    let commit = cancelled["extensions"]["commit"].as_str().expect("where the database stands");
    assert_eq!(status(Some(commit)), "CANCELLED", "who has written it reads it");
    until("what may be old is read from the replica", || (status(None) == "PENDING").then_some(()));
    block_on(servers.resume());
    until("the replica has come so far", || (status(None) == "CANCELLED").then_some(()));
}
