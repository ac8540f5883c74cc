use std::{fs, io::Write, path::PathBuf};

use super::super::{
    error::ReplayError,
    journal::{Answer, Journal},
    state::{State, Store},
};

/// A directory of this test, gone when it ends.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("holdfast-replay-{:016x}", rand::random::<u64>()));
        fs::create_dir(&path).expect("a new directory");
        Self(path)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn state(run: &str) -> State {
    State {
        run: run.to_owned(),
        shift_weeks: 7,
        file: "bookings.csv".into(),
        limit: None,
        url: "http://127.0.0.1:1".to_owned(),
        time_zone: "Europe/Lisbon".to_owned(),
    }
}

#[test]
fn answers_come_back_and_a_torn_last_line_was_never_written() {
    let place = Place::new();
    let path = place.0.join("a.journal");
    let mut journal = Journal::create(path.clone()).expect("a journal");
    journal.write(1, &Answer::Accepted("b-1".to_owned())).expect("written");
    journal.write(2, &Answer::Refused).expect("written");
    drop(journal);
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("the file");
    file.write_all(br#"{"row":1,"op":"can"#).expect("a torn line");

    let (mut journal, answers) = Journal::reopen(path.clone()).expect("the journal");
    assert_eq!(answers, [(1, Answer::Accepted("b-1".to_owned())), (2, Answer::Refused)]);
    journal.write(1, &Answer::Cancelled).expect("written");
    drop(journal);

    let text = fs::read_to_string(&path).expect("the file");
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            r#"{"row":1,"op":"create","outcome":"accepted","booking":"b-1"}"#,
            r#"{"row":2,"op":"create","outcome":"refused"}"#,
            r#"{"row":1,"op":"cancel"}"#,
        ]
    );
}

#[test]
fn a_broken_line_in_the_middle_is_an_error() {
    let place = Place::new();
    let path = place.0.join("a.journal");
    fs::write(&path, "{\"row\":1,\"op\":\"create\"}\n{\"row\":1,\"op\":\"cancel\"}\n").expect("written");
    let error = Journal::reopen(path).expect_err("a broken journal");
    assert!(error.to_string().ends_with("line 1 is no answer"), "{error}");
}

#[test]
fn a_run_is_resumed_with_its_state_and_held_by_one_process() {
    let place = Place::new();
    let store = Store::new(&place.0, b"file", None);
    assert!(matches!(store.resume(), Err(ReplayError::NothingToResume(_))));
    let mut journal = store.begin(&state("one")).expect("a run");
    journal.write(3, &Answer::Refused).expect("written");
    assert!(matches!(store.resume(), Err(ReplayError::InUse(_))));
    drop(journal);
    let (found, _journal, answers) = store.resume().expect("the run");
    assert_eq!((found, answers.as_slice()), (state("one"), &[(3, Answer::Refused)][..]));
}

#[test]
fn a_new_run_replaces_the_old_one_but_not_that_of_another_limit() {
    let place = Place::new();
    let store = Store::new(&place.0, b"file", None);
    let other = Store::new(&place.0, b"file", Some(5));
    drop(store.begin(&state("one")).expect("a run"));
    drop(other.begin(&state("other")).expect("a run"));
    drop(store.begin(&state("two")).expect("a run"));
    assert_eq!(store.resume().expect("the run").0.run, "two");
    assert_eq!(other.resume().expect("the run").0.run, "other");
    assert_eq!(fs::read_dir(&place.0).expect("the directory").count(), 4);
}
