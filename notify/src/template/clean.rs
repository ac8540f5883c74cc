//! Texts of organisers, before they stand in a message beside our own words.

/// The most characters that a name keeps.
const LONGEST: usize = 200;

/// A name on one line: without control characters, and without the marks that turn the direction of what follows them.
/// Letters of every script stay.
pub(super) fn name(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c });
    let visible: String = visible.filter(|c| !is_disruptive(*c)).collect();
    let words: Vec<_> = visible.split_whitespace().collect();
    let name = words.join(" ");
    if name.chars().count() <= LONGEST {
        return name;
    }
    name.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Overrides, embeddings and isolates, which reach beyond the name, and characters that nobody sees.
fn is_disruptive(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_and_turns_nothing_around() {
        for (text, cleaned) in [
            ("Jazz\r\nBcc: all@example.com", "Jazz Bcc: all@example.com"),
            ("  a\u{0}\u{2028}b\u{85}c\t", "a b c"),
            ("\u{202e}gnp.exe\u{202c}", "gnp.exe"),
            ("\u{2067}x\u{2069}\u{feff}\u{200b}y", "xy"),
            ("ערב ג'אז 🎷 für Größe", "ערב ג'אז 🎷 für Größe"),
            ("👩‍👩‍👧", "👩‍👩‍👧"),
            ("\r\n", ""),
        ] {
            assert_eq!(name(text), cleaned);
        }
        assert_eq!(name(&"ö".repeat(300)).chars().count(), LONGEST);
    }
}
