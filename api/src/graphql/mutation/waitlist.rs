//! Mutations of the waiting list.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use db::{Actor, JoinWaitlist, LeaveWaitlist, Role, SlotId, WaitlistEntryId, Writer};

use super::{booking_inputs::LONGEST_SUBJECT, checks::Problems, submit::submit};
use crate::graphql::{
    context::Access as _,
    errors::{Fault, Result},
    ids::GlobalId as _,
    user_error::UserError,
    waitlist::WaitlistEntry,
    writers::Named,
};

/// Mutations of the waiting list.
pub(crate) struct WaitlistMutation;

#[Object]
impl WaitlistMutation {
    /// Joins the queue for places of a slot that is sold out. When enough come back they are held for you, in a
    /// booking to pay before its hold ends.
    async fn join_waitlist(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For what to wait.")] input: JoinWaitlistInput,
    ) -> Result<WaitlistPayload> {
        let actor = ctx.request().actor()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(actor, &mut problems)?;
        write_entry(ctx, &ctx.services().writers.join, key, write, problems).await
    }

    /// Leaves the queue. An offer is a booking: cancel that.
    async fn leave_waitlist(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entry.")] input: LeaveWaitlistInput,
    ) -> Result<WaitlistPayload> {
        ctx.request().actor()?;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write()?;
        write_entry(ctx, &ctx.services().writers.leave, key, write, problems).await
    }
}

/// For what to wait.
#[derive(Debug, InputObject)]
pub(super) struct JoinWaitlistInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    idempotency_key: String,
    /// The slot's global id.
    slot_id: ID,
    /// How many places, all or none; at least 1.
    quantity: i32,
    /// The code of a rate plan. Null means the listing's first.
    rate_plan: Option<String>,
    /// For whom: the customer's subject. Organisers and operators must name it; a customer waits for itself.
    customer_id: Option<String>,
}

/// Which entry to take off the list.
#[derive(Debug, InputObject)]
pub(super) struct LeaveWaitlistInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    idempotency_key: String,
    /// The entry's global id.
    entry_id: ID,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// What became of a mutation of the waiting list.
#[derive(Debug, SimpleObject)]
pub(super) struct WaitlistPayload {
    /// The entry as it is now. Null when there is none to show.
    entry: Option<WaitlistEntry>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    replayed: bool,
}

impl JoinWaitlistInput {
    fn into_write(self, actor: &Actor, problems: &mut Problems) -> Result<JoinWaitlist> {
        if let Some(code) = &self.rate_plan {
            problems.code(code, &["ratePlan"]);
        }
        if let Some(customer) = &self.customer_id {
            problems.line(customer, LONGEST_SUBJECT, &["customerId"]);
        }
        let mut customer_id = self.customer_id;
        if actor.role == Role::Customer {
            // To name oneself is to name nobody: both must have one fingerprint.
            if customer_id.take().is_some_and(|customer| customer != actor.subject) {
                return Err(Fault::Forbidden("A customer waits for itself only.".to_owned()));
            }
        }
        Ok(JoinWaitlist {
            slot_id: SlotId::from_global(&self.slot_id)?,
            quantity: self.quantity,
            rate_plan: self.rate_plan,
            customer_id,
        })
    }
}

impl LeaveWaitlistInput {
    fn into_write(self) -> Result<LeaveWaitlist> {
        Ok(LeaveWaitlist {
            entry_id: WaitlistEntryId::from_global(&self.entry_id)?,
            expected_version: self.expected_version,
        })
    }
}

/// Writes what has no problems, and shows the entry as it is then.
async fn write_entry<W: Named>(
    ctx: &Context<'_>,
    writer: &Writer<W>,
    key: String,
    write: W,
    problems: Problems,
) -> Result<WaitlistPayload> {
    if !problems.is_empty() {
        return Ok(WaitlistPayload { entry: None, user_errors: problems.into_errors(), replayed: false });
    }
    let verdict = submit(ctx, writer, key, write).await?;
    let entry = match verdict.outcome.id {
        Some(id) => WaitlistEntry::load(ctx, WaitlistEntryId(id)).await?,
        None => None,
    };
    Ok(WaitlistPayload { entry, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
}
