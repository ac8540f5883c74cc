use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    read::{File, Import, read},
    slot_fields::FileSlot,
};
use crate::client::{ListingDraft, SlotDraft};

fn now() -> DateTime<Utc> {
    "2026-10-20T22:30:00Z".parse().expect("a time")
}

fn listing() -> Value {
    json!({
        "slug": "harbour-room", "title": "Harbour room", "description": "", "timeZone": "Europe/Berlin",
        "currency": "EUR",
        "ratePlans": [{ "code": "flexible", "name": "Flexible", "policy": [
            { "hoursBeforeStart": 0, "refundPercent": 50 }, { "hoursBeforeStart": 48, "refundPercent": 100 }
        ] }],
        "slots": [{ "startsAt": "2026-12-24T15:00:00+01:00", "endsAt": "2026-12-25T11:00:00+01:00",
                    "price": "120.5", "capacity": 4 }],
        "series": [{ "firstDay": "+1", "days": 8, "every": 7, "starts": "15:00", "minutes": 1200,
                     "price": "0.00", "capacity": 40 }]
    })
}

/// A listing whose slots have the seats of a hall.
fn seated() -> Value {
    let mut listing = listing();
    for slots in ["slots", "series"] {
        let slot = listing[slots][0].as_object_mut().expect("a slot");
        slot.remove("capacity");
        slot.insert("venuePlan".to_owned(), json!("hall"));
        slot.insert("classPrices".to_owned(), json!([{ "priceClass": "box", "price": "200" }]));
    }
    listing
}

fn hall() -> Value {
    json!({ "code": "hall", "name": "The hall", "rows": [
        { "section": "Stalls", "row": "A", "seats": { "from": 1, "to": 3 } },
        { "section": "Stalls", "row": "A", "seats": ["4", "4a"], "firstCol": 6, "priceClass": "box" }
    ] })
}

fn file(listing: &Value) -> Result<File, String> {
    let file = json!({ "venuePlans": [hall()], "listings": [listing] });
    read(&file.to_string(), now()).map_err(|error| error.to_string())
}

fn imports(listing: &Value) -> Result<Vec<Import>, String> {
    file(listing).map(|file| file.listings)
}

/// Fails unless each value, put in its place, is told to be wrong in these words.
#[track_caller]
fn assert_told(whole: &Value, cases: &[(&str, Value, &str)], read: impl Fn(&Value) -> Result<File, String>) {
    for (pointer, value, expected) in cases {
        let mut broken = whole.clone();
        let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
        let place = broken.pointer_mut(parent).expect("a place");
        match place {
            Value::Array(list) => list[field.parse::<usize>().expect("a number")] = value.clone(),
            place => place[field] = value.clone(),
        }
        let told = read(&broken).map(|_| ()).expect_err(pointer);
        assert!(told.starts_with(expected), "{told}");
    }
}

#[test]
fn a_listing_is_read_with_its_defaults_its_slots_and_its_series() {
    let imports = imports(&listing()).expect("a sound file");
    let [Import { listing, slots }] = &imports[..] else { panic!("one listing") };
    assert_eq!((listing.hold_seconds, listing.sales_window_days), (300, 90));
    assert_eq!((listing.hold_extensions, listing.offer_seconds, listing.sales_close_minutes), (1, 900, 0));
    assert_eq!((listing.limit_per_customer, listing.limit_per_slot), (None, None));
    assert_eq!(listing.rate_plans[0].price_percent, 100);
    let hours: Vec<_> = listing.rate_plans[0].policy.iter().map(|step| step.hours_before_start).collect();
    assert_eq!(hours, [48, 0], "the earliest deadline first");
    let times: Vec<_> = slots
        .iter()
        .map(|FileSlot { draft, .. }| {
            (draft.starts_at.to_rfc3339(), draft.ends_at.to_rfc3339(), draft.price.amount.as_str())
        })
        .collect();
    let time = |starts: &str, ends: &str, price| (starts.to_owned(), ends.to_owned(), price);
    // It is past midnight in Berlin already; the clocks go back on 25 October.
    assert_eq!(
        times,
        [
            time("2026-10-22T13:00:00+00:00", "2026-10-23T09:00:00+00:00", "0.00"),
            time("2026-10-29T14:00:00+00:00", "2026-10-30T10:00:00+00:00", "0.00"),
            time("2026-12-24T14:00:00+00:00", "2026-12-25T10:00:00+00:00", "120.50"),
        ]
    );
}

