//! A Postgres that is killed and comes back.

use std::{fs, os::unix::fs::PermissionsExt as _};

use db::embedded::{Embedded, Options};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;

use super::proxy::Proxy;

/// A server behind a [`Proxy`].
pub(super) struct Mortal {
    server: Option<Embedded>,
    pub(super) proxy: Proxy,
    pub(super) kills: u32,
    folder: TempDir,
}

impl Mortal {
    pub(super) async fn start() -> Self {
        let made = tempfile::Builder::new()
            .prefix("holdfast-kill-run-")
            .permissions(fs::Permissions::from_mode(0o755))
            .tempdir_in("/tmp");
        let folder = made.expect("a folder under /tmp");
        let server = Embedded::start(options(&folder)).await.expect("a Postgres");
        let proxy = Proxy::start(port_of(&server.url())).await;
        Self { server: Some(server), proxy, kills: 0, folder }
    }

    /// How processes reach it, whichever server is there.
    pub(super) fn url(&self) -> String {
        let direct = self.direct_url();
        direct.replace(&format!(":{}/", port_of(&direct)), &format!(":{}/", self.proxy.port))
    }

    /// The present server, past the proxy: for the test's own looks.
    pub(super) fn sql(&self) -> PgPool {
        let pool = PgPoolOptions::new().max_connections(4).connect_lazy(&self.direct_url());
        pool.expect("a URL")
    }

    /// Kills the postmaster with SIGKILL, and starts a server over what it left.
    pub(super) async fn kill_and_restart(&mut self) {
        let server = self.server.take().expect("it runs");
        let pid = Pid::from_raw(i32::try_from(server.pid()).expect("a process id"));
        kill(pid, Signal::SIGKILL).expect("the postmaster was there to be killed");
        drop(server);
        let server = Embedded::start(options(&self.folder)).await.expect("Postgres comes back");
        self.proxy.turn_to(port_of(&server.url()));
        self.server = Some(server);
        self.kills += 1;
    }

    pub(super) async fn stop(mut self) {
        let server = self.server.take().expect("it runs");
        server.stop().await.expect("Postgres stops");
    }

    /// How the present server is reached, past the proxy.
    pub(super) fn direct_url(&self) -> String {
        self.server.as_ref().expect("it runs").url()
    }
}

/// That an acknowledged write survives the death of the postmaster needs no fsync: the machine stays up. What is
/// proven is that none is acknowledged before it is committed.
fn options(folder: &TempDir) -> Options {
    Options::new(folder.path()).setting("fsync", "off").setting("full_page_writes", "off")
}

fn port_of(url: &str) -> u16 {
    let after_host = url.rsplit_once('@').and_then(|(_, rest)| rest.split_once(':'));
    let port = after_host.and_then(|(_, rest)| rest.split_once('/')).map(|(port, _)| port.parse());
    port.expect("a URL has a port").expect("a number")
}
