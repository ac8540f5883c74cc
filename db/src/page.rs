//! Keyset pages: a page starts after the last row's sort key, never at an offset.

use std::{collections::HashMap, hash::Hash};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One page of rows and whether more follow.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows, in the order of the listing, each with its cursor.
    pub rows: Vec<(Cursor, T)>,
    /// Whether a further page holds at least one row.
    pub has_next: bool,
}

/// The sort key of a row, as text; opaque to clients.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// A row of a listing routine: its sort key and its document.
#[derive(Deserialize)]
struct Keyed<T> {
    cursor: Cursor,
    row: T,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), has_next: false }
    }
}

impl<T> Page<T> {
    /// From the rows of a listing routine, which gives one row more than asked when there is one.
    fn of(mut rows: Vec<(Cursor, T)>, first: i32) -> Self {
        let asked = usize::try_from(first).unwrap_or(0);
        let has_next = rows.len() > asked;
        rows.truncate(asked);
        Self { rows, has_next }
    }
}

impl crate::Db {
    /// Calls a listing routine.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        actor: Option<&crate::Actor>,
        routine: &'static str,
        argument: &serde_json::Value,
        first: i32,
    ) -> Result<Page<T>, crate::Error> {
        Ok(Page::of(self.keyed(actor, routine, argument).await?, first))
    }

    /// Calls a listing routine that gives a page for each of many owners of rows; who has none is left out.
    pub(crate) async fn pages<K: Eq + Hash, T: DeserializeOwned>(
        &self,
        routine: &'static str,
        argument: &serde_json::Value,
        first: i32,
        owner: impl Fn(&T) -> K,
    ) -> Result<HashMap<K, Page<T>>, crate::Error> {
        let mut rows: HashMap<K, Vec<(Cursor, T)>> = HashMap::new();
        for (cursor, row) in self.keyed(None, routine, argument).await? {
            rows.entry(owner(&row)).or_default().push((cursor, row));
        }
        Ok(rows.into_iter().map(|(owner, rows)| (owner, Page::of(rows, first))).collect())
    }

    async fn keyed<T: DeserializeOwned>(
        &self,
        actor: Option<&crate::Actor>,
        routine: &'static str,
        argument: &serde_json::Value,
    ) -> Result<Vec<(Cursor, T)>, crate::Error> {
        let has_cursor = argument.get("after").is_some_and(|after| !after.is_null());
        let rows: Vec<Keyed<T>> = self
            .read(actor, routine, argument)
            .await
            .map_err(|error| if has_cursor { error.about_cursor() } else { error })?;
        Ok(rows.into_iter().map(|keyed| (keyed.cursor, keyed.row)).collect())
    }
}
