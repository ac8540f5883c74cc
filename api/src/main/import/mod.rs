//! Listings from a JSON file to the server. Importing twice changes nothing.

mod error;
mod fields;
mod read;
mod send;
mod series;
mod slot_fields;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use chrono::Utc;

use crate::client::Client;

pub(crate) use error::ImportError;

/// What an import is told.
#[derive(Clone, Debug)]
pub(crate) struct ImportOptions {
    /// The listings; `samples/listings.json` shows the form.
    pub(crate) file: PathBuf,
    /// The server, such as `http://127.0.0.1:8080`.
    pub(crate) url: String,
    /// Of an organiser, or of an operator.
    pub(crate) token: String,
    /// Whose the listings are; operators must say it, organisers need not.
    pub(crate) organiser_id: Option<String>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ImportSummary {
    /// Listings of the file.
    pub(crate) listings: usize,
    /// Slots of all of them.
    pub(crate) slots: usize,
    /// Listings that the server already had, with all their slots, from an earlier import.
    pub(crate) unchanged: usize,
}

/// Imports a file.
pub(crate) async fn run(options: ImportOptions) -> Result<ImportSummary, ImportError> {
    let text = std::fs::read_to_string(&options.file)
        .map_err(|source| ImportError::File { path: options.file.clone(), source })?;
    run_str(&text, &options.url, &options.token, options.organiser_id.as_deref()).await
}

/// Imports a text of the same form: what `dev` seeds itself with.
pub(crate) async fn run_str(
    text: &str,
    url: &str,
    token: &str,
    organiser_id: Option<&str>,
) -> Result<ImportSummary, ImportError> {
    // All of the file is checked before any of it is sent.
    let imports = read::read(text, Utc::now())?;
    let client = Client::new(url, token)?;
    let mut summary = ImportSummary::default();
    for import in &imports {
        let sent = send::send(&client, organiser_id, import).await?;
        summary.listings += 1;
        summary.slots += sent.slots;
        summary.unchanged += usize::from(sent.unchanged);
    }
    Ok(summary)
}