#[test]
fn what_is_wrong_is_told_with_its_listing_and_field() {
    let cases = [
        ("/slug", json!("Harbour Room"), "listings[0].slug: `Harbour Room` is not 1 to 100 of a-z"),
        ("/title", Value::Null, "listing `harbour-room`, title: it is missing"),
        ("/timeZone", json!("Berlin"), "listing `harbour-room`, timeZone: `Berlin` is no IANA time zone"),
        ("/currency", json!("EURO"), "listing `harbour-room`, currency: `EURO` is not an ISO 4217"),
        ("/ratePlans", json!([]), "listing `harbour-room`, ratePlans: a listing has at least one"),
        (
            "/ratePlans/0/policy/1/refundPercent",
            json!(101),
            "listing `harbour-room`, ratePlans[0].policy[1].refundPercent: expected a whole number from 0 to 100, found 101",
        ),
        ("/slots/0/price", json!(120), "listing `harbour-room`, slots[0].price: expected a text, found 120"),
        ("/slots/0/price", json!("12,0"), "listing `harbour-room`, slots[0].price: `12,0` is not a decimal"),
        ("/slots/0/price", json!("-1"), "listing `harbour-room`, slots[0].price: an amount is not negative"),
        (
            "/slots/0/endsAt",
            json!("2026-12-24T14:00:00Z"),
            "listing `harbour-room`, slots[0].endsAt: a slot ends after",
        ),
        ("/slots/0", json!(7), "listing `harbour-room`, slots[0]: expected an object, found 7"),
        (
            "/series/0/firstDay",
            json!("tomorrow"),
            "listing `harbour-room`, series[0].firstDay: `tomorrow` is neither",
        ),
        (
            "/series/0/starts",
            json!("25:00"),
            "listing `harbour-room`, series[0].starts: `25:00` is no time of day",
        ),
        ("/series", json!({}), "listing `harbour-room`, series: expected a list, found {}"),
        (
            "/holdExtensions",
            json!(11),
            "listing `harbour-room`, holdExtensions: expected a whole number from 0 to 10",
        ),
        ("/offerSeconds", json!(30), "listing `harbour-room`, offerSeconds: expected a whole number from 60"),
        (
            "/salesCloseMinutes",
            json!(-1),
            "listing `harbour-room`, salesCloseMinutes: expected a whole number",
        ),
        ("/limitPerSlot", json!(0), "listing `harbour-room`, limitPerSlot: expected a whole number from 1"),
        ("/ratePlans/0/policy/0/fee", json!("2.505"), "listing `harbour-room`, ratePlans[0].policy[0].fee: "),
        (
            "/slots/0/capacity",
            Value::Null,
            "listing `harbour-room`, slots[0].capacity: it is missing, and so is `venuePlan`",
        ),
        (
            "/slots/0/saleClosesAt",
            json!("2027-01-01T00:00:00Z"),
            "listing `harbour-room`, slots[0].saleClosesAt: a sale closes before the slot ends",
        ),
        (
            "/slots/0/classPrices",
            json!([{ "priceClass": "box", "price": "1" }]),
            "listing `harbour-room`, slots[0].classPrices[0].priceClass: no seat is of the class `box`",
        ),
    ];
    assert_told(&listing(), &cases, file);
}

