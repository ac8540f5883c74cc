//! Which operations move money: they may take longer than others.

use async_graphql::{Name, Value};
use async_graphql::{
    Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet},
};

/// Mutations that always begin a payment or a refund, or may do so.
const PAYMENTS: [&str; 3] = ["payBooking", "refundBooking", "rescheduleBooking"];
/// The mutation that does so when it names a payment method.
const BOOKING: &str = "createBooking";

/// Whether an operation moves money. The document was counted before: no fragment spreads itself.
pub(super) fn pays(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> bool {
    operation.ty == OperationType::Mutation && any(document, &operation.selection_set.node, variables)
}

fn any(document: &ExecutableDocument, set: &SelectionSet, variables: &Variables) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => is_payment(&field.node, variables),
        Selection::InlineFragment(inline) => any(document, &inline.node.selection_set.node, variables),
        Selection::FragmentSpread(spread) => document
            .fragments
            .get(&spread.node.fragment_name.node)
            .is_some_and(|fragment| any(document, &fragment.node.selection_set.node, variables)),
    })
}

fn is_payment(field: &Field, variables: &Variables) -> bool {
    let name = field.name.node.as_str();
    PAYMENTS.contains(&name) || (name == BOOKING && names_a_method(field, variables))
}

fn names_a_method(field: &Field, variables: &Variables) -> bool {
    let value = |variable: Name| Ok::<_, ()>(variables.get(&variable).cloned().unwrap_or(Value::Null));
    let input = field.get_argument("input").and_then(|input| input.node.clone().into_const_with(value).ok());
    match input {
        Some(Value::Object(input)) => {
            input.get("paymentMethod").is_some_and(|method| !matches!(method, Value::Null))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    use super::*;

    fn moves_money(query: &str, variables: Json) -> bool {
        let document = parse_query(query).expect("a document");
        let (_, operation) = document.operations.iter().next().expect("an operation");
        pays(&document, &operation.node, &Variables::from_json(variables))
    }

    #[test]
    fn what_may_move_money_is_told_from_what_does_not() {
        let with = |input: Json| json!({ "input": input });
        let create = "mutation($input: CreateBookingInput!) { createBooking(input: $input) { replayed } }";
        for (query, variables, expected) in [
            ("{ viewer { subject } }", json!({}), false),
            ("mutation { payBooking(input: {}) { replayed } }", json!({}), true),
            ("mutation { a: refundBooking(input: {}) { replayed } }", json!({}), true),
            (
                "mutation { ... { ...f } } fragment f on Mutation { rescheduleBooking { replayed } }",
                json!({}),
                true,
            ),
            ("mutation { cancelBooking(input: {}) { replayed } }", json!({}), false),
            ("mutation { createBooking(input: { paymentMethod: \"pm\" }) { replayed } }", json!({}), true),
            ("mutation { createBooking(input: { note: \"pm\" }) { replayed } }", json!({}), false),
            (create, with(json!({ "paymentMethod": "pm" })), true),
            (create, with(json!({ "paymentMethod": null })), false),
            (create, with(json!({})), false),
            (create, json!({}), false),
            (
                "mutation($m: String) { createBooking(input: { paymentMethod: $m }) { replayed } }",
                json!({ "m": "pm" }),
                true,
            ),
            (
                "mutation($m: String) { createBooking(input: { paymentMethod: $m }) { replayed } }",
                json!({}),
                false,
            ),
        ] {
            assert_eq!(moves_money(query, variables.clone()), expected, "{query} {variables}");
        }
    }
}
