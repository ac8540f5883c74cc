use std::{fmt::Write as _, time::Instant};

use async_graphql::parser::parse_query;
use serde_json::json;

use super::*;

fn cost(query: &str, variables: serde_json::Value) -> Result<Cost> {
    check(&parse_query(query).expect("a document"), &Variables::from_json(variables))
}

#[test]
fn a_list_counts_as_many_items_as_were_asked_for() {
    let one = Cost { selections: 2, values: 21 };
    assert_eq!(cost("{ bookings { id } }", json!({})), Ok(one));
    let query = "query ($n: Int) { bookings(first: $n) { id } }";
    assert_eq!(cost(query, json!({ "n": 7 })), Ok(Cost { selections: 2, values: 8 }));
    assert_eq!(cost(query, json!({})), Ok(one), "a variable left out means the default");
    let query = "query ($n: Int = 3) { bookings(first: $n) { id } }";
    assert_eq!(cost(query, json!({})), Ok(Cost { selections: 2, values: 4 }));
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

#[test]
fn a_fragment_bomb_is_refused_at_once() {
    let mut bomb = "{ ...F0 } fragment F30 on Query { __typename }".to_owned();
    for level in 0..30 {
        let next = level + 1;
        write!(bomb, " fragment F{level} on Query {{ ...F{next} ...F{next} ...F{next} }}").expect("a string");
    }
    let begun = Instant::now();
    assert!(matches!(cost(&bomb, json!({})), Err(Fault::TooComplex(_))));
    assert!(begun.elapsed().as_millis() < 100, "{:?}", begun.elapsed());
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
