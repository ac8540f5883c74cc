//! Keyset pages: a page starts after the last row's sort key, never at an offset.

use serde::{Deserialize, Serialize};

/// One page of rows and whether more follow.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows, in the order of the listing, each with its cursor.
    pub rows: Vec<(Cursor, T)>,
    /// Whether a further page holds at least one row.
    pub has_next: bool,
}

/// The sort key of a row, as text; opaque to clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// A row of a listing routine: its sort key and its document.
#[derive(Deserialize)]
struct Keyed<T> {
    cursor: Cursor,
    row: T,
}

impl crate::Db {
    /// Calls a listing routine, which gives one row more than asked when there is one.
    pub(crate) async fn page<T: serde::de::DeserializeOwned>(
        &self,
        routine: &'static str,
        argument: &serde_json::Value,
        first: i32,
    ) -> Result<Page<T>, crate::Error> {
        let has_cursor = argument.get("after").is_some_and(|after| !after.is_null());
        let mut rows: Vec<Keyed<T>> = self
            .rows(routine, argument)
            .await
            .map_err(|error| if has_cursor { error.about_cursor() } else { error })?;
        let asked = usize::try_from(first).unwrap_or(0);
        let has_next = rows.len() > asked;
        rows.truncate(asked);
        Ok(Page { rows: rows.into_iter().map(|keyed| (keyed.cursor, keyed.row)).collect(), has_next })
    }
}
