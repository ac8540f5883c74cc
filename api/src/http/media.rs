//! Which media type an answer has, and whether a request's can be read.

use async_graphql::parser::types::OperationType;
use axum::http::{HeaderMap, HeaderValue, header};

/// What a client reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    /// How it likes an answer that comes at once best.
    once: Option<Media>,
    /// Whether it reads streams of events.
    streams: bool,
}

impl Accepted {
    /// What the headers say; none when it reads nothing that there is.
    pub(super) fn by(headers: &HeaderMap) -> Option<Self> {
        let once = Media::negotiate(headers);
        let streams = ranges(headers).any(|(name, quality)| name == "text/event-stream" && quality > 0.0);
        (once.is_some() || streams).then_some(Self { once, streams })
    }

    /// How an answer that comes at once is put, whatever it is of.
    pub(super) fn media(self) -> Media {
        self.once.unwrap_or(Media::Json)
    }

    /// Whether this is answered by a stream: what else could not be read, and a subscription wherever it can be.
    pub(super) fn streams(self, operation: Option<OperationType>) -> bool {
        self.streams && (self.once.is_none() || operation == Some(OperationType::Subscription))
    }
}

/// The two media types of GraphQL answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status says whether the request was executed.
    GraphqlResponse,
    /// `application/json`, for older clients: well-formed requests are answered with 200.
    Json,
}

impl Media {
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }

    /// What the client likes best of what there is; none when it likes neither.
    fn negotiate(headers: &HeaderMap) -> Option<Self> {
        if !headers.contains_key(header::ACCEPT) {
            // Clients from before the specification do not say what they read.
            return Some(Self::Json);
        }
        let mut best: Option<(f32, Self)> = None;
        for (name, quality) in ranges(headers) {
            let media = match name.as_str() {
                "application/graphql-response+json" => Self::GraphqlResponse,
                "application/json" | "application/*" | "*/*" => Self::Json,
                _ => continue,
            };
            if quality > best.map_or(0.0, |(quality, _)| quality) {
                best = Some((quality, media));
            }
        }
        best.map(|(_, media)| media)
    }
}

/// All that the client says it reads.
fn ranges(headers: &HeaderMap) -> impl Iterator<Item = (String, f32)> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(parse)
}

/// A media range and how much it is liked, 0 to 1.
fn parse(range: &str) -> (String, f32) {
    let mut parts = range.split(';');
    let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let quality =
        parts.find_map(|part| part.trim().strip_prefix("q=").map(|q| q.trim().parse().unwrap_or(0.0)));
    (name, quality.unwrap_or(1.0))
}

/// Whether a request says that its body is JSON in UTF-8. Forms and plain text are
/// not read at all: a page of another origin could send those without being asked.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let mut parts = value.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_json = parts.next().is_some_and(|name| name == "application/json");
    let charset =
        parts.find_map(|part| part.strip_prefix("charset=").map(|name| name.trim_matches('"').to_owned()));
    is_json && charset.is_none_or(|name| name == "utf-8" || name == "utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &header::HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_client_chooses_the_media_type() {
        for (accept, media) in [
            (vec![], Some(Media::Json)),
            (vec!["*/*"], Some(Media::Json)),
            (vec!["application/json"], Some(Media::Json)),
            (vec!["application/graphql-response+json"], Some(Media::GraphqlResponse)),
            (
                vec!["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"],
                Some(Media::GraphqlResponse),
            ),
            (
                vec!["application/json;q=0.9, application/graphql-response+json;q=1"],
                Some(Media::GraphqlResponse),
            ),
            (vec!["text/html", "application/json;q=0.1"], Some(Media::Json)),
            (vec!["text/html"], None),
            (vec!["application/json;q=0"], None),
        ] {
            assert_eq!(Media::negotiate(&headers(&header::ACCEPT, &accept)), media, "{accept:?}");
        }
    }

    #[test]
    fn a_client_gets_a_stream_where_it_reads_nothing_else_or_asks_for_one() {
        use OperationType::{Query, Subscription};
        for (accept, query, subscription) in [
            ("text/event-stream", true, true),
            ("application/json, text/event-stream", false, true),
            ("text/event-stream;q=0, application/json", false, false),
            ("application/json", false, false),
            ("*/*", false, false),
        ] {
            let accepted = Accepted::by(&headers(&header::ACCEPT, &[accept])).expect("something");
            assert_eq!(accepted.streams(Some(Query)), query, "{accept}");
            assert_eq!(accepted.streams(Some(Subscription)), subscription, "{accept}");
            assert_eq!(accepted.streams(None), query, "{accept}: refused before it was known what it is");
        }
        assert_eq!(Accepted::by(&headers(&header::ACCEPT, &["text/html"])), None);
    }

    #[test]
    fn only_json_is_read() {
        for (content, good) in [
            ("application/json", true),
            ("Application/JSON; charset=UTF-8", true),
            ("application/json; charset=latin1", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
            ("application/graphql", false),
        ] {
            assert_eq!(is_json(&headers(&header::CONTENT_TYPE, &[content])), good, "{content}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
