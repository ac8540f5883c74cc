//! Relay connections over keyset pages, forward only.

use async_graphql::SimpleObject;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Cursor, Page};

use super::errors::{Fault, Result};

/// Items of a page unless the client says how many.
pub(crate) const DEFAULT_FIRST: i32 = 20;
/// Items of a page at most.
pub(crate) const MAX_FIRST: i32 = 100;
/// Longer than any sort key of ours, a title of 200 characters included.
const LONGEST_CURSOR: usize = 2_000;

/// Where a page lies in its list.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(shareable)]
pub(crate) struct PageInfo {
    /// Whether more items follow this page: ask again with `after: endCursor`.
    has_next_page: bool,
    /// Whether the page was asked for with `after`. Paging backwards is not offered.
    has_previous_page: bool,
    /// The cursor of the first item. Null when the page is empty.
    start_cursor: Option<String>,
    /// The cursor of the last item. Null when the page is empty.
    end_cursor: Option<String>,
}

/// The page that a client asks for.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) first: i32,
    pub(crate) after: Option<Cursor>,
}

impl Window {
    pub(crate) fn new(first: Option<i32>, after: Option<&str>) -> Result<Self> {
        Self::up_to(MAX_FIRST, first, after)
    }

    /// A page of a list whose pages may be larger.
    pub(crate) fn up_to(most: i32, first: Option<i32>, after: Option<&str>) -> Result<Self> {
        let first = first.unwrap_or(DEFAULT_FIRST);
        if !(1..=most).contains(&first) {
            return Err(Fault::BadUserInput(format!("`first` must be 1 to {most}.")));
        }
        Ok(Self { first, after: after.map(decode).transpose()? })
    }
}

fn encode(cursor: &Cursor) -> String {
    URL_SAFE_NO_PAD.encode(&cursor.0)
}

fn decode(text: &str) -> Result<Cursor> {
    let read = || {
        let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        // Postgres stores no NUL; whether the rest is a sort key is judged where it is used as one.
        (!plain.is_empty() && !plain.contains('\0')).then_some(Cursor(plain))
    };
    let cursor = if text.len() <= LONGEST_CURSOR { read() } else { None };
    cursor
        .ok_or_else(|| Fault::BadUserInput("`after` is not a cursor that this API has given out.".to_owned()))
}

/// A page as its edges, each with its cursor as clients see it.
pub(crate) fn edges<T, E>(
    page: Page<T>,
    window: &Window,
    edge: impl Fn(String, T) -> E,
) -> (Vec<E>, PageInfo) {
    let info = PageInfo {
        has_next_page: page.has_next,
        has_previous_page: window.after.is_some(),
        start_cursor: page.rows.first().map(|(cursor, _)| encode(cursor)),
        end_cursor: page.rows.last().map(|(cursor, _)| encode(cursor)),
    };
    (page.rows.into_iter().map(|(cursor, row)| edge(encode(&cursor), row)).collect(), info)
}

/// Defines a connection and its edge over `node`, made from the row type.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $row:ty, $list:literal, $item:literal) => {
        #[doc = $list]
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $connection {
            /// The items of this page, in the order of the list.
            edges: Vec<$edge>,
            /// Where the page lies in the list.
            page_info: $crate::graphql::connection::PageInfo,
        }

        #[doc = $item]
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $edge {
            /// The item's place in the list: hand it in as `after`.
            cursor: String,
            /// The item.
            node: $node,
        }

        impl $connection {
            pub(crate) fn new(page: db::Page<$row>, window: &$crate::graphql::connection::Window) -> Self {
                let (edges, page_info) = $crate::graphql::connection::edges(page, window, |cursor, row| {
                    $edge { cursor, node: row.into() }
                });
                Self { edges, page_info }
            }
        }
    };
}
pub(crate) use connection;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_size_and_a_limit() {
        assert_eq!(Window::new(None, None).map(|window| window.first), Ok(20));
        assert_eq!(Window::new(Some(100), None).map(|window| window.first), Ok(100));
        for first in [0, -1, 101, i32::MAX] {
            assert!(Window::new(Some(first), None).is_err(), "{first}");
        }
    }

    #[test]
    fn a_cursor_survives_the_round_trip_and_nothing_else_is_one() {
        let cursor = Cursor("Room\n0190c0de".to_owned());
        assert_eq!(Window::new(None, Some(&encode(&cursor))).map(|window| window.after), Ok(Some(cursor)));
        for text in ["", "%%%", "AAAA", &"QUFB".repeat(600)] {
            assert!(Window::new(None, Some(text)).is_err(), "{text:?}");
        }
    }
}
