//! What will be done, known before anything is sent: rooms, nights and the exact order.

use std::{collections::BTreeMap, ops::Range};

use chrono::{Days, NaiveDate};

use super::rows::{Stay, Table};

/// A room type, sold as one listing.
#[derive(Debug)]
pub(super) struct RoomType {
    /// Its name in the file.
    pub(super) name: String,
    /// Rooms: the most stays of any night that were not cancelled. Can be none.
    pub(super) capacity: u32,
}

/// A night of a room type, sold as one slot.
#[derive(Debug)]
pub(super) struct Night {
    /// Index of its room type.
    pub(super) room_type: usize,
    /// The day on which it begins, as the file has it.
    pub(super) date: NaiveDate,
    /// Stays that ever asked for it, those cancelled later among them.
    pub(super) demand: u32,
}

/// What is done to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// It is made.
    Create,
    /// It is cancelled, if it was accepted.
    Cancel,
}

/// One step of the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operation {
    /// What.
    pub(super) deed: Deed,
    /// Index of the stay.
    pub(super) stay: usize,
}

/// The whole replay.
#[derive(Debug)]
pub(super) struct Plan {
    /// Data rows of the file.
    pub(super) rows: usize,
    /// Those without a night.
    pub(super) skipped_zero_night: usize,
    /// The others, in file order.
    pub(super) stays: Vec<Stay>,
    /// By name.
    pub(super) room_types: Vec<RoomType>,
    /// By room type and date.
    pub(super) nights: Vec<Night>,
    /// Of each stay, its nights; a stay's nights follow one another.
    pub(super) nights_of: Vec<Range<usize>>,
    /// Every operation in the order in which it happened.
    pub(super) sequence: Vec<Operation>,
}

impl Plan {
    /// Plans the replay of a table.
    pub(super) fn new(table: Table) -> Self {
        let Table { rows, skipped_zero_night, stays } = table;
        let mut found: BTreeMap<(&str, NaiveDate), (u32, u32)> = BTreeMap::new();
        for stay in &stays {
            for date in dates(stay) {
                let (demand, kept) = found.entry((&stay.room_type, date)).or_default();
                *demand += 1;
                *kept += u32::from(stay.cancelled.is_none());
            }
        }
        let mut room_types: Vec<RoomType> = Vec::new();
        let mut nights = Vec::with_capacity(found.len());
        let mut index = BTreeMap::new();
        for ((name, date), (demand, kept)) in found {
            if room_types.last().is_none_or(|last| last.name != name) {
                room_types.push(RoomType { name: name.to_owned(), capacity: 0 });
            }
            let room_type = room_types.len() - 1;
            room_types[room_type].capacity = room_types[room_type].capacity.max(kept);
            index.insert((name, date), nights.len());
            nights.push(Night { room_type, date, demand });
        }
        let nights_of = stays
            .iter()
            .map(|stay| {
                let first = index[&(stay.room_type.as_str(), stay.arrival)];
                first..first + stay.nights as usize
            })
            .collect();
        let sequence = sequence(&stays);
        Self { rows, skipped_zero_night, stays, room_types, nights, nights_of, sequence }
    }

    /// Whether more stays asked for a night than there are rooms, so that their order decides who gets it.
    pub(super) fn contested(&self, night: usize) -> bool {
        let night = &self.nights[night];
        night.demand > self.room_types[night.room_type].capacity
    }

    /// How a person finds a stay in the file.
    pub(super) fn place(&self, stay: usize) -> String {
        format!("row {} (line {})", self.stays[stay].row, self.stays[stay].line)
    }
}

fn dates(stay: &Stay) -> impl Iterator<Item = NaiveDate> {
    let arrival = stay.arrival;
    (0..u64::from(stay.nights)).map(move |night| arrival + Days::new(night))
}

/// By day; within a day first the cancellations of earlier days' bookings, then
/// the new bookings, then the cancellations of the same day; each in file order.
fn sequence(stays: &[Stay]) -> Vec<Operation> {
    let mut operations = Vec::with_capacity(stays.len() * 2);
    for (index, stay) in stays.iter().enumerate() {
        operations.push((stay.booked, 1, Operation { deed: Deed::Create, stay: index }));
        if let Some(day) = stay.cancelled {
            // A cancellation dated before its booking can only mean the same day.
            let part = if day > stay.booked { 0 } else { 2 };
            operations.push((day.max(stay.booked), part, Operation { deed: Deed::Cancel, stay: index }));
        }
    }
    operations.sort_by_key(|(day, part, operation)| (*day, *part, operation.stay));
    operations.into_iter().map(|(_, _, operation)| operation).collect()
}
