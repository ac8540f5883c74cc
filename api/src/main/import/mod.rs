//! Listings and venue plans from a file to the server. Importing twice changes nothing.

mod error;
mod fields;
mod names;
mod read;
mod send;
mod series;
mod slot_fields;
#[cfg(test)]
mod tests;
mod venue;

use std::{collections::HashMap, path::PathBuf};

use chrono::Utc;

use self::{
    read::{File, Import},
    send::Sender,
};
use crate::client::{Client, PlanId, VenuePlanDraft};

pub(crate) use error::ImportError;

/// What an import is told.
#[derive(Clone, Debug)]
pub(crate) struct ImportOptions {
    /// The file.
    pub(crate) file: PathBuf,
    /// What is in it.
    pub(crate) content: Content,
    /// The server, such as `http://127.0.0.1:8080`.
    pub(crate) url: String,
    /// Of an organiser, or of an operator.
    pub(crate) token: String,
    /// Whose the things are; operators must say it, organisers need not.
    pub(crate) organiser_id: Option<String>,
}

/// What a file holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Listings, slots and venue plans as JSON; `samples/listings.json` shows the form.
    Listings,
    /// The seats of one venue plan as CSV.
    VenuePlan {
        /// The plan's code.
        code: String,
        /// Its name, for people.
        name: String,
    },
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ImportSummary {
    /// The venue plans of the file.
    pub(crate) venue_plans: Vec<ImportedPlan>,
    /// Listings of the file.
    pub(crate) listings: usize,
    /// Slots of all of them.
    pub(crate) slots: usize,
    /// Listings that the server already had, with all their slots, from an earlier import.
    pub(crate) unchanged: usize,
}

/// A venue plan that is on the server now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportedPlan {
    /// Its code.
    pub(crate) code: String,
    /// Its global id, which slots name it by.
    pub(crate) id: String,
    /// How many seats it has.
    pub(crate) seats: usize,
    /// Whether the server already had it like this.
    pub(crate) unchanged: bool,
}

/// Imports a file.
pub(crate) async fn run(options: ImportOptions) -> Result<ImportSummary, ImportError> {
    let text = std::fs::read_to_string(&options.file)
        .map_err(|source| ImportError::File { path: options.file.clone(), source })?;
    // All of the file is checked before any of it is sent.
    let file = match options.content {
        Content::Listings => read::read(&text, Utc::now())?,
        Content::VenuePlan { code, name } => {
            let plan = VenuePlanDraft { code, name, rows: venue::read(&text)? };
            File { plans: vec![plan], listings: Vec::new() }
        }
    };
    send(&file, &options.url, &options.token, options.organiser_id.as_deref()).await
}

/// Imports a text of the same form as a file of listings: what `dev` seeds itself with.
pub(crate) async fn run_str(
    text: &str,
    url: &str,
    token: &str,
    organiser_id: Option<&str>,
) -> Result<ImportSummary, ImportError> {
    send(&read::read(text, Utc::now())?, url, token, organiser_id).await
}

/// The venue plans first: slots name them by their ids.
async fn send(
    file: &File,
    url: &str,
    token: &str,
    organiser: Option<&str>,
) -> Result<ImportSummary, ImportError> {
    let sender = Sender { client: Client::new(url, token)?, organiser };
    let mut summary = ImportSummary::default();
    let mut ids = HashMap::new();
    for plan in &file.plans {
        let sent = sender.venue_plan(plan).await?;
        ids.insert(plan.code.as_str(), PlanId(sent.id.clone()));
        summary.venue_plans.push(ImportedPlan {
            code: plan.code.clone(),
            id: sent.id,
            seats: plan.seat_count(),
            unchanged: sent.unchanged,
        });
    }
    for import @ Import { slots, .. } in &file.listings {
        let sent = sender.listing(import, &ids).await?;
        summary.listings += 1;
        summary.slots += slots.len();
        summary.unchanged += usize::from(sent.unchanged);
    }
    Ok(summary)
}

/// Whether a text can be the code of a venue plan; if not, why.
pub(crate) fn plan_code(text: &str) -> Result<String, String> {
    names::code(text, 100)
}
