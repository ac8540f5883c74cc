//! Files that can't be replayed.

use std::{fs, io::Read as _};

use super::{assert_says, refused};
use crate::process::{
    model::bookings_file,
    support::{DataDir, holdfast},
};

/// Where no server is: whoever gets as far as asking it says so.
const NO_SERVER: [&str; 2] = ["--url=http://127.0.0.1:1", "--token=none"];

#[test]
fn the_message_says_what_is_wrong_and_where() {
    let column = |name| place(name);
    let cases: [(&str, String, &[&str]); 8] = [
        (
            "missing.csv",
            with(|line, cells| drop_cell(line, cells, column("adr"))),
            &["line 1", "missing columns: adr"],
        ),
        (
            "cell.csv",
            with(|line, cells| set(line, cells, column("lead_time"), "soon")),
            &["line 3", "column lead_time", "`soon`"],
        ),
        (
            "amount.csv",
            with(|line, cells| set(line, cells, column("adr"), "12,5 EUR")),
            &["line 3", "column adr", "`12,5 EUR`"],
        ),
        (
            "status-day.csv",
            with(|line, cells| set(line, cells, column("reservation_status_date"), "2015-13-01")),
            &["line 3", "column reservation_status_date", "`2015-13-01`"],
        ),
        (
            "month.csv",
            with(|line, cells| set(line, cells, column("arrival_date_month"), "Juli")),
            &["line 3", "column arrival_date_month", "`Juli`"],
        ),
        (
            "day.csv",
            with(|line, cells| set(line, cells, column("arrival_date_day_of_month"), "32")),
            &["line 3", "column arrival_date_day_of_month", "`32`"],
        ),
        (
            "short.csv",
            with(|line, cells| {
                if line == 3 {
                    cells.truncate(5);
                }
            }),
            &["line 3", "column arrival_date_day_of_month"],
        ),
        (
            "long.csv",
            with(|line, cells| {
                if line == 3 {
                    cells.push("more".to_owned());
                }
            }),
            &["line 3", "25 cells under 24 columns"],
        ),
    ];
    let data = DataDir::new();
    for (name, content, parts) in cases {
        let path = data.write(name, content);
        let said = refused(holdfast(&["replay", &path, &data.flag()]).args(NO_SERVER));
        assert_says(&said, &[&path]);
        assert_says(&said, parts);
    }
    assert!(!data.path().exists(), "state was kept of a replay that never began");
}

#[test]
fn what_is_no_table_is_refused() {
    let data = DataDir::new();
    let mut gzip = fs::read(bookings_file()).expect("the bookings");
    gzip.truncate(gzip.len() / 2);
    let cases: [(&str, &[u8], &str); 5] = [
        ("empty.csv", b"", "missing columns"),
        ("prose.txt", b"Dear guest,\nwe look forward to your stay.\n", "missing columns"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff\xfe", "not CSV in UTF-8"),
        ("half.csv.gz", &gzip, "broken gzip"),
        ("header.csv.gz", b"\x1f\x8b\x08\0\0\0nothing", "broken gzip"),
    ];
    for (name, content, part) in cases {
        let path = data.write(name, content);
        let said = refused(holdfast(&["replay", &path, &data.flag()]).args(NO_SERVER));
        assert_says(&said, &[&path, part]);
    }
    let missing = data.file("missing.csv").display().to_string();
    let said = refused(holdfast(&["replay", &missing, &data.flag()]).args(NO_SERVER));
    assert_says(&said, &[&missing, "No such file"]);
}

#[test]
fn a_broken_file_starts_no_system_of_its_own() {
    let data = DataDir::new();
    let broken = with(|line, cells| set(line, cells, place("adr"), "cheap"));
    let path = data.write("broken.csv", broken);
    let said = refused(&mut holdfast(&["replay", &path, &data.flag()]));
    assert_says(&said, &["line 3", "column adr", "`cheap`"]);
    data.assert_no_postgres();
    assert!(!data.path().join("cluster").exists(), "a Postgres was made before the file was read");
}

#[test]
fn there_is_nothing_to_resume_where_nothing_ran() {
    let data = DataDir::new();
    let path = bookings_file().display().to_string();
    let said = refused(holdfast(&["replay", &path, &data.flag(), "--resume"]).args(NO_SERVER));
    assert_says(&said, &["nothing to resume"]);
}

/// The first lines of the real file, changed; lines count from 1, which is the header.
fn with(change: impl Fn(usize, &mut Vec<String>)) -> String {
    let lines = first_lines().into_iter().enumerate().map(|(index, mut cells)| {
        change(index + 1, &mut cells);
        let quoted = cells.iter().map(|cell| format!("\"{cell}\""));
        quoted.collect::<Vec<_>>().join(",")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Changes a cell of line 3.
fn set(line: usize, cells: &mut [String], column: usize, text: &str) {
    if line == 3 {
        text.clone_into(&mut cells[column]);
    }
}

fn drop_cell(_line: usize, cells: &mut Vec<String>, column: usize) {
    cells.remove(column);
}

fn place(column: &str) -> usize {
    let header = first_lines().swap_remove(0);
    let found = header.iter().position(|name| name == column);
    found.expect("a column of the file")
}

fn first_lines() -> Vec<Vec<String>> {
    let file = fs::File::open(bookings_file()).expect("the bookings");
    let mut text = String::new();
    let mut reader = flate2::read::GzDecoder::new(file);
    reader.read_to_string(&mut text).expect("they are gzip");
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().take(5).map(cells).collect()
}
