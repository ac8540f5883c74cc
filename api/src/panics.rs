//! A panic is a failure like any other: told to the client as one, and to nobody else on its connection.

use std::{any::Any, panic::AssertUnwindSafe};

use futures::FutureExt as _;

use crate::graphql::Fault;

/// What came of `work`, or that it panicked. What a panic leaves half done is the request's own, and goes with it.
/// (An `async fn` would hold its argument twice, and all of a request with it.)
pub(crate) fn caught<T>(
    work: impl Future<Output = T>,
    correlation_id: &str,
) -> impl Future<Output = Result<T, Fault>> {
    let caught = AssertUnwindSafe(work).catch_unwind();
    caught.map(move |done| done.map_err(|panic| fault(panic.as_ref(), correlation_id)))
}

/// Logs a panic and gives what a client may know of it.
pub(crate) fn fault(panic: &(dyn Any + Send), correlation_id: &str) -> Fault {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    metrics::counter!("holdfast_api_panics_total").increment(1);
    tracing::error!(
        error = said.unwrap_or("a panic"),
        code = "INTERNAL",
        request_id = correlation_id,
        "a request panicked"
    );
    Fault::Internal { correlation_id: correlation_id.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_fault_that_tells_nothing() {
        let fault = caught(async { panic!("secret at src/lib.rs:7") }, "request-7").await;
        let fault: Result<(), Fault> = fault;
        assert_eq!(fault, Err(Fault::Internal { correlation_id: "request-7".to_owned() }));
        let said = serde_json::to_string(&fault.expect_err("it panicked").into_server_error()).expect("JSON");
        assert!(said.contains("request-7") && !said.contains("secret"), "{said}");
        assert_eq!(caught(async { 7 }, "request-8").await, Ok(7));
    }
}
