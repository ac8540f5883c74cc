//! Applies `sql/`: routines and views that can be made again at any time.
//!
//! A file is run when its checksum is not the one that the database remembers,
//! all of them in one transaction; applying twice changes nothing. Files run in
//! the order of their paths, the views (`reporting`, `invariant`) last, because
//! a view needs what it selects from and a routine does not until it is called.

use include_dir::{Dir, File, include_dir};
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, PgConnection, PgPool};

use crate::Error;

static SQL: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../sql");

/// Lets `holdfast_reader` be given routines.
const GIVING_BEGINS: &str = "grant create on schema holdfast, inventory, booking, payment, saga, notification, reporting to holdfast_reader";
/// Takes that back.
const GIVING_ENDS: &str = "revoke create on schema holdfast, inventory, booking, payment, saga, notification, reporting from holdfast_reader";

/// Applies what changed.
pub(crate) async fn apply(owner: &PgPool) -> Result<(), Error> {
    let mut connection = owner.acquire().await?.detach();
    let result = apply_in_transaction(&mut connection).await;
    connection.close().await?;
    result
}

async fn apply_in_transaction(connection: &mut PgConnection) -> Result<(), Error> {
    let mut transaction = connection.begin().await?;
    // Bodies name routines of files that come later.
    sqlx::query("set local check_function_bodies = off").execute(&mut *transaction).await?;
    // A function can be given only to who may make things beside it: the reader may, until this transaction ends.
    sqlx::raw_sql(GIVING_BEGINS).execute(&mut *transaction).await?;
    for file in files() {
        apply_file(&mut transaction, file).await?;
    }
    sqlx::raw_sql(GIVING_ENDS).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

async fn apply_file(connection: &mut PgConnection, file: &'static File<'static>) -> Result<(), Error> {
    let path = file.path().display().to_string();
    let text = file.contents_utf8().unwrap_or_default();
    let checksum = Sha256::digest(text.as_bytes()).to_vec();
    let applied: Option<(Vec<u8>,)> = sqlx::query_as("select checksum from holdfast.routine where path = $1")
        .bind(&path)
        .fetch_optional(&mut *connection)
        .await?;
    if applied.is_some_and(|(known,)| known == checksum) {
        return Ok(());
    }
    sqlx::raw_sql(text)
        .execute(&mut *connection)
        .await
        .map_err(|source| Error::Routine { path: path.clone(), source })?;
    sqlx::query(
        "insert into holdfast.routine (path, checksum, applied_at) values ($1, $2, clock_timestamp())
         on conflict (path) do update set checksum = excluded.checksum, applied_at = excluded.applied_at",
    )
    .bind(&path)
    .bind(checksum)
    .execute(connection)
    .await?;
    tracing::debug!(path, "applied");
    Ok(())
}

fn files() -> Vec<&'static File<'static>> {
    let mut files = Vec::new();
    collect(&SQL, &mut files);
    files.sort_by_key(|file| (is_view(file), file.path()));
    files
}

fn is_view(file: &File<'_>) -> bool {
    file.path().starts_with("reporting") || file.path().starts_with("invariant")
}

fn collect(dir: &'static Dir<'static>, files: &mut Vec<&'static File<'static>>) {
    files.extend(dir.files().filter(|file| file.path().extension().is_some_and(|ext| ext == "sql")));
    for below in dir.dirs() {
        collect(below, files);
    }
}
