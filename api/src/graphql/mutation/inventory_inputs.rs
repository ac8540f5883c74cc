//! What the mutations of slots take and give.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use db::{
    CancelSlot, ClassPriceDraft, ListingId, ScheduleSlots, SlotDraft, SlotId, SlotTerms, UpsertSlots,
    VenuePlanId,
};

use super::checks::Problems;
use crate::graphql::{
    errors::Result,
    ids::GlobalId as _,
    money::MoneyInput,
    scalars::{Date, LocalTime},
    slot::Slot,
    user_error::{UserError, UserErrorCode},
};

/// Slots in one mutation at most.
const MAX_SLOTS: usize = 1_000;
/// Price classes of one slot at most.
const MAX_CLASSES: usize = 50;

/// What a seat of a price class shall cost.
#[derive(Debug, InputObject)]
pub(super) struct ClassPriceInput {
    /// The price class, as in the venue plan.
    price_class: String,
    /// The price of one seat at 100 percent, in the listing's currency.
    price: MoneyInput,
}

/// A slot to be made, or changed when the listing has one with this start and end.
#[derive(Debug, InputObject)]
pub(super) struct SlotInput {
    /// When it begins.
    starts_at: DateTime<Utc>,
    /// When it ends, after its start.
    ends_at: DateTime<Utc>,
    /// The price of one place at 100 percent, in the listing's currency.
    price: MoneyInput,
    /// How many places there are; never fewer than are taken. Left out where `venuePlanId` says it.
    capacity: Option<i32>,
    /// The plan whose seats are sold. Null means that places are only counted. It can't change later.
    venue_plan_id: Option<ID>,
    /// What seats of a price class cost; a class that is not named costs `price`.
    class_prices: Option<Vec<ClassPriceInput>>,
    /// When it goes on sale. Null follows the listing.
    sale_opens_at: Option<DateTime<Utc>>,
    /// When it goes off sale. Null follows the listing.
    sale_closes_at: Option<DateTime<Utc>>,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// Slots of one listing to be written, all or nothing.
#[derive(Debug, InputObject)]
pub(super) struct UpsertSlotsInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The listing's global id.
    listing_id: ID,
    /// 1 to 1,000 slots, each once.
    slots: Vec<SlotInput>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(super) enum Weekday {
    /// The first day of the week.
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The seventh.
    Sunday,
}

/// Slots of a recurring schedule, by the clock on the wall of the listing's time zone.
#[derive(Debug, InputObject)]
pub(super) struct ScheduleSlotsInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The listing's global id.
    listing_id: ID,
    /// On which days of the week.
    weekdays: Vec<Weekday>,
    /// When each begins, in the listing's time zone. A time that a spring night leaves out is the first moment after
    /// the gap; one that an autumn night has twice is the first of the two.
    local_time: LocalTime,
    /// How long each takes, in minutes that pass, at least 1.
    duration_minutes: i32,
    /// The first day that may have one.
    from: Date,
    /// The last day that may have one; at most 1,000 slots come of it.
    until: Date,
    /// The price of one place at 100 percent, in the listing's currency.
    price: MoneyInput,
    /// How many places there are. Left out where `venuePlanId` says it.
    capacity: Option<i32>,
    /// The plan whose seats are sold. Null means that places are only counted.
    venue_plan_id: Option<ID>,
    /// What seats of a price class cost; a class that is not named costs `price`.
    class_prices: Option<Vec<ClassPriceInput>>,
}

/// Which slot to cancel.
#[derive(Debug, InputObject)]
pub(super) struct CancelSlotInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    pub(super) idempotency_key: String,
    /// The slot's global id.
    slot_id: ID,
    /// Why, at most 2,000 characters.
    note: Option<String>,
    /// The version you last saw: with any other the answer is `STALE_VERSION`. Null means any.
    expected_version: Option<i32>,
}

/// What became of a mutation of one slot.
#[derive(Debug, SimpleObject)]
pub(super) struct SlotPayload {
    /// The slot as it is now. Null when there is none to show.
    pub(super) slot: Option<Slot>,
    /// Why nothing was changed; empty when it was.
    pub(super) user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    pub(super) replayed: bool,
}

