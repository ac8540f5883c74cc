//! Against a real server, in directories of their own under /tmp.

use std::error::Error as _;
use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sys::signal::Signal;
use nix::unistd::geteuid;
use sqlx::{Connection as _, PgConnection};

use super::binaries::parse_version;
use super::leftover::send;
use super::process;
use super::site::name_elsewhere;
use super::{Embedded, Error, Options};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A directory that goes away with the test, and the clusters that were put elsewhere for it.
struct TempDir(PathBuf);

impl TempDir {
    fn new(mode: u32) -> std::io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = PathBuf::from(format!("/tmp/holdfast-embedded-{}-{count}", std::process::id()));
        fs::DirBuilder::new().mode(mode).create(&path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
        Ok(Self(path))
    }

    fn data_dir(&self) -> PathBuf {
        self.0.join("data dir")
    }

    fn elsewhere(&self) -> PathBuf {
        Path::new("/var/lib/holdfast").join(name_elsewhere(&self.data_dir()))
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        let _ = fs::remove_dir_all(self.elsewhere());
        let _ = fs::remove_file(super::files::beside(&self.elsewhere(), ".lock"));
    }
}

fn options(dir: &TempDir) -> Options {
    let mut options = Options::new(dir.data_dir()).setting("fsync", "off");
    options.allow_download = false;
    options
}

async fn run(embedded: &Embedded, sql: &'static str) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(&embedded.url()).await?;
    sqlx::query(sql).execute(&mut connection).await?;
    connection.close().await
}

async fn count(embedded: &Embedded) -> sqlx::Result<i64> {
    let mut connection = PgConnection::connect(&embedded.url()).await?;
    sqlx::query_scalar("select count(*) from kept").fetch_one(&mut connection).await
}

/// As SIGKILL of our process leaves things: the lock is free, the server runs on, and nobody waits
/// for it.
fn abandon(embedded: Embedded) {
    let Embedded { server, site, lock, .. } = embedded;
    std::mem::forget(server);
    drop(site);
    drop(lock);
}

fn postgres_processes(cluster: &Path) -> usize {
    let tag = process::tag(cluster).unwrap_or_default();
    process::all().iter().filter(|process| process.serves(cluster, &tag)).count()
}

#[tokio::test]
async fn data_outlives_a_stop() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let first = Embedded::start(options(&dir)).await?;
    run(&first, "create table kept as select generate_series(1, 3)").await?;
    assert!(first.version() >= 15);
    assert_eq!(first.data_dir(), dir.data_dir().join("cluster"));
    assert_eq!(first.data_dir().metadata()?.mode() & 0o777, 0o700);
    let password_file = dir.data_dir().join("postgres-password");
    assert_eq!(password_file.metadata()?.mode() & 0o777, 0o600);
    let cluster = first.data_dir().to_owned();
    first.stop().await?;
    assert_eq!(postgres_processes(&cluster), 0);

    let begin = std::time::Instant::now();
    let second = Embedded::start(options(&dir)).await?;
    eprintln!("restart took {:?}", begin.elapsed());
    assert_eq!(count(&second).await?, 3);
    second.stop().await?;
    Ok(())
}

#[tokio::test]
async fn the_server_is_set_up_as_promised() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let embedded = Embedded::start(options(&dir).setting("work_mem", "8MB")).await?;
    let mut connection = PgConnection::connect(&embedded.url_for("postgres")).await?;
    for (name, value) in [
        ("data_checksums", "on"),
        ("fsync", "off"),
        ("lc_collate", "C"),
        ("listen_addresses", "127.0.0.1"),
        ("max_connections", "200"),
        ("password_encryption", "scram-sha-256"),
        ("server_encoding", "UTF8"),
        ("shared_buffers", "256MB"),
        ("TimeZone", "UTC"),
        ("unix_socket_directories", ""),
        ("work_mem", "8MB"),
    ] {
        // `lc_collate` is no setting any more since version 16.
        let shown: Option<String> = sqlx::query_scalar("select current_setting($1, true)")
            .bind(name)
            .fetch_one(&mut connection)
            .await?;
        assert!(shown.is_none_or(|shown| shown == value), "{name}");
    }
    let wrong = embedded.url().replace("holdfast:", "holdfast:not");
    assert!(PgConnection::connect(&wrong).await.is_err(), "a wrong password is refused");
    connection.close().await?;
    embedded.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_second_start_is_refused() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let first = Embedded::start(options(&dir)).await?;
    match Embedded::start(options(&dir)).await {
        Err(Error::InUse { data_dir, pid }) => {
            assert_eq!(data_dir, dir.data_dir());
            assert_eq!(pid, Some(std::process::id()));
        }
        other => panic!("{other:?}"),
    }
    first.stop().await?;
    Embedded::start(options(&dir)).await?.stop().await?;
    Ok(())
}

