//! The commands that are clients of a server: `holdfast import` and `holdfast replay`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::DatabaseArgs;

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ServerArgs {
    /// The running server, such as `http://127.0.0.1:8080`.
    #[arg(long, env = "HOLDFAST_URL")]
    pub(crate) url: Option<String>,
    /// An organiser's token; made with the development key when it is left out.
    #[arg(long, env = "HOLDFAST_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ImportArgs {
    /// The listings, with their slots and venue plans, as JSON; samples/listings.json shows the form. With
    /// --venue-plan the seats of that plan as CSV.
    pub(crate) file: PathBuf,
    /// Code of a venue plan to write from CSV. The columns are section, row and seat, and perhaps `price_class` and
    /// col (how far to the right a seat is; a gap is an aisle); the best rows come first.
    #[arg(long, value_name = "CODE", value_parser = crate::import::plan_code)]
    pub(crate) venue_plan: Option<String>,
    /// Name of that plan, for people; its code unless said otherwise.
    #[arg(long, requires = "venue_plan")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Relay id of the organiser whose the listings are; an operator's token needs it.
    #[arg(long)]
    pub(crate) organiser: Option<String>,
    /// Folder of the development key.
    #[arg(long, env = "HOLDFAST_DATA_DIR", default_value = ".holdfast")]
    pub(crate) data_dir: PathBuf,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ReplayArgs {
    /// The bookings: CSV, plain or gzipped.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// An operator's token, to print the invariants; made with the development key when it is left out.
    #[arg(long, env = "HOLDFAST_OPERATOR_TOKEN", hide_env_values = true)]
    pub(crate) operator_token: Option<String>,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Port of the server that is started when no --url is given; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Requests in flight at most.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) concurrency: u16,
    /// Replay the first so many rows only.
    #[arg(long)]
    pub(crate) limit: Option<usize>,
    /// Go on with the last run of this file, which was broken off.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Write the result as JSON, too.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// Where the hotel stands: nights begin and end by its clocks.
    #[arg(long, default_value = "Europe/Lisbon")]
    pub(crate) time_zone: chrono_tz::Tz,
}
