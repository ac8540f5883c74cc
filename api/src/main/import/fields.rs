//! A JSON object whose fields know where they are when they turn out to be wrong.

use std::{collections::HashSet, ops::RangeInclusive};

use serde_json::{Map, Value};

use super::error::ImportError;

/// What the outermost object is called.
pub(super) const FILE: &str = "the file";

/// An object on its way to becoming a thing: each field is taken once, and none may be left.
pub(super) struct Fields<'json> {
    at: String,
    map: &'json Map<String, Value>,
    taken: HashSet<&'static str>,
}

impl<'json> Fields<'json> {
    /// The fields of an object; `at` says where it is.
    pub(super) fn of(at: impl Into<String>, value: &'json Value) -> Result<Self, ImportError> {
        let at = at.into();
        match value {
            Value::Object(map) => Ok(Self { at, map, taken: HashSet::new() }),
            other => {
                Err(ImportError::Field { at, reason: format!("expected an object, found {}", shown(other)) })
            }
        }
    }

    /// From now on, the object is called this.
    pub(super) fn rename(&mut self, at: String) {
        self.at = at;
    }

    /// For what is wrong with a field.
    pub(super) fn wrong(&self, field: &str, reason: impl Into<String>) -> ImportError {
        ImportError::Field { at: self.inside(field), reason: reason.into() }
    }

    /// Where a field of this object is: a path, which begins anew in each listing that has a name.
    fn inside(&self, field: &str) -> String {
        match self.at.as_str() {
            FILE => field.to_owned(),
            named if named.ends_with('`') => format!("{named}, {field}"),
            path => format!("{path}.{field}"),
        }
    }

    fn take(&mut self, field: &'static str) -> Option<&'json Value> {
        self.taken.insert(field);
        self.map.get(field).filter(|value| !value.is_null())
    }

    /// A value that must be there.
    pub(super) fn need(&mut self, field: &'static str) -> Result<&'json Value, ImportError> {
        self.take(field).ok_or_else(|| self.wrong(field, "it is missing"))
    }

    /// A text of so many characters.
    pub(super) fn text(
        &mut self,
        field: &'static str,
        length: RangeInclusive<usize>,
    ) -> Result<&'json str, ImportError> {
        let value = self.need(field)?;
        match value.as_str() {
            Some(text) if length.contains(&text.chars().count()) => Ok(text),
            Some(_) => {
                Err(self.wrong(field, format!("expected {} to {} characters", length.start(), length.end())))
            }
            None => Err(self.wrong(field, format!("expected a text, found {}", shown(value)))),
        }
    }

    /// A text that another type reads.
    pub(super) fn parsed<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, ImportError> {
        let text = self.text(field, 1..=200)?;
        read(text).map_err(|reason| self.wrong(field, reason))
    }

    /// A text that another type reads, if it is there.
    pub(super) fn parsed_if<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ImportError> {
        if self.take(field).is_none() {
            return Ok(None);
        }
        self.parsed(field, read).map(Some)
    }

    /// A whole number of a range, if it is there.
    pub(super) fn number_if(
        &mut self,
        field: &'static str,
        range: RangeInclusive<i32>,
    ) -> Result<Option<i32>, ImportError> {
        if self.take(field).is_none() {
            return Ok(None);
        }
        self.number(field, range, None).map(Some)
    }

    /// A whole number of a range, or `default` when it is left out.
    pub(super) fn number(
        &mut self,
        field: &'static str,
        range: RangeInclusive<i32>,
        default: Option<i32>,
    ) -> Result<i32, ImportError> {
        let value = match (self.take(field), default) {
            (Some(value), _) => value,
            (None, Some(default)) => return Ok(default),
            (None, None) => return Err(self.wrong(field, "it is missing")),
        };
        value
            .as_i64()
            .and_then(|number| i32::try_from(number).ok())
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                let reason = format!(
                    "expected a whole number from {} to {}, found {}",
                    range.start(),
                    range.end(),
                    shown(value)
                );
                self.wrong(field, reason)
            })
    }

    /// A list of objects, each with its place; one that is left out is empty.
    pub(super) fn objects(&mut self, field: &'static str) -> Result<Vec<Fields<'json>>, ImportError> {
        let Some(value) = self.take(field) else { return Ok(Vec::new()) };
        let Some(list) = value.as_array() else {
            return Err(self.wrong(field, format!("expected a list, found {}", shown(value))));
        };
        let place = |index| self.inside(&format!("{field}[{index}]"));
        list.iter().enumerate().map(|(index, item)| Fields::of(place(index), item)).collect()
    }

    /// The fields of an object that is the value of a field.
    pub(super) fn inner<'inner>(
        &self,
        field: &str,
        value: &'inner Value,
    ) -> Result<Fields<'inner>, ImportError> {
        Fields::of(self.inside(field), value)
    }

    /// Refuses what nobody took: a misspelt field would otherwise do nothing, silently.
    pub(super) fn end(self) -> Result<(), ImportError> {
        match self.map.keys().find(|name| !self.taken.contains(name.as_str())) {
            Some(unknown) => Err(self.wrong(unknown, "there is no such field")),
            None => Ok(()),
        }
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 40 { text.chars().take(40).chain("...".chars()).collect() } else { text }
}