#[tokio::test]
async fn the_server_of_a_killed_process_is_replaced() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let first = Embedded::start(options(&dir)).await?;
    run(&first, "create table kept as select generate_series(1, 3)").await?;
    let (pid, cluster) = (first.pid(), first.data_dir().to_owned());
    abandon(first);
    assert!(postgres_processes(&cluster) > 0, "the orphan runs on");

    let second = Embedded::start(options(&dir)).await?;
    assert_ne!(second.pid(), pid);
    assert!(!process::all().iter().any(|process| process.pid == pid), "the orphan is gone");
    assert_eq!(count(&second).await?, 3);
    second.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_killed_server_is_noticed_and_recovers() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let mut first = Embedded::start(options(&dir)).await?;
    run(&first, "create table kept as select generate_series(1, 3)").await?;
    send(first.pid(), Signal::SIGKILL);
    assert!(matches!(first.exited().await, Error::Exited { .. }));
    drop(first);
    let second = Embedded::start(options(&dir)).await?;
    assert_eq!(count(&second).await?, 3);

    // A zombie: killed together with the process that should have waited for it.
    let pid = second.pid();
    abandon(second);
    send(pid, Signal::SIGKILL);
    let third = Embedded::start(options(&dir)).await?;
    assert_eq!(count(&third).await?, 3);
    third.stop().await?;
    Ok(())
}

#[tokio::test]
async fn dropping_stops_the_server() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let first = Embedded::start(options(&dir)).await?;
    let cluster = first.data_dir().to_owned();
    drop(first);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while postgres_processes(&cluster) > 0 {
        assert!(std::time::Instant::now() < deadline, "the server runs on");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    Ok(())
}

#[tokio::test]
async fn an_interrupted_initdb_is_done_again() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let half_done = dir.data_dir().join("cluster.init-abcd");
    fs::create_dir_all(half_done.join("base"))?;
    fs::write(half_done.join("PG_VERSION"), "15\n")?;
    // Between the password and the cluster.
    fs::write(dir.data_dir().join("postgres-password"), "stale\n")?;
    let embedded = Embedded::start(options(&dir)).await?;
    assert!(!half_done.exists());
    run(&embedded, "select 1").await?;
    embedded.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_start_that_is_dropped_leaves_nothing_running() -> Outcome {
    let dir = TempDir::new(0o755)?;
    for millis in [100, 400, 1200] {
        let limit = std::time::Duration::from_millis(millis);
        let _ = tokio::time::timeout(limit, Embedded::start(options(&dir))).await;
    }
    let embedded = Embedded::start(options(&dir)).await?;
    run(&embedded, "select 1").await?;
    embedded.stop().await?;
    Ok(())
}

/// Not a test: the process that the next test kills.
#[tokio::test]
#[ignore = "runs until it is killed"]
async fn run_until_killed() -> Outcome {
    let data_dir = std::env::var("HOLDFAST_TEST_DATA_DIR")?;
    let mut options = Options::new(data_dir).setting("fsync", "off");
    options.allow_download = false;
    let mut embedded = Embedded::start(options).await?;
    Err(embedded.exited().await.into())
}

#[tokio::test]
async fn a_kill_at_any_moment_leaves_a_directory_that_starts() -> Outcome {
    let dir = TempDir::new(0o755)?;
    // Kills fall before, into and after the making of the cluster, and into starts and recoveries.
    for millis in [30, 150, 400, 700, 1000, 2500, 50, 120, 180, 300] {
        let mut victim = std::process::Command::new(std::env::current_exe()?)
            .args(["--ignored", "--exact", "embedded::tests::run_until_killed"])
            .env("HOLDFAST_TEST_DATA_DIR", dir.data_dir())
            .stdout(std::process::Stdio::null())
            .spawn()?;
        tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
        assert_eq!(victim.try_wait()?, None, "the victim is alive to be killed");
        victim.kill()?;
        victim.wait()?;
    }
    let embedded = Embedded::start(options(&dir)).await?;
    run(&embedded, "create table kept as select 1").await?;
    let cluster = embedded.data_dir().to_owned();
    embedded.stop().await?;
    assert_eq!(postgres_processes(&cluster), 0);
    Ok(())
}

