//! Planted bugs: each is switched on in one copy of the database, and must be caught there.
//!
//! A bug is a text in a routine, found exactly once, and what takes its place. Most are looked for with
//! the cases of [`crate::model`], by the model and by the invariants; the ones that need two transactions
//! at once have a scenario, which is played without the bug as well.

mod races;

use std::sync::Arc;

use crate::model::{Name, World};

/// What takes the place of what, where.
struct Bug {
    name: &'static str,
    routine: &'static str,
    text: &'static str,
    planted: &'static str,
}

/// Cases that a bug may survive at most.
const CASES: u64 = 40;
/// The seed of the cases.
const SEED: u64 = 7_000;

const BUGS: [Bug; 21] = [
    Bug {
        name: "a used idempotency key is not looked up",
        routine: "holdfast.claim_keys(jsonb, text)",
        text: "when k.key is not null then",
        planted: "when false then",
    },
    Bug {
        name: "a hold that is over stands in the way of a sale",
        routine: "booking.lapsed_on(uuid[])",
        text: "now constant timestamptz := clock_timestamp();",
        planted: "now constant timestamptz := clock_timestamp() - interval '1 hour';",
    },
    Bug {
        name: "an ended hold can still be paid for",
        routine: "booking.pay_bookings(jsonb)",
        text: "target.expire_due_at <= clock_timestamp()",
        planted: "false",
    },
    Bug {
        name: "places kept for the waiting list are sold to anybody",
        routine: "inventory.offers(uuid[])",
        text: "s.capacity - s.taken - s.set_aside",
        planted: "s.capacity - s.taken",
    },
    Bug {
        name: "the last in the queue is served first",
        routine: "booking.serve_queue(uuid, jsonb)",
        text: "order by e.joined_at, e.id loop",
        planted: "order by e.joined_at desc, e.id desc loop",
    },
    Bug {
        name: "places that come back pass the waiting list by",
        routine: "inventory.move(uuid[], uuid[], integer[], text, text)",
        text: "least(c.quantity, greatest(0, s.waiting - s.set_aside))",
        planted: "0",
    },
    Bug {
        name: "the present policy is applied, not the one that was sold",
        routine: "booking.refund_for(booking.line, integer)",
        text: "jsonb_array_elements(l.policy)",
        planted: "jsonb_array_elements((select r.policy from inventory.rate_plan r
                  where r.listing_id = l.listing_id and r.code = l.rate_plan))",
    },
    Bug {
        name: "half a cent is rounded down",
        routine: "booking.price_at(bigint, integer)",
        text: "+ 50",
        planted: "+ 49",
    },
    Bug {
        name: "more is given back than was captured",
        routine: "payment.refundable(uuid)",
        text: "payment.held(booking_id) - booking.owed(booking_id)",
        planted: "payment.held(booking_id)",
    },
    Bug {
        name: "a non-refundable booking is moved to get money out",
        routine: "booking.reschedule(jsonb, booking.booking)",
        text: "-booking.given_back(target, worth.refund_minor)",
        planted: "-target.owed_minor",
    },
    Bug {
        name: "a booking is moved to a better policy and then cancelled",
        routine: "booking.given_back(booking.booking, bigint)",
        text: "target.owed_minor - target.nonrefundable_minor",
        planted: "target.owed_minor",
    },
    Bug {
        name: "a transfer is left out of the money ledger",
        routine: "payment.post(jsonb)",
        text: "where t.amount_minor > 0",
        planted: "where t.amount_minor > 0 and t.debit <> 'refunds'",
    },
    Bug {
        name: "a reschedule lets go of the old places before it has the new ones",
        routine: "booking.reschedule(jsonb, booking.booking)",
        text: "select * into judged from booking.judge_change(",
        planted: "perform booking.drop_places(target, difference.dropped, target.version + 1);
                  select * into judged from booking.judge_change(",
    },
    Bug {
        name: "capacity is cut below what is sold",
        routine: "inventory.guard_known_slot(jsonb, inventory.slot, text[])",
        text: "< known.taken + known.set_aside",
        planted: "< 0",
    },
    Bug {
        name: "a transfer is left out of the capacity ledger",
        routine: "inventory.move(uuid[], uuid[], integer[], text, text)",
        text: "join inventory.slot s on s.id = m.slot_id;",
        planted: "join inventory.slot s on s.id = m.slot_id where to_account <> 'sold';",
    },
    Bug {
        name: "a version is left out",
        routine: "booking.record_event(uuid, text, text, text, jsonb, text, text, jsonb)",
        text: "version = b.version + 1",
        planted: "version = b.version + 1 + (type = 'payment.refunded')::integer",
    },
    Bug {
        name: "a version is left out of many",
        routine: "booking.record_events(jsonb)",
        text: "b.version + i.nth,",
        planted: "b.version + i.nth + (i.type = 'payment.captured')::integer,",
    },
    Bug {
        name: "what was captured is kept, though less is owed by then",
        routine: "saga.plain_outcomes(jsonb)",
        text: "and (held ->> (d.value ->> 'operation_id'))::bigint <= b.owed_minor",
        planted: "",
    },
    Bug {
        name: "a part is cancelled and its places stay taken",
        routine: "booking.drop_places(booking.booking, jsonb, integer)",
        text: "perform inventory.move(back.booking_ids, back.slot_ids, back.quantities, 'sold', 'available');",
        planted: "",
    },
    Bug {
        name: "a customer's limit is not looked at",
        routine: "booking.guard_limits(jsonb, jsonb, jsonb)",
        text: "where c.of_slot > c.limit_per_slot or c.of_listing > c.limit_per_customer",
        planted: "where false",
    },
    Bug {
        name: "a stale version is taken for the present one",
        routine: "booking.guard(jsonb, booking.booking)",
        text: "(command ->> 'expected_version')::integer <> target.version",
        planted: "false",
    },
];

/// Plants a bug in one database.
pub(super) async fn plant(world: &World, routine: &str, text: &str, planted: &str) {
    let query = format!("select pg_get_functiondef('{routine}'::regprocedure)");
    let definition: String = world.database.value(query).await;
    let found = definition.matches(text).count();
    assert_eq!(found, 1, "`{text}` is to be found once in {definition}");
    world.database.execute(definition.replace(text, planted)).await;
}

/// Plays cases until one fails or an invariant is broken; what it was.
async fn caught_by(world: &Arc<World>) -> Option<String> {
    for number in 0..CASES {
        if let Err(difference) = world.play(&Name::new(SEED, number).ops()).await {
            return Some(difference.lines().last().unwrap_or_default().to_owned());
        }
        if number % 4 == 3 {
            let violations = world.violations().await;
            if !violations.is_empty() {
                return Some(format!("{violations:?}"));
            }
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_planted_bug_is_caught_by_the_model_or_by_an_invariant() {
    let world = World::open(2).await;
    assert_eq!(caught_by(&world).await, None, "without a bug nothing is caught");
    let all = world.played();
    world.close().await;

    let mut missed = Vec::new();
    for bug in &BUGS {
        let world = World::open(2).await;
        plant(&world, bug.routine, bug.text, bug.planted).await;
        let caught = caught_by(&world).await;
        println!("{}: after {} of {all} operations: {caught:?}", bug.name, world.played());
        if caught.is_none() {
            missed.push(bug.name);
        }
        world.close().await;
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
