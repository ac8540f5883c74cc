//! `holdfast import`: halls and listings from files, through the public API.

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::support::{Client, DataDir, Dev, Running, holdfast};

/// Seats of the hall that is imported: 200 rows of 100, with an aisle in the middle.
const SEATS: usize = 20_000;

#[test]
fn a_hall_of_20_000_seats_is_imported() {
    let data = DataDir::new();
    let dev = Dev::start(&data);
    let organiser = dev.client("organiser");
    let path = data.write("arena.csv", hall(SEATS));
    let import = |path: &str| {
        let said = import(&dev, &data, &["--venue-plan=arena", "--name=The Arena", path]);
        let seconds = seconds(&said);
        println!("{seconds} s: {said}");
        // On a machine that is busy enough the first request may time out, and its repetition finds the plan there.
        assert!(said.contains("is written") || said.contains("was there already"), "{said}");
        said
    };

    let said = import(&path);
    assert!(said.contains("Venue plan `arena` with 20000 seats"), "{said}");
    let id = said.split_once("its id is ").and_then(|(_, rest)| rest.split_once('.')).expect("an id").0;
    let expected = json!({ "code": "arena", "name": "The Arena", "seatCount": SEATS, "version": 1 });
    assert_eq!(plan(&organiser, id), expected);

    for _ in 0..2 {
        let said = import(&path);
        assert!(said.contains("Venue plan `arena` with 20000 seats was there already"), "{said}");
    }
    assert_eq!(plan(&organiser, id)["version"], 1);

    // Somebody takes a seat out, and the first file puts it back.
    let smaller = data.write("smaller.csv", hall(SEATS - 1));
    import(&smaller);
    assert_eq!(plan(&organiser, id)["seatCount"], SEATS - 1);
    import(&path);
    assert_eq!(plan(&organiser, id)["seatCount"], SEATS);
    dev.stop(Signal::SIGINT);
}

#[test]
fn a_broken_table_is_told_with_its_line_and_column_before_anything_is_sent() {
    let data = DataDir::new();
    for (table, expected) in [
        ("section,row\nStalls,A\n", "line 1, column seat: the header does not name it"),
        ("section,row,seat\nStalls,A,1\n\nStalls,,2\n", "line 4, column row: it is empty"),
        ("section,row,seat\nStalls,A,1\nStalls,A,1\n", "line 3, column seat: row `A` has a seat `1` already"),
        ("section,row,seat,col\nStalls,A,1,left\n", "line 2, column col: expected a whole number"),
    ] {
        let path = data.write("hall.csv", table);
        let flags = ["import", "--venue-plan=hall", &path, "--url=http://127.0.0.1:1", "--token=none"];
        let ended = Running::start(&mut holdfast(&flags)).end();
        assert_eq!(ended.code, Some(1));
        assert!(ended.stderr.contains(expected), "`{expected}` is not in: {}", ended.stderr);
        assert!(!ended.stderr.contains("server"), "something was sent first: {}", ended.stderr);
    }
}

#[test]
fn seats_of_a_slot_are_those_of_the_plan_and_changes_are_put_right() {
    let data = DataDir::new();
    let dev = Dev::start(&data);
    let organiser = dev.client("organiser");
    let path = data.write("cabaret.json", cabaret().to_string());

    let said = import(&dev, &data, &[&path]);
    assert!(said.contains("Venue plan `cellar` with 5 seats is written"), "{said}");
    assert!(said.contains("1 listings with 1 slots; 0 of the listings were there already."), "{said}");
    let listing = stored(&organiser);
    assert_eq!((&listing["limitPerCustomer"], &listing["offerSeconds"]), (&json!(2), &json!(1_200)));
    assert_eq!(listing["ratePlans"][0]["policy"][0]["fee"]["amount"], "1.50");
    let slot = &listing["slots"]["edges"][0]["node"];
    assert_eq!((&slot["admission"], &slot["capacity"]), (&json!("SEATED"), &json!(5)));
    assert_eq!(slot["venuePlan"]["code"], "cellar");
    let seats: Vec<_> = slot["seats"]["edges"].as_array().expect("seats").iter().map(seat).collect();
    let expected = [
        "A1 in column 1: front 20.00",
        "A2 in column 2: front 20.00",
        "A3 in column 5: front 20.00",
        "B1 in column 1: standard 12.00",
        "B2 in column 2: standard 12.00",
    ];
    assert_eq!(seats, expected);

    let said = import(&dev, &data, &[&path]);
    assert!(said.contains("with 5 seats was there already"), "{said}");
    assert!(said.contains("1 of the listings were there already."), "{said}");
    assert_eq!(stored(&organiser), listing);

    let mut changed = cabaret();
    changed["listings"][0]["limitPerCustomer"] = json!(1);
    changed["listings"][0]["slots"][0]["classPrices"][0]["price"] = json!("25.00");
    let other = data.write("changed.json", changed.to_string());
    import(&dev, &data, &[&other]);
    assert_ne!(stored(&organiser), listing);
    let said = import(&dev, &data, &[&path]);
    assert!(said.contains("0 of the listings were there already."), "{said}");
    let again = stored(&organiser);
    assert_eq!(again["limitPerCustomer"], listing["limitPerCustomer"]);
    assert_eq!(again["slots"], listing["slots"]);
    assert_eq!(dev.stop(Signal::SIGINT).stderr, "");
}

