//! Seats, one after the other, on their way to becoming rows.

use std::collections::HashSet;

use crate::client::VenueRowDraft;

/// Columns of a row at most.
pub(super) const COLUMNS: i32 = 100_000;
/// Seats that one part of a row may have: the most that the server takes.
const PART: usize = 1_000;
/// Parts of rows that a plan may have: the most that the server takes.
const PARTS: usize = 5_000;

/// A seat of a plan, its names checked.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) section: String,
    pub(super) row: String,
    pub(super) label: String,
    pub(super) price_class: String,
    /// How far to the right it is; none is next to the seat before.
    pub(super) col: Option<i32>,
}

/// What is wrong with a seat.
#[derive(Debug)]
pub(super) enum Misplaced {
    /// Its row was there before, and another row since.
    Row(String),
    /// The row has a seat of this name.
    Label(String),
    /// Another one is there, or it is too far to the right.
    Col(String),
}

/// The rows so far, the best first.
#[derive(Debug, Default)]
pub(super) struct Seating {
    parts: Vec<VenueRowDraft>,
    rows: HashSet<(String, String)>,
    row: Option<Row>,
}

/// The row that is being filled.
#[derive(Debug)]
struct Row {
    section: String,
    name: String,
    seats: Vec<Placed>,
    labels: HashSet<String>,
    cols: HashSet<i32>,
}

#[derive(Debug)]
struct Placed {
    col: i32,
    label: String,
    price_class: String,
}

impl Seating {
    /// Adds a seat to the row that is being filled, or begins the next row with it.
    pub(super) fn add(&mut self, seat: Seat) -> Result<(), Misplaced> {
        if self.row.as_ref().is_none_or(|row| row.section != seat.section || row.name != seat.row) {
            self.begin(&seat)?;
        }
        match &mut self.row {
            Some(row) => row.add(seat),
            None => Ok(()),
        }
    }

    /// All rows; the sentence says why they are too many.
    pub(super) fn finish(mut self) -> Result<Vec<VenueRowDraft>, String> {
        self.close();
        if self.parts.len() > PARTS {
            let parts = self.parts.len();
            return Err(format!(
                "aisles and price classes divide its rows into {parts} parts; {PARTS} are the most"
            ));
        }
        Ok(self.parts)
    }

    fn begin(&mut self, seat: &Seat) -> Result<(), Misplaced> {
        self.close();
        let (section, name) = (seat.section.clone(), seat.row.clone());
        // Where a row is among the others says how good it is: it can't be in two places.
        if !self.rows.insert((section.clone(), name.clone())) {
            return Err(Misplaced::Row(format!(
                "row `{name}` of section `{section}` was there before another row; its seats belong together"
            )));
        }
        self.row =
            Some(Row { section, name, seats: Vec::new(), labels: HashSet::new(), cols: HashSet::new() });
        Ok(())
    }

    fn close(&mut self) {
        if let Some(row) = self.row.take() {
            self.parts.extend(row.into_parts());
        }
    }
}

impl Row {
    fn add(&mut self, seat: Seat) -> Result<(), Misplaced> {
        let col = seat.col.unwrap_or_else(|| self.seats.last().map_or(1, |before| before.col + 1));
        if col > COLUMNS {
            return Err(Misplaced::Col(format!("it would be in column {col}; {COLUMNS} is the last")));
        }
        if !self.labels.insert(seat.label.clone()) {
            return Err(Misplaced::Label(format!("row `{}` has a seat `{}` already", self.name, seat.label)));
        }
        if !self.cols.insert(col) {
            return Err(Misplaced::Col(format!("row `{}` has another seat in column {col}", self.name)));
        }
        self.seats.push(Placed { col, label: seat.label, price_class: seat.price_class });
        Ok(())
    }

    /// The row from left to right, divided where an aisle or another price class comes.
    fn into_parts(mut self) -> Vec<VenueRowDraft> {
        self.seats.sort_by_key(|seat| seat.col);
        let mut parts: Vec<VenueRowDraft> = Vec::new();
        let mut last_col = 0;
        for seat in self.seats {
            let is_next = seat.col == last_col + 1;
            last_col = seat.col;
            let goes_on = |part: &&mut VenueRowDraft| {
                is_next && part.price_class == seat.price_class && part.seats.len() < PART
            };
            if let Some(part) = parts.last_mut().filter(goes_on) {
                part.seats.push(seat.label);
                continue;
            }
            let is_plain_begin = parts.is_empty() && seat.col == 1;
            parts.push(VenueRowDraft {
                section: self.section.clone(),
                row: self.name.clone(),
                seats: vec![seat.label],
                price_class: seat.price_class,
                first_col: (!is_plain_begin).then_some(seat.col),
            });
        }
        parts
    }
}
