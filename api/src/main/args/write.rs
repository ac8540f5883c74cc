//! How commands that wait at the same moment are written together.

use clap::Args as ClapArgs;
use db::WriterSettings;

use crate::error::CliError;

#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Writes")]
pub(crate) struct WriteArgs {
    /// Calls to the database in flight for each kind of booking command; as many again while these take long. More
    /// lanes make smaller batches.
    #[arg(long = "write-lanes", env = "HOLDFAST_WRITE_LANES", default_value_t = WriterSettings::default().lanes, value_parser = count(64))]
    pub(crate) lanes: usize,
    /// Commands in one call, at most.
    #[arg(long = "write-batch", env = "HOLDFAST_WRITE_BATCH", default_value_t = WriterSettings::default().batch, value_parser = count(1_000))]
    pub(crate) batch: usize,
    /// Commands of one kind that may wait; more are answered with UNAVAILABLE. Half of them may be for the same slot or
    /// booking.
    #[arg(long = "write-queue", env = "HOLDFAST_WRITE_QUEUE", default_value_t = WriterSettings::default().queue, value_parser = count(1_000_000))]
    pub(crate) queue: usize,
}

impl WriteArgs {
    /// As the API takes it; reads need a connection, too.
    pub(crate) fn settings(&self, connections: u32) -> Result<WriterSettings, CliError> {
        let Self { lanes, batch, queue } = *self;
        if u32::try_from(lanes).is_ok_and(|lanes| lanes < connections) {
            Ok(WriterSettings { lanes, batch, queue })
        } else {
            Err(CliError::TooManyLanes { lanes, connections })
        }
    }
}

/// Reads a number from 1 to `most`.
fn count(most: usize) -> impl Fn(&str) -> Result<usize, String> + Clone {
    move |text| match text.parse() {
        Ok(count) if (1..=most).contains(&count) => Ok(count),
        _ => Err(format!("a number from 1 to {most} is expected")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        write: WriteArgs,
    }

    fn read(flags: &[&str]) -> Option<WriteArgs> {
        Line::try_parse_from([&["holdfast"], flags].concat()).ok().map(|line| line.write)
    }

    #[test]
    fn the_defaults_are_those_of_the_writer_and_leave_connections_for_reads() {
        let args = read(&[]).expect("the defaults");
        assert_eq!(args.settings(20).expect("they fit"), WriterSettings::default());
        assert!(matches!(args.settings(2), Err(CliError::TooManyLanes { lanes: 2, connections: 2 })));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for flag in [
            "--write-lanes=0",
            "--write-lanes=65",
            "--write-batch=0",
            "--write-batch=1001",
            "--write-queue=0",
        ] {
            assert!(read(&[flag]).is_none(), "{flag}");
        }
        assert_eq!(read(&["--write-batch=1000"]).map(|args| args.batch), Some(1_000));
    }
}
