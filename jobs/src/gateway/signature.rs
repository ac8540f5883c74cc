//! Signatures of webhooks, by Stripe's scheme: `t=<unix seconds>,v1=<hex of HMAC-SHA256(secret, "t.body")>`.
//!
//! Several `v1` may stand in one header, and several secrets may be ours: a secret is changed by knowing both for a while.

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::WebhookError;

/// How many seconds a signature may be old, or ahead of our clock. Stripe's own libraries take the same.
pub const TOLERANCE_SECONDS: u64 = 300;

/// Longer headers than this are nobody's: Stripe's are below 200 bytes.
const LONGEST_HEADER: usize = 4096;

/// Checks that one of `secrets` signed `body`, and lately. Compares in constant time.
///
/// # Errors
/// `Unexpected` without a secret, `Forged` when none of them made the signature, `Stale` when it is past its tolerance.
pub fn verify(header: &str, body: &[u8], secrets: &[String], now: DateTime<Utc>) -> Result<(), WebhookError> {
    if secrets.is_empty() {
        return Err(WebhookError::Unexpected);
    }
    let (time, signatures) = parse(header).ok_or(WebhookError::Forged)?;
    let is_ours = secrets.iter().any(|secret| {
        let mac = authenticate(secret, time, body);
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    });
    if !is_ours {
        return Err(WebhookError::Forged);
    }
    // Only a signed time is worth looking at.
    let signed_at: i64 = time.parse().map_err(|_| WebhookError::Forged)?;
    if now.timestamp().abs_diff(signed_at) > TOLERANCE_SECONDS {
        return Err(WebhookError::Stale);
    }
    Ok(())
}

/// The header that `secret` gives a body sent at `now`.
pub fn sign(body: &[u8], secret: &str, now: DateTime<Utc>) -> String {
    let time = now.timestamp().to_string();
    let signature = authenticate(secret, &time, body).finalize().into_bytes();
    format!("t={time},v1={}", hex::encode(signature))
}

/// The time as it was signed, and every signature of the scheme that we know.
fn parse(header: &str) -> Option<(&str, Vec<Vec<u8>>)> {
    if header.len() > LONGEST_HEADER {
        return None;
    }
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let (_, time) = parts().find(|(name, _)| *name == "t")?;
    let signatures: Vec<_> =
        parts().filter(|(name, _)| *name == "v1").filter_map(|(_, text)| hex::decode(text).ok()).collect();
    (!signatures.is_empty()).then_some((time, signatures))
}

fn authenticate(secret: &str, time: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).expect("a time")
    }

    fn secrets(secrets: &[&str]) -> Vec<String> {
        secrets.iter().map(|&secret| secret.to_owned()).collect()
    }

    #[test]
    fn the_scheme_is_hmac_sha256_over_time_and_body() {
        // Reckoned with OpenSSL: printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
        let header = "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
        assert_eq!(sign(BODY, "whsec_test", now()), header);
        assert_eq!(verify(header, BODY, &secrets(&["whsec_test"]), now()), Ok(()));
    }

    #[test]
    fn either_of_two_secrets_will_do_while_one_replaces_the_other() {
        let both = secrets(&["new", "old"]);
        for secret in ["new", "old"] {
            assert_eq!(verify(&sign(BODY, secret, now()), BODY, &both, now()), Ok(()), "{secret}");
        }
        // Stripe signs with both of its own, too, each with a `v1`.
        let (old, older) = (sign(BODY, "old", now()), sign(BODY, "older", now()));
        let two = format!("{older},v0=00,{}", old.split_once(',').expect("a time first").1);
        assert_eq!(verify(&two, BODY, &both, now()), Ok(()));
        assert_eq!(verify(&older, BODY, &both, now()), Err(WebhookError::Forged));
    }

    #[test]
    fn a_signature_holds_for_its_tolerance_both_ways() {
        for (seconds, wanted) in
            [(300, Ok(())), (301, Err(WebhookError::Stale)), (-300, Ok(())), (-301, Err(WebhookError::Stale))]
        {
            let header = sign(BODY, "s", now() - TimeDelta::seconds(seconds));
            assert_eq!(verify(&header, BODY, &secrets(&["s"]), now()), wanted, "{seconds} s old");
        }
    }

    #[test]
    fn what_was_changed_after_signing_is_forged() {
        let header = sign(BODY, "s", now());
        let later = header.replace("t=1700000000", "t=1700000001");
        let short = &header[..header.len() - 2];
        for (header, body) in [
            (header.as_str(), br#"{"id":"evt_2"}"#.as_slice()),
            (header.as_str(), b"".as_slice()),
            (later.as_str(), BODY),
            (short, BODY),
        ] {
            assert_eq!(verify(header, body, &secrets(&["s"]), now()), Err(WebhookError::Forged), "{header}");
        }
    }

    #[test]
    fn a_garbled_header_is_forged() {
        let huge = format!("{},{}", sign(BODY, "s", now()), "v1=00,".repeat(100_000));
        let signed = sign(BODY, "s", now());
        let bare = signed.replace("t=1700000000,", "");
        let unknown = signed.replace("v1=", "v2=");
        for header in [
            "",
            ",",
            "=",
            "t=",
            "t=,v1=",
            "t=1700000000",
            "t=1700000000,v1=",
            "t=x,v1=zz",
            "v1",
            "\u{202e}t=1,v1=é",
            &bare,
            &unknown,
            &huge,
        ] {
            let refused = verify(header, BODY, &secrets(&["s"]), now());
            assert_eq!(refused, Err(WebhookError::Forged), "{}", &header[..header.len().min(80)]);
        }
        let not_a_time = {
            let mac = authenticate("s", "soon", BODY).finalize().into_bytes();
            format!("t=soon,v1={}", hex::encode(mac))
        };
        assert_eq!(verify(&not_a_time, BODY, &secrets(&["s"]), now()), Err(WebhookError::Forged));
    }

    #[test]
    fn a_huge_body_is_signed_like_any_other() {
        let body = vec![b'x'; 10_000_000];
        assert_eq!(verify(&sign(&body, "s", now()), &body, &secrets(&["s"]), now()), Ok(()));
    }

    #[test]
    fn without_a_secret_nothing_is_expected() {
        assert_eq!(verify(&sign(BODY, "", now()), BODY, &[], now()), Err(WebhookError::Unexpected));
    }
}
