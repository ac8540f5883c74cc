//! Flags, environment and configuration file.

use super::{assert_says, misused, refused};
use crate::process::{
    model,
    support::{DataDir, Running, holdfast},
};

#[test]
fn servers_and_workers_need_a_database_that_is_named() {
    let data = DataDir::new();
    let serve = ["serve", "--dev-key", "--port=0", &data.flag()];
    for command in [&serve[..], &["work"]] {
        let said = refused(&mut holdfast(command));
        assert_says(&said, &["no database is named", "--database-url", "DATABASE_URL"]);
    }
    data.assert_no_postgres();
}

#[test]
fn a_server_needs_a_key_to_check_tokens_with() {
    let database = "--database-url=postgres://nobody@127.0.0.1:1/none";
    let said = refused(&mut holdfast(&["serve", "--port=0", database]));
    assert_says(&said, &["no key to check tokens with", "--jwt-public-key", "--dev-key"]);

    let data = DataDir::new();
    let missing = data.file("nowhere.pem").display().to_string();
    let flag = format!("--jwt-public-key={missing}");
    assert_says(&refused(&mut holdfast(&["serve", "--port=0", database, &flag])), &[&missing]);
    let flag = format!("--jwt-public-key={}", data.write("no-key.pem", "no key at all"));
    assert_says(
        &refused(&mut holdfast(&["serve", "--port=0", database, &flag])),
        &["tokens can't be checked"],
    );
    for (flag, what) in [
        ("--jwt-jwks-url=http://id.test/keys", "`http://id.test/keys` is no `https` address"),
        ("--jwt-discovery", "is no `https` address"),
        ("--jwt-issuers=/nowhere/issuers", "/nowhere/issuers can't be read"),
    ] {
        assert_says(&refused(&mut holdfast(&["serve", "--port=0", database, flag])), &[what]);
    }
}

#[test]
fn a_worker_needs_a_payment_gateway() {
    let named = "--database-url=postgres://nobody@127.0.0.1:1/none";
    let said = refused(&mut holdfast(&["work", named]));
    assert_says(&said, &["no payment gateway is named", "--simulator", "--stripe-key"]);
    let simulator = "--simulator=one=http://127.0.0.1:1";
    let said = refused(&mut holdfast(&["work", named, simulator, "--gateway-weight=other=0"]));
    assert_says(&said, &["no gateway of that name", "`other`"]);
    let said = refused(&mut holdfast(&["work", named, simulator, simulator]));
    assert_says(&said, &["two gateways are named `one`"]);
    let said = refused(&mut holdfast(&["work", named, simulator, "--settled-after-seconds=5"]));
    assert_says(&said, &["too soon to take a call for lost"]);
}

#[test]
fn flags_that_make_no_sense_are_refused_before_anything_starts() {
    let cases: [(&[&str], &str); 15] = [
        (&[], "Usage: holdfast"),
        (&["sell"], "unrecognized subcommand 'sell'"),
        (&["serve", "--dev-key", "--jwt-public-key=key.pem"], "cannot be used with"),
        (&["serve", "--dev-key", "--jwt-discovery"], "cannot be used with"),
        (&["serve", "--jwt-discovery", "--jwt-jwks-url=https://id.test/keys"], "cannot be used with"),
        (&["serve", "--jwt-algorithms=HS256"], "`HS256` is not an algorithm for public keys"),
        (&["replay"], "<FILE>"),
        (&["replay", "x.csv", "--concurrency=0"], "--concurrency"),
        (&["replay", "x.csv", "--time-zone=Atlantis"], "--time-zone"),
        (&["dev", "--port=70000"], "--port"),
        (&["dev", "--connections=1"], "--connections"),
        (&["token", "--hours=0"], "--hours"),
        (&["work", "--simulator=http://127.0.0.1:1"], "--simulator"),
        (&["work", "--gateway-rate=0"], "--gateway-rate"),
        (&["work", "--queues=saga,mail"], "--queues"),
    ];
    for (arguments, named) in cases {
        assert_says(&misused(&mut holdfast(arguments)), &[named]);
    }
}

#[test]
fn commands_for_a_running_server_say_what_they_miss() {
    let data = DataDir::new();
    let file = data.write("listings.json", "{}");
    let said = refused(&mut holdfast(&["import", &file, "--token=x"]));
    assert_says(&said, &["no server is named", "--url"]);
    // A replay looks at its file first, so it is given one that is whole.
    let bookings = model::bookings_file().display().to_string();
    for (command, file) in [("import", &file), ("replay", &bookings)] {
        let said = refused(&mut holdfast(&[command, file, "--url=http://127.0.0.1:1", &data.flag()]));
        let folder = data.path().display().to_string();
        assert_says(&said, &["no development key in", &folder, "holdfast dev", "--token"]);
    }
    assert!(!data.path().exists(), "a data directory was made for nothing");
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let data = DataDir::new();
    let [filed, environed, flagged] = ["filed", "environed", "flagged"].map(|name| data.file(name));
    let config = data.write("holdfast.env", format!("HOLDFAST_DATA_DIR={}\n", filed.display()));
    let mut command = holdfast(&["token"]);
    command.env("HOLDFAST_CONFIG", &config);
    let has_key = || [&filed, &environed, &flagged].map(|dir| dir.join("development-key").exists());

    assert_eq!(Running::start(&mut command).end().code, Some(0));
    assert_eq!(has_key(), [true, false, false], "only the file says where");
    command.env("HOLDFAST_DATA_DIR", &environed);
    assert_eq!(Running::start(&mut command).end().code, Some(0));
    assert_eq!(has_key(), [true, true, false], "the environment wins over the file");
    command.arg("--data-dir").arg(&flagged);
    std::fs::remove_dir_all(&environed).expect("it was just made");
    assert_eq!(Running::start(&mut command).end().code, Some(0));
    assert_eq!(has_key(), [true, false, true], "the flag wins over the environment");
}

#[test]
fn a_configuration_file_that_cannot_be_read_is_named() {
    let data = DataDir::new();
    let missing = data.file("missing.env").display().to_string();
    let broken = data.write("broken.env", "HOLDFAST_DATA_DIR\n");
    for path in [&missing, &broken] {
        let said = refused(holdfast(&["schema"]).env("HOLDFAST_CONFIG", path));
        assert_says(&said, &["the configuration file", path]);
    }
    let wrong = data.write("wrong.env", "HOLDFAST_CONNECTIONS=many\n");
    let said = misused(holdfast(&["migrate"]).env("HOLDFAST_CONFIG", wrong));
    assert_says(&said, &["many", "--connections"]);
}
