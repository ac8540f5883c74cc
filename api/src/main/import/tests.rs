use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::read::{Import, read};

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

fn imports(listing: &Value) -> Result<Vec<Import>, String> {
    read(&json!({ "listings": [listing] }).to_string(), now()).map_err(|error| error.to_string())
}

#[test]
fn a_listing_is_read_with_its_defaults_its_slots_and_its_series() {
    let imports = imports(&listing()).expect("a sound file");
    let [Import { listing, slots }] = &imports[..] else { panic!("one listing") };
    assert_eq!((listing.hold_seconds, listing.sales_window_days), (300, 90));
    assert_eq!(listing.rate_plans[0].price_percent, 100);
    let hours: Vec<_> = listing.rate_plans[0].policy.iter().map(|step| step.hours_before_start).collect();
    assert_eq!(hours, [48, 0], "the earliest deadline first");
    let times: Vec<_> = slots
        .iter()
        .map(|slot| (slot.starts_at.to_rfc3339(), slot.ends_at.to_rfc3339(), slot.price.amount.as_str()))
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
    for (pointer, value, expected) in [
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
        ("/slots/0/price", json!("-1"), "listing `harbour-room`, slots[0].price: a price is not negative"),
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
    ] {
        let mut broken = listing();
        *broken.pointer_mut(pointer).expect("a field") = value;
        let told = imports(&broken).expect_err(pointer);
        assert!(told.starts_with(expected), "{told}");
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
    let imports = read(include_str!("../../../../samples/listings.json"), now()).expect("sound samples");
    let slots: Vec<_> = imports.iter().map(|import| import.slots.len()).collect();
    assert_eq!(slots, [60, 12, 60]);
    for import in &imports {
        let last = import.slots.last().expect("a slot").starts_at;
        let ahead = (last - now()).num_days();
        assert!(ahead < i64::from(import.listing.sales_window_days), "{} opens at once", import.listing.slug);
    }
}
