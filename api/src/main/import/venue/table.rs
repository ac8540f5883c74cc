//! A plan from CSV: a line for each seat, the best rows first.

use csv::{Reader, ReaderBuilder, StringRecord, Trim};

use super::seating::{COLUMNS, Misplaced, Seat, Seating};
use crate::{
    client::{PLAIN_CLASS, VenueRowDraft},
    import::{error::ImportError, names::label},
};

/// The columns that a table must have.
const NEEDED: [&str; 3] = ["section", "row", "seat"];
/// Those that it may have.
const OPTIONAL: [&str; 2] = ["price_class", "col"];

/// The rows of a table with the columns `section`, `row` and `seat`, and perhaps `price_class` and
/// `col`, in any order. Consecutive lines of one section and row are one row; a gap in `col` is an
/// aisle.
pub(in crate::import) fn read(text: &str) -> Result<Vec<VenueRowDraft>, ImportError> {
    let mut records = Records::of(text.strip_prefix('\u{feff}').unwrap_or(text));
    let Some((line, header)) = records.next().transpose()? else {
        return Err(ImportError::Table("the file is empty".to_owned()));
    };
    let columns = Columns::find(line, &header)?;
    let mut seating = Seating::default();
    let mut seats = 0_u32;
    for record in records {
        let (line, record) = record?;
        columns.fits(line, &record)?;
        let seat = Row { columns: &columns, record: &record, line }.seat()?;
        seating.add(seat).map_err(|misplaced| {
            let (column, reason) = match misplaced {
                Misplaced::Row(reason) => ("row", reason),
                Misplaced::Label(reason) => ("seat", reason),
                Misplaced::Col(reason) => ("col", reason),
            };
            wrong(line, column, reason)
        })?;
        seats += 1;
    }
    if seats == 0 {
        return Err(ImportError::Table("the file has a header and no seats".to_owned()));
    }
    seating.finish().map_err(ImportError::Table)
}

fn wrong(line: u64, column: &str, reason: impl Into<String>) -> ImportError {
    ImportError::Cell { line, column: column.to_owned(), reason: reason.into() }
}

/// The lines that say something, each with its number.
///
/// The reader's own count is that of the line where the record before ended, so it is off after
/// blank lines and under Windows ends.
struct Records<'text> {
    text: &'text [u8],
    reader: Reader<&'text [u8]>,
    /// Bytes of the text that are counted.
    counted: usize,
    line: u64,
}

impl<'text> Records<'text> {
    fn of(text: &'text str) -> Self {
        let text = text.as_bytes();
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(text);
        Self { text, reader, counted: 0, line: 1 }
    }

    /// The line of the record that the reader found from this byte on, past any blank lines.
    fn line_at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(next) = self.text.get(self.counted) {
            if self.counted >= byte && !matches!(next, b'\n' | b'\r') {
                break;
            }
            self.line += u64::from(*next == b'\n');
            self.counted += 1;
        }
        self.line
    }
}

impl Iterator for Records<'_> {
    type Item = Result<(u64, StringRecord), ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut record = StringRecord::new();
            let line = match self.reader.read_record(&mut record) {
                Ok(true) => self.line_at(record.position().map_or(0, csv::Position::byte)),
                Ok(false) => return None,
                Err(error) => return Some(Err(ImportError::Table(error.to_string()))),
            };
            if record.len() > 1 || !record[0].is_empty() {
                return Some(Ok((line, record)));
            }
        }
    }
}

/// Which cell is which.
struct Columns(Vec<&'static str>);

impl Columns {
    fn find(line: u64, header: &StringRecord) -> Result<Self, ImportError> {
        let mut names: Vec<&'static str> = Vec::new();
        for column in header {
            let known = NEEDED.into_iter().chain(OPTIONAL).find(|known| *known == column);
            // One that is misspelt would otherwise do nothing, silently.
            let known = known.ok_or_else(|| {
                let all = [NEEDED.as_slice(), OPTIONAL.as_slice()].concat().join(", ");
                wrong(line, column, format!("there is no such column; there are {all}"))
            })?;
            if names.contains(&known) {
                return Err(wrong(line, column, "it is there twice"));
            }
            names.push(known);
        }
        match NEEDED.into_iter().find(|needed| !names.contains(needed)) {
            Some(missing) => Err(wrong(line, missing, "the header does not name it")),
            None => Ok(Self(names)),
        }
    }

    fn fits(&self, line: u64, record: &StringRecord) -> Result<(), ImportError> {
        if let Some(missing) = self.0.get(record.len()) {
            return Err(wrong(line, missing, "the line ends before it"));
        }
        if record.len() > self.0.len() {
            let reason = format!("the line has {} cells, the header {}", record.len(), self.0.len());
            return Err(wrong(line, self.0.last().unwrap_or(&"seat"), reason));
        }
        Ok(())
    }
}

/// One line of the table.
struct Row<'table> {
    columns: &'table Columns,
    record: &'table StringRecord,
    line: u64,
}

impl Row<'_> {
    /// A cell; empty when the table has no such column.
    fn cell(&self, column: &str) -> &str {
        let place = self.columns.0.iter().position(|name| *name == column);
        place.and_then(|place| self.record.get(place)).unwrap_or_default()
    }

    fn name(&self, column: &str, most: usize) -> Result<String, ImportError> {
        label(self.cell(column), most).map_err(|reason| wrong(self.line, column, reason))
    }

    fn seat(&self) -> Result<Seat, ImportError> {
        Ok(Seat {
            section: self.name("section", 50)?,
            row: self.name("row", 20)?,
            label: self.name("seat", 20)?,
            price_class: match self.cell("price_class") {
                "" => PLAIN_CLASS.to_owned(),
                _ => self.name("price_class", 50)?,
            },
            col: match self.cell("col") {
                "" => None,
                text => Some(self.col(text)?),
            },
        })
    }

    fn col(&self, text: &str) -> Result<i32, ImportError> {
        let col = text.parse().ok().filter(|col| (1..=COLUMNS).contains(col));
        col.ok_or_else(|| {
            wrong(self.line, "col", format!("expected a whole number from 1 to {COLUMNS}, found `{text}`"))
        })
    }
}