/// What became of a mutation of slots.
#[derive(Debug, SimpleObject)]
pub(super) struct SlotsPayload {
    /// The slots written, by start; with `STALE_VERSION`, those that the input names, as they are. Else empty.
    pub(super) slots: Vec<Slot>,
    /// Why nothing was changed; empty when it was.
    pub(super) user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    pub(super) replayed: bool,
}

impl UpsertSlotsInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<UpsertSlots> {
        problems.count(self.slots.len(), MAX_SLOTS, &["slots"]);
        let mut slots = Vec::new();
        for (at, slot) in self.slots.into_iter().enumerate() {
            // A slot without its price is a problem, and what has problems is not written.
            slots.extend(slot.into_draft(at, problems)?);
        }
        Ok(UpsertSlots { listing_id: ListingId::from_global(&self.listing_id)?, slots })
    }
}

impl SlotInput {
    fn into_draft(self, at: usize, problems: &mut Problems) -> Result<Option<SlotDraft>> {
        let terms = Terms {
            price: self.price,
            capacity: self.capacity,
            venue_plan_id: self.venue_plan_id,
            class_prices: self.class_prices,
        };
        let terms = terms.read(&["slots", &at.to_string()], problems)?;
        Ok(terms.map(|terms| SlotDraft {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            terms,
            sale_opens_at: self.sale_opens_at,
            sale_closes_at: self.sale_closes_at,
            expected_version: self.expected_version,
        }))
    }
}

impl ScheduleSlotsInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<Option<ScheduleSlots>> {
        problems.count(self.weekdays.len(), 7, &["weekdays"]);
        let terms = Terms {
            price: self.price,
            capacity: self.capacity,
            venue_plan_id: self.venue_plan_id,
            class_prices: self.class_prices,
        };
        let listing_id = ListingId::from_global(&self.listing_id)?;
        let mut weekdays: Vec<u32> = self.weekdays.iter().map(|day| *day as u32 + 1).collect();
        weekdays.sort_unstable();
        weekdays.dedup();
        Ok(terms.read(&[], problems)?.map(|terms| ScheduleSlots {
            listing_id,
            weekdays,
            local_time: self.local_time.0,
            duration_minutes: self.duration_minutes,
            from: self.from.0,
            until: self.until.0,
            terms,
        }))
    }
}

impl CancelSlotInput {
    pub(super) fn into_write(self, problems: &mut Problems) -> Result<CancelSlot> {
        problems.note(self.note.as_deref());
        Ok(CancelSlot {
            slot_id: SlotId::from_global(&self.slot_id)?,
            note: self.note,
            expected_version: self.expected_version,
        })
    }
}

/// What a slot sells, as inputs say it.
struct Terms {
    price: MoneyInput,
    capacity: Option<i32>,
    venue_plan_id: Option<ID>,
    class_prices: Option<Vec<ClassPriceInput>>,
}

impl Terms {
    /// The terms meant; none when a price is a problem.
    fn read(self, path: &[&str], problems: &mut Problems) -> Result<Option<SlotTerms>> {
        let at = |field: &'static str| [path, &[field]].concat();
        if self.capacity.is_some() == self.venue_plan_id.is_some() {
            let message = "Say how many places there are, or by which plan their seats are sold.";
            problems.add(UserErrorCode::InvalidQuantity, &at("capacity"), message);
        }
        let venue_plan_id = self.venue_plan_id.as_ref().map(VenuePlanId::from_global).transpose()?;
        let class_prices = self.class_prices.map(|classes| {
            if classes.len() > MAX_CLASSES {
                problems.count(classes.len(), MAX_CLASSES, &at("classPrices"));
            }
            let draft = |(number, class): (usize, ClassPriceInput)| {
                let place = number.to_string();
                let path = |field: &'static str| [path, &["classPrices", &place, field]].concat();
                problems.code(&class.price_class, &path("priceClass"));
                let price = problems.money(&class.price, &path("price"))?;
                Some(ClassPriceDraft {
                    price_class: class.price_class,
                    price_minor: price.minor,
                    currency: price.currency.code().to_owned(),
                })
            };
            classes.into_iter().enumerate().filter_map(draft).collect()
        });
        let price = problems.money(&self.price, &at("price"));
        Ok(price.map(|price| SlotTerms {
            price_minor: price.minor,
            currency: price.currency.code().to_owned(),
            capacity: self.capacity,
            venue_plan_id,
            class_prices,
        }))
    }
}
