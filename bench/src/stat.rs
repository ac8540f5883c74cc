//! CPU time and memory of processes, from `/proc`.

use std::fs;

/// Seconds of one tick: Linux has counted a hundred a second to programs since there is `/proc`.
const TICK: f64 = 0.01;

/// What `/proc/PID/stat` says of a process.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stat {
    parent: u32,
    /// Seconds of CPU of its own.
    own: f64,
    /// Seconds of CPU of the children that it has seen end.
    reaped: f64,
}

/// Seconds of CPU that a process has had; 0 once it is gone.
pub(crate) fn cpu(pid: u32) -> f64 {
    read(pid).map_or(0.0, |stat| stat.own)
}

/// The same with all its children, whether they still run or not.
pub(crate) fn cpu_of_family(pid: u32) -> f64 {
    loop {
        let Some(before) = read(pid) else { return 0.0 };
        let children = cpu_of_children(pid);
        let Some(after) = read(pid) else { return 0.0 };
        // A child that has ended meanwhile may have been counted twice, or not at all.
        if before.reaped.total_cmp(&after.reaped).is_eq() {
            return after.own + after.reaped + children;
        }
    }
}

/// Postgres has one generation of children.
fn cpu_of_children(parent: u32) -> f64 {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(read).filter(|stat| stat.parent == parent).map(|stat| stat.own + stat.reaped).sum()
}

/// Bytes that a process has in memory now, and had at most.
pub(crate) fn memory(pid: u32) -> (u64, u64) {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let bytes = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        let number = line.split_ascii_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok());
        number.unwrap_or(0) * 1024
    };
    (bytes("VmRSS:"), bytes("VmHWM:"))
}

fn read(pid: u32) -> Option<Stat> {
    parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn parse(text: &str) -> Option<Stat> {
    // The name of a process may hold anything, brackets and spaces included.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let seconds = |at: usize| Some(fields.get(at)?.parse::<f64>().ok()? * TICK);
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: seconds(11)? + seconds(12)?,
        reaped: seconds(13)? + seconds(14)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name() {
        let text = "42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 25 25 20 0 1 0 100 1 1";
        let stat = parse(text).expect("a stat");
        assert_eq!(stat, Stat { parent: 7, own: 2.0, reaped: 0.5 });
    }

    #[test]
    fn we_have_cpu_and_memory() {
        let us = std::process::id();
        let begun = std::time::Instant::now();
        while cpu(us) <= 0.0 {
            assert!(begun.elapsed().as_secs() < 60, "a minute of work is no CPU");
            std::hint::black_box((0..1_000_000u64).sum::<u64>());
        }
        let (now, peak) = memory(us);
        assert!(0 < now && now <= peak, "{now} of {peak}");
        assert!(cpu_of_family(us) >= 0.01);
    }
}
