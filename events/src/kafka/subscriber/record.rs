//! A message, with where it was.

use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};

use super::partition::Place;
use crate::Headers;

/// A record of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Of which topic, by its full name.
    pub topic: String,
    /// In which partition.
    pub partition: i32,
    /// Where in that.
    pub offset: i64,
    /// Its key, if it has one.
    pub key: Option<Vec<u8>>,
    /// Its headers, in order.
    pub headers: Headers,
    /// What it says; empty when it has no value.
    pub payload: Vec<u8>,
}

impl Record {
    pub(super) fn of(message: &BorrowedMessage<'_>) -> Self {
        let headers = message.headers().map(|headers| {
            let named = headers
                .iter()
                .map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec).unwrap_or_default()));
            named.collect()
        });
        Self {
            topic: message.topic().to_owned(),
            partition: message.partition(),
            offset: message.offset(),
            key: message.key().map(<[u8]>::to_vec),
            headers: headers.unwrap_or_default(),
            payload: message.payload().map(<[u8]>::to_vec).unwrap_or_default(),
        }
    }

    pub(super) fn place(&self) -> Place {
        Place { topic: self.topic.clone(), partition: self.partition }
    }
}
