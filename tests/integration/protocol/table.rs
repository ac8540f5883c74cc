//! The rows of `saga.transition`, and which of them the model has gone along.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::state::{Kind, Step};

pub(super) type Row = (Kind, Option<Step>, Step);

/// Cheap to clone; all clones share what was taken.
#[derive(Clone, Debug)]
pub(super) struct Table(Arc<BTreeMap<Row, AtomicBool>>);

impl Table {
    /// Of the rows that a database gives, as `kind`, `from_step`, `step`; those of other kinds are left out.
    pub(super) fn read(rows: &[(String, Option<String>, String)]) -> Self {
        let rows = rows.iter().filter_map(|(kind, from, to)| {
            let kind = match kind.as_str() {
                "booking" => Kind::Booking,
                "refund" => Kind::Refund,
                _ => return None,
            };
            Some(((kind, from.as_deref().map(step), step(to)), AtomicBool::new(false)))
        });
        Self(Arc::new(rows.collect()))
    }

    /// The same without one row, and with nothing taken.
    pub(super) fn without(&self, row: Row) -> Self {
        let others = self.0.keys().filter(|other| **other != row);
        Self(Arc::new(others.map(|row| (*row, AtomicBool::new(false))).collect()))
    }

    /// Goes along a row; false when there is none.
    pub(super) fn take(&self, row: Row) -> bool {
        let found = self.0.get(&row);
        if let Some(taken) = found {
            taken.store(true, Ordering::Relaxed);
        }
        found.is_some()
    }

    pub(super) fn rows(&self) -> usize {
        self.0.len()
    }

    /// The rows that nobody has gone along.
    pub(super) fn untaken(&self) -> Vec<Row> {
        let untaken = self.0.iter().filter(|(_, taken)| !taken.load(Ordering::Relaxed));
        untaken.map(|(row, _)| *row).collect()
    }
}

fn step(name: &str) -> Step {
    match name {
        "reserve" => Step::Reserve,
        "authorize" => Step::Authorize,
        "confirm" => Step::Confirm,
        "capture" => Step::Capture,
        "notify" => Step::Notify,
        "cancel" => Step::Cancel,
        "void" => Step::Void,
        "refund" => Step::Refund,
        other => panic!("the model knows no step `{other}`: teach it"),
    }
}
