//! Everybody against everything: every root field, and every argument that names a thing, tried by everybody on what
//! belongs to one organiser and one customer. What is new in the schema and not in the table fails.

mod fill;
mod schema;
mod table;
mod world;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tests::{Client, Reply, Socket};

use fill::Fill;
use schema::Schema;
use table::{INWARD, Kind, Row, WHO, rows};
use world::World;

/// What anybody may read, and what leads from there to what not everybody may.
const OPEN: [&str; 7] =
    ["Listing", "Slot", "Seat", "RatePlan", "PolicyStep", "SlotCancellation", "ClassPrice"];
/// See [`OPEN`].
const CLOSED: [&str; 8] = [
    "Booking",
    "Waitlist",
    "VenuePlan",
    "Contact",
    "WebhookEndpoint",
    "NotificationDelivery",
    "Saga",
    "DeadLetter",
];

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_what_is_theirs_and_nobody_anything_else() {
    let world = World::open().await;
    let schema = Schema::of(&world.who[0]).await;
    every_name_is_judged(&schema);
    let mut tried = Tried::default();
    for row in rows() {
        judge(&world, &schema, &row, &mut tried).await;
    }
    println!(
        "{} lines of the table, {} cells, {} twins of things that are not there",
        rows().len(),
        tried.cells,
        tried.twins
    );
    assert!(tried.faults.is_empty(), "{} cells at fault:\n{}", tried.faults.len(), tried.faults.join("\n"));
    world.system.at_rest().await;
    world.system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_that_is_missing_is_seen() {
    let world = World::open().await;
    let schema = Schema::of(&world.who[0]).await;
    // Each organiser is taken for every other.
    let acts = "coalesce((actor ->> 'organiser_id')::uuid = organiser_id, false)";
    world.system.plant("holdfast.may_act_for(jsonb, uuid)", acts, "true").await;
    let mut tried = Tried::default();
    let written = ["Mutation.cancelBooking(input.bookingId)", "Mutation.extendHold(input.bookingId)"];
    // Reads have a second wall behind this one.
    let read = ["Query.booking(id)", "Query.nodes(ids)"];
    let looked_at = [written, read].concat();
    for row in
        rows().iter().filter(|row| row.kind == Kind::Booking && looked_at.contains(&row.name().as_str()))
    {
        judge(&world, &schema, row, &mut tried).await;
    }
    println!("{}", tried.faults.join("\n"));
    for field in looked_at {
        for who in ["another organiser", "another's machine"] {
            let seen = tried.faults.iter().any(|fault| fault.starts_with(field) && fault.contains(who));
            assert_eq!(seen, written.contains(&field), "{field}, {who}: whether the hole was seen");
        }
    }
    world.system.abandon().await;
}

/// What was tried, and what was wrong.
#[derive(Default)]
struct Tried {
    cells: usize,
    /// The same with the name of something that is not there, where that must make no difference.
    twins: usize,
    faults: Vec<String>,
}

fn every_name_is_judged(schema: &Schema) {
    let all = rows();
    let judged: BTreeSet<String> = all.iter().map(Row::name).collect();
    let to_judge = schema.to_judge();
    let missing: Vec<&String> = to_judge.difference(&judged).collect();
    assert!(missing.is_empty(), "who may use these? Say so in table.rs: {missing:#?}");
    let gone: Vec<&Row> =
        all.iter().filter(|row| !row.path.is_empty() && !to_judge.contains(&row.name())).collect();
    assert!(gone.is_empty(), "these are no more: {gone:#?}");
    for field in ["node", "nodes"] {
        let of_node: BTreeSet<&str> =
            all.iter().filter(|row| row.field == field).map(|row| row.kind.type_name()).collect();
        let nodes: BTreeSet<&str> = schema.nodes().iter().map(String::as_str).collect();
        assert_eq!(of_node, nodes, "{field}");
    }
    assert_eq!(schema.inward(&OPEN, &CLOSED), INWARD, "who may follow these?");
}

/// Tries one line: first those that are refused, of whose tries nothing may be left.
async fn judge(world: &World, schema: &Schema, row: &Row, tried: &mut Tried) {
    let target = world.target(row.kind).await;
    let before = world.traces().await;
    let is_refusal = |letter: char| matches!(letter, '0' | '-' | 'F' | 'U');
    for who in (0..WHO.len()).filter(|who| is_refusal(row.expected[*who])) {
        try_cell(world, schema, row, who, &target, tried).await;
    }
    let after = world.traces().await;
    if before != after && !needs_a_booking(row) {
        tried.faults.push(format!("{}: who was refused left traces: {before} became {after}", row.name()));
    }
    for who in (0..WHO.len()).filter(|who| !is_refusal(row.expected[*who])) {
        let target = if row.root == "Mutation" && row.name() != "Mutation.cancelBooking(input.lines.seatIds)"
        {
            world.fresh(row.kind).await
        } else {
            target.clone()
        };
        try_cell(world, schema, row, who, &target, tried).await;
    }
}

/// Whether a line can only be tried with a booking of one's own, which leaves traces itself.
fn needs_a_booking(row: &Row) -> bool {
    row.field == "rescheduleBooking" && row.kind != Kind::Booking
}

async fn try_cell(world: &World, schema: &Schema, row: &Row, who: usize, target: &str, tried: &mut Tried) {
    let confirmed =
        if needs_a_booking(row) { world.own_confirmed(who).await } else { world.seated().to_owned() };
    let fill = Fill { world, row, who, confirmed };
    let expected = row.expected[who];
    let reply = ask(world, schema, &fill, target).await;
    let found = classify(world, row, &reply);
    tried.cells += 1;
    let place = format!("{} of {:?}, {}", row.name(), row.kind, WHO[who]);
    if found != expected {
        tried
            .faults
            .push(format!("{place}: `{found}` and not `{expected}`: {:.600}", reply.body.to_string()));
    } else if expected != '+' && world.shows_something(&reply.body.to_string()) {
        tried.faults.push(format!("{place}: something shows: {}", reply.body));
    }
    // Nobody who is refused can tell whether there is such a thing.
    let Some(nowhere) = World::nowhere(row.kind) else { return };
    if matches!(expected, '0' | '-' | 'F' | 'U') {
        let twin = ask(world, schema, &fill, &nowhere).await;
        tried.twins += 1;
        if said(&twin) != said(&reply) {
            tried.faults.push(format!("{place}: {} tells from {}", reply.body, twin.body));
        }
    }
}

/// All that a client can compare.
fn said(reply: &Reply) -> (u16, Value, Value) {
    (reply.status, reply.body["data"].clone(), reply.body["errors"].clone())
}

async fn ask(world: &World, schema: &Schema, fill: &Fill<'_>, target: &str) -> Reply {
    let row = fill.row;
    let by_default = |holder: &str, field: &str| fill.of(holder, field);
    let arguments = schema.arguments(&row.root, &row.field, &row.path, &json!(target), &by_default);
    let document = schema.document(&row.root, &row.field, &arguments, row.kind.type_name());
    let client = &world.who[fill.who];
    if row.root == "Subscription" {
        hear(client, &document, arguments).await
    } else {
        client.send(&document, Value::Object(arguments)).await
    }
}

/// The first that a subscription says.
async fn hear(client: &Client, document: &str, arguments: Map<String, Value>) -> Reply {
    let mut socket = Socket::connect(client).await;
    socket.subscribe("1", document, Value::Object(arguments)).await;
    let message = socket.hear().await;
    let body = match message["type"].as_str() {
        Some("next") => message["payload"].clone(),
        _ => json!({ "errors": message["payload"] }),
    };
    Reply { status: 200, body }
}

/// What came of it, as the table writes it; `?` for what should not be at all.
fn classify(world: &World, row: &Row, reply: &Reply) -> char {
    if let Some(code) = reply.error() {
        return match code {
            "NOT_FOUND" => '-',
            "FORBIDDEN" => 'F',
            "UNAUTHENTICATED" => 'U',
            _ => '?',
        };
    }
    let data = &reply.body["data"][&row.field];
    if data.is_null() || *data == json!([null]) {
        return '0';
    }
    if let Some(errors) = data["userErrors"].as_array() {
        let is_missing = errors.iter().any(|error| error["code"] == "NOT_FOUND");
        return if is_missing { '-' } else { '+' };
    }
    if world.shows_something(&data.to_string()) { '+' } else { 'o' }
}
