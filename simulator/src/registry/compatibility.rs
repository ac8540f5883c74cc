//! Which schemas may follow which.

use apache_avro::{Schema, schema_compatibility::SchemaCompatibility};
use serde::{Deserialize, Serialize};

/// What a new version of a subject has to be able to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    /// Nothing.
    None,
    /// Its readers read what the version before it wrote.
    #[default]
    Backward,
    /// Its readers read what any version before it wrote.
    BackwardTransitive,
    /// Readers of the version before it read what it writes.
    Forward,
    /// Readers of any version before it read what it writes.
    ForwardTransitive,
    /// Backward and forward.
    Full,
    /// Backward and forward, with every version before it.
    FullTransitive,
}

impl Level {
    /// Says why a schema may not follow these, given oldest first.
    pub(super) fn check(self, new: &Schema, earlier: &[Schema]) -> Result<(), String> {
        let against = match self {
            Self::None => &[],
            Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive => earlier,
            Self::Backward | Self::Forward | Self::Full => &earlier[earlier.len().saturating_sub(1)..],
        };
        let backward = !matches!(self, Self::Forward | Self::ForwardTransitive);
        let forward = !matches!(self, Self::Backward | Self::BackwardTransitive);
        for old in against {
            if backward {
                SchemaCompatibility::can_read(old, new).map_err(|error| error.to_string())?;
            }
            if forward {
                SchemaCompatibility::can_read(new, old).map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }
}
