//! A rule taken out: the checker must find the run that does harm.

use stateright::{Checker, HasDiscoveries, Model as _};

use super::{
    Rules, declared,
    model::Protocol,
    parts::Budget,
    properties::{FENCED, LISTED, NEVER_IN_DOUBT, NOTHING_FORGOTTEN, ONE_CHARGE},
    state::{Kind, Step},
    table::Table,
};

/// Looks for a run that breaks one of these promises.
fn caught(name: &str, rules: Rules, budget: Budget, promises: &[&'static str]) {
    let finish = HasDiscoveries::AnyOf(promises.iter().copied().collect());
    let checker = Protocol { rules, budget }.checker().finish_when(finish).spawn_bfs().join();
    let found = checker.discoveries().into_iter().find(|(promise, _)| promises.contains(promise));
    let Some((promise, path)) = found else {
        panic!("{name}: not caught in {} states by {promises:?}", checker.unique_state_count())
    };
    println!(
        "{name}: after {} states, \"{promise}\": {:?}",
        checker.unique_state_count(),
        path.into_actions()
    );
}

fn trouble() -> Budget {
    Budget { crashes: 1, pauses: 1, losses: 1, errors: 3, cancels: 1, attempts: 1, ..Budget::default() }
}

/// What a customer or a gateway would see of it.
const HARM: [&str; 3] = [ONE_CHARGE, NOTHING_FORGOTTEN, NEVER_IN_DOUBT];

#[tokio::test]
async fn without_the_fence_a_sleeper_does_harm() {
    let rules = Rules { fenced: false, ..Rules::of(&declared().await) };
    caught("no fence", rules.clone(), trouble(), &[FENCED]);
    let unwatched = Rules { watches_the_fence: false, ..rules };
    caught("no fence, unwatched", unwatched, trouble(), &HARM);
}

#[tokio::test]
async fn an_unknown_outcome_that_is_unwound_may_have_been_a_charge() {
    let rules = Rules { unknown_waits: false, ..Rules::of(&declared().await) };
    caught("unwinds on UNKNOWN", rules, trouble(), &HARM);
}

#[tokio::test]
async fn a_new_key_for_a_resend_charges_twice() {
    let rules = Rules { same_key: false, ..Rules::of(&declared().await) };
    caught("a new key on resend", rules, trouble(), &[ONE_CHARGE]);
}

#[tokio::test]
async fn a_failed_resend_that_is_believed_forgets_the_first_send() {
    let rules = Rules { doubts_failures: false, ..Rules::of(&declared().await) };
    caught("FAILED believed in doubt", rules, trouble(), &HARM);
}

#[tokio::test]
async fn a_look_up_that_finds_nothing_proves_nothing_at_once() {
    let rules = Rules { lets_settle: false, ..Rules::of(&declared().await) };
    caught("absent believed at once", rules, trouble(), &HARM);
}

/// Without any row of the table that a run takes, the run is refused.
#[tokio::test]
async fn a_row_that_is_missing_from_the_table_is_missed() {
    let table: Table = declared().await;
    for row in [
        (Kind::Booking, Some(Step::Authorize), Step::Confirm),
        (Kind::Booking, Some(Step::Cancel), Step::Authorize),
        (Kind::Refund, Some(Step::Refund), Step::Notify),
    ] {
        let rules = Rules::of(&table.without(row));
        caught(&format!("without {row:?}"), rules, trouble(), &[LISTED]);
    }
}
