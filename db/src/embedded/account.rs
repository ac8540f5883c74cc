//! Who the server runs as. `PostgreSQL` refuses to run as root.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Stdio;

use nix::unistd::{Uid, User, geteuid};
use tokio::process::Command;

use super::error::Error;

/// Accounts to run the server as when we are root, the best first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// Variables that would change what the server's programs do.
const MISLEADING: [&str; 6] = ["PGDATA", "PGPORT", "PGHOST", "PGOPTIONS", "PGUSER", "PGDATABASE"];

/// The account that the server's programs run under.
#[derive(Clone, Debug)]
pub(super) enum Account {
    /// Our own: we are not root.
    Own,
    /// Another one: we are root.
    Other { uid: u32, gid: u32, name: String },
}

impl Account {
    /// The account for a new cluster.
    pub(super) fn choose() -> Result<Self, Error> {
        if !geteuid().is_root() {
            return Ok(Self::Own);
        }
        let user = UNPRIVILEGED
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .ok_or(Error::NoAccount)?;
        Ok(Self::Other { uid: user.uid.as_raw(), gid: user.gid.as_raw(), name: user.name })
    }

    /// The account for a cluster that exists: as root, its owner.
    pub(super) fn for_cluster(cluster: &Path) -> Result<Self, Error> {
        if !geteuid().is_root() {
            return Ok(Self::Own);
        }
        let meta = cluster.metadata().map_err(Error::io("look at", cluster))?;
        if meta.uid() == 0 {
            return Self::choose();
        }
        let user = User::from_uid(Uid::from_raw(meta.uid())).ok().flatten();
        Ok(Self::Other {
            uid: meta.uid(),
            gid: meta.gid(),
            name: user.map_or_else(|| meta.uid().to_string(), |user| user.name),
        })
    }

    /// A command that runs under this account, out of reach of the terminal's Ctrl-C.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").stdin(Stdio::null()).env("LC_ALL", "C").process_group(0);
        for name in MISLEADING {
            command.env_remove(name);
        }
        if let Self::Other { uid, gid, .. } = self {
            // The standard library drops all supplementary groups with the uid.
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Whether the account may enter this folder. It is tried rather than worked out from modes, so
    /// that access lists and mounts count too.
    pub(super) async fn can_enter(&self, folder: &Path) -> bool {
        if matches!(self, Self::Own) {
            return true;
        }
        let probe = self
            .command(Path::new("/bin/sh"))
            .args(["-c", ":"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await;
        probe.is_ok_and(|status| status.success())
    }

    /// Gives a file or folder to the account.
    pub(super) fn give(&self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid, .. } => std::os::unix::fs::chown(path, Some(*uid), Some(*gid))
                .map_err(Error::io("change the owner of", path)),
        }
    }

    /// Its name, for messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Own => geteuid().to_string(),
            Self::Other { name, .. } => name.clone(),
        }
    }
}
