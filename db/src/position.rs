//! How far the database's history has come.

use std::{fmt, num::ParseIntError, str::FromStr};

/// A place in the write-ahead log: whoever has replayed it has every commit that was acknowledged before it was taken.
/// Its text is the one of Postgres (`0/16B3748`), and for clients opaque.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommitPosition(u64);

/// A text is no position.
#[derive(Debug, thiserror::Error)]
#[error("this is no position of a commit")]
pub struct NoPosition(#[source] Option<ParseIntError>);

/// Longest half of a position's text, in hexadecimal digits.
const HALF: usize = 8;

impl FromStr for CommitPosition {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let (high, low) = text.split_once('/').ok_or(NoPosition(None))?;
        Ok(Self(u64::from(half(high)?) << 32 | u64::from(half(low)?)))
    }
}

fn half(text: &str) -> Result<u32, NoPosition> {
    if text.len() > HALF || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(NoPosition(None));
    }
    u32::from_str_radix(text, 16).map_err(|error| NoPosition(Some(error)))
}

impl fmt::Display for CommitPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}/{:X}", self.0 >> 32, self.0 & u64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_postgres_writes_it_and_nothing_else_is() {
        for text in ["0/0", "0/16B3748", "16/B374D848", "FFFFFFFF/FFFFFFFF"] {
            let position: CommitPosition = text.parse().expect("a position");
            assert_eq!(position.to_string(), text);
        }
        for text in ["", "/", "0", "0/", "/0", "0/0/0", "+1/0", " 1/0", "100000000/0", "0/G", "0/-1", "0/'"] {
            assert!(text.parse::<CommitPosition>().is_err(), "{text}");
        }
        let order = ["0/9", "0/10", "1/0"].map(|text| text.parse::<CommitPosition>().expect("a position"));
        assert!(order.is_sorted());
    }
}
