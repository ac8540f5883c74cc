//! Where each column is, and a cell that knows its name when it turns out to be broken.

use csv::StringRecord;

use super::error::TableError;

/// What the replay needs of the file. Others may be there, in any order.
const NEEDED: [&str; 11] = [
    "lead_time",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_day_of_month",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "reserved_room_type",
    "deposit_type",
    "adr",
    "reservation_status",
    "reservation_status_date",
];

/// The file's header.
pub(super) struct Columns {
    names: Vec<String>,
}

impl Columns {
    /// Takes a header that has every needed column exactly once.
    pub(super) fn find(header: &StringRecord) -> Result<Self, TableError> {
        let times = |name: &str| header.iter().filter(|column| *column == name).count();
        let missing: Vec<_> = NEEDED.into_iter().filter(|name| times(name) == 0).collect();
        if !missing.is_empty() {
            return Err(TableError::MissingColumns(missing.join(", ")));
        }
        if let Some(name) = NEEDED.into_iter().find(|name| times(name) > 1) {
            return Err(TableError::DoubleColumn(name));
        }
        Ok(Self { names: header.iter().map(str::to_owned).collect() })
    }

    /// A row as named cells; it must have as many as the header.
    pub(super) fn of<'row>(
        &'row self,
        record: &'row StringRecord,
        line: u64,
    ) -> Result<Cells<'row>, TableError> {
        if record.len() < self.names.len() {
            return Err(TableError::ShortRow { line, column: self.names[record.len()].clone() });
        }
        if record.len() > self.names.len() {
            return Err(TableError::LongRow { line, cells: record.len(), columns: self.names.len() });
        }
        Ok(Cells { columns: self, record, line })
    }
}

/// One row.
pub(super) struct Cells<'row> {
    columns: &'row Columns,
    record: &'row StringRecord,
    line: u64,
}

impl Cells<'_> {
    /// The line of the file.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Reads one cell; an error carries its line, column and text.
    pub(super) fn read<T>(
        &self,
        column: &'static str,
        reading: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, TableError> {
        let at = self.columns.names.iter().position(|name| name == column);
        let text = at.and_then(|at| self.record.get(at)).unwrap_or_default();
        reading(text).map_err(|reason| TableError::Cell {
            line: self.line,
            column,
            text: text.chars().take(60).collect(),
            reason,
        })
    }
}
