//! Recurring schedules, across the nights when clocks change.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Timelike as _, Utc, Weekday};
use serde_json::{Value, json};
use tests::{Goods, TestSystem};
use uuid::Uuid;

const SCHEDULE: &str = "mutation($input: ScheduleSlotsInput!) { scheduleSlots(input: $input) {
    slots { id startsAt endsAt capacity version } userErrors { code path message } replayed } }";

fn input(listing: &str, weekdays: &[&str], time: &str, from: NaiveDate, until: NaiveDate) -> Value {
    json!({
        "idempotencyKey": Uuid::new_v4(), "listingId": listing, "weekdays": weekdays, "localTime": time,
        "durationMinutes": 150, "from": from, "until": until, "capacity": 40,
        "price": { "amount": "20.00", "currencyCode": "EUR" }
    })
}

fn moments(slots: &Value, field: &str) -> Vec<DateTime<Utc>> {
    let slots = slots["slots"].as_array().expect("slots").iter();
    slots.map(|slot| slot[field].as_str().expect("a moment").parse().expect("a moment")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_friday_at_eight_is_at_eight_all_the_year() {
    let system = TestSystem::idle().await;
    let listing = json!({ "timeZone": "Europe/Berlin", "salesWindowDays": 800 });
    let shop = system.shop(&Goods { starts: Vec::new(), ..Goods::default() }.listed(listing)).await;
    let from = Utc::now().date_naive() + Days::new(1);
    let until = from + Days::new(364);
    let fridays = input(&shop.listing, &["FRIDAY"], "20:00", from, until);
    let payload = shop.organiser.send(SCHEDULE, json!({ "input": fridays })).await.payload("scheduleSlots");
    assert_eq!(payload.code(), None, "{payload:?}");

    let starts = moments(&payload.0, "startsAt");
    let expected = from.iter_days().take(365).filter(|day| day.weekday() == Weekday::Fri);
    assert_eq!(starts.len(), expected.count());
    let mut offsets = Vec::new();
    for (start, end) in starts.iter().zip(moments(&payload.0, "endsAt")) {
        let local = start.with_timezone(&chrono_tz::Europe::Berlin);
        assert_eq!((local.weekday(), local.hour(), local.minute()), (Weekday::Fri, 20, 0), "{local}");
        assert_eq!((end - *start).num_minutes(), 150);
        offsets.push(start.hour());
    }
    offsets.sort_unstable();
    offsets.dedup();
    assert_eq!(offsets, [18, 19], "summer and winter");

    // Asked again under another key, nothing is made twice and no version moves.
    let mut again = fridays.clone();
    again["idempotencyKey"] = json!(Uuid::new_v4());
    let again = shop.organiser.send(SCHEDULE, json!({ "input": again })).await.payload("scheduleSlots");
    assert_eq!(again.0["slots"], payload.0["slots"]);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_a_night_leaves_out_or_has_twice_is_still_one_slot() {
    let system = TestSystem::idle().await;
    let listing = json!({ "timeZone": "Europe/Berlin", "salesWindowDays": 3650 });
    let shop = system.shop(&Goods { starts: Vec::new(), ..Goods::default() }.listed(listing)).await;
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    for (date, start) in [("2031-03-30", "2031-03-30T01:00:00Z"), ("2031-10-26", "2031-10-26T00:30:00Z")] {
        let night = input(&shop.listing, &["SUNDAY"], "02:30", day(date), day(date));
        let payload = shop.organiser.send(SCHEDULE, json!({ "input": night })).await.payload("scheduleSlots");
        let start: DateTime<Utc> = start.parse().expect("a moment");
        assert_eq!(moments(&payload.0, "startsAt"), [start], "{payload:?}");
        assert_eq!(moments(&payload.0, "endsAt"), [start + chrono::Duration::minutes(150)]);
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_schedule_is_refused() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let from = Utc::now().date_naive();
    let day = |days: u64| from + Days::new(days);
    let good = input(&shop.listing, &["MONDAY"], "20:00", from, day(30));
    let with = |field: &str, value: Value| {
        let mut input = good.clone();
        input[field] = value;
        input["idempotencyKey"] = json!(Uuid::new_v4());
        input
    };
    for (input, code) in [
        (with("weekdays", json!([])), "INVALID_INPUT"),
        (with("durationMinutes", json!(0)), "INVALID_INPUT"),
        (with("until", json!(from - Days::new(1))), "INVALID_INPUT"),
        (with("until", json!(from + Days::new(365 * 25))), "INVALID_INPUT"),
        (with("capacity", json!(-1)), "INVALID_QUANTITY"),
        (with("price", json!({ "amount": "20.00", "currencyCode": "USD" })), "CURRENCY_MISMATCH"),
        (with("listingId", json!(TestSystem::stranger("Listing"))), "NOT_FOUND"),
    ] {
        let payload = shop.organiser.send(SCHEDULE, json!({ "input": input })).await.payload("scheduleSlots");
        assert_eq!(payload.code(), Some(code), "{input}");
    }
    let reply = shop.organiser.send(SCHEDULE, json!({ "input": with("localTime", json!("25:00")) })).await;
    assert_eq!(reply.error(), Some("BAD_USER_INPUT"));
    system.finish().await;
}