/// What an import prints that ends well.
fn import(dev: &Dev, data: &DataDir, arguments: &[&str]) -> String {
    let (flag, url) = (data.flag(), format!("--url={}", dev.url()));
    let ended = Running::start(holdfast(&["import", &flag, &url]).args(arguments)).end();
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    ended.stdout
}

fn seconds(said: &str) -> f64 {
    let seconds =
        said.lines().find_map(|line| line.strip_prefix("It took ")?.strip_suffix(" s.")?.parse().ok());
    seconds.expect("it says how long it took")
}

/// A table of so many seats: 100 in a row, 50 on each side of the aisle.
fn hall(seats: usize) -> String {
    let lines = (0..seats).map(|seat| {
        let (row, place) = (seat / 100, seat % 100);
        let class = if row < 40 { "premium" } else { "" };
        format!("Block {},{},{},{class},{}", row / 20, row % 20 + 1, place + 1, place + 1 + place / 50 * 2)
    });
    let header = "section,row,seat,price_class,col".to_owned();
    std::iter::once(header).chain(lines).collect::<Vec<_>>().join("\n")
}

fn plan(organiser: &Client, id: &str) -> Value {
    let query = format!("{{ node(id: \"{id}\") {{ ... on VenuePlan {{ code name seatCount version }} }} }}");
    organiser.ask(&query)["node"].take()
}

/// A listing of one slot in a cellar of five seats.
fn cabaret() -> Value {
    json!({
        "venuePlans": [{ "code": "cellar", "name": "The cellar", "rows": [
            { "section": "Floor", "row": "A", "seats": { "from": 1, "to": 2 }, "priceClass": "front" },
            { "section": "Floor", "row": "A", "seats": ["3"], "firstCol": 5, "priceClass": "front" },
            { "section": "Floor", "row": "B", "seats": ["1", "2"] }
        ] }],
        "listings": [{
            "slug": "cabaret", "title": "Cabaret", "description": "", "timeZone": "Europe/Lisbon", "currency": "EUR",
            "limitPerCustomer": 2, "offerSeconds": 1200, "salesWindowDays": 365,
            "ratePlans": [{ "code": "standard", "name": "Standard", "policy": [
                { "hoursBeforeStart": 24, "refundPercent": 100, "fee": "1.50" }
            ] }],
            "slots": [{
                "startsAt": "2098-05-01T20:00:00Z", "endsAt": "2098-05-01T22:00:00Z", "price": "12.00",
                "venuePlan": "cellar", "classPrices": [{ "priceClass": "front", "price": "20.00" }],
                "saleOpensAt": "2026-01-01T09:00:00Z", "saleClosesAt": "2098-05-01T19:00:00Z"
            }]
        }]
    })
}

/// That listing as the server has it, its version aside.
fn stored(organiser: &Client) -> Value {
    let seat = "section row label col priceClass price { amount } status";
    let slot = format!(
        "admission capacity available saleOpensAt saleClosesAt venuePlan {{ code }} \
         seats(first: 10) {{ edges {{ node {{ {seat} }} }} }}"
    );
    let query = format!(
        "{{ listing(slug: \"cabaret\") {{ limitPerCustomer offerSeconds \
         ratePlans {{ policy {{ fee {{ amount }} }} }} slots {{ edges {{ node {{ {slot} }} }} }} }} }}"
    );
    organiser.ask(&query)["listing"].take()
}

fn seat(edge: &Value) -> String {
    let seat = &edge["node"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (row, label, class) = (text(&seat["row"]), text(&seat["label"]), text(&seat["priceClass"]));
    assert_eq!(seat["status"], "FREE");
    format!("{row}{label} in column {}: {class} {}", seat["col"], text(&seat["price"]["amount"]))
}
