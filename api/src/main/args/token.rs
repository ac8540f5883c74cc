//! `holdfast token`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct TokenArgs {
    /// Folder of the development key.
    #[arg(long, env = "HOLDFAST_DATA_DIR", default_value = ".holdfast")]
    pub(crate) data_dir: PathBuf,
    /// What the bearer may do.
    #[arg(long, value_enum, default_value = "customer")]
    pub(crate) role: TokenRole,
    /// Who the bearer is; `dev-` and the role unless said otherwise.
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// Organiser that the bearer acts for; that of the sample data unless said otherwise, or the bearer is a customer or an operator.
    #[arg(long)]
    pub(crate) organiser: Option<uuid::Uuid>,
    /// Hours that the token holds.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=8760))]
    pub(crate) hours: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenRole {
    Customer,
    Organiser,
    Service,
    Operator,
}
