//! From what a client sent to a request that may be executed; the same for HTTP and WebSocket.

use std::sync::Arc;

use async_graphql::{
    Request, Response, ServerError, Value, Variables,
    parser::{
        parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
    },
};

use db::Db;

use super::{
    Schema, commit,
    context::{RequestContext, Services},
    cost::{self, Price},
    documents::Documents,
    errors::{Fault, Result, classify},
    inputs,
    loaders::loaders,
    nesting,
    pays::pays,
};
use crate::{limits::Budget, settings::Introspection};

/// What a client sent, whatever it came by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params {
    pub(crate) query: Option<String>,
    /// The name of a document that is known already, by the specification of persisted documents.
    pub(crate) document_id: Option<String>,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: serde_json::Map<String, serde_json::Value>,
    /// What is said beside the operation; what nobody here knows is passed over.
    pub(crate) extensions: serde_json::Map<String, serde_json::Value>,
}

/// A request that was parsed and counted.
pub(crate) struct Prepared {
    pub(crate) request: Request,
    /// What it reads from.
    pub(crate) db: Db,
    pub(crate) operation: OperationType,
    /// What the request is known by.
    pub(crate) correlation_id: String,
    /// Whether it moves money.
    pub(crate) pays: bool,
    /// What it is charged.
    pub(crate) price: Price,
    /// What the asker may ask for after it; none where nothing is limited.
    pub(crate) budget: Option<Budget>,
}

/// Parses and counts what a client sent; what comes back as an error was not executed.
pub(crate) fn prepare(
    schema: &Schema,
    documents: &Documents,
    text: &Arc<str>,
    params: Params,
    context: RequestContext,
    introspection: Introspection,
) -> Result<Prepared, ServerError> {
    inputs::check(&params.variables).map_err(Fault::into_server_error)?;
    let known = documents.get(text);
    let document = match &known {
        Some(document) => Arc::clone(document),
        None if nesting::too_deep(text) => {
            return Err(Fault::TooComplex("The document nests too deep.".to_owned()).into_server_error());
        }
        None => Arc::new(parse_query(text)?),
    };
    let variables = Variables::from_json(serde_json::Value::Object(params.variables));
    let meant = operation(&document, params.operation_name.as_deref()).map_err(Fault::into_server_error)?;
    let cost = cost::check(&document, meant, &variables, introspection).map_err(Fault::into_server_error)?;
    if known.is_none() {
        documents.keep(text, &document);
    }
    let price = Price::of(&document, meant, &variables, cost);
    let (operation, pays) = (meant.ty, pays(&document, meant, &variables));

    let correlation_id = context.trace.correlation_id.clone();
    let after = commit::sent_back(&params.extensions).map_err(Fault::into_server_error)?;
    let services: &Services = schema.data().expect("the schema was built with its services");
    let db = services.db.for_request(context.actor.clone(), after);
    if operation == OperationType::Subscription {
        // It tells what was written a moment ago.
        db.read_fresh();
    }
    // What a mutation answers is as it is now.
    let cache = (operation != OperationType::Mutation).then(|| services.live.cache.clone());
    let loaders = loaders(&db, &context, cache);
    let mut request = Request::new(&**text).variables(variables).data(loaders).data(db.clone()).data(context);
    request.operation_name = params.operation_name;
    // The library takes it apart. A copy is far cheaper than parsing it again.
    request.set_parsed_query(Arc::unwrap_or_clone(document));
    Ok(Prepared { request, db, operation, correlation_id, pays, price, budget: None })
}

/// The operation that is meant.
fn operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a OperationDefinition> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next()
        }
        _ => None,
    };
    let Some(operation) = found else {
        let message = "`operationName` must name one operation of the document.".to_owned();
        return Err(Fault::BadUserInput(message));
    };
    // The specification asks for it and the library does not: events of two fields would come mixed.
    if operation.node.ty == OperationType::Subscription && operation.node.selection_set.node.items.len() != 1
    {
        return Err(Fault::BadUserInput("A subscription asks for exactly one field.".to_owned()));
    }
    Ok(&operation.node)
}

/// Whether the request was refused as a whole: nothing was executed and there is no `data`.
pub(crate) fn was_refused(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// Gives every error a code.
pub(crate) fn finish(mut response: Response) -> Response {
    response.errors.iter_mut().for_each(classify);
    response
}

/// The name of an operation's kind, in logs and metrics.
pub(crate) fn kind(operation: OperationType) -> &'static str {
    match operation {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}
