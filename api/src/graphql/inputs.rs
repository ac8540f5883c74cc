//! How much a request carries in its variables, counted before they are looked at more closely.
//!
//! Each value is copied, checked against its type and answered for by name when it is wrong: a body of a million bytes may
//! hold half a million of them.

use serde_json::{Map, Value};

use super::errors::{Fault, Result};

/// Values at most: a hall of 5,000 rows, the largest input there is, has 30,000.
const MAX_VALUES: usize = 50_000;
/// Lists and objects within one another at most; the deepest input has five.
const MAX_DEPTH: usize = 16;

/// Refuses variables that are too many or too deep.
pub(crate) fn check(variables: &Map<String, Value>) -> Result<()> {
    let mut open: Vec<(&Value, usize)> = variables.values().map(|value| (value, 1)).collect();
    let mut values = open.len();
    while let Some((value, depth)) = open.pop() {
        let before = open.len();
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(fields) => open.extend(fields.values().map(|field| (field, depth + 1))),
            _ => {}
        }
        values += open.len() - before;
        if values > MAX_VALUES {
            return Err(Fault::TooComplex(format!("The variables hold more than {MAX_VALUES} values.")));
        }
        if depth > MAX_DEPTH {
            return Err(Fault::TooComplex(format!("The variables nest more than {MAX_DEPTH} deep.")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_taken(value: Value) -> bool {
        check(&Map::from_iter([("input".to_owned(), value)])).is_ok()
    }

    #[test]
    fn variables_are_few_and_flat() {
        assert!(is_taken(json!({ "lines": [{ "slotId": "a", "quantity": 1 }] })));
        assert!(is_taken(json!(vec![1; MAX_VALUES - 1])), "the list itself is one");
        assert!(!is_taken(json!(vec![1; MAX_VALUES])));
        let nested = |depth| (1..depth).fold(json!(1), |inner, _| json!([inner]));
        assert!(is_taken(nested(MAX_DEPTH)) && !is_taken(nested(MAX_DEPTH + 1)));
    }
}
