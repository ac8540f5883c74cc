//! Faults, one by one in cells and all at once in the kill run; see `docs/faults.md`.

mod cells;
mod kill_run;
pub(crate) mod spawned;

use serde_json::Value;

/// All that the gateway has done, by its own ledger.
async fn gateway_entries(simulator: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = 0_i64;
    loop {
        let url = format!("{simulator}/entries?after={after}&limit=500");
        let reply = reqwest::get(url).await.expect("the simulator is never killed");
        let page: Value = reply.json().await.expect("a page");
        all.extend(page["entries"].as_array().expect("entries").iter().cloned());
        if page["has_more"] != true {
            return all;
        }
        after = page["next"].as_i64().expect("where the next page begins");
    }
}
