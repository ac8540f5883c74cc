use std::{fmt::Write as _, time::Instant};

use async_graphql::parser::parse_query;
use serde_json::json;

use super::*;

/// What the operation `A` costs, or the only one.
fn price(query: &str, variables: serde_json::Value) -> Result<(Cost, Price)> {
    let document = parse_query(query).expect("a document");
    let mut operations = document.operations.iter();
    let meant = operations.find(|(name, _)| name.is_none_or(|name| name == "A"));
    let (_, meant) = meant.expect("an operation");
    let variables = Variables::from_json(variables);
    let cost = check(&document, &meant.node, &variables, Introspection::On)?;
    Ok((cost, Price::of(&document, &meant.node, &variables, cost)))
}

fn cost(query: &str, variables: serde_json::Value) -> Result<Cost> {
    price(query, variables).map(|(cost, _)| cost)
}

fn of(selections: u64, values: u64) -> Cost {
    Cost { selections, values, type_lists: 0 }
}

#[test]
fn a_list_counts_as_many_items_as_were_asked_for() {
    let one = of(2, 21);
    assert_eq!(cost("{ bookings { id } }", json!({})), Ok(one));
    let query = "query ($n: Int) { bookings(first: $n) { id } }";
    assert_eq!(cost(query, json!({ "n": 7 })), Ok(of(2, 8)));
    assert_eq!(cost(query, json!({})), Ok(one), "a variable left out means the default");
    let query = "query ($n: Int = 3) { bookings(first: $n) { id } }";
    assert_eq!(cost(query, json!({})), Ok(of(2, 4)));
}

#[test]
fn lists_in_lists_are_refused_where_they_multiply() {
    let query = "{ listings(first: 100) { edges { node { slots(first: 100) { edges { node { id } } } } } } }";
    assert!(matches!(cost(query, json!({})), Err(Fault::TooComplex(_))));
}

#[test]
fn a_hundred_whole_bookings_are_allowed() {
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Booking {
        reference status reason customerId note holdExpiresAt version createdAt updatedAt inProgress
        total { amount currencyCode }
        lines { lineNo quantity ratePlan unitPrice { amount currencyCode }
            slot { id startsAt endsAt available price { amount currencyCode } listing { id title } } }
        payment { status attempts failure amount { amount } captured { amount } refunded { amount } } } } }";
    let ids = vec!["x"; 100];
    let cost = cost(query, json!({ "ids": ids })).expect("allowed");
    assert!(cost.values > 5_000, "{cost:?}");
}

/// The bomb of 510 bytes that kept the library's own limits busy for 5.3 s.
fn bomb_of_510_bytes() -> String {
    let mut bomb = "{ ...A }".to_owned();
    let mut names = ('A'..='Z').peekable();
    while let Some(name) = names.next() {
        let Some(next) = names.peek() else { break };
        write!(bomb, "fragment {name} on Query{{").expect("a string");
        // Whatever fills it up to the size: each level multiplies by two or three.
        let spreads = if name < 'L' { 3 } else { 2 };
        for _ in 0..spreads {
            write!(bomb, "...{next}").expect("a string");
        }
        bomb.push('}');
        if bomb.len() > 510 - 60 {
            write!(bomb, "fragment {next} on Query{{__typename}}").expect("a string");
            break;
        }
    }
    format!("{bomb:<510}")
}

#[test]
fn a_fragment_bomb_of_510_bytes_is_refused_in_under_5_ms() {
    let bomb = bomb_of_510_bytes();
    assert_eq!(bomb.len(), 510);
    let fastest = (0..20).map(|_| {
        let begun = Instant::now();
        assert!(matches!(cost(&bomb, json!({})), Err(Fault::TooComplex(_))));
        begun.elapsed()
    });
    let fastest = fastest.min().expect("twenty runs");
    println!("510 bytes, parsed and refused: {:.3} ms", fastest.as_secs_f64() * 1e3);
    assert!(fastest.as_micros() < 5_000, "{fastest:?}");
}

