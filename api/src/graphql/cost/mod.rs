//! What a document asks for, counted before anything is executed.
//!
//! The library's own limits expand every fragment where it is spread, so that a
//! document of 500 bytes keeps them busy for seconds. Here each fragment is
//! counted once. What comes out: how many selections there are when all
//! fragments are expanded, which bounds the work of validation; how many
//! values an answer may hold, which bounds the work of execution; and from
//! that the price in units, which rate limits are counted in.

mod price;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use async_graphql::{
    Name, Value, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

pub(crate) use self::price::Price;
use super::{
    connection::DEFAULT_FIRST,
    errors::{Fault, Result},
    query::MAX_NODES,
    seat::MAX_SEATS,
};
use crate::settings::Introspection;

/// Expanded selections at most; `GraphiQL`'s introspection has about 250.
const MAX_SELECTIONS: u64 = 5_000;
/// Values in an answer at most: 100 bookings with all their fields have about 7,500.
const MAX_VALUES: u64 = 10_000;

/// Lists of the schema's own description within one another at most, as the reference implementation has it: types have
/// fields, which have types, and so on for ever.
const MAX_TYPE_LISTS: u64 = 3;
/// What describes the schema itself.
const INTROSPECTION: [&str; 3] = ["__schema", "__type", "_service"];
/// The lists of that description which lead on to others.
const TYPE_LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];
/// Arguments that ask for one item for each of theirs.
const IDS: [&str; 3] = ["ids", "slotIds", REPRESENTATIONS];
/// What a gateway of Apollo Federation names entities by.
const REPRESENTATIONS: &str = "representations";

/// Fragments within fragments at most: each is a step down on the stack, here and in validation.
const MAX_SPREADS: usize = 32;

/// How many items the lists of the schema are taken to have; `first` and `ids` say it better.
const LISTS: [(&str, u64); 12] = [
    ("listings", DEFAULT_FIRST as u64),
    ("slots", DEFAULT_FIRST as u64),
    ("bookings", DEFAULT_FIRST as u64),
    ("sagas", DEFAULT_FIRST as u64),
    ("waitlist", DEFAULT_FIRST as u64),
    ("seats", DEFAULT_FIRST as u64),
    ("history", DEFAULT_FIRST as u64),
    ("payments", 2),
    ("bookedSeats", 2),
    ("classPrices", 5),
    // Most bookings have few lines.
    ("lines", 3),
    ("ratePlans", 3),
];

/// What a selection set asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Selections, with every fragment expanded.
    pub(crate) selections: u64,
    /// Values that the answer may hold.
    pub(crate) values: u64,
    /// Lists of types and fields within one another.
    type_lists: u64,
}

impl Cost {
    fn plus(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            values: self.values.saturating_add(other.values),
            type_lists: self.type_lists.max(other.type_lists),
        }
    }
}

/// Counts a document and refuses it when it asks for too much. What the operation `meant` costs, if it is one of them.
pub(crate) fn check(
    document: &ExecutableDocument,
    meant: &OperationDefinition,
    variables: &Variables,
    introspection: Introspection,
) -> Result<Cost> {
    let mut total = Cost::default();
    let mut found = Cost::default();
    for (_, operation) in document.operations.iter() {
        let fragments = HashMap::new();
        let operation = &operation.node;
        let mut counter = Counter { document, variables, operation, fragments, spreads: 0, introspection };
        let cost = counter.set(&operation.selection_set.node)?;
        if std::ptr::eq(operation, meant) {
            found = cost;
        }
        if cost.values > MAX_VALUES {
            let message =
                format!("The answer may hold {} values; at most {MAX_VALUES} are allowed.", cost.values);
            return Err(Fault::TooComplex(message));
        }
        if cost.type_lists > MAX_TYPE_LISTS {
            let message = format!("Lists of types and fields nest more than {MAX_TYPE_LISTS} deep.");
            return Err(Fault::TooComplex(message));
        }
        total = total.plus(cost);
        // Validation walks fragments that nothing spreads, too.
        for name in document.fragments.keys() {
            total.selections = total.selections.saturating_add(counter.fragment(name)?.selections);
        }
        if total.selections > MAX_SELECTIONS {
            let message = format!("The document has more than {MAX_SELECTIONS} selections.");
            return Err(Fault::TooComplex(message));
        }
    }
    Ok(found)
}

struct Counter<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    operation: &'a OperationDefinition,
    /// Counted fragments; none while one is being counted, so that a cycle is seen.
    fragments: HashMap<&'a str, Option<Cost>>,
    /// Fragments that are being counted, one within the other.
    spreads: usize,
    introspection: Introspection,
}

impl<'a> Counter<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Result<Cost> {
        let mut cost = Cost::default();
        for selection in &set.items {
            cost = cost.plus(match &selection.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
            });
            cost.selections = cost.selections.saturating_add(1);
        }
        Ok(cost)
    }

    fn field(&mut self, field: &'a Field) -> Result<Cost> {
        let name = field.name.node.as_str();
        if self.introspection == Introspection::Off && INTROSPECTION.contains(&name) {
            let message = "Introspection is switched off here: the schema is published as `schema.graphql`.";
            return Err(Fault::Forbidden(message.to_owned()));
        }
        let mut cost = self.set(&field.selection_set.node)?;
        if let Some(Value::List(representations)) = self.argument(field, REPRESENTATIONS)
            && representations.len() > MAX_NODES
        {
            // The library looks them up by itself: nobody else could refuse.
            let message = format!("`_entities` takes at most {MAX_NODES} representations.");
            return Err(Fault::BadUserInput(message));
        }
        cost.type_lists += u64::from(TYPE_LISTS.contains(&name));
        cost.values = cost.values.saturating_mul(self.items(field)).saturating_add(1);
        Ok(cost)
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Cost> {
        match self.fragments.get(name.as_str()) {
            Some(Some(cost)) => return Ok(*cost),
            Some(None) => {
                return Err(Fault::BadUserInput(format!("Fragment \"{name}\" spreads itself.")));
            }
            None => {}
        }
        // An unknown fragment is for validation to name.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Cost::default());
        };
        if self.spreads >= MAX_SPREADS {
            return Err(Fault::TooComplex(format!("Fragments nest more than {MAX_SPREADS} deep.")));
        }
        self.fragments.insert(name, None);
        self.spreads += 1;
        let cost = self.set(&fragment.node.selection_set.node)?;
        self.spreads -= 1;
        self.fragments.insert(name, Some(cost));
        Ok(cost)
    }

    /// How many items a field may give.
    fn items(&self, field: &Field) -> u64 {
        let name = field.name.node.as_str();
        let usual = LISTS.iter().find(|(list, _)| *list == name).map_or(1, |(_, items)| *items);
        let ids = IDS.iter().find_map(|ids| self.argument(field, ids));
        match (self.argument(field, "first"), ids) {
            (Some(Value::Number(first)), _) => {
                first.as_i64().unwrap_or(0).clamp(1, i64::from(MAX_SEATS)).unsigned_abs()
            }
            (_, Some(Value::List(ids))) => ids.len().max(1) as u64,
            _ => usual,
        }
    }

    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let value = field.get_argument(name)?.node.clone();
        value.into_const_with(|variable| self.variable(&variable).ok_or(())).ok()
    }

    fn variable(&self, name: &Name) -> Option<Value> {
        let defined = || {
            let definitions = &self.operation.variable_definitions;
            let definition = definitions.iter().find(|definition| definition.node.name.node == *name)?;
            definition.node.default_value().cloned()
        };
        self.variables.get(name).cloned().or_else(defined)
    }
}
