//! What a universe sells: rooms without limits and concerts with them, places that are counted and seats.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, DurationRound as _, Utc};
use db::{
    Actor, ClassPriceDraft, Command, ListingId, OrganiserId, Outcome, PolicyStep, RatePlanDraft, Role,
    SlotDraft, SlotState, SlotTerms, UpsertListing, UpsertSlots, UpsertVenuePlan, VenuePlanId, VenueRow,
    Write,
};
use sqlx::PgPool;
use uuid::Uuid;

use super::state::{Holder, Listing, Model, Places, Plan, Seat, Slot, Step};

/// Listing, hours until it starts, places (none: a hall), price, price of a gold seat.
type Sketch = (usize, i64, Option<i32>, i64, Option<i64>);

const SLOTS: [Sketch; 7] = [
    (0, 240, Some(4), 9_999, None),
    (0, 50, Some(3), 12_345, None),
    (0, 264, Some(6), 0, None),
    (1, 300, Some(5), 5_001, None),
    (1, 100, None, 4_999, Some(8_888)),
    (1, 30, None, 6_500, None),
    (0, 30, Some(2), 20_000, None),
];

/// Section, name, seats, class, column of the first.
const ROWS: [(&str, &str, usize, &str, Option<i32>); 4] = [
    ("Stalls", "A", 4, "gold", None),
    ("Stalls", "B", 4, "silver", None),
    ("Balcony", "A", 2, "silver", Some(1)),
    ("Balcony", "A", 2, "silver", Some(4)),
];

fn plans() -> Vec<Plan> {
    let step = |hours, percent, fee| Step { hours, percent, fee };
    vec![
        Plan { code: "flexible", percent: 100, policy: vec![step(0, 100, 0)] },
        Plan { code: "steps", percent: 90, policy: vec![step(72, 100, 0), step(24, 50, 150)] },
        Plan { code: "fixed", percent: 85, policy: vec![] },
    ]
}

/// Who sells in a universe.
pub(crate) fn seller(organiser: Uuid) -> Actor {
    Actor {
        role: Role::Organiser,
        subject: format!("seller-{organiser}"),
        organiser_id: Some(OrganiserId(organiser)),
    }
}

/// A command under a key of its own.
pub(crate) fn command<W: Write>(actor: Actor, write: W) -> Command<W> {
    Command { actor, key: Uuid::new_v4().to_string(), fingerprint: "first".to_owned(), trace: None, write }
}

/// A listing as it is written.
pub(crate) fn listing_command(organiser: Uuid, listing: &Listing) -> Command<UpsertListing> {
    let step = |step: &Step| PolicyStep {
        hours_before_start: step.hours,
        refund_percent: step.percent,
        fee_minor: step.fee,
    };
    let plan = |plan: &Plan| RatePlanDraft {
        code: plan.code.to_owned(),
        name: plan.code.to_owned(),
        price_percent: plan.percent,
        policy: plan.policy.iter().map(step).collect(),
    };
    let write = UpsertListing {
        organiser_id: Some(OrganiserId(organiser)),
        slug: listing.slug.clone(),
        title: listing.slug.clone(),
        description: String::new(),
        time_zone: "Europe/Lisbon".to_owned(),
        currency: "EUR".to_owned(),
        // So long that none ends by itself while a test runs.
        hold_seconds: 600,
        hold_extensions: listing.extensions,
        offer_seconds: 3_600,
        sales_window_days: 90,
        sales_close_minutes: 0,
        limit_per_customer: listing.limit_per_customer,
        limit_per_slot: listing.limit_per_slot,
        rate_plans: listing.plans.iter().map(plan).collect(),
        expected_version: None,
    };
    command(seller(organiser), write)
}

/// A slot as it is written.
pub(crate) fn slot_command(
    organiser: Uuid,
    listing: Uuid,
    starts_at: DateTime<Utc>,
    terms: SlotTerms,
    expected_version: Option<i32>,
) -> Command<UpsertSlots> {
    let slot = SlotDraft {
        starts_at,
        ends_at: starts_at + Duration::hours(2),
        terms,
        sale_opens_at: None,
        sale_closes_at: None,
        expected_version,
    };
    command(seller(organiser), UpsertSlots { listing_id: ListingId(listing), slots: vec![slot] })
}

/// Terms of places that are counted.
pub(crate) fn counted(capacity: i32, price_minor: i64) -> SlotTerms {
    SlotTerms {
        price_minor,
        currency: "EUR".to_owned(),
        capacity: Some(capacity),
        venue_plan_id: None,
        class_prices: None,
    }
}

