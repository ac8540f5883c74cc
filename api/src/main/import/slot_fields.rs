//! What a slot and a series of slots have in common.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use db::{Currency, Money};

use super::{error::ImportError, fields::Fields};
use crate::client::{ClassPrice, MoneyText, SlotDraft, VenuePlanDraft};

/// What the fields of a slot are read with.
pub(super) struct Place<'file> {
    /// The listing's zone.
    pub(super) zone: Tz,
    /// The listing's currency.
    pub(super) currency: Currency,
    /// What `+1` counts from: the day it is now in the zone.
    pub(super) today: NaiveDate,
    /// The venue plans of the file.
    pub(super) plans: &'file [VenuePlanDraft],
}

/// A slot whose venue plan has no id yet.
#[derive(Clone, Debug)]
pub(super) struct FileSlot {
    /// All else.
    pub(super) draft: SlotDraft,
    /// The code of its venue plan, which is in the file; none where places are only counted.
    pub(super) plan: Option<String>,
}

/// What is sold in a slot, and for how much.
pub(super) struct Terms {
    price: MoneyText,
    capacity: Option<u32>,
    plan: Option<String>,
    class_prices: Vec<ClassPrice>,
}

impl Terms {
    /// The fields `price`, `capacity` or `venuePlan`, and `classPrices`.
    pub(super) fn read(fields: &mut Fields, place: &Place) -> Result<Self, ImportError> {
        let price = fields.parsed("price", |text| amount(text, place.currency))?;
        let plan = fields.parsed_if("venuePlan", |code| {
            let found = place.plans.iter().find(|plan| plan.code == code);
            found.ok_or_else(|| format!("the file has no venue plan `{code}`"))
        })?;
        let capacity = fields.number_if("capacity", 0..=1_000_000)?;
        match (plan, capacity) {
            (Some(_), Some(_)) => return Err(fields.wrong("capacity", "the venue plan says it")),
            (None, None) => return Err(fields.wrong("capacity", "it is missing, and so is `venuePlan`")),
            _ => {}
        }
        Ok(Self {
            price,
            capacity: capacity.map(i32::unsigned_abs),
            plan: plan.map(|plan| plan.code.clone()),
            class_prices: class_prices(fields, plan, place.currency)?,
        })
    }

    /// A slot on these terms.
    pub(super) fn slot(&self, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> FileSlot {
        FileSlot {
            draft: SlotDraft {
                starts_at,
                ends_at,
                price: self.price.clone(),
                capacity: self.capacity,
                venue_plan_id: None,
                class_prices: self.class_prices.clone(),
                sale_opens_at: None,
                sale_closes_at: None,
            },
            plan: self.plan.clone(),
        }
    }
}

/// By class, as the server sorts them.
fn class_prices(
    fields: &mut Fields,
    plan: Option<&VenuePlanDraft>,
    currency: Currency,
) -> Result<Vec<ClassPrice>, ImportError> {
    let mut prices: Vec<ClassPrice> = Vec::new();
    for mut class in fields.objects("classPrices")? {
        let price_class = class.text("priceClass", 1..=50)?.to_owned();
        if !plan.is_some_and(|plan| plan.has_class(&price_class)) {
            return Err(class.wrong("priceClass", format!("no seat is of the class `{price_class}`")));
        }
        if prices.iter().any(|other| other.price_class == price_class) {
            return Err(class.wrong("priceClass", format!("`{price_class}` has a price already")));
        }
        let price = class.parsed("price", |text| amount(text, currency))?;
        prices.push(ClassPrice { price_class, price });
        class.end()?;
    }
    prices.sort_by(|one, other| one.price_class.cmp(&other.price_class));
    Ok(prices)
}

/// A decimal text in the listing's currency.
pub(super) fn amount(text: &str, currency: Currency) -> Result<MoneyText, String> {
    let money = Money::parse(text, currency).map_err(|error| error.to_string())?;
    if money.minor < 0 { Err("an amount is not negative".to_owned()) } else { Ok(money.into()) }
}
