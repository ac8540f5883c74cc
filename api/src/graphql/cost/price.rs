//! What an operation is charged, in units of one ordinary mutation.

use async_graphql::{
    Value, Variables,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
};

use super::Cost;

/// Values of an answer that make a unit: more than most mutations are answered with.
const VALUES: u64 = 100;
/// Items of an input that make a unit: a thousand slots are not written for the price of one.
const ITEMS: u64 = 100;

/// What an operation is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Price(u32);

impl Price {
    /// The least that anything costs, an operation that can't be run included.
    pub(crate) const LEAST: Self = Self(1);

    /// The price of an operation that was counted, and so is known to be of a size that can be walked through.
    pub(crate) fn of(
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
        cost: Cost,
    ) -> Self {
        let mutations = match operation.ty {
            OperationType::Mutation => root_fields(document, &operation.selection_set.node),
            OperationType::Query | OperationType::Subscription => 1,
        };
        let answer = cost.values.div_ceil(VALUES).max(mutations).max(1);
        let units = answer.saturating_add(items(variables) / ITEMS);
        Self(u32::try_from(units).unwrap_or(u32::MAX))
    }

    /// In units.
    pub(crate) fn units(self) -> u32 {
        self.0
    }
}

/// The fields at the root, with every fragment expanded. Fragments were seen not to spread themselves.
fn root_fields(document: &ExecutableDocument, set: &SelectionSet) -> u64 {
    let fields = set.items.iter().map(|selection| match &selection.node {
        Selection::Field(_) => 1,
        Selection::InlineFragment(inline) => root_fields(document, &inline.node.selection_set.node),
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node);
            fragment.map_or(0, |fragment| root_fields(document, &fragment.node.selection_set.node))
        }
    });
    fields.sum()
}

/// The items of the longest list in the variables, or in the fields of one of them.
fn items(variables: &Variables) -> u64 {
    let length = |value: &Value| match value {
        Value::List(items) => items.len() as u64,
        _ => 0,
    };
    let longest = |value: &Value| match value {
        Value::Object(fields) => fields.values().map(length).max().unwrap_or(0),
        other => length(other),
    };
    variables.values().map(longest).max().unwrap_or(0)
}