#[tokio::test]
#[ignore = "needs the network"]
async fn a_server_is_downloaded() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let mut options = options(&dir);
    options.search = Some(Vec::new());
    options.allow_download = true;
    let embedded = Embedded::start(options).await?;
    run(&embedded, "select 1").await?;
    embedded.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_directory_out_of_reach_has_its_cluster_elsewhere() -> Outcome {
    if !geteuid().is_root() {
        return Ok(());
    }
    let dir = TempDir::new(0o700)?;
    let first = Embedded::start(options(&dir)).await?;
    assert_eq!(first.data_dir(), dir.elsewhere());
    let record = fs::read_to_string(dir.data_dir().join("cluster-location"))?;
    assert_eq!(Path::new(record.trim_end()), dir.elsewhere());
    run(&first, "create table kept as select generate_series(1, 3)").await?;
    first.stop().await?;

    let second = Embedded::start(options(&dir)).await?;
    assert_eq!(count(&second).await?, 3, "the same directory finds its cluster again");
    // A copy of the directory must not touch the cluster of the original.
    let copy = dir.0.join("copy");
    fs::create_dir(&copy)?;
    for name in ["cluster-location", "postgres-password"] {
        fs::copy(dir.data_dir().join(name), copy.join(name))?;
    }
    let refused = Embedded::start(Options { data_dir: copy, ..options(&dir) }).await;
    assert!(matches!(refused, Err(Error::InUse { .. })), "{refused:?}");
    second.stop().await?;

    fs::remove_dir_all(dir.data_dir())?;
    let third = Embedded::start(options(&dir)).await?;
    assert!(count(&third).await.is_err(), "what was removed stays removed");
    third.stop().await?;

    fs::remove_dir_all(dir.elsewhere())?;
    let lost = Embedded::start(options(&dir)).await;
    assert!(matches!(lost, Err(Error::ClusterMissing { .. })), "{lost:?}");
    Ok(())
}

#[tokio::test]
async fn without_a_server_it_says_what_to_install() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let old = dir.0.join("old");
    fs::create_dir(&old)?;
    for program in ["postgres", "initdb"] {
        fs::write(old.join(program), "#!/bin/sh\necho 'postgres (PostgreSQL) 13.4'\n")?;
        fs::set_permissions(old.join(program), fs::Permissions::from_mode(0o755))?;
    }
    let lone = dir.0.join("lone");
    fs::create_dir(&lone)?;
    fs::write(lone.join("postgres"), "")?;
    let nowhere = dir.0.join("nowhere");
    let search = Some(vec![nowhere, lone, old]);
    let error = Embedded::start(Options { search, ..options(&dir) }).await.expect_err("no server");
    let text = error.to_string();
    for part in [
        "but version 13, which is too old",
        "install PostgreSQL 15 or newer, e.g. `apt-get install postgresql`",
        "DATABASE_URL",
        "/nowhere, ",
        "/lone (no initdb), ",
        "/old (version 13, too old)",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(error.source().is_none());
    Ok(())
}

#[tokio::test]
async fn a_cluster_of_another_version_is_not_touched() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let cluster = dir.data_dir().join("cluster");
    fs::create_dir_all(&cluster)?;
    fs::write(cluster.join("PG_VERSION"), "12\n")?;
    let error = Embedded::start(options(&dir)).await.expect_err("another version");
    assert!(matches!(error, Error::OtherMajor { major: 12, .. }), "{error}");
    assert!(error.to_string().contains("made by PostgreSQL 12"), "{error}");

    fs::remove_file(cluster.join("PG_VERSION"))?;
    fs::write(cluster.join("letter.txt"), "dear")?;
    let error = Embedded::start(options(&dir)).await.expect_err("not a cluster");
    assert!(matches!(error, Error::NotACluster { .. }), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_server_that_does_not_start_says_why() -> Outcome {
    let dir = TempDir::new(0o755)?;
    let refused = Embedded::start(options(&dir).setting("no_such_setting", "1")).await;
    let error = refused.expect_err("a wrong setting");
    assert!(matches!(error, Error::Exited { .. }), "{error}");
    assert!(error.to_string().contains("no_such_setting"), "{error}");
    Ok(())
}

#[test]
fn versions_are_read_in_every_form() {
    assert_eq!(parse_version("postgres (PostgreSQL) 15.7 (Debian 15.7-0+deb12u1)"), Some(15));
    assert_eq!(parse_version("postgres (PostgreSQL) 17beta1"), Some(17));
    assert_eq!(parse_version("postgres (PostgreSQL) 18devel\n"), Some(18));
    assert_eq!(parse_version("bash: no such thing"), None);
}

#[test]
fn names_elsewhere_are_safe_and_distinct() {
    let name = name_elsewhere(Path::new("/srv/a/../my data"));
    assert!(name.starts_with("mydata-"), "{name}");
    assert_eq!(name.len(), "mydata-".len() + 12);
    assert_ne!(name, name_elsewhere(Path::new("/home/my data")));
}
