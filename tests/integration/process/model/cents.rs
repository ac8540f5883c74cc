//! Euros as they stand in the file, in cents.

/// Reads a decimal number of euros exactly, and rounds half a cent to the even one.
pub(super) fn cents(text: &str) -> i64 {
    let (euros, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    assert!(!euros.is_empty() && all_digits(euros) && all_digits(fraction), "no amount: {text}");
    let padded = format!("{fraction:0<2}");
    let (kept, rest) = padded.split_at(2);
    let down: i64 = format!("{euros}{kept}").parse().expect("an amount of this world");
    let half_or_more = rest.starts_with(|digit: char| digit >= '5');
    let is_exactly_half = rest.trim_end_matches('0') == "5";
    let up = if is_exactly_half { down % 2 == 1 } else { half_or_more };
    down + i64::from(up)
}

#[test]
fn half_a_cent_goes_to_the_even_one() {
    let cases = [
        ("0", 0),
        ("75", 7_500),
        ("98.5", 9_850),
        ("107.42", 10_742),
        ("0.005", 0),
        ("0.015", 2),
        ("0.025", 2),
        ("0.0250", 2),
        ("0.02501", 3),
        ("0.0249", 2),
        ("1.999", 200),
    ];
    for (text, expected) in cases {
        assert_eq!(cents(text), expected, "{text}");
    }
}
