//! One file per subcommand.

pub(crate) mod bench;
pub(crate) mod dev;
pub(crate) mod doctor;
pub(crate) mod events;
pub(crate) mod import;
pub(crate) mod migrate;
pub(crate) mod notify;
pub(crate) mod registry;
pub(crate) mod replay;
pub(crate) mod serve;
pub(crate) mod simulator;
pub(crate) mod token;
pub(crate) mod work;
