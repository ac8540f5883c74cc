//! Names that the server knows things by.

/// A name that fits into an address.
pub(super) fn code(text: &str, most: usize) -> Result<String, String> {
    let fits = (1..=most).contains(&text.len())
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` is not 1 to {most} of a-z, 0-9 and -, not beginning with -"))
    }
}

/// What is written on a seat, at a row, over a section.
pub(super) fn label(text: &str, most: usize) -> Result<String, String> {
    if text.trim().is_empty() {
        Err("it is empty".to_owned())
    } else if text.chars().any(char::is_control) {
        Err("it has a control character".to_owned())
    } else if text.chars().count() > most {
        Err(format!("`{text}` is longer than {most} characters"))
    } else {
        Ok(text.to_owned())
    }
}
