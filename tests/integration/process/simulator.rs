//! The simulated gateway as a process: what it answered outlives it.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use serde_json::json;

use super::support::{DataDir, SimulatorProcess, block_on, http, until};

/// Callers at once.
const CALLERS: usize = 16;
/// Answers after which it is killed.
const ANSWERS: usize = 500;

#[test]
fn what_was_answered_is_in_the_ledger_after_a_kill() {
    let data = DataDir::new();
    let mut simulator = SimulatorProcess::start(&data, &[]);
    let answered = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (url, answered) = (simulator.url.clone(), Arc::clone(&answered));
            std::thread::spawn(move || charge_until_it_is_gone(&url, caller, &answered))
        })
        .collect();
    until("it has answered enough", || (answered.load(Ordering::SeqCst) >= ANSWERS).then_some(()));
    assert!(simulator.kill(), "it ended by itself");
    let seconds = started.elapsed().as_secs_f64();
    let told: Vec<String> = callers.into_iter().flat_map(|caller| caller.join().expect("a caller")).collect();

    let again = SimulatorProcess::start(&data, &[]);
    let entries = again.entries();
    let known: HashSet<&str> = entries.iter().filter_map(|entry| entry["key"].as_str()).collect();
    println!(
        "killed after {} answers in {seconds:.2} s ({:.0}/s); {} operations in the ledger",
        told.len(),
        f64::from(u32::try_from(told.len()).unwrap_or(u32::MAX)) / seconds,
        known.len()
    );
    assert!(told.len() >= ANSWERS);
    let lost: Vec<_> = told.iter().filter(|key| !known.contains(key.as_str())).collect();
    assert!(lost.is_empty(), "answered, and not in the ledger: {lost:?}");
    assert_eq!(known.len(), entries.len(), "a key was worked twice");
}

/// Authorizes under one key after the other; the keys that were answered.
fn charge_until_it_is_gone(url: &str, caller: usize, answered: &AtomicUsize) -> Vec<String> {
    block_on(async {
        let (client, mut keys) = (http(), Vec::new());
        for number in 0.. {
            let key = format!("{caller}-{number}");
            let call = json!({
                "key": key, "kind": "AUTHORIZE", "amount_minor": 100, "currency": "EUR",
                "payment_method": "pm_card_visa",
            });
            match client.post(format!("{url}/operations")).json(&call).send().await {
                Ok(reply) if reply.status() == 200 => keys.push(key),
                Ok(reply) => panic!("answered {}", reply.status()),
                Err(_) => break,
            }
            answered.fetch_add(1, Ordering::SeqCst);
        }
        keys
    })
}
