//! The parameters of a request: `query`, `operationName`, `variables`, `extensions`.

use std::collections::HashMap;

use axum::{extract::Query, http::Uri};
use serde_json::{Map, Value};

use crate::graphql::Params;

/// Reads the body of a POST, or says in one sentence what is wrong with it.
pub(super) fn from_body(body: &[u8]) -> Result<Params, String> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => from_map(map),
        Ok(Value::Array(_)) => Err("Requests are sent one by one: batches are not read.".to_owned()),
        Ok(_) => Err("The body must be a JSON object.".to_owned()),
        Err(_) => Err("The body is not JSON.".to_owned()),
    }
}

/// Reads the address of a GET, or says in one sentence what is wrong with it.
pub(super) fn from_uri(uri: &Uri) -> Result<Params, String> {
    let Query(mut texts) = Query::<HashMap<String, String>>::try_from_uri(uri)
        .map_err(|_| "The query string can't be read.".to_owned())?;
    let mut map = Map::new();
    for name in ["query", "operationName", "documentId"] {
        if let Some(text) = texts.remove(name) {
            map.insert(name.to_owned(), Value::String(text));
        }
    }
    for name in ["variables", "extensions"] {
        // Clients that fill a form leave these empty.
        if let Some(text) = texts.remove(name).filter(|text| !text.is_empty()) {
            let value = serde_json::from_str(&text).map_err(|_| format!("`{name}` is not JSON."))?;
            map.insert(name.to_owned(), value);
        }
    }
    from_map(map)
}

/// Reads decoded parameters, wherever they came from.
pub(crate) fn from_map(mut map: Map<String, Value>) -> Result<Params, String> {
    let mut text = |name: &str| match map.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{name}` must be a string.")),
    };
    let (query, operation_name, document_id) = (text("query")?, text("operationName")?, text("documentId")?);
    let mut object = |name: &str| match map.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(format!("`{name}` must be an object.")),
    };
    let extensions = object("extensions")?;
    let variables = object("variables")?;
    // A document that is known already is asked for by its name.
    if query.is_none() && document_id.is_none() && !extensions.contains_key("persistedQuery") {
        return Err("`query` is missing.".to_owned());
    }
    Ok(Params { query, document_id, operation_name, variables, extensions })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_one_request_in_the_form_of_the_specification() {
        for body in [
            r#"{"query":"{a}"}"#,
            r#"{"query":"{a}","operationName":null,"variables":null,"extensions":null}"#,
            r#"{"query":"{a}","operationName":"A","variables":{"a":1},"extensions":{},"other":1}"#,
            r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}"#,
            r#"{"documentId":"sha256:a"}"#,
        ] {
            assert!(from_body(body.as_bytes()).is_ok(), "{body}");
        }
        for body in [
            "",
            "{",
            "null",
            "[]",
            r#"[{"query":"{a}"}]"#,
            "{}",
            r#"{"query":1}"#,
            r#"{"query":null}"#,
            r#"{"query":"{a}","operationName":1}"#,
            r#"{"query":"{a}","variables":"{}"}"#,
            r#"{"query":"{a}","variables":[]}"#,
            r#"{"query":"{a}","extensions":1}"#,
            r#"{"query":"{a}","documentId":1}"#,
            r#"{"extensions":{"other":1}}"#,
        ] {
            assert!(from_body(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn an_address_carries_its_objects_as_json() {
        let read = |uri: &str| from_uri(&uri.parse().expect("an address"));
        let params = read("/graphql?query=%7Ba%7D&variables=%7B%22n%22%3A1%7D&extensions=").expect("good");
        assert_eq!(
            (params.query.as_deref(), params.variables.get("n")),
            (Some("{a}"), Some(&Value::from(1)))
        );
        let params = read("/graphql?query=%7Ba%7D&extensions=%7B%22n%22%3A1%7D").expect("good");
        assert_eq!(params.extensions.get("n"), Some(&Value::from(1)));
        for uri in [
            "/graphql",
            "/graphql?variables=%7B%7D",
            "/graphql?query=a&variables=1",
            "/graphql?query=a&variables=x",
        ] {
            assert!(read(uri).is_err(), "{uri}");
        }
    }
}