#[test]
fn what_may_be_left_out_is_read_where_it_is_there() {
    let mut full = listing();
    full["holdExtensions"] = json!(0);
    full["offerSeconds"] = json!(1800);
    full["salesCloseMinutes"] = json!(30);
    full["limitPerCustomer"] = json!(8);
    full["limitPerSlot"] = json!(4);
    full["ratePlans"][0]["policy"][1]["fee"] = json!("2.5");
    full["slots"][0]["saleOpensAt"] = json!("2026-11-01T09:00:00+01:00");
    full["slots"][0]["saleClosesAt"] = json!("2026-12-24T12:00:00+01:00");
    let imports = imports(&full).expect("a sound file");
    let [Import { listing, slots }] = &imports[..] else { panic!("one listing") };
    assert_eq!((listing.hold_extensions, listing.offer_seconds, listing.sales_close_minutes), (0, 1800, 30));
    assert_eq!((listing.limit_per_customer, listing.limit_per_slot), (Some(8), Some(4)));
    let fees: Vec<_> = listing.rate_plans[0].policy.iter().map(|step| step.fee.amount.as_str()).collect();
    assert_eq!(fees, ["2.50", "0.00"]);
    let sale = slots.last().map(|slot| (slot.draft.sale_opens_at, slot.draft.sale_closes_at));
    let time = |text: &str| text.parse().ok();
    assert_eq!(sale, Some((time("2026-11-01T08:00:00Z"), time("2026-12-24T11:00:00Z"))));
}

#[test]
fn a_slot_may_have_the_seats_of_a_plan_of_the_file() {
    let file = file(&seated()).expect("a sound file");
    assert_eq!(file.plans[0].seat_count(), 5);
    for slot in &file.listings[0].slots {
        assert_eq!((slot.plan.as_deref(), slot.draft.capacity), (Some("hall"), None));
        let [class] = &slot.draft.class_prices[..] else { panic!("one class") };
        assert_eq!((class.price_class.as_str(), class.price.amount.as_str()), ("box", "200.00"));
    }
}

#[test]
fn what_is_wrong_with_seats_is_told_with_its_place() {
    let cases = [
        (
            "/slots/0/venuePlan",
            json!("barn"),
            "listing `harbour-room`, slots[0].venuePlan: the file has no venue plan `barn`",
        ),
        ("/slots/0/capacity", json!(4), "listing `harbour-room`, slots[0].capacity: the venue plan says it"),
        (
            "/series/0/classPrices/0/priceClass",
            json!("loge"),
            "listing `harbour-room`, series[0].classPrices[0].priceClass: no seat is of the class `loge`",
        ),
        (
            "/series/0/classPrices",
            json!([{ "priceClass": "box", "price": "1" }, { "priceClass": "box", "price": "2" }]),
            "listing `harbour-room`, series[0].classPrices[1].priceClass: `box` has a price already",
        ),
    ];
    assert_told(&seated(), &cases, file);
    let seats = "venue plan `hall`, rows[1].seats";
    let cases = [
        ("/code", json!("The Hall"), "venuePlans[0].code: `The Hall` is not 1 to 100 of a-z".to_owned()),
        ("/rows", json!([]), "venue plan `hall`, rows: a plan has at least one".to_owned()),
        (
            "/rows/0/seats",
            json!("all"),
            "venue plan `hall`, rows[0].seats: expected a list of names".to_owned(),
        ),
        (
            "/rows/0/seats/to",
            json!(0),
            "venue plan `hall`, rows[0].seats.to: expected a whole number".to_owned(),
        ),
        ("/rows/0/colour", json!("red"), "venue plan `hall`, rows[0].colour: there is no such".to_owned()),
        ("/rows/1/seats/1", json!(5), format!("{seats}[1]: expected a text, found 5")),
        ("/rows/1/seats/1", json!(" "), format!("{seats}[1]: it is empty")),
        ("/rows/1/seats/1", json!("3"), format!("{seats}: row `A` has a seat `3` already")),
        (
            "/rows/1/firstCol",
            json!(3),
            "venue plan `hall`, rows[1].firstCol: row `A` has another seat".to_owned(),
        ),
        (
            "/rows/3/row",
            json!("A"),
            "venue plan `hall`, rows[3].row: row `A` of section `Stalls` was there before".to_owned(),
        ),
    ];
    let mut hall = hall();
    let rows = hall["rows"].as_array_mut().expect("rows");
    rows.push(json!({ "section": "Stalls", "row": "B", "seats": ["1"] }));
    rows.push(json!({ "section": "Stalls", "row": "C", "seats": ["1"] }));
    let cases: Vec<_> =
        cases.iter().map(|(pointer, value, told)| (*pointer, value.clone(), told.as_str())).collect();
    assert_told(&hall, &cases, |hall| {
        let file = json!({ "venuePlans": [hall] }).to_string();
        read(&file, now()).map_err(|error| error.to_string())
    });
}

