use super::table::read;
use crate::client::VenueRowDraft;

fn rows(text: &str) -> Vec<VenueRowDraft> {
    read(text).expect("a sound table")
}

fn told(text: &str) -> String {
    read(text).expect_err("a broken table").to_string()
}

fn row(section: &str, row: &str, seats: &[&str], price_class: &str, first_col: Option<i32>) -> VenueRowDraft {
    VenueRowDraft {
        section: section.to_owned(),
        row: row.to_owned(),
        seats: seats.iter().map(|&seat| seat.to_owned()).collect(),
        price_class: price_class.to_owned(),
        first_col,
    }
}

#[test]
fn lines_of_one_row_are_side_by_side() {
    let table = "section,row,seat\nStalls,A,1\nStalls,A,2\nStalls,B,1\nGallery,A,1\n";
    let expected = [
        row("Stalls", "A", &["1", "2"], "standard", None),
        row("Stalls", "B", &["1"], "standard", None),
        row("Gallery", "A", &["1"], "standard", None),
    ];
    assert_eq!(rows(table), expected);
    // As a spreadsheet on Windows writes it.
    let windows = format!(
        "\u{feff}{}",
        table.replace('\n', "\r\n\r\n").replace("Stalls", "\"Stalls\"").replace(",A,", ", A ,")
    );
    assert_eq!(rows(&windows), expected);
}

#[test]
fn columns_come_in_any_order_and_a_gap_is_an_aisle() {
    let table = "col,seat,price_class,row,section\n2,1,box,A,Stalls\n3,2,box,A,Stalls\n6,3,box,A,Stalls\n";
    assert_eq!(
        rows(table),
        [row("Stalls", "A", &["1", "2"], "box", Some(2)), row("Stalls", "A", &["3"], "box", Some(6))]
    );
}

#[test]
fn a_row_is_divided_where_another_price_class_comes() {
    let table = "section,row,seat,price_class\nStalls,A,1,box\nStalls,A,2,\nStalls,A,3,\n";
    assert_eq!(
        rows(table),
        [row("Stalls", "A", &["1"], "box", None), row("Stalls", "A", &["2", "3"], "standard", Some(2))]
    );
}

#[test]
fn seats_stand_where_their_columns_say_whatever_the_order_of_the_lines() {
    let table = "section,row,seat,col\nStalls,A,1,2\nStalls,A,2,1\nStalls,A,4,5\nStalls,A,6,\n";
    assert_eq!(
        rows(table),
        [
            row("Stalls", "A", &["2", "1"], "standard", None),
            row("Stalls", "A", &["4", "6"], "standard", Some(5))
        ]
    );
}

#[test]
fn a_very_long_row_is_sent_in_parts() {
    let seats: Vec<_> = (1..=1_500).map(|seat| format!("Lawn,1,{seat}")).collect();
    let rows = rows(&format!("section,row,seat\n{}", seats.join("\n")));
    let parts: Vec<_> = rows.iter().map(|row| (row.seats.len(), row.first_col)).collect();
    assert_eq!(parts, [(1_000, None), (500, Some(1_001))]);
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_column() {
    let header = "section,row,seat,price_class,col";
    let good = "Stalls,A,1,,1";
    for (line, expected) in [
        ("Stalls,A,,,2", "line 3, column seat: it is empty"),
        (",A,2,,2", "line 3, column section: it is empty"),
        ("Stalls,A,2", "line 3, column price_class: the line ends before it"),
        ("Stalls,A,2,,2,x", "line 3, column col: the line has 6 cells, the header 5"),
        ("Stalls,A,2,,two", "line 3, column col: expected a whole number from 1 to 100000, found `two`"),
        ("Stalls,A,2,,0", "line 3, column col: expected a whole number from 1 to 100000, found `0`"),
        ("Stalls,A,1,,2", "line 3, column seat: row `A` has a seat `1` already"),
        ("Stalls,A,2,,1", "line 3, column col: row `A` has another seat in column 1"),
        ("Stalls,A,\"2", "line 3, column price_class: the line ends before it"),
        ("Stalls,a row that nobody would name,2,,2", "line 3, column row: `a row that nobody would name` is"),
        ("Stalls,A,2\u{7},,2", "line 3, column seat: it has a control character"),
        ("\n  \nStalls,B,1,,x", "line 5, column col: expected"),
        ("Stalls,B,1,,1\nStalls,A,2,,2", "line 4, column row: row `A` of section `Stalls` was there before"),
    ] {
        let said = told(&format!("{header}\n{good}\n{line}\n"));
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn a_header_names_what_is_needed_once_and_nothing_else() {
    for (table, expected) in [
        ("", "the file is empty"),
        (" \n\n", "the file is empty"),
        ("section,row,seat\n", "the file has a header and no seats"),
        ("section,seat\nStalls,1\n", "line 1, column row: the header does not name it"),
        ("section,row,seat,row\n", "line 1, column row: it is there twice"),
        ("section,row,seat,price\n", "line 1, column price: there is no such column; there are section, row"),
    ] {
        let said = told(table);
        assert!(said.starts_with(expected), "{said}");
    }
}
