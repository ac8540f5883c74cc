//! The payment protocol as a model, explored in full by `stateright`.
//!
//! Two workers carry one booking's saga, and the refund that may follow it; requests and answers are lost or late, the
//! gateway declines, fails and spoils keys, workers are killed and put to sleep past their leases, the hold ends or the
//! customer cancels, an operator grants a refund, a webhook comes twice, messages are lost and doubled, and
//! reconciliation looks at what the gateway did. The model does in [`engine`] what the routines of `sql/saga` do, and
//! writes down its steps along the rows of `saga.transition`, read from a migrated database: what the table does not
//! have is a breach, and a row that the model never takes is one too.
//!
//! Every run can only go on so often (budgets, keys and phases only go one way), so that the graph has no circles and
//! "every run ends" can be checked; a test proves that as well.

mod engine;
mod model;
mod parts;
mod planted;
mod play;
mod properties;
mod state;
mod table;

use std::{collections::HashSet, time::Instant};

use stateright::{Checker, Model as _};
use tests::Database;

use model::Protocol;
use parts::Budget;
use state::State;
use table::Table;

/// The rules of the protocol, each of which a planted bug takes out.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each rule is there or taken out")]
struct Rules {
    table: Table,
    /// What is recorded under an older lease changes nothing.
    fenced: bool,
    /// The checker sees by itself when it did; without, it has to find the harm.
    watches_the_fence: bool,
    /// An unknown outcome is neither unwound nor given up.
    unknown_waits: bool,
    /// An operation is sent again under the key it was written down with.
    same_key: bool,
    /// A failed resend says nothing of the first send.
    doubts_failures: bool,
    /// A look-up that finds nothing ends the doubt only when no request can be on its way any more.
    lets_settle: bool,
}

impl Rules {
    fn of(table: &Table) -> Self {
        Self {
            table: table.clone(),
            fenced: true,
            watches_the_fence: true,
            unknown_waits: true,
            same_key: true,
            doubts_failures: true,
            lets_settle: true,
        }
    }
}

/// Rows that the abstraction can't take, each with its reason.
const OUT_OF_REACH: [table::Row; 0] = [];

/// What may go wrong in each exploration: everything at once would be too many states, so that each world has its own
/// troubles, and the kills come with all of them.
fn worlds() -> [(&'static str, Budget); 4] {
    let none = Budget { attempts: 1, cancels: 1, ..Budget::default() };
    [
        (
            "two kills, a sleeper, lost answers, a webhook twice",
            Budget { crashes: 2, pauses: 1, losses: 1, declines: 1, webhooks: 2, attempts: 2, ..none },
        ),
        (
            "errors and spoilt keys beside a sleeper",
            Budget { pauses: 1, losses: 1, errors: 3, declines: 1, ..none },
        ),
        (
            "customers, operators and the queue",
            Budget {
                crashes: 1,
                losses: 1,
                declines: 2,
                hand_backs: 1,
                webhooks: 1,
                messages: 1,
                grants: 1,
                attempts: 2,
                ..none
            },
        ),
        ("compensations that fail", Budget { pauses: 1, errors: 4, declines: 1, grants: 1, ..none }),
    ]
}

/// The rows of the one place where they are declared.
async fn declared() -> Table {
    let database = Database::create().await;
    let rows: Vec<(String, Option<String>, String)> =
        sqlx::query_as("select kind, from_step, step from saga.transition")
            .fetch_all(&database.sql)
            .await
            .expect("the rows of saga.transition");
    database.drop().await;
    Table::read(&rows)
}

#[tokio::test]
async fn every_run_of_the_protocol_keeps_its_promises() {
    let table = declared().await;
    for (name, budget) in worlds() {
        let began = Instant::now();
        let protocol = Protocol { rules: Rules::of(&table), budget };
        let checker = protocol.checker().threads(2).spawn_bfs().join();
        println!(
            "{name}: {} states, {} of them different, {} deep, in {:.1?}",
            checker.state_count(),
            checker.unique_state_count(),
            checker.max_depth(),
            began.elapsed()
        );
        assert!(checker.is_done(), "{name} is not explored in full");
        checker.assert_properties();
    }
    let untaken: Vec<_> = table.untaken().into_iter().filter(|row| !OUT_OF_REACH.contains(row)).collect();
    println!("{} rows of saga.transition, {} of them out of reach", table.rows(), OUT_OF_REACH.len());
    assert!(untaken.is_empty(), "rows that no run takes: {untaken:?}");
}

/// `stateright` looks for runs that never end only where a run can't come back to where it was.
#[tokio::test]
async fn no_run_goes_in_circles() {
    let (_, budget) = worlds()[2];
    let protocol = Protocol { rules: Rules::of(&declared().await), budget };
    let mut seen = HashSet::new();
    let mut on_the_way = HashSet::new();
    // What is met a second time, going down, is a circle; what is met again elsewhere has been looked at.
    let mut stack: Vec<(State, bool)> =
        protocol.init_states().into_iter().map(|state| (state, false)).collect();
    while let Some((state, is_done)) = stack.pop() {
        if is_done {
            on_the_way.remove(&state);
            continue;
        }
        assert!(!on_the_way.contains(&state), "a circle through {state:#?}");
        if !seen.insert(state.clone()) {
            continue;
        }
        on_the_way.insert(state.clone());
        let next = protocol.next_states(&state);
        stack.push((state, true));
        stack.extend(next.into_iter().map(|state| (state, false)));
    }
    assert!(seen.len() > 100_000, "only {} states", seen.len());
}
