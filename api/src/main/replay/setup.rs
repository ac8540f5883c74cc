//! Before the first booking: a listing for each room type, a slot for each night.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{
    error::ReplayError,
    plan::{Plan, RoomType},
    progress::Progress,
};
use crate::client::{
    Client, ListingDraft, MoneyText, PolicyStep, RatePlanDraft, SLOTS_PER_CALL, SlotDraft, local_instant,
    upsert_listing, upsert_slots,
};

/// The most that a listing can sell ahead. For the replay all of it is on sale at once.
const SALES_WINDOW_DAYS: i32 = 3650;
/// The longest hold: nobody in the file lost a room because a machine was slow.
const HOLD_SECONDS: i32 = 600;
/// Nobody waits in a replay; the shortest there is.
const OFFER_SECONDS: i32 = 60;
/// A list price has to be there; every line of the replay names its own.
const LIST_PRICE: &str = "100.00";
/// What the file's rates are in.
pub(super) const CURRENCY: &str = "EUR";

const LISTING: &str = "query Listing($slug: String!) { listing(slug: $slug) { id } }";

/// How the file's days become this run's days.
pub(super) struct Calendar {
    /// Part of every slug and key.
    pub(super) run: String,
    /// By how many weeks every date is moved.
    pub(super) shift_weeks: i64,
    /// Where the hotel stands.
    pub(super) zone: Tz,
}

/// The fewest weeks that move every arrival to tomorrow or later.
pub(super) fn shift_weeks(plan: &Plan, today: NaiveDate) -> i64 {
    let first = plan.stays.iter().map(|stay| stay.arrival).min().unwrap_or(today);
    let short_by = (today + Days::new(1) - first).num_days();
    -(-short_by).div_euclid(7)
}

impl Calendar {
    fn slug(&self, room_type: &RoomType) -> String {
        format!("replay-{}-{}", self.run, room_type.name.to_lowercase())
    }

    fn shifted(&self, date: NaiveDate) -> NaiveDate {
        date + TimeDelta::weeks(self.shift_weeks)
    }

    /// From check-in at 15:00 to check-out at 11:00 of the next day.
    fn slot_times(&self, date: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
        let at = |date: NaiveDate, hour| {
            local_instant(self.zone, date.and_time(NaiveTime::MIN) + TimeDelta::hours(hour))
        };
        let date = self.shifted(date);
        (at(date, 15), at(date + Days::new(1), 11))
    }

    /// Refuses a file that no sales window could hold, before anything is sent.
    pub(super) fn check(&self, plan: &Plan, today: NaiveDate) -> Result<(), ReplayError> {
        let last = plan.nights.iter().map(|night| self.shifted(night.date)).max().unwrap_or(today);
        let (days, most) = ((last - today).num_days(), i64::from(SALES_WINDOW_DAYS));
        if days < most { Ok(()) } else { Err(ReplayError::TooLong { days, most }) }
    }
}

/// Refuses to resume against a database that has never seen the run.
pub(super) async fn recognise(
    client: &Client,
    plan: &Plan,
    calendar: &Calendar,
    url: &str,
) -> Result<(), ReplayError> {
    let Some(first) = plan.room_types.first() else { return Ok(()) };
    let answer: Value = client
        .ask(LISTING, json!({ "slug": calendar.slug(first) }))
        .await
        .map_err(ReplayError::command("looking for the listings of the run"))?;
    if answer["listing"].is_null() {
        return Err(ReplayError::UnknownRun { run: calendar.run.clone(), url: url.to_owned() });
    }
    Ok(())
}

/// Writes listings and slots; the slots' ids, by night of the plan.
///
/// Its keys are the run's own, so that it may be done again on resumption.
pub(super) async fn open(
    client: &Client,
    plan: &Plan,
    calendar: &Calendar,
) -> Result<Vec<String>, ReplayError> {
    let progress = Progress::phase("setup", plan.room_types.len() + plan.nights.len());
    let mut ids = Vec::with_capacity(plan.nights.len());
    for (index, room_type) in plan.room_types.iter().enumerate() {
        let key = format!("{}:{}", calendar.run, room_type.name);
        let listing = upsert_listing(client, &format!("{key}:listing"), None, &listing(calendar, room_type))
            .await
            .map_err(ReplayError::command(format!("the listing of room type {}", room_type.name)))?
            .subject
            .id;
        progress.advance(1);
        let slots: Vec<SlotDraft> = plan
            .nights
            .iter()
            .filter(|night| night.room_type == index)
            .map(|night| slot(calendar, night.date, room_type.capacity))
            .collect();
        for (number, batch) in slots.chunks(SLOTS_PER_CALL).enumerate() {
            ids.extend(written(client, &format!("{key}:slots:{number}"), &listing, batch).await?);
            progress.advance(batch.len());
        }
    }
    Ok(ids)
}

/// The ids of a batch of slots, in its order, whatever the order of the answer.
async fn written(
    client: &Client,
    key: &str,
    listing: &str,
    batch: &[SlotDraft],
) -> Result<Vec<String>, ReplayError> {
    let answer = upsert_slots(client, key, listing, batch)
        .await
        .map_err(ReplayError::command(format!("the slots {key}")))?;
    let mut by_start: HashMap<_, _> =
        answer.subject.into_iter().map(|slot| (slot.content.starts_at, slot.id)).collect();
    batch
        .iter()
        .map(|slot| {
            by_start.remove(&slot.starts_at).ok_or_else(|| {
                ReplayError::Contradiction(format!("it wrote no slot that starts at {}", slot.starts_at))
            })
        })
        .collect()
}

fn listing(calendar: &Calendar, room_type: &RoomType) -> ListingDraft {
    let plan = |code: &str, name: &str, refund_percent| RatePlanDraft {
        code: code.to_owned(),
        name: name.to_owned(),
        price_percent: 100,
        policy: vec![PolicyStep { hours_before_start: 0, refund_percent, fee: money("0.00") }],
    };
    ListingDraft {
        slug: calendar.slug(room_type),
        title: format!("Room type {} (replay {})", room_type.name, calendar.run),
        description: "Bookings of a real resort hotel, played again.".to_owned(),
        time_zone: calendar.zone.name().to_owned(),
        currency: CURRENCY.to_owned(),
        hold_seconds: HOLD_SECONDS,
        hold_extensions: 0,
        offer_seconds: OFFER_SECONDS,
        sales_window_days: SALES_WINDOW_DAYS,
        sales_close_minutes: 0,
        limit_per_customer: None,
        limit_per_slot: None,
        rate_plans: vec![
            plan(super::rows::RatePlan::Flexible.code(), "Flexible", 100),
            plan(super::rows::RatePlan::NonRefundable.code(), "Non-refundable", 0),
        ],
    }
}

fn slot(calendar: &Calendar, date: NaiveDate, capacity: u32) -> SlotDraft {
    let (starts_at, ends_at) = calendar.slot_times(date);
    SlotDraft {
        starts_at,
        ends_at,
        price: money(LIST_PRICE),
        capacity: Some(capacity),
        venue_plan_id: None,
        class_prices: Vec::new(),
        sale_opens_at: None,
        sale_closes_at: None,
    }
}

fn money(amount: &str) -> MoneyText {
    MoneyText { amount: amount.to_owned(), currency_code: CURRENCY.to_owned() }
}
