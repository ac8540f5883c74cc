//! The schemas and the subjects.

use std::collections::BTreeMap;

use apache_avro::Schema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Level, Refusal};

/// All that a registry knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Store {
    /// The text of each schema; the id of the first is 1.
    schemas: Vec<String>,
    /// The ids of each subject's versions, the first of which is 1.
    subjects: BTreeMap<String, Vec<usize>>,
    level: Level,
    levels: BTreeMap<String, Level>,
}

/// A version of a subject.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Version {
    pub(super) subject: String,
    pub(super) id: usize,
    #[serde(rename = "version")]
    pub(super) number: usize,
    pub(super) schema: String,
}

impl Store {
    /// The names of all subjects.
    pub(super) fn subjects(&self) -> Vec<&str> {
        self.subjects.keys().map(String::as_str).collect()
    }

    /// The text of a schema.
    pub(super) fn schema(&self, id: usize) -> Result<&str, Refusal> {
        let text = id.checked_sub(1).and_then(|index| self.schemas.get(index));
        text.map(String::as_str).ok_or_else(Refusal::no_schema)
    }

    /// The numbers of a subject's versions.
    pub(super) fn versions(&self, subject: &str) -> Result<Vec<usize>, Refusal> {
        Ok((1..=self.ids(subject)?.len()).collect())
    }

    /// A version of a subject by its number or by `latest`.
    pub(super) fn version(&self, subject: &str, version: &str) -> Result<Version, Refusal> {
        let ids = self.ids(subject)?;
        let number = match version {
            "latest" | "-1" => ids.len(),
            number => number.parse().map_err(|_| Refusal::bad_version(version))?,
        };
        let id = number.checked_sub(1).and_then(|index| ids.get(index));
        self.told(subject, number, *id.ok_or_else(|| Refusal::no_version(version))?)
    }

    /// The version of a subject that is this schema.
    pub(super) fn find(&self, subject: &str, text: &str) -> Result<Version, Refusal> {
        let ids = self.ids(subject)?;
        let id = self.id_of(&value(text)?).ok_or_else(Refusal::no_schema)?;
        let index = ids.iter().position(|known| *known == id).ok_or_else(Refusal::no_schema)?;
        self.told(subject, index + 1, id)
    }

    /// Makes a schema the next version of a subject, unless it is one already; its id.
    pub(super) fn register(&mut self, subject: &str, text: &str) -> Result<usize, Refusal> {
        let known = self.id_of(&value(text)?);
        let ids = self.subjects.get(subject).cloned().unwrap_or_default();
        if let Some(id) = known.filter(|id| ids.contains(id)) {
            return Ok(id);
        }
        if let Some(why) = self.incompatibility(subject, text)? {
            return Err(Refusal::incompatible(&why));
        }
        let id = known.unwrap_or_else(|| {
            self.schemas.push(text.to_owned());
            self.schemas.len()
        });
        self.subjects.entry(subject.to_owned()).or_default().push(id);
        Ok(id)
    }

    /// Why a schema can't be the next version of a subject, if it can't.
    pub(super) fn incompatibility(&self, subject: &str, text: &str) -> Result<Option<String>, Refusal> {
        let new = parse(text)?;
        let ids = self.subjects.get(subject).map_or(&[][..], Vec::as_slice);
        let earlier: Vec<_> = ids.iter().map(|id| parse(self.schema(*id)?)).collect::<Result<_, _>>()?;
        Ok(self.level_of(subject).check(&new, &earlier).err())
    }

    /// What versions of a subject without a level of its own have to do.
    pub(super) fn level(&self) -> Level {
        self.level
    }

    /// A subject's own level.
    pub(super) fn own_level(&self, subject: &str) -> Result<Level, Refusal> {
        self.levels.get(subject).copied().ok_or_else(|| Refusal::no_level(subject))
    }

    /// The level that a subject has, by itself or as all.
    pub(super) fn level_of(&self, subject: &str) -> Level {
        self.levels.get(subject).copied().unwrap_or(self.level)
    }

    /// Sets the level of all, or of one subject.
    pub(super) fn set_level(&mut self, subject: Option<&str>, level: Level) {
        match subject {
            None => self.level = level,
            Some(subject) => drop(self.levels.insert(subject.to_owned(), level)),
        }
    }

    fn ids(&self, subject: &str) -> Result<&[usize], Refusal> {
        let ids = self.subjects.get(subject).map(Vec::as_slice);
        ids.ok_or_else(|| Refusal::no_subject(subject))
    }

    /// Schemas are the same whatever the spaces between their words.
    fn id_of(&self, wanted: &Value) -> Option<usize> {
        let same = |text: &String| value(text).is_ok_and(|known| known == *wanted);
        self.schemas.iter().position(same).map(|index| index + 1)
    }

    fn told(&self, subject: &str, number: usize, id: usize) -> Result<Version, Refusal> {
        Ok(Version { subject: subject.to_owned(), id, number, schema: self.schema(id)?.to_owned() })
    }
}

fn parse(text: &str) -> Result<Schema, Refusal> {
    Schema::parse_str(text).map_err(|error| Refusal::no_avro(&error.to_string()))
}

/// The schema as JSON; a bare name such as `string` is one too.
fn value(text: &str) -> Result<Value, Refusal> {
    parse(text)?;
    Ok(serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"type": "record", "name": "a", "fields": [{"name": "x", "type": "long"}]}"#;
    const MORE: &str = r#"{"type":"record","name":"a","fields":[{"name":"x","type":"long"},
        {"name":"y","type":["null","string"],"default":null}]}"#;
    const OTHER: &str = r#"{"type":"record","name":"a","fields":[{"name":"z","type":"long"}]}"#;

    #[test]
    fn the_same_schema_has_one_id_and_versions_count_by_subject() {
        let mut store = Store::default();
        assert_eq!(store.register("a", ONE), Ok(1));
        assert_eq!(store.register("a", &ONE.replace(' ', "")), Ok(1));
        assert_eq!(store.register("b", MORE), Ok(2));
        assert_eq!(store.register("a", MORE), Ok(2));
        assert_eq!(store.versions("a"), Ok(vec![1, 2]));
        assert_eq!(store.version("a", "latest").map(|found| (found.number, found.id)), Ok((2, 2)));
        assert_eq!(store.find("b", MORE).map(|found| found.number), Ok(1));
        assert_eq!(store.find("b", ONE), Err(Refusal::no_schema()));
        assert_eq!(store.version("a", "3"), Err(Refusal::no_version("3")));
    }

    #[test]
    fn a_version_that_cannot_follow_is_refused() {
        let mut store = Store::default();
        store.set_level(Some("a"), Level::BackwardTransitive);
        assert_eq!(store.register("a", ONE), Ok(1));
        assert!(store.register("a", OTHER).is_err(), "its readers could not read the first");
        assert_eq!(store.register("b", OTHER), Ok(2), "another subject is another matter");
        assert_eq!(store.register("a", "{"), store.find("a", "{").map(|found| found.id), "42201 from both");
    }
}
