//! A machine without a Postgres server.
//!
//! The usual places are absolute paths, which no variable hides. Where we may, they are covered
//! for one process only; everywhere, the same message is asked of the code that looks.

use std::process::Command;

use db::embedded::{Embedded, Options};

use super::{assert_says, refused};
use crate::process::support::{DataDir, holdfast};

const ADVICE: [&str; 5] = [
    "no PostgreSQL server found",
    "install PostgreSQL 15 or newer",
    "apt-get install postgresql",
    "DATABASE_URL",
    "looked in: ",
];

#[tokio::test]
async fn the_message_says_what_to_install_and_where_was_looked() {
    let data = DataDir::new();
    let empty = data.file("empty");
    let options =
        Options { search: Some(vec![empty.clone()]), allow_download: false, ..Options::new(data.path()) };
    let error = Embedded::start(options).await.expect_err("there is nothing to start");
    let said = error.to_string();
    assert_says(&said, &ADVICE);
    assert_says(&said, &[&empty.display().to_string()]);
    assert!(!data.path().join("cluster").exists());
}

#[test]
fn a_machine_without_a_server_is_told_what_to_install() {
    let hides = "mount -t tmpfs none /usr/lib/postgresql";
    let may_hide = Command::new("unshare").args(["--mount", "sh", "-c", hides]).status();
    if !may_hide.is_ok_and(|status| status.success()) {
        println!("not tried: this account may not cover /usr/lib/postgresql with a mount of its own");
        return;
    }
    let data = DataDir::new();
    let dev = holdfast(&["dev", &data.flag(), "--port=0"]);
    let mut hidden = Command::new("unshare");
    hidden
        .args(["--mount", "/bin/sh", "-c", &format!("{hides} && PATH=/nonexistent exec \"$@\""), "sh"])
        .arg(dev.get_program())
        .args(dev.get_args())
        // No server from elsewhere, either.
        .envs(["HTTPS_PROXY", "https_proxy", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:1")));
    let said = refused(&mut hidden);
    assert_says(&said, &ADVICE);
    assert_says(&said, &["because: the download of PostgreSQL failed"]);
    data.assert_no_postgres();
}
