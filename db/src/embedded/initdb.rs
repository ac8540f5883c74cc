//! The making of a cluster.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rand::Rng as _;
use rand::distr::Alphanumeric;

use super::binaries::Binaries;
use super::error::Error;
use super::files::{beside, sync_folder_of, write_private};
use super::site::Site;

/// The superuser, and the database.
pub(super) const NAME: &str = "holdfast";

/// What the folders of unfinished clusters have after the name of the cluster.
const UNFINISHED: &str = ".init-";

/// Whether a power cut may harm the new cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// It is on disk before it is used.
    Synced,
    /// The caller turned `fsync` off, as tests do.
    None,
}

/// Makes the cluster under a name of its own, then renames it: a cluster that is there is complete.
/// Returns the superuser's password.
pub(super) async fn create(
    site: &Site,
    binaries: &Binaries,
    durability: Durability,
) -> Result<String, Error> {
    let password = random_word(32);
    // Before the cluster: a cluster without a password would be of no use.
    write_private(&site.password_file(), format!("{password}\n").as_bytes())?;

    let unfinished = beside(&site.cluster, format!("{UNFINISHED}{}", random_word(8)));
    fs::DirBuilder::new().mode(0o700).create(&unfinished).map_err(Error::io("create", &unfinished))?;
    site.account.give(&unfinished)?;
    tracing::info!(cluster = %site.cluster.display(), version = binaries.major, "making a PostgreSQL cluster");
    let made = run(site, binaries, durability, &unfinished, &password).await;
    if made.is_err() {
        remove_unfinished(&site.cluster);
    }
    made?;
    fs::rename(&unfinished, &site.cluster).map_err(Error::io("rename", &unfinished))?;
    sync_folder_of(&site.cluster)?;
    site.record()?;
    Ok(password)
}

/// The password of a cluster that exists.
pub(super) fn password(site: &Site) -> Result<String, Error> {
    let path = site.password_file();
    let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    Ok(text.trim().to_owned())
}

async fn run(
    site: &Site,
    binaries: &Binaries,
    durability: Durability,
    folder: &Path,
    password: &str,
) -> Result<(), Error> {
    let password_file = beside(folder, ".password");
    write_private(&password_file, password.as_bytes())?;
    site.account.give(&password_file)?;

    let program = binaries.dir.join("initdb");
    let mut command = site.account.command(&program);
    command
        .args(["--username", NAME, "--auth=scram-sha-256"])
        .args(["--encoding=UTF8", "--locale=C", "--data-checksums"])
        .arg("--no-instructions")
        .arg("--pwfile")
        .arg(&password_file)
        .arg("-D")
        .arg(folder)
        .kill_on_drop(true);
    if durability == Durability::None {
        command.arg("--no-sync");
    }
    let output = command.output().await;
    fs::remove_file(&password_file).map_err(Error::io("remove", &password_file))?;
    let output = output.map_err(Error::io("start", &program))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Init {
        cluster: site.cluster.clone(),
        status: output.status,
        output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// Removes what earlier attempts left. They may not be quite dead yet: they have names of their
/// own, so what cannot be removed now is in nobody's way, and goes next time.
pub(super) fn remove_unfinished(cluster: &Path) {
    for path in unfinished(cluster) {
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        if let Err(error) = removed {
            tracing::warn!(path = %path.display(), %error, "cannot remove an unfinished cluster");
        }
    }
}

fn unfinished(cluster: &Path) -> Vec<PathBuf> {
    let prefix = beside(cluster, UNFINISHED);
    let (Some(folder), Some(prefix)) = (cluster.parent(), prefix.file_name()) else {
        return Vec::new();
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name();
            name.as_encoded_bytes().starts_with(prefix.as_encoded_bytes())
        })
        .map(|entry| entry.path())
        .collect()
}

fn random_word(length: usize) -> String {
    let letters = rand::rng().sample_iter(Alphanumeric);
    letters.take(length).map(char::from).collect()
}
