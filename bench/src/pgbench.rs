//! The yardstick: Postgres' own benchmark, from beside the server.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::process::Command;

use crate::Error;

/// Connections that it opens; more gain nothing on a few cores.
const CLIENTS: &str = "16";

/// Books one place of a slot of `bench.slot`, as the API does it, but each in a transaction of its own.
const CREATE: &str = "\\set n random(1, :slots)
select outcome from booking.create_bookings((
    select jsonb_build_array(jsonb_build_object(
        'actor', jsonb_build_object('role', 'CUSTOMER', 'subject', 'yardstick-' || (:client_id)::text, 'organiser_id', null),
        'key', gen_random_uuid(), 'fingerprint', 'yardstick', 'trace', null, 'customer_id', null,
        'payment_method', null, 'note', null,
        'lines', jsonb_build_array(jsonb_build_object('slot_id', s.id, 'quantity', 1))))
    from bench.slot s where s.n = :n)) order by ordinal;
";

/// As the sessions of the API are.
const SESSION: &str =
    "-c role=holdfast_api -c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

/// What it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Script {
    /// Its own: three updates, a select and an insert.
    TpcB,
    /// Its own: one row by its key.
    Select,
    /// Our routine, once per transaction, over so many slots.
    Create(usize),
}

/// Where it is, and how it gets in.
#[derive(Clone, Debug)]
pub(crate) struct Pgbench {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    user: String,
    password: String,
}

impl Pgbench {
    /// Beside this server; its scripts go into `folder`.
    pub(crate) fn of(server: &db::embedded::Embedded, folder: &Path) -> Self {
        let (user, password) = server.login();
        Self {
            program: server.programs().join("pgbench"),
            folder: folder.to_owned(),
            port: server.port(),
            user: user.to_owned(),
            password: password.to_owned(),
        }
    }

    /// Fills its own tables.
    pub(crate) async fn initialise(&self, database: &str, scale: u32) -> Result<(), Error> {
        let scale = scale.to_string();
        self.run(&["-i", "-q", "-s", &scale, database], "").await.map(drop)
    }

    /// Transactions a second.
    pub(crate) async fn measure(&self, database: &str, script: Script, time: Duration) -> Result<f64, Error> {
        let seconds = time.as_secs().max(1).to_string();
        let file = self.folder.join("create.sql").display().to_string();
        let mut arguments = vec!["-n", "-M", "prepared", "-c", CLIENTS, "-j", "2", "-T", &seconds];
        let slots;
        let mut options = "";
        match script {
            Script::TpcB => arguments.extend(["-b", "tpcb-like"]),
            Script::Select => arguments.extend(["-b", "select-only"]),
            Script::Create(of) => {
                std::fs::write(&file, CREATE).map_err(Error::file(&file))?;
                slots = format!("slots={of}");
                arguments.extend(["-f", &file, "-D", &slots]);
                options = SESSION;
            }
        }
        arguments.push(database);
        let said = self.run(&arguments, options).await?;
        rate(&said).ok_or(Error::Pgbench(said))
    }

    async fn run(&self, arguments: &[&str], options: &str) -> Result<String, Error> {
        let output = Command::new(&self.program)
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", &self.user])
            .args(arguments)
            .env("PGPASSWORD", &self.password)
            .env("PGOPTIONS", options)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|source| Error::Start { program: self.program.clone(), source })?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(said);
        }
        Err(Error::Pgbench(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// Reads `tps = 2430.123456 (without initial connection time)`.
fn rate(said: &str) -> Option<f64> {
    let line = said.lines().find_map(|line| line.strip_prefix("tps = "))?;
    line.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_rate_is_read() {
        let said = "latency average = 6.5 ms\ninitial connection time = 20.1 ms\ntps = 2430.25 (without initial connection time)\n";
        assert_eq!(super::rate(said), Some(2430.25));
        assert_eq!(super::rate("nothing"), None);
    }
}
