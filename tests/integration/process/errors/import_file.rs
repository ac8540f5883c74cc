//! Files of listings that can't be imported.

use serde_json::{Value, json};

use super::{assert_says, refused};
use crate::process::support::{DataDir, holdfast, repository};

#[test]
fn the_message_names_the_listing_and_the_field() {
    let cases: [(&str, Value, &[&str]); 7] = [
        ("/colour", json!("blue"), &["listing `harbour-view-room`", "colour", "no such field"]),
        (
            "/series/0/discount",
            json!(1),
            &["listing `harbour-view-room`, series[0].discount", "no such field"],
        ),
        ("/series/0/price", json!("129.005"), &["listing `harbour-view-room`, series[0].price", "129.005"]),
        (
            "/series/0/price",
            json!("-1.00"),
            &["listing `harbour-view-room`, series[0].price", "not negative"],
        ),
        (
            "/series/0/price",
            json!(129),
            &["listing `harbour-view-room`, series[0].price", "expected a text, found 129"],
        ),
        ("/series/0/capacity", json!(-1), &["listing `harbour-view-room`, series[0].capacity", "found -1"]),
        (
            "/timeZone",
            json!("Europe/Atlantis"),
            &["listing `harbour-view-room`, timeZone", "Europe/Atlantis"],
        ),
    ];
    for (place, value, parts) in cases {
        let mut listings = samples();
        let (parent, field) = place.rsplit_once('/').expect("a pointer");
        let object = listings.pointer_mut(&format!("/listings/0{parent}"));
        object.expect("it is in the samples")[field] = value;
        assert_says(&refusal(&listings.to_string()), parts);
    }
}

#[test]
fn what_is_no_list_of_listings_is_refused() {
    assert_says(&refusal("[1, 2"), &["not JSON", "line 1"]);
    assert_says(&refusal(""), &["not JSON"]);
    assert_says(&refusal("[]"), &["expected an object, found []"]);
    let mut unslugged = samples();
    unslugged["listings"][1]["slug"].take();
    assert_says(&refusal(&unslugged.to_string()), &["listings[1].slug: it is missing"]);
    let mut twice = samples();
    twice["listings"][1]["slug"] = twice["listings"][0]["slug"].clone();
    assert_says(&refusal(&twice.to_string()), &["listing `harbour-view-room`, slug", "another listing"]);
}

/// What is said of a file, where no server is: whoever gets as far as asking it says so.
fn refusal(content: &str) -> String {
    let data = DataDir::new();
    let path = data.write("listings.json", content);
    let said = refused(&mut holdfast(&["import", &path, "--url=http://127.0.0.1:1", "--token=none"]));
    assert!(!said.contains("server"), "something was sent first: {said}");
    said
}

fn samples() -> Value {
    let path = repository().join("samples/listings.json");
    let text = std::fs::read_to_string(path).expect("the samples are in the repository");
    serde_json::from_str(&text).expect("they are JSON")
}
