//! Failures in the log, once each.

/// One line with the whole chain of causes.
pub(crate) fn report(what: &str, error: &db::Error) {
    tracing::error!(error = error_chain(error), "{what}");
}

/// An error and all its causes in one line.
pub(crate) fn error_chain(error: &dyn std::error::Error) -> String {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        chain = format!("{chain}: {cause}");
        source = cause.source();
    }
    chain
}