#[test]
fn a_stored_slot_is_as_wanted_when_it_shows_what_the_listing_says() {
    let mut listing = seated();
    listing["salesCloseMinutes"] = json!(30);
    let imports = imports(&listing).expect("a sound file");
    let [Import { listing, slots }] = &imports[..] else { panic!("one listing") };
    let wanted = &slots.last().expect("a slot").draft;
    let stored = json!({
        "startsAt": "2026-12-24T14:00:00Z", "endsAt": "2026-12-25T10:00:00Z", "capacity": 5,
        "price": { "amount": "120.50", "currencyCode": "EUR" }, "venuePlanId": null,
        "classPrices": [{ "priceClass": "box", "price": { "amount": "200.00", "currencyCode": "EUR" } }],
        "saleOpensAt": "2026-09-25T14:00:00Z", "saleClosesAt": "2026-12-24T13:30:00Z"
    });
    let is_there = |stored: &Value, listing: &ListingDraft| {
        let stored: SlotDraft = serde_json::from_value(stored.clone()).expect("a slot");
        wanted.shown(listing, stored.capacity) == stored
    };
    assert!(is_there(&stored, listing));
    for (field, value) in [
        ("saleOpensAt", json!("2026-09-26T14:00:00Z")),
        ("saleClosesAt", json!("2026-12-24T14:00:00Z")),
        ("classPrices", json!([])),
        ("venuePlanId", json!({ "id": "another" })),
        ("price", json!({ "amount": "120.00", "currencyCode": "EUR" })),
    ] {
        let mut changed = stored.clone();
        changed[field] = value;
        assert!(!is_there(&changed, listing), "{field}");
    }
}

#[test]
fn a_misspelt_field_and_a_doubled_slot_are_refused() {
    let mut broken = listing();
    broken["salesWindow"] = json!(30);
    assert_eq!(
        imports(&broken).expect_err("misspelt"),
        "listing `harbour-room`, salesWindow: there is no such field"
    );
    let mut broken = listing();
    broken["slots"] = json!([broken["slots"][0], broken["slots"][0]]);
    let told = imports(&broken).expect_err("doubled");
    assert!(told.starts_with("listing `harbour-room`, slots: two of them start at 2026-12-24"), "{told}");
    let twice = json!({ "listings": [listing(), listing()] }).to_string();
    let told = read(&twice, now()).expect_err("twice").to_string();
    assert_eq!(told, "listing `harbour-room`, slug: another listing of the file has it");
}

#[test]
fn the_sample_listings_are_sound() {
    let file = read(include_str!("../../../../samples/listings.json"), now()).expect("sound samples");
    let seats: Vec<_> = file.plans.iter().map(crate::client::VenuePlanDraft::seat_count).collect();
    assert_eq!(seats, [120]);
    let slots: Vec<_> = file.listings.iter().map(|import| import.slots.len()).collect();
    assert_eq!(slots, [60, 12, 60, 12]);
    for import in &file.listings {
        let last = import.slots.last().expect("a slot").draft.starts_at;
        let ahead = (last - now()).num_days();
        assert!(ahead < i64::from(import.listing.sales_window_days), "{} opens at once", import.listing.slug);
    }
}
