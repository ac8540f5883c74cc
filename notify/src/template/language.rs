//! The languages that messages are written in.

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, for everybody whose language we don't have.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The one meant by a tag such as `de` or `de-AT`; English when there is none such.
    pub fn of(tag: Option<&str>) -> Self {
        let primary = tag.unwrap_or_default().split(['-', '_']).next().unwrap_or_default();
        let known = Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary));
        known.unwrap_or_default()
    }

    /// Its tag by BCP 47, which is the name of its folder, too.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_not_known_is_english() {
        for (tag, language) in [
            (Some("de"), Language::German),
            (Some("de-AT"), Language::German),
            (Some("DE_de"), Language::German),
            (Some("en-GB"), Language::English),
            (Some("fr"), Language::English),
            (Some("den"), Language::English),
            (Some(""), Language::English),
            (None, Language::English),
        ] {
            assert_eq!(Language::of(tag), language, "{tag:?}");
        }
    }
}
