//! A plan from JSON: rows of seats, the best first.

use serde_json::Value;

use super::seating::{COLUMNS, Misplaced, Seat, Seating};
use crate::{
    client::{PLAIN_CLASS, VenuePlanDraft, VenueRowDraft},
    import::{
        error::ImportError,
        fields::Fields,
        names::{code, label},
    },
};

/// Seats of one entry at most: as many as the server takes in a row.
const SEATS: i32 = 1_000;

/// A plan: its code, its name and its rows.
pub(in crate::import) fn plan(fields: &mut Fields) -> Result<VenuePlanDraft, ImportError> {
    let code = fields.parsed("code", |text| code(text, 100))?;
    fields.rename(format!("venue plan `{code}`"));
    let name = fields.text("name", 1..=200)?.to_owned();
    Ok(VenuePlanDraft { code, name, rows: rows(fields)? })
}

fn rows(fields: &mut Fields) -> Result<Vec<VenueRowDraft>, ImportError> {
    let entries = fields.objects("rows")?;
    if entries.is_empty() {
        return Err(fields.wrong("rows", "a plan has at least one"));
    }
    let mut seating = Seating::default();
    for mut entry in entries {
        let section = entry.parsed("section", |text| label(text, 50))?;
        let row = entry.parsed("row", |text| label(text, 20))?;
        let seats = seats(&mut entry)?;
        let price_class = entry.parsed_if("priceClass", |text| label(text, 50))?;
        // Said for the first seat of the entry; the others follow it.
        let mut col = entry.number_if("firstCol", 1..=COLUMNS)?;
        for seat in seats {
            let seat = Seat {
                section: section.clone(),
                row: row.clone(),
                label: seat,
                price_class: price_class.clone().unwrap_or_else(|| PLAIN_CLASS.to_owned()),
                col: col.take(),
            };
            seating.add(seat).map_err(|misplaced| match misplaced {
                Misplaced::Row(reason) => entry.wrong("row", reason),
                Misplaced::Label(reason) => entry.wrong("seats", reason),
                Misplaced::Col(reason) => entry.wrong("firstCol", reason),
            })?;
        }
        entry.end()?;
    }
    seating.finish().map_err(|reason| fields.wrong("rows", reason))
}

/// The names of seats: a list, or the numbers `from` one `to` another.
fn seats(entry: &mut Fields) -> Result<Vec<String>, ImportError> {
    match entry.need("seats")? {
        range @ Value::Object(_) => {
            let mut range = entry.inner("seats", range)?;
            let from = range.number("from", 0..=COLUMNS, None)?;
            let to = range.number("to", from..=from + SEATS - 1, None)?;
            range.end()?;
            Ok((from..=to).map(|number| number.to_string()).collect())
        }
        Value::Array(names) if !names.is_empty() && names.len() <= SEATS as usize => {
            let name = |(number, name): (usize, &Value)| {
                let read = name.as_str().ok_or_else(|| format!("expected a text, found {name}"));
                read.and_then(|text| label(text, 20))
                    .map_err(|reason| entry.wrong(&format!("seats[{number}]"), reason))
            };
            names.iter().enumerate().map(name).collect()
        }
        Value::Array(_) => Err(entry.wrong("seats", format!("expected 1 to {SEATS} of them"))),
        _ => {
            Err(entry
                .wrong("seats", "expected a list of names, or a range such as { \"from\": 1, \"to\": 40 }"))
        }
    }
}
