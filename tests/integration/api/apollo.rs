//! Apollo Client against a running API.

use serde_json::json;
use tests::{Goods, TestSystem};

use super::judge::judge;

#[tokio::test(flavor = "multi_thread")]
async fn apollo_client_reads_writes_pages_and_listens() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::places(100).slots(2)).await;
    let bearer = system.customer("ana").bearer().expect("a token");
    let token = bearer.trim_start_matches("Bearer ");
    let argument = json!({
        "url": system.nobody().url(), "token": token, "slug": shop.slug, "slot": shop.slots[0], "small": shop.slots[1]
    });
    let said = judge("apollo.js", &[&argument.to_string()]).await.passed();
    assert!(said.contains("3 pages of 5 bookings"), "{said}");
    system.at_rest().await;
    system.finish().await;
}
