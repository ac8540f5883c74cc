//! Databases that can't be used.

use std::time::Instant;

use nix::sys::signal::Signal;

use super::{assert_says, refused};
use crate::process::support::{DataDir, Dev, Running, holdfast, sql};

/// A version that no binary knows yet.
const FROM_THE_FUTURE: &str = "insert into public._sqlx_migrations \
    (version, description, installed_on, success, checksum, execution_time) \
    values (9999, 'from the future', now(), true, '', 0)";

/// Where nobody listens.
const OUT_OF_REACH: &str = "--database-url=postgres://somebody:secret@127.0.0.1:1/somewhere";

const BACK_TO_THE_PRESENT: &str = "delete from public._sqlx_migrations where version = 9999";

#[test]
fn a_database_of_another_schema_is_refused_and_left_alone() {
    let data = DataDir::new();
    let dev = Dev::start(&data);
    let url = data.database_url();
    let own = DataDir::new();
    let named = format!("--database-url={url}");

    sql(&url, FROM_THE_FUTURE);
    let migrations = sql(&url, "select * from public._sqlx_migrations order by version");
    for command in commands(&named, &own.flag()) {
        let said = refused(&mut holdfast(&command));
        assert_says(&said, &["migration 9999, which this binary does not know", "newer holdfast"]);
    }
    let doctor = Running::start(&mut holdfast(&["doctor", &named])).end();
    assert_eq!(doctor.code, Some(1));
    assert_says(&doctor.stdout, &["FAILED  schema", "migration 9999"]);
    assert_eq!(sql(&url, "select * from public._sqlx_migrations order by version"), migrations);
    sql(&url, BACK_TO_THE_PRESENT);
    let doctor = Running::start(&mut holdfast(&["doctor", &named])).end();
    assert_eq!(doctor.code, Some(0), "{}", doctor.stdout);

    sql(&url, "create database untouched");
    let (server, _) = url.rsplit_once('/').expect("a URL names a database");
    let untouched = format!("{server}/untouched");
    let named = format!("--database-url={untouched}");
    for command in &commands(&named, &own.flag())[..2] {
        let said = refused(&mut holdfast(command));
        assert_says(&said, &["the database is at migration 0", "run `holdfast migrate`"]);
    }
    assert_eq!(sql(&untouched, "select count(*) from pg_namespace where nspname = 'booking'"), "0");
    assert_eq!(dev.stop(Signal::SIGINT).code, Some(0));
    data.assert_no_postgres();
}

/// All that need a database; the first two need one that is migrated.
fn commands<'a>(named: &'a str, data: &'a str) -> [Vec<&'a str>; 4] {
    [
        vec!["serve", "--dev-key", "--port=0", named, data],
        vec!["work", named, "--simulator=simulator=http://127.0.0.1:1"],
        vec!["migrate", named],
        vec!["dev", "--port=0", named, data],
    ]
}

#[test]
fn a_database_out_of_reach_is_said_to_be() {
    let own = DataDir::new();
    let data = own.flag();
    for command in commands(OUT_OF_REACH, &data) {
        let started = Instant::now();
        let said = refused(&mut holdfast(&command));
        println!("{}: refused after {:?}", command[0], started.elapsed());
        assert_says(&said, &["the database is out of reach", "Connection refused"]);
        assert!(!said.contains("secret"), "the password is in the message: {said}");
    }
    own.assert_no_postgres();
}

#[test]
fn a_doctor_says_that_a_database_is_out_of_reach() {
    let doctor = Running::start(&mut holdfast(&["doctor", OUT_OF_REACH])).end();
    assert_eq!(doctor.code, Some(1));
    let said = doctor.stdout + &doctor.stderr;
    assert_says(&said, &["FAILED", "out of reach", "Connection refused"]);
    assert!(!said.contains("secret"), "the password is in the message: {said}");
}

#[test]
fn a_database_url_that_is_none_is_refused() {
    let said = refused(&mut holdfast(&["migrate", "--database-url=not a URL"]));
    assert_says(&said, &["the database"]);
}
