//! The line on which a record begins.

/// Counts lines as a reader goes through a text.
///
/// The reader's own count is that of the line where the record before ended:
/// one too low under Windows ends, and further off after blank lines.
pub(super) struct Lines<'text> {
    text: &'text [u8],
    byte: usize,
    line: u64,
}

impl<'text> Lines<'text> {
    /// At the beginning of a text.
    pub(super) fn of(text: &'text [u8]) -> Self {
        Self { text, byte: 0, line: 1 }
    }

    /// The line of the record that the reader found from this byte on, past any blank lines.
    /// Bytes must not go back.
    pub(super) fn at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(next) = self.text.get(self.byte) {
            if self.byte >= byte && !next.is_ascii_whitespace() {
                break;
            }
            self.line += u64::from(*next == b'\n');
            self.byte += 1;
        }
        self.line
    }
}
