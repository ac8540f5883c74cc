//! What can be said of a replay without a server.

mod journal;
mod order;
mod table;

/// A file with every needed column, and rows of these cells:
/// `type|arrival|nights|lead|adr|deposit|status|date`.
fn file(rows: &[&str]) -> String {
    let mut text = String::from(
        "adr,hotel,reservation_status_date,reservation_status,deposit_type,reserved_room_type,\
         stays_in_week_nights,stays_in_weekend_nights,arrival_date_day_of_month,arrival_date_month,\
         arrival_date_year,lead_time\n",
    );
    for row in rows {
        let cells: Vec<&str> = row.split('|').collect();
        let [room, arrival, nights, lead, adr, deposit, status, date] = cells[..] else {
            panic!("eight cells: {row}")
        };
        let (month, day) = arrival.split_once(' ').expect("a month and a day");
        let cells = [adr, "Resort", date, status, deposit, room, nights, "0", day, month, "2016", lead];
        text += &cells.join(",");
        text.push('\n');
    }
    text
}

/// The plan of such a file.
fn plan(rows: &[&str]) -> super::Plan {
    super::Plan::new(super::rows::read(file(rows).as_bytes(), None).expect("a sound file"))
}
