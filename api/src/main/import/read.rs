//! The file's venue plans and listings as drafts of what will be sent, checked field by field.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use db::{Currency, Money};
use serde_json::Value;

use super::{
    error::ImportError,
    fields::{FILE, Fields},
    names::code,
    series,
    slot_fields::{FileSlot, Place, Terms, amount},
    venue,
};
use crate::client::{ListingDraft, PolicyStep, RatePlanDraft, VenuePlanDraft};

/// What a file says.
#[derive(Debug)]
pub(super) struct File {
    /// The halls that slots may name.
    pub(super) plans: Vec<VenuePlanDraft>,
    /// The listings with their slots.
    pub(super) listings: Vec<Import>,
}

/// A listing and all its slots.
#[derive(Debug)]
pub(super) struct Import {
    /// The listing.
    pub(super) listing: ListingDraft,
    /// Its slots, by start.
    pub(super) slots: Vec<FileSlot>,
}

/// Reads a file; relative days count from `now`.
pub(super) fn read(text: &str, now: DateTime<Utc>) -> Result<File, ImportError> {
    let json: Value = serde_json::from_str(text).map_err(ImportError::Json)?;
    let mut file = Fields::of(FILE, &json)?;
    let plans = plans(&mut file)?;
    let entries = file.objects("listings")?;
    if plans.is_empty() && entries.is_empty() {
        return Err(file.wrong("listings", "there is none"));
    }
    file.end()?;
    let mut slugs = HashSet::new();
    let mut listings = Vec::new();
    for mut fields in entries {
        let import = listing(&mut fields, &plans, now)?;
        if !slugs.insert(import.listing.slug.clone()) {
            return Err(fields.wrong("slug", "another listing of the file has it"));
        }
        fields.end()?;
        listings.push(import);
    }
    Ok(File { plans, listings })
}

fn plans(file: &mut Fields) -> Result<Vec<VenuePlanDraft>, ImportError> {
    let mut plans: Vec<VenuePlanDraft> = Vec::new();
    for mut fields in file.objects("venuePlans")? {
        let plan = venue::plan(&mut fields)?;
        if plans.iter().any(|other| other.code == plan.code) {
            return Err(fields.wrong("code", "another venue plan of the file has it"));
        }
        fields.end()?;
        plans.push(plan);
    }
    Ok(plans)
}

fn listing(fields: &mut Fields, plans: &[VenuePlanDraft], now: DateTime<Utc>) -> Result<Import, ImportError> {
    let slug = fields.parsed("slug", |text| code(text, 100))?;
    fields.rename(format!("listing `{slug}`"));
    let zone: Tz = fields.parsed("timeZone", |text| {
        text.parse().map_err(|_| format!("`{text}` is no IANA time zone such as Europe/Berlin"))
    })?;
    let currency: Currency =
        fields.parsed("currency", |text| text.parse().map_err(|error: db::MoneyError| error.to_string()))?;
    let listing = ListingDraft {
        slug,
        title: fields.text("title", 1..=200)?.to_owned(),
        description: fields.text("description", 0..=10_000)?.to_owned(),
        time_zone: zone.name().to_owned(),
        currency: currency.code().to_owned(),
        hold_seconds: fields.number("holdSeconds", 30..=600, Some(300))?,
        hold_extensions: fields.number("holdExtensions", 0..=10, Some(1))?,
        offer_seconds: fields.number("offerSeconds", 60..=86_400, Some(900))?,
        sales_window_days: fields.number("salesWindowDays", 1..=3650, Some(90))?,
        sales_close_minutes: fields.number("salesCloseMinutes", 0..=525_600, Some(0))?,
        limit_per_customer: fields.number_if("limitPerCustomer", 1..=1_000_000)?,
        limit_per_slot: fields.number_if("limitPerSlot", 1..=1_000_000)?,
        rate_plans: rate_plans(fields, currency)?,
    };
    let place = Place { zone, currency, today: now.with_timezone(&zone).date_naive(), plans };
    Ok(Import { listing, slots: slots(fields, &place)? })
}

fn slots(fields: &mut Fields, place: &Place) -> Result<Vec<FileSlot>, ImportError> {
    let mut slots = Vec::new();
    for mut one in fields.objects("slots")? {
        slots.push(slot(&mut one, place)?);
        one.end()?;
    }
    for mut one in fields.objects("series")? {
        slots.extend(series::expand(&mut one, place)?);
        one.end()?;
    }
    let times = |slot: &FileSlot| (slot.draft.starts_at, slot.draft.ends_at);
    slots.sort_by_key(times);
    if let Some(pair) = slots.windows(2).find(|pair| times(&pair[0]) == times(&pair[1])) {
        let starts_at = pair[0].draft.starts_at;
        return Err(fields.wrong("slots", format!("two of them start at {starts_at} and end together")));
    }
    Ok(slots)
}

fn rate_plans(fields: &mut Fields, currency: Currency) -> Result<Vec<RatePlanDraft>, ImportError> {
    let mut plans: Vec<RatePlanDraft> = Vec::new();
    for mut plan in fields.objects("ratePlans")? {
        let plan_code = plan.parsed("code", |text| code(text, 50))?;
        if plans.iter().any(|other| other.code == plan_code) {
            return Err(plan.wrong("code", format!("another rate plan is called `{plan_code}`")));
        }
        let mut policy = Vec::new();
        for mut step in plan.objects("policy")? {
            let fee = step.parsed_if("fee", |text| amount(text, currency))?;
            policy.push(PolicyStep {
                hours_before_start: step.number("hoursBeforeStart", 0..=87_600, None)?,
                refund_percent: step.number("refundPercent", 0..=100, None)?,
                fee: fee.unwrap_or_else(|| Money::new(0, currency).into()),
            });
            step.end()?;
        }
        // The earliest deadline first, as the server keeps them.
        policy.sort_by_key(|step| std::cmp::Reverse(step.hours_before_start));
        plans.push(RatePlanDraft {
            code: plan_code,
            name: plan.text("name", 1..=200)?.to_owned(),
            price_percent: plan.number("pricePercent", 0..=1000, Some(100))?,
            policy,
        });
        plan.end()?;
    }
    if plans.is_empty() {
        return Err(fields.wrong("ratePlans", "a listing has at least one"));
    }
    Ok(plans)
}

fn slot(fields: &mut Fields, place: &Place) -> Result<FileSlot, ImportError> {
    let time = |text: &str| {
        DateTime::parse_from_rfc3339(text)
            .map(|at| at.to_utc())
            .map_err(|_| format!("`{text}` is no time such as 2026-12-24T15:00:00+01:00"))
    };
    let starts_at = fields.parsed("startsAt", time)?;
    let ends_at = fields.parsed("endsAt", time)?;
    if ends_at <= starts_at {
        return Err(fields.wrong("endsAt", "a slot ends after it starts"));
    }
    let mut slot = Terms::read(fields, place)?.slot(starts_at, ends_at);
    slot.draft.sale_opens_at = fields.parsed_if("saleOpensAt", time)?;
    slot.draft.sale_closes_at = fields.parsed_if("saleClosesAt", time)?;
    if let Some(closes_at) = slot.draft.sale_closes_at {
        if closes_at > ends_at {
            return Err(fields.wrong("saleClosesAt", "a sale closes before the slot ends"));
        }
        if slot.draft.sale_opens_at.is_some_and(|opens_at| opens_at >= closes_at) {
            return Err(fields.wrong("saleClosesAt", "a sale closes after it opens"));
        }
    }
    Ok(slot)
}
