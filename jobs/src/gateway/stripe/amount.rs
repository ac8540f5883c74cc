//! Amounts as Stripe counts them: in the smallest unit of ISO 4217, with exceptions.
//! <https://docs.stripe.com/currencies#special-cases>

use db::Currency;

/// Whether Stripe means by this number what we mean; otherwise the code that the operation is declined with.
pub(super) fn check(amount_minor: i64, currency: Currency) -> Result<(), &'static str> {
    match (currency.code(), currency.decimals()) {
        // Stripe counts the first two in hundredths and the third in whole units; ISO has it the other way round.
        ("ISK" | "UGX" | "MGA", _) => Err("unsupported_currency"),
        (_, 0 | 2) => Ok(()),
        ("BHD" | "JOD" | "KWD" | "OMR" | "TND", 3) if amount_minor % 10 == 0 => Ok(()),
        ("BHD" | "JOD" | "KWD" | "OMR" | "TND", 3) => Err("unsupported_amount"),
        _ => Err("unsupported_currency"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stripe_counts_otherwise_is_refused() {
        for (amount, code, wanted) in [
            (1_001, "EUR", Ok(())),
            (500, "JPY", Ok(())),
            (5_120, "KWD", Ok(())),
            (5_124, "KWD", Err("unsupported_amount")),
            (5, "ISK", Err("unsupported_currency")),
            (5, "UGX", Err("unsupported_currency")),
            (500, "MGA", Err("unsupported_currency")),
            (5_120, "IQD", Err("unsupported_currency")),
            (1_000, "CLF", Err("unsupported_currency")),
        ] {
            let currency = code.parse().expect("a currency of ISO 4217");
            assert_eq!(check(amount, currency), wanted, "{amount} {code}");
        }
    }
}
