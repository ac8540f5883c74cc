//! What is claimed and recorded for many at once is what would have been for each by itself, to the last column.

mod people;
mod stage;

use people::PEOPLE;
use stage::{Stage, left_behind};

/// A routine, a text of it, and what takes its place.
type Plant = (&'static str, &'static str, &'static str);

const OUTCOMES: &str = "saga.plain_outcomes(jsonb)";

/// Where each goes its way by itself.
const ONE_BY_ONE: [Plant; 2] = [
    ("saga.claim_calls(jsonb,jsonb)", "where m.times = 1", "where false"),
    (OUTCOMES, "where o.times = 1", "where false"),
];

/// What a routine for many could forget.
const BUGS: [(&str, &[Plant]); 13] = [
    (
        "a lease that is over is taken from its holder",
        &[("saga.claim_calls(jsonb,jsonb)", "coalesce(s.lease_until <= now, true)", "true")],
    ),
    (
        "a doubt is forgotten",
        &[("saga.claim_calls(jsonb,jsonb)", "was_in_doubt = s.in_doubt", "was_in_doubt = false")],
    ),
    (
        "any gateway is asked",
        &[(
            "saga.claim_calls(jsonb,jsonb)",
            "calls -> s.payment_id::text ->> 'gateway' = any (askable)",
            "true",
        )],
    ),
    ("the fence is not compared", &[(OUTCOMES, "saga.is_held(s, (o.outcome ->> 'lease')::integer) and", "")]),
    ("the same outcome counts twice", &[(OUTCOMES, "filter (where o.times = 1)", "")]),
    ("a late saga leaves its case behind", &[(OUTCOMES, "and s.deadline > clock_timestamp()", "")]),
    (
        "a cancelled booking is confirmed",
        &[(OUTCOMES, "s.state = 'RUNNING' and", ""), (OUTCOMES, "and b.status = 'PENDING'", "")],
    ),
    (
        "what is owed no more is kept",
        &[(OUTCOMES, "and (held ->> (d.value ->> 'operation_id'))::bigint <= b.owed_minor", "")],
    ),
    (
        "a version is left out",
        &[("booking.record_events(jsonb)", "b.version + i.nth", "b.version + 2 * i.nth - 1")],
    ),
    (
        "the booking lags behind its events",
        &[("booking.record_events(jsonb)", "w.version desc", "w.version")],
    ),
    (
        "the payment's version is too low",
        &[("payment.book_authorizations(uuid[])", "version = p.version + 2", "version = p.version + 1")],
    ),
    ("a step is told twice", &[("saga.move_plain(jsonb)", "then 'confirm' else", "then 'authorize' else")]),
    (
        "a message that somebody has read since is let go",
        &[(
            "saga.pass_messages(jsonb, bigint[])",
            "set vt = clock_timestamp()\n            where m.msg_id = message.msg_id and m.read_ct = message.read_ct",
            "set vt = clock_timestamp()\n            where m.msg_id = message.msg_id",
        )],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_leave_behind_what_each_by_itself_would() {
    let (together, alone) = (Stage::open().await, Stage::open().await);
    for (routine, text, planted) in ONE_BY_ONE {
        alone.system.plant(routine, text, planted).await;
    }
    let many = left_behind(&together).await.expect("nothing fails");
    let each = left_behind(&alone).await.expect("nothing fails");
    let rows = many.iter().flat_map(|(_, rows)| rows).count();
    assert!(rows > 20 * PEOPLE.len(), "there is something to compare: {many:#?}");
    assert_eq!(first_difference(&many, &each), None);
    println!("{rows} rows, the same in both");
    for stage in [together, alone] {
        assert_eq!(stage.system.violations().await, []);
        stage.close().await;
    }
}

/// The test above can fail.
#[tokio::test(flavor = "multi_thread")]
async fn planted_in_the_ways_for_many_each_bug_leaves_something_else_behind() {
    let sound = Stage::open().await;
    let expected = left_behind(&sound).await.expect("nothing fails");
    sound.close().await;

    let mut missed = Vec::new();
    for (name, texts) in BUGS {
        let stage = Stage::open().await;
        for (routine, text, planted) in texts {
            stage.system.plant(routine, text, planted).await;
        }
        let caught = match left_behind(&stage).await {
            Ok(found) => first_difference(&found, &expected),
            Err(error) => Some(format!("{error:?}")),
        };
        println!("{name}: {caught:?}");
        if caught.is_none() {
            missed.push(name);
        }
        stage.close().await;
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}

fn first_difference(found: &[(String, Vec<String>)], expected: &[(String, Vec<String>)]) -> Option<String> {
    let differs = found.iter().zip(expected).find(|(found, expected)| found != expected);
    differs.map(|((what, found), (_, expected))| {
        let only = |these: &[String], those: &[String]| {
            these.iter().filter(|row| !those.contains(row)).cloned().collect::<Vec<_>>().join("\n  ")
        };
        format!("{what}:\n  {}\nand not\n  {}", only(found, expected), only(expected, found))
    })
}