#[test]
fn lists_of_the_schemas_own_description_do_not_go_round_in_circles() {
    let circle = |rounds: usize| {
        let (open, close) = (" fields { type {".repeat(rounds), " } }".repeat(rounds));
        format!("{{ __schema {{ types {{{open} name{close} }} }} }}")
    };
    assert!(cost(&circle(3), json!({})).is_ok());
    assert!(matches!(cost(&circle(4), json!({})), Err(Fault::TooComplex(_))));
    let hidden = "{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } }
        fragment B on __Type { possibleTypes { ...C } } fragment C on __Type { interfaces { fields { name } } }";
    assert!(matches!(cost(hidden, json!({})), Err(Fault::TooComplex(_))));
}

#[test]
fn introspection_is_found_wherever_it_hides() {
    let off = |query: &str| {
        let document = parse_query(query).expect("a document");
        let (_, meant) = document.operations.iter().next().expect("an operation");
        check(&document, &meant.node, &Variables::default(), Introspection::Off)
    };
    for query in [
        "{ __schema { types { name } } }",
        "{ a: __type(name: \"Query\") { name } }",
        "{ viewer { subject } ...A } fragment A on Query { __schema { types { name } } }",
        "{ ... on Query { ... { __schema { types { name } } } } }",
        "query A { viewer { subject } } query B { __schema { types { name } } }",
        "{ _service { sdl } }",
    ] {
        assert!(matches!(off(query), Err(Fault::Forbidden(_))), "{query}");
    }
    assert!(off("{ __typename viewer { __typename } }").is_ok());
}

#[test]
fn an_ordinary_mutation_is_the_unit() {
    let units = |query: &str, variables| price(query, variables).expect("allowed").1.units();
    assert_eq!(units("{ viewer { subject } }", json!({})), 1);
    let booking = "mutation ($input: CreateBookingInput!) { createBooking(input: $input) {
        booking { id reference status version total { amount currencyCode } lines { slot { id } quantity } }
        userErrors { code message path } replayed } }";
    assert_eq!(units(booking, json!({ "input": { "lines": [{}] } })), 1);
    assert_eq!(units("{ bookings(first: 100) { edges { node { id status } } } }", json!({})), 5);
    let twice =
        "mutation { a: payBooking { replayed } ...B } fragment B on Mutation { b: payBooking { replayed } }";
    assert_eq!(units(twice, json!({})), 2, "each mutation counts");
    let slots = "mutation ($input: UpsertSlotsInput!) { upsertSlots(input: $input) { userErrors { code } } }";
    assert_eq!(units(slots, json!({ "input": { "slots": vec![json!({}); 1_000] } })), 11);
    let many = "query A { viewer { subject } } query B { bookings(first: 100) { edges { node { id } } } }";
    assert_eq!(units(many, json!({})), 1, "the operation that is meant counts");
}

#[test]
fn a_bomb_that_nothing_spreads_is_refused_too() {
    let mut bomb = "{ __typename } fragment F30 on Query { __typename }".to_owned();
    for level in 0..30 {
        let next = level + 1;
        write!(bomb, " fragment F{level} on Query {{ ...F{next} ...F{next} }}").expect("a string");
    }
    assert!(matches!(cost(&bomb, json!({})), Err(Fault::TooComplex(_))));
}

#[test]
fn a_long_chain_of_fragments_does_not_run_out_of_stack() {
    let mut chain = "{ ...F0 } fragment F9000 on Query { __typename }".to_owned();
    for level in 0..9_000 {
        write!(chain, " fragment F{level} on Query {{ ...F{} }}", level + 1).expect("a string");
    }
    assert!(matches!(cost(&chain, json!({})), Err(Fault::TooComplex(_))));
}

#[test]
fn a_fragment_that_spreads_itself_is_seen() {
    let query = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    assert!(matches!(cost(query, json!({})), Err(Fault::BadUserInput(_))));
}
