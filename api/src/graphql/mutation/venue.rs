//! Mutations of the plans of halls.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use db::{OrganiserId, Role, UpsertVenuePlan, VenuePlanId, VenueRow};

use super::{checks::Problems, listing_inputs::LONGEST_TITLE, submit::submit};
use crate::graphql::{
    context::Access as _,
    errors::{Fault, Result},
    ids::GlobalId as _,
    user_error::UserError,
    venue::VenuePlan,
};

/// Rows of one plan at most.
const MAX_ROWS: usize = 5_000;
/// Seats of one row at most.
const MAX_SEATS: usize = 1_000;
/// Longest name of a section or a price class, in characters.
const LONGEST_SECTION: usize = 50;
/// Longest name of a row or a seat, in characters.
const LONGEST_LABEL: usize = 20;

/// Mutations of the plans of halls.
pub(crate) struct VenueMutation;

#[Object]
impl VenueMutation {
    /// Makes the plan of a hall, or changes the one with this code. Slots that copied its seats keep what they have.
    /// For organisers and operators.
    async fn upsert_venue_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The whole plan, as it shall be.")] input: UpsertVenuePlanInput,
    ) -> Result<VenuePlanPayload> {
        let actor = ctx.request().seller()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(&mut problems)?;
        let foreign = write.organiser_id.is_some() && write.organiser_id != actor.organiser_id;
        if actor.role != Role::Operator && foreign {
            return Err(Fault::Forbidden("An organiser writes its own plans only.".to_owned()));
        }
        if !problems.is_empty() {
            let user_errors = problems.into_errors();
            return Ok(VenuePlanPayload { venue_plan: None, user_errors, replayed: false });
        }
        let verdict = submit(ctx, &ctx.services().writers.venue_plan, key, write).await?;
        let venue_plan = match verdict.outcome.id {
            Some(id) => VenuePlan::load(ctx, VenuePlanId(id)).await?,
            None => None,
        };
        let (user_errors, replayed) = (verdict.user_errors, verdict.outcome.replayed);
        Ok(VenuePlanPayload { venue_plan, user_errors, replayed })
    }
}

/// A row of seats.
#[derive(Debug, InputObject)]
pub(super) struct VenueRowInput {
    /// The section it is in, at most 50 characters.
    section: String,
    /// Its name in the section, at most 20 characters.
    row: String,
    /// The names of its seats, side by side: 1 to 1,000 of them, each of at most 20 characters.
    seats: Vec<String>,
    /// The price class of its seats.
    #[graphql(default_with = "String::from(\"standard\")")]
    price_class: String,
    /// How far to the right its first seat is, from 1. Two rows of the same name, one after the other, are the two
    /// sides of an aisle. Null means next to the part before, or 1.
    first_col: Option<i32>,
}

/// The plan of a hall to be made, or changed when the organiser has one with this code.
#[derive(Debug, InputObject)]
pub(super) struct UpsertVenuePlanInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    idempotency_key: String,
    /// Whose it is. Operators must say it; organisers need not.
    organiser_id: Option<ID>,
    /// Its code: 1 to 100 lower-case letters, digits and dashes, no dash first.
    code: String,
    /// Its name, for people: 1 to 200 characters.
    name: String,
    /// Its rows, the best first, neighbouring rows next to one another.
    rows: Vec<VenueRowInput>,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// What became of a mutation of a plan.
#[derive(Debug, SimpleObject)]
pub(super) struct VenuePlanPayload {
    /// The plan as it is now. Null when there is none to show.
    venue_plan: Option<VenuePlan>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    replayed: bool,
}

impl UpsertVenuePlanInput {
    fn into_write(self, problems: &mut Problems) -> Result<UpsertVenuePlan> {
        problems.slug(&self.code, &["code"]);
        problems.line(&self.name, LONGEST_TITLE, &["name"]);
        problems.count(self.rows.len(), MAX_ROWS, &["rows"]);
        let rows = self.rows.into_iter().enumerate();
        Ok(UpsertVenuePlan {
            organiser_id: self.organiser_id.as_ref().map(OrganiserId::from_global).transpose()?,
            code: self.code,
            name: self.name,
            rows: rows.map(|(at, row)| row.into_row(at, problems)).collect(),
            expected_version: self.expected_version,
        })
    }
}

impl VenueRowInput {
    fn into_row(self, at: usize, problems: &mut Problems) -> VenueRow {
        let at = at.to_string();
        problems.line(&self.section, LONGEST_SECTION, &["rows", &at, "section"]);
        problems.line(&self.row, LONGEST_LABEL, &["rows", &at, "row"]);
        problems.line(&self.price_class, LONGEST_SECTION, &["rows", &at, "priceClass"]);
        problems.count(self.seats.len(), MAX_SEATS, &["rows", &at, "seats"]);
        for (number, seat) in self.seats.iter().enumerate() {
            problems.line(seat, LONGEST_LABEL, &["rows", &at, "seats", &number.to_string()]);
        }
        VenueRow {
            section: self.section,
            row: self.row,
            seats: self.seats,
            price_class: self.price_class,
            first_col: self.first_col,
        }
    }
}
