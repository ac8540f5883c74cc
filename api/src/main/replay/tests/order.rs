use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    super::{
        graph::Graph,
        plan::{Deed, Plan},
        setup,
    },
    plan,
};

/// The sequence as `+row` for a booking and `-row` for a cancellation.
fn sequence(plan: &Plan) -> Vec<String> {
    plan.sequence
        .iter()
        .map(|operation| {
            let sign = if operation.deed == Deed::Create { '+' } else { '-' };
            format!("{sign}{}", plan.stays[operation.stay].row)
        })
        .collect()
}

/// Operations in waves: each as soon as all it waits for is answered.
fn waves(plan: &Plan) -> Vec<Vec<String>> {
    let names = sequence(plan);
    let mut graph = Graph::new(plan);
    let mut wave: Vec<usize> = (0..names.len()).filter(|position| graph.is_free(*position)).collect();
    let mut waves = Vec::new();
    while !wave.is_empty() {
        wave.sort_unstable();
        waves.push(wave.iter().map(|position| names[*position].clone()).collect());
        wave = wave.into_iter().flat_map(|position| graph.answered(position)).collect();
    }
    waves
}

#[test]
fn capacity_is_the_peak_of_the_stays_that_were_kept() {
    let plan = plan(&[
        "A|July 1|2|5|75|No Deposit|Check-Out|2016-07-03",
        "A|July 2|2|5|75|No Deposit|No-Show|2016-07-02",
        "A|July 2|1|5|75|No Deposit|Canceled|2016-06-30",
        "B|July 2|1|5|75|No Deposit|Canceled|2016-06-30",
    ]);
    let capacity: BTreeMap<_, _> =
        plan.room_types.iter().map(|one| (one.name.as_str(), one.capacity)).collect();
    assert_eq!(capacity, BTreeMap::from([("A", 2), ("B", 0)]));
    let demand: Vec<_> = plan.nights.iter().map(|night| night.demand).collect();
    assert_eq!(demand, [1, 3, 1, 1]);
    let contested: Vec<_> = (0..4).filter(|night| plan.contested(*night)).collect();
    assert_eq!(contested, [1, 3]);
    assert_eq!(plan.nights_of, [0..2, 1..3, 1..2, 3..4]);
}

#[test]
fn a_day_begins_with_earlier_cancellations_and_ends_with_its_own() {
    let plan = plan(&[
        "A|July 9|1|2|75|No Deposit|Canceled|2016-07-07",
        "A|July 9|1|2|75|No Deposit|Check-Out|2016-07-10",
        "A|July 9|1|4|75|No Deposit|Canceled|2016-07-07",
        "A|July 9|1|4|75|No Deposit|Canceled|2016-07-07",
        "A|July 9|1|2|75|No Deposit|Canceled|2016-07-08",
    ]);
    assert_eq!(sequence(&plan), ["+3", "+4", "-3", "-4", "+1", "+2", "+5", "-1", "-5"]);
}

#[test]
fn on_a_contested_night_the_order_is_kept_and_cancellations_go_side_by_side() {
    let plan = plan(&[
        "A|July 9|1|2|75|No Deposit|Canceled|2016-07-07",
        "A|July 9|1|2|75|No Deposit|Check-Out|2016-07-10",
        "A|July 9|1|4|75|No Deposit|Canceled|2016-07-07",
        "A|July 9|1|4|75|No Deposit|Canceled|2016-07-07",
        "A|July 9|1|2|75|No Deposit|Canceled|2016-07-08",
        "B|July 9|1|2|75|No Deposit|Check-Out|2016-07-10",
    ]);
    let expected: [&[&str]; 7] =
        [&["+3", "+6"], &["+4"], &["-3", "-4"], &["+1"], &["+2"], &["+5"], &["-1", "-5"]];
    assert_eq!(waves(&plan), expected);
}

#[test]
fn where_nobody_competes_only_the_own_booking_is_waited_for() {
    let plan = plan(&[
        "A|July 9|1|4|75|No Deposit|Canceled|2016-07-06",
        "A|July 10|1|2|75|No Deposit|Check-Out|2016-07-11",
        "A|July 11|1|2|75|No Deposit|Canceled|2016-07-09",
    ]);
    assert_eq!(waves(&plan), [vec!["+1", "+2", "+3"], vec!["-1", "-3"]]);
}

#[test]
fn a_stay_over_two_contested_nights_waits_on_both() {
    let plan = plan(&[
        "A|July 9|1|9|75|No Deposit|Canceled|2016-07-01",
        "A|July 10|1|9|75|No Deposit|Check-Out|2016-07-11",
        "A|July 9|2|5|75|No Deposit|Check-Out|2016-07-11",
        "A|July 11|1|5|75|No Deposit|Check-Out|2016-07-12",
        "A|July 10|1|3|75|No Deposit|Canceled|2016-07-08",
        "A|July 9|1|3|75|No Deposit|Canceled|2016-07-09",
        "A|July 9|1|3|75|No Deposit|Check-Out|2016-07-10",
    ]);
    assert_eq!(plan.room_types[0].capacity, 2);
    let contested: Vec<_> = (0..plan.nights.len()).filter(|night| plan.contested(*night)).collect();
    assert_eq!(contested, [0, 1]);
    assert_eq!(
        waves(&plan),
        [vec!["+1", "+2", "+4"], vec!["-1"], vec!["+3"], vec!["+6", "+5"], vec!["+7", "-5"], vec!["-6"]]
    );
}

#[test]
fn dates_move_by_the_fewest_whole_weeks_that_put_every_arrival_ahead() {
    let plan = plan(&["A|July 9|1|4|75|No Deposit|Check-Out|2016-07-10"]);
    for (today, weeks) in
        [("2016-07-08", 0), ("2016-07-09", 1), ("2016-07-15", 1), ("2016-07-16", 2), ("2016-07-01", -1)]
    {
        let today: NaiveDate = today.parse().expect("a date");
        assert_eq!(setup::shift_weeks(&plan, today), weeks, "{today}");
    }
}
