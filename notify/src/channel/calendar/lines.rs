//! Content lines of RFC 5545: folded at 75 octets, ended by CR LF, and with texts that can't end one early.

/// The most octets in a line, without its end.
const WIDTH: usize = 75;

/// The lines of a file.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// A line whose value is written as it is; a control character in it is left out.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        let mut width = 0;
        let characters = name.chars().chain([':']).chain(value.chars());
        for character in characters.filter(|c| !c.is_control()) {
            if width + character.len_utf8() > WIDTH {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(character);
            width += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line whose value is a text, in which some characters have to be escaped.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        let mut escaped = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '\\' | ';' | ',' => escaped.extend(['\\', character]),
                '\n' => escaped.push_str("\\n"),
                other => escaped.push(other),
            }
        }
        self.line(name, &escaped);
    }

    /// What was written.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_characters() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", &"Größe 🎫 ".repeat(40));
        let text = lines.into_text();
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= WIDTH, "{line}");
        }
        assert_eq!(text.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "Größe 🎫 ".repeat(40)));
    }

    #[test]
    fn a_text_can_neither_end_its_line_nor_begin_another() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a;b,c\\d\r\nATTACH:http://evil.example\u{0}");
        assert_eq!(lines.into_text(), "SUMMARY:a\\;b\\,c\\\\d\\nATTACH:http://evil.example\r\n");
    }
}
