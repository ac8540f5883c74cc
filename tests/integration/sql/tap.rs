//! Reads what pgTAP says: a plan, and a line for each test.

/// What became of one file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Tests that were run.
    pub(super) tests: usize,
    /// What is wrong with the file, in words; nothing when all is well.
    pub(super) faults: Vec<String>,
}

/// Judges the output of one file. A test that is skipped or marked as not yet right is a fault: here
/// everything that is promised is kept.
pub(super) fn judge(output: &str) -> Verdict {
    let mut plans = Vec::new();
    let mut faults = Vec::new();
    let mut tests = 0;
    for line in output.lines() {
        if let Some(planned) = line.strip_prefix("1..") {
            plans.push(planned.trim().parse::<usize>().ok());
        } else if let Some(rest) = line.strip_prefix("ok ") {
            tests += 1;
            faults.extend(misnumbered(rest, tests));
            if rest.contains("# SKIP") || rest.contains("# TODO") {
                faults.push(line.to_owned());
            }
        } else if line.starts_with("not ok ") {
            tests += 1;
            faults.push(line.to_owned());
        } else if line.starts_with("Bail out!") {
            faults.push(line.to_owned());
        }
    }
    match plans[..] {
        [] => faults.push("it has no plan".to_owned()),
        [Some(planned)] if planned == tests && tests > 0 => (),
        [Some(planned)] => faults.push(format!("{planned} tests were planned, {tests} were run")),
        _ => faults.push("it has a plan that can't be read, or more than one".to_owned()),
    }
    Verdict { tests, faults }
}

/// Tests count from 1: a missing number is a test whose line was lost.
fn misnumbered(rest: &str, expected: usize) -> Option<String> {
    let number = rest.split_whitespace().next().unwrap_or_default();
    (number.parse() != Ok(expected)).then(|| format!("test {expected} is numbered `{number}`"))
}

#[test]
fn a_file_whose_plan_is_met_is_good() {
    let verdict = judge("1..2\nok 1 - one\n# a remark\nok 2 - two\n");
    assert_eq!(verdict, Verdict { tests: 2, faults: vec![] });
}

#[test]
fn a_file_is_faulty_in_each_of_these_ways() {
    for (output, fault) in [
        ("", "it has no plan"),
        ("ok 1 - one\n", "it has no plan"),
        ("1..0\n", "0 tests were planned, 0 were run"),
        ("1..2\nok 1 - one\n", "2 tests were planned, 1 were run"),
        ("1..1\nok 1 - one\nok 2 - two\n", "1 tests were planned, 2 were run"),
        ("1..1\n1..1\nok 1 - one\n", "it has a plan that can't be read, or more than one"),
        ("1..1\nnot ok 1 - one\n", "not ok 1 - one"),
        ("1..1\nok 1 - one # SKIP no time\n", "ok 1 - one # SKIP no time"),
        ("1..1\nnot ok 1 - one # TODO later\n", "not ok 1 - one # TODO later"),
        ("1..1\nok 2 - two\n", "test 1 is numbered `2`"),
        ("1..1\nok 1 - one\nBail out!\n", "Bail out!"),
    ] {
        assert_eq!(judge(output).faults, [fault], "{output}");
    }
}
