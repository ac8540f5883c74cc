//! How deep a document nests, measured on its text.
//!
//! The parser descends once for every bracket and would run out of stack, which
//! ends the process, long before it could refuse a document of a hundred
//! thousand of them. So the text is looked at first.

/// Deeper than any operation that the schema's own limits let through.
const MAX_NESTING: usize = 60;

/// Whether the brackets of a document nest deeper than the parser should be asked to follow.
pub(crate) fn too_deep(document: &str) -> bool {
    let mut rest = document;
    let mut depth = 0_usize;
    while let Some(first) = rest.bytes().next() {
        let step = match first {
            b'#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            b'"' => string_length(rest),
            b'{' | b'[' | b'(' => {
                depth += 1;
                1
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                1
            }
            // Anything else nests nothing; a multi-byte character is passed over whole.
            _ => rest.find(['#', '"', '{', '[', '(', '}', ']', ')']).unwrap_or(rest.len()),
        };
        if depth > MAX_NESTING {
            return true;
        }
        rest = &rest[step..];
    }
    false
}

/// The length of the string that `text` begins with; up to the end when it has none.
fn string_length(text: &str) -> usize {
    if let Some(block) = text.strip_prefix("\"\"\"") {
        // Inside a block string, `\"""` is no end.
        let mut from = 0;
        while let Some(end) = block[from..].find("\"\"\"") {
            let end = from + end;
            if !block[..end].ends_with('\\') {
                return end + 6;
            }
            from = end + 3;
        }
        return text.len();
    }
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            // A plain string ends with its line, closed or not.
            b'\n' | b'\r' => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_counted_where_the_parser_would_follow_them() {
        let deep = |open: &str| open.repeat(MAX_NESTING + 1);
        for open in ["{a", "a(b:[", "[", "{"] {
            assert!(too_deep(&deep(open)), "{open}");
        }
        assert!(too_deep(&format!("{{ a(b: \"\\\"\") {} }}", deep("{a"))));
        assert!(too_deep(&format!("# comment\n{}", deep("["))));
        assert!(too_deep(&format!("{{ a(b: \"\"\" \\\"\"\" \"\"\") {}", deep("["))));
    }

    #[test]
    fn what_nests_nothing_is_let_through() {
        let brackets = "[".repeat(1_000);
        for text in [
            String::new(),
            "{ a { b } } ".repeat(1_000),
            format!("# {brackets}"),
            format!("{{ a(b: \"{brackets}\") }}"),
            format!("{{ a(b: \"\"\"\n{brackets}\n\"\"\") }}"),
            "\u{1F600}".repeat(10),
        ] {
            assert!(!too_deep(&text), "{text}");
        }
    }
}
