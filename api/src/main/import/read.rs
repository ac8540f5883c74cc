//! The file's listings as drafts of what will be sent, checked field by field.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use db::Currency;
use serde_json::Value;

use super::{
    error::ImportError,
    fields::{FILE, Fields},
    series,
    slot_fields::{Place, capacity, price},
};
use crate::client::{ListingDraft, PolicyStep, RatePlanDraft, SlotDraft};

/// A listing and all its slots.
#[derive(Debug)]
pub(super) struct Import {
    /// The listing.
    pub(super) listing: ListingDraft,
    /// Its slots, by start.
    pub(super) slots: Vec<SlotDraft>,
}

/// Reads a file; relative days count from `now`.
pub(super) fn read(text: &str, now: DateTime<Utc>) -> Result<Vec<Import>, ImportError> {
    let json: Value = serde_json::from_str(text).map_err(ImportError::Json)?;
    let mut file = Fields::of(FILE, &json)?;
    let listings = file.objects("listings")?;
    if listings.is_empty() {
        return Err(file.wrong("listings", "there is none"));
    }
    file.end()?;
    let mut slugs = HashSet::new();
    listings
        .into_iter()
        .map(|mut fields| {
            let import = listing(&mut fields, now)?;
            if !slugs.insert(import.listing.slug.clone()) {
                return Err(fields.wrong("slug", "another listing of the file has it"));
            }
            fields.end()?;
            Ok(import)
        })
        .collect()
}

fn listing(fields: &mut Fields, now: DateTime<Utc>) -> Result<Import, ImportError> {
    let slug = fields.parsed("slug", |text| name(text, 100))?;
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
        sales_window_days: fields.number("salesWindowDays", 1..=3650, Some(90))?,
        rate_plans: rate_plans(fields)?,
    };
    let place = Place { zone, currency, today: now.with_timezone(&zone).date_naive() };
    let mut slots = Vec::new();
    for mut one in fields.objects("slots")? {
        slots.push(slot(&mut one, &place)?);
        one.end()?;
    }
    for mut one in fields.objects("series")? {
        slots.extend(series::expand(&mut one, &place)?);
        one.end()?;
    }
    slots.sort_by_key(|slot| (slot.starts_at, slot.ends_at));
    let same_time =
        |pair: &[SlotDraft]| (pair[0].starts_at, pair[0].ends_at) == (pair[1].starts_at, pair[1].ends_at);
    if let Some(pair) = slots.windows(2).find(|pair| same_time(pair)) {
        return Err(
            fields.wrong("slots", format!("two of them start at {} and end together", pair[0].starts_at))
        );
    }
    Ok(Import { listing, slots })
}

fn rate_plans(fields: &mut Fields) -> Result<Vec<RatePlanDraft>, ImportError> {
    let mut plans: Vec<RatePlanDraft> = Vec::new();
    for mut plan in fields.objects("ratePlans")? {
        let code = plan.parsed("code", |text| name(text, 50))?;
        if plans.iter().any(|other| other.code == code) {
            return Err(plan.wrong("code", format!("another rate plan is called `{code}`")));
        }
        let mut policy = Vec::new();
        for mut step in plan.objects("policy")? {
            policy.push(PolicyStep {
                hours_before_start: step.number("hoursBeforeStart", 0..=87_600, None)?,
                refund_percent: step.number("refundPercent", 0..=100, None)?,
            });
            step.end()?;
        }
        // The earliest deadline first, as the server keeps them.
        policy.sort_by_key(|step| std::cmp::Reverse(step.hours_before_start));
        plans.push(RatePlanDraft {
            code,
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

fn slot(fields: &mut Fields, place: &Place) -> Result<SlotDraft, ImportError> {
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
    Ok(SlotDraft { starts_at, ends_at, price: price(fields, place.currency)?, capacity: capacity(fields)? })
}

fn name(text: &str, most: usize) -> Result<String, String> {
    let fits = text.len() <= most
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` is not 1 to {most} of a-z, 0-9 and -, not beginning with -"))
    }
}
