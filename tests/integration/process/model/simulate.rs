//! One booking after the other, by the rules.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::{figures::Figures, rows::Row};

/// What happens within a day, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    CancelEarlier,
    Book,
    CancelSameDay,
}

/// Plays rows, and says how it ends.
pub(super) fn play(rows: &[Row]) -> Figures {
    let stays = || rows.iter().filter(|row| row.nights > 0);
    let capacity = capacities(stays());
    let mut hotel = Hotel::default();
    let mut figures = Figures {
        rows: rows.len() as u64,
        skipped_zero_night: (rows.len() - stays().count()) as u64,
        capacity,
        ..Figures::default()
    };
    let mut accepted = vec![false; rows.len()];
    for (_, phase, index) in timetable(rows) {
        let row = &rows[index];
        let total = row.cents_per_night * i64::from(row.nights);
        if phase == Phase::Book {
            if !hotel.has_room(row, figures.capacity[&row.room]) {
                figures.refused_sold_out += 1;
                continue;
            }
            accepted[index] = true;
            hotel.occupy(row);
            figures.accepted += 1;
            figures.free += u64::from(total == 0);
            figures.captured_minor += total;
        } else if accepted[index] {
            hotel.leave(row);
            figures.cancelled += 1;
            figures.refunded_minor += if row.non_refundable { 0 } else { total };
        }
    }
    figures.room_nights_held_at_end = hotel.room_nights();
    figures
}

/// Everything that happens, in the order in which it does; the last part is the row.
fn timetable(rows: &[Row]) -> Vec<(NaiveDate, Phase, usize)> {
    let mut events = Vec::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.nights > 0) {
        events.push((row.booked, Phase::Book, index));
        match row.cancelled {
            Some(day) if day > row.booked => events.push((day, Phase::CancelEarlier, index)),
            // Nothing can be cancelled before it is booked.
            Some(_) => events.push((row.booked, Phase::CancelSameDay, index)),
            None => {}
        }
    }
    events.sort_unstable();
    events
}

/// Of each type of room, the most that were ever occupied by those who came or did not cancel.
fn capacities<'r>(stays: impl Iterator<Item = &'r Row>) -> BTreeMap<String, u32> {
    let mut came = Hotel::default();
    let mut capacity = BTreeMap::new();
    for row in stays {
        capacity.entry(row.room.clone()).or_insert(0);
        if row.cancelled.is_none() {
            came.occupy(row);
        }
    }
    for ((room, _), taken) in &came.taken {
        let most = capacity.get_mut(room).expect("a type that was seen above");
        *most = (*most).max(*taken);
    }
    capacity
}

/// How many rooms of each type are taken, night by night.
#[derive(Default)]
struct Hotel {
    taken: HashMap<(String, NaiveDate), u32>,
}

impl Hotel {
    fn has_room(&self, row: &Row, capacity: u32) -> bool {
        nights(row).all(|night| self.taken.get(&night).copied().unwrap_or(0) < capacity)
    }

    fn occupy(&mut self, row: &Row) {
        for night in nights(row) {
            *self.taken.entry(night).or_insert(0) += 1;
        }
    }

    fn leave(&mut self, row: &Row) {
        for night in nights(row) {
            *self.taken.get_mut(&night).expect("it was taken") -= 1;
        }
    }

    fn room_nights(&self) -> u64 {
        self.taken.values().copied().map(u64::from).sum()
    }
}

fn nights(row: &Row) -> impl Iterator<Item = (String, NaiveDate)> {
    row.arrival.iter_days().take(row.nights as usize).map(|night| (row.room.clone(), night))
}