/// Half an hour after the full hours that the model counts in, so that no deadline is near.
pub(crate) fn starts_at(opened: DateTime<Utc>, hours: i64) -> DateTime<Utc> {
    let opened = opened.duration_trunc(Duration::minutes(1)).expect("a time of this century");
    opened + Duration::hours(hours) + Duration::minutes(30)
}

async fn done<W: Write>(db: &db::Db, command: Command<W>) -> Outcome {
    let mut outcomes = db.write(&[command]).await.expect("an answer");
    let outcome = outcomes.remove(0);
    assert_eq!(outcome.refusal, None, "the goods can be written");
    outcome
}

async fn hall(db: &db::Db, organiser: Uuid) -> VenuePlanId {
    let row = |(section, row, seats, class, first_col): &(&str, &str, usize, &str, Option<i32>)| VenueRow {
        section: (*section).to_owned(),
        row: (*row).to_owned(),
        seats: (0..*seats)
            .map(|seat| {
                format!("{}", seat + first_col.map_or(1, |col| usize::try_from(col).expect("a column")))
            })
            .collect(),
        price_class: (*class).to_owned(),
        first_col: *first_col,
    };
    let write = UpsertVenuePlan {
        organiser_id: Some(OrganiserId(organiser)),
        code: "hall".to_owned(),
        name: "A hall".to_owned(),
        rows: ROWS.iter().map(row).collect(),
        expected_version: None,
    };
    VenuePlanId(done(db, command(seller(organiser), write)).await.id.expect("a plan's id"))
}

async fn seats(sql: &PgPool, slot: Uuid) -> BTreeMap<i32, Seat> {
    let rows: Vec<(i32, String, String, i32, i32)> = sqlx::query_as(
        "select seat_no, section, price_class, row_rank, col from inventory.seat where slot_id = $1",
    )
    .bind(slot)
    .fetch_all(sql)
    .await
    .expect("seats");
    let seat = |(no, section, class, rank, col): (i32, String, String, i32, i32)| {
        let section = if section == "Stalls" { "Stalls" } else { "Balcony" };
        let class = if class == "gold" { "gold" } else { "silver" };
        (no, Seat { section, class, rank, col, holder: Holder::Nobody })
    };
    rows.into_iter().map(seat).collect()
}

/// Puts the goods of a new organiser on sale.
pub(crate) async fn open(db: &db::Db, sql: &PgPool, opened: DateTime<Utc>) -> Model {
    let organiser = Uuid::now_v7();
    let mut listings = Vec::new();
    for (name, extensions, limit_per_customer, limit_per_slot) in
        [("rooms", 2, None, None), ("concerts", 1, Some(7), Some(4))]
    {
        let slug = format!("{name}-{}", organiser.simple());
        let mut listing =
            Listing { id: organiser, slug, extensions, limit_per_customer, limit_per_slot, plans: plans() };
        listing.id = done(db, listing_command(organiser, &listing)).await.id.expect("a listing's id");
        listings.push(listing);
    }
    let hall = hall(db, organiser).await;

    let mut slots = Vec::new();
    for (listing, hours, places, price, gold) in SLOTS {
        let gold = gold.map(|price_minor| ClassPriceDraft {
            price_class: "gold".to_owned(),
            price_minor,
            currency: "EUR".to_owned(),
        });
        let terms = match places {
            Some(capacity) => counted(capacity, price),
            None => SlotTerms {
                capacity: None,
                venue_plan_id: Some(hall),
                class_prices: gold.map(|gold| vec![gold]),
                ..counted(0, price)
            },
        };
        let class_prices =
            terms.class_prices.iter().flatten().map(|gold| ("gold", gold.price_minor)).collect();
        let write = slot_command(organiser, listings[listing].id, starts_at(opened, hours), terms, None);
        let id = done(db, write).await.ids[0];
        let places = match places {
            Some(capacity) => Places::Counted { capacity, taken: 0, aside: 0 },
            None => Places::Seats(seats(sql, id).await),
        };
        slots.push(Slot {
            id,
            listing,
            starts_in_hours: hours,
            begun: false,
            state: SlotState::Open,
            price,
            class_prices,
            places,
            version: 1,
        });
    }
    Model { organiser, listings, slots, bookings: Vec::new(), entries: Vec::new() }
}
