//! What a call has changed, by its own transaction's word, told to whoever listens once it has committed.

use std::{collections::BTreeMap, collections::BTreeSet, fmt, str::FromStr, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};
use sqlx::{AssertSqlSafe, types::Json};
use uuid::Uuid;

use crate::{
    BookingId, Db, Error, SlotId,
    pool::{name_of, read_answers},
};

/// What may have changed: a hint to look, and nothing more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Bookings, and the version each has reached; 0 where it is not known.
    pub bookings: BTreeMap<BookingId, i32>,
    /// Slots of which more or less is to be had, or that were written.
    pub slots: BTreeSet<SlotId>,
    /// More than can be named: whoever watches anything looks at it.
    pub everything: bool,
}

/// A word that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no word of what was touched")]
pub struct NotTouched(String);

impl Touched {
    /// That anything may have changed.
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        !self.everything && self.bookings.is_empty() && self.slots.is_empty()
    }

    /// Takes in what another call has touched.
    pub fn merge(&mut self, other: &Self) {
        for (id, version) in &other.bookings {
            let known = self.bookings.entry(*id).or_default();
            *known = (*known).max(*version);
        }
        self.slots.extend(&other.slots);
        self.everything |= other.everything;
    }
}

/// As `holdfast.touch` writes it: `b<booking>:<version>` and `s<slot>`, or `*` for more than can be named.
impl fmt::Display for Touched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.everything {
            return f.write_str("*");
        }
        let bookings = self.bookings.iter().map(|(id, version)| format!("b{id}:{version}"));
        let slots = self.slots.iter().map(|id| format!("s{id}"));
        f.write_str(&bookings.chain(slots).collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for Touched {
    type Err = NotTouched;

    fn from_str(words: &str) -> Result<Self, NotTouched> {
        let mut touched = Self::default();
        for word in words.split_ascii_whitespace() {
            let known = match word.split_at_checked(1) {
                Some(("*", "")) => {
                    touched.everything = true;
                    Some(())
                }
                Some(("s", slot)) => Uuid::parse_str(slot).ok().map(|id| {
                    touched.slots.insert(SlotId(id));
                }),
                Some(("b", booking)) => booking.split_once(':').and_then(|(id, version)| {
                    let (id, version) = (BookingId(Uuid::parse_str(id).ok()?), version.parse().ok()?);
                    let known = touched.bookings.entry(id).or_insert(version);
                    *known = (*known).max(version);
                    Some(())
                }),
                _ => None,
            };
            known.ok_or_else(|| NotTouched(word.to_owned()))?;
        }
        Ok(touched)
    }
}

/// Who is told of what a handle's calls have touched.
#[derive(Clone)]
pub(crate) struct Listener(Arc<dyn Fn(Touched) + Send + Sync>);

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

impl Db {
    /// A handle on the same connections that tells `listener` what each call of it has touched, after its commit and
    /// before its caller has the answer. What a lost answer has touched is not told.
    #[must_use]
    pub fn telling(mut self, listener: impl Fn(Touched) + Send + Sync + 'static) -> Self {
        self.listener = Some(Listener(Arc::new(listener)));
        self
    }

    /// Like [`Self::rows`], for a routine that writes: what it has touched is told.
    pub(crate) async fn change<A, T>(&self, routine: &'static str, argument: &A) -> Result<Vec<T>, Error>
    where
        A: Serialize + Sync + ?Sized,
        T: DeserializeOwned,
    {
        let Some(Listener(listener)) = &self.listener else { return self.rows(routine, argument).await };
        let argument = to_raw_value(argument).map_err(Error::Encode)?;
        self.tally(name_of(routine));
        // A routine is done with all it does before it gives its first row.
        let statement = format!(
            "select answer, case row_number() over () when 1 then current_setting('holdfast.touched', true) end \
             from ({routine}) answers (answer)"
        );
        let rows: Vec<(Json<Box<RawValue>>, Option<String>)> =
            sqlx::query_as(AssertSqlSafe(statement)).bind(Json(argument)).fetch_all(&self.pool).await?;
        if let Some(words) = rows.first().and_then(|(_, words)| words.as_deref()) {
            // A word of a newer schema than this binary's: better to look at everything than to miss it.
            let touched = words.parse().unwrap_or_else(|_| Touched::everything());
            if !touched.is_empty() {
                listener(touched);
            }
        }
        read_answers(routine, rows.into_iter().map(|(Json(row), _)| row))
    }

    /// Like [`Self::change`], for a sweep over so many rows at most: how many it found.
    pub(crate) async fn sweep(&self, routine: &'static str, limit: i32) -> Result<i32, Error> {
        Ok(self.change(routine, &limit).await?.into_iter().next().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_touched_is_read_as_it_was_written() {
        let (booking, slot) = (BookingId(Uuid::now_v7()), SlotId(Uuid::now_v7()));
        let touched: Touched =
            format!("b{booking}:2 s{slot} b{booking}:3 b{booking}:1").parse().expect("words");
        assert_eq!(touched.bookings, BTreeMap::from([(booking, 3)]));
        assert_eq!(touched.slots, BTreeSet::from([slot]));
        assert_eq!(touched.to_string().parse(), Ok(touched));
        assert_eq!("*".parse(), Ok(Touched::everything()));
        assert_eq!(Touched::everything().to_string(), "*");
        assert!("".parse::<Touched>().expect("no words").is_empty());
    }

    #[test]
    fn what_means_nothing_is_no_word() {
        let id = Uuid::now_v7();
        for word in ["x", "s", "b", "**", "é", &format!("b{id}"), &format!("b{id}:x"), &format!("q{id}")] {
            assert!(word.parse::<Touched>().is_err(), "{word}");
        }
    }

    #[test]
    fn of_two_versions_the_later_is_kept() {
        let id = BookingId(Uuid::now_v7());
        let mut one = Touched { bookings: BTreeMap::from([(id, 4)]), ..Touched::default() };
        one.merge(&Touched { bookings: BTreeMap::from([(id, 3)]), everything: true, ..Touched::default() });
        assert_eq!((one.bookings[&id], one.everything), (4, true));
    }
}
