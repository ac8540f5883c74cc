//! What a search for server programs came across, for an error that helps.

use std::fmt;
use std::path::PathBuf;

/// The oldest major version that the schema runs on.
pub(super) const MIN_MAJOR: u32 = 15;

/// A place that was looked in without success.
#[derive(Clone, Debug)]
pub struct Looked {
    pub(super) place: PathBuf,
    pub(super) found: Found,
}

/// What was wrong with it.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Nothing,
    Lacking(&'static str),
    TooOld(u32),
    OtherMajor(u32),
    Broken(String),
}

impl Looked {
    /// Nothing of the kind is there.
    pub(super) fn nothing(place: PathBuf) -> Self {
        Self { place, found: Found::Nothing }
    }

    /// The version found there, if it was too old.
    pub(super) fn too_old(&self) -> Option<u32> {
        match self.found {
            Found::TooOld(major) => Some(major),
            _ => None,
        }
    }
}

impl fmt::Display for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place.display())?;
        match &self.found {
            Found::Nothing => Ok(()),
            Found::Lacking(program) => write!(f, " (no {program})"),
            Found::TooOld(major) => write!(f, " (version {major}, too old)"),
            Found::OtherMajor(major) => write!(f, " (version {major})"),
            Found::Broken(why) => write!(f, " ({why})"),
        }
    }
}
