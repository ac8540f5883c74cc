//! Documents that were parsed before.
//!
//! Clients send the same few documents again and again, and parsing one costs more
//! than running many a query. Only what was counted and not refused is kept, up to
//! a bound in bytes; what is asked for often stays, so that a client that sends a
//! new document each time can't push out those of others.

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use moka::sync::Cache;

/// Bytes of text of all documents kept.
const ALL: u64 = 4 * 1024 * 1024;
/// Bytes of text of one document; longer ones are parsed each time. Parsed, a document takes some 10 times its text.
const LONGEST: usize = 32 * 1024;

/// The parsed documents of this process; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Documents(Cache<Arc<str>, Arc<ExecutableDocument>>);

impl Default for Documents {
    fn default() -> Self {
        let weight =
            |text: &Arc<str>, _: &Arc<ExecutableDocument>| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().name("documents").weigher(weight).max_capacity(ALL).build())
    }
}

impl Documents {
    pub(super) fn get(&self, text: &str) -> Option<Arc<ExecutableDocument>> {
        self.0.get(text)
    }

    /// Keeps a document that was not refused.
    pub(super) fn keep(&self, text: &Arc<str>, document: &Arc<ExecutableDocument>) {
        if text.len() <= LONGEST {
            self.0.insert(Arc::clone(text), Arc::clone(document));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use async_graphql::parser::parse_query;

    use super::*;

    const TEXT: &str = "mutation Book($input: CreateBookingInput!) { createBooking(input: $input) { \
        booking { id reference status version total { amount currencyCode } lines { lineNo quantity slot { id } } } \
        userErrors { code message path retryable retryAfterMs } replayed } }";

    #[test]
    fn a_document_is_parsed_once_and_copied_for_less() {
        let documents = Documents::default();
        let text: Arc<str> = TEXT.into();
        assert!(documents.get(&text).is_none());
        let document = Arc::new(parse_query(TEXT).expect("a document"));
        documents.keep(&text, &document);
        assert!(documents.get(TEXT).is_some_and(|known| Arc::ptr_eq(&known, &document)));

        let measure = |what: &dyn Fn()| {
            let begun = Instant::now();
            (0..1_000).for_each(|_| what());
            begun.elapsed().as_secs_f64() * 1e3
        };
        let parsed = measure(&|| drop(parse_query(TEXT).expect("a document")));
        let copied = measure(&|| drop(Arc::unwrap_or_clone(documents.get(TEXT).expect("it is kept"))));
        println!("parsing takes {parsed:.1} us, a copy {copied:.1} us: 1/{:.1}", parsed / copied);
    }

    #[test]
    fn what_is_very_long_is_not_kept() {
        let documents = Documents::default();
        let text: Arc<str> = format!("{{ a {} }}", "#".repeat(LONGEST)).into();
        documents.keep(&text, &Arc::new(parse_query("{ a }").expect("a document")));
        assert!(documents.get(&text).is_none());
    }
}
