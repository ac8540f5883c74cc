use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Actor, OrganiserId, Role};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const SECRET: &[u8] = b"a secret of thirty-two bytes, or more";
const RSA_PUBLIC: &[u8] = include_bytes!("testdata/rsa_public.pem");
const EC_PRIVATE: &[u8] = include_bytes!("testdata/ec_private.pem");
const EC_PUBLIC: &[u8] = include_bytes!("testdata/ec_public.pem");

fn verifier() -> Verifier {
    Verifier::new(&KeySource::Hs256Secret(SECRET.to_vec()), "holdfast", "api").expect("a good key")
}

fn public(pem: &[u8], algorithm: PublicKeyAlgorithm) -> Verifier {
    let source = KeySource::PublicKeyPem { pem: pem.to_vec(), algorithm };
    Verifier::new(&source, "holdfast", "api").expect("a good key")
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs()
}

/// Good claims with some of them replaced; null takes one away.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": "holdfast", "aud": "api", "sub": "alice", "role": "customer", "exp": now() + 60
    });
    let all = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        all.insert(name.clone(), value.clone());
        all.retain(|_, value| !value.is_null());
    }
    claims
}

fn signed(changes: &Value) -> String {
    let header = Header::new(Algorithm::HS256);
    encode(&header, &claims(changes), &EncodingKey::from_secret(SECRET)).expect("a token")
}

#[test]
fn what_was_minted_is_accepted_as_the_same_actor() {
    let organiser_id = Some(OrganiserId(Uuid::now_v7()));
    for actor in [
        Actor { role: Role::Customer, subject: "alice".to_owned(), organiser_id: None },
        Actor { role: Role::Organiser, subject: "hotel".to_owned(), organiser_id },
        Actor { role: Role::Operator, subject: "root".to_owned(), organiser_id: None },
        Actor { role: Role::Operator, subject: "root".to_owned(), organiser_id },
    ] {
        let token = mint(SECRET, "holdfast", "api", &actor, Duration::from_mins(1)).expect("a token");
        let session = verifier().session(&token).expect("a good token");
        assert_eq!(session.actor, actor);
        assert!(session.expires_at > SystemTime::now());
    }
}

#[test]
fn a_customer_acts_for_no_organiser() {
    let actor = verifier().verify(&signed(&json!({ "org": Uuid::now_v7() }))).expect("a good token");
    assert_eq!(actor.organiser_id, None);
}

#[test]
fn clocks_may_be_half_a_minute_apart_and_no_more() {
    for (changes, good) in [
        (json!({ "exp": now() - 20 }), true),
        (json!({ "exp": now() - 40 }), false),
        (json!({ "nbf": now() + 20 }), true),
        (json!({ "nbf": now() + 40 }), false),
    ] {
        assert_eq!(verifier().verify(&signed(&changes)).is_ok(), good, "{changes}");
    }
}

#[test]
fn a_token_of_other_people_or_with_missing_claims_is_refused() {
    for changes in [
        json!({ "iss": "someone" }),
        json!({ "aud": "other" }),
        json!({ "aud": ["other", "third"] }),
        json!({ "iss": null }),
        json!({ "aud": null }),
        json!({ "exp": null }),
        json!({ "sub": null }),
        json!({ "role": null }),
        json!({ "role": "admin" }),
        json!({ "exp": "soon" }),
    ] {
        let result = verifier().verify(&signed(&changes));
        assert!(matches!(result, Err(AuthError::Invalid(_))), "{changes}: {result:?}");
    }
}

#[test]
fn an_organiser_names_its_organiser() {
    let result = verifier().verify(&signed(&json!({ "role": "organiser" })));
    assert!(matches!(result, Err(AuthError::NoOrganiser)), "{result:?}");
    assert!(verifier().verify(&signed(&json!({ "role": "organiser", "org": "7" }))).is_err());
}

#[test]
fn a_subject_is_short_and_printable() {
    for subject in ["", "a\0b", "a\nb", "a\u{85}b", &"x".repeat(201)] {
        let result = verifier().verify(&signed(&json!({ "sub": subject })));
        assert!(matches!(result, Err(AuthError::Subject)), "{subject:?}: {result:?}");
    }
    assert!(verifier().verify(&signed(&json!({ "sub": "é".repeat(200) }))).is_ok());
}

#[test]
fn an_unsigned_token_is_refused() {
    for alg in ["none", "None", "NONE", "nOnE"] {
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT" }).to_string());
        let body = URL_SAFE_NO_PAD.encode(claims(&json!({})).to_string());
        for signature in ["", "AAAA"] {
            assert!(verifier().verify(&format!("{header}.{body}.{signature}")).is_err(), "{alg}");
        }
    }
}

#[test]
fn a_public_key_is_no_secret() {
    for (pem, algorithm) in [(RSA_PUBLIC, PublicKeyAlgorithm::Rs256), (EC_PUBLIC, PublicKeyAlgorithm::Es256)]
    {
        for forged in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let key = EncodingKey::from_secret(pem);
            let token = encode(&Header::new(forged), &claims(&json!({})), &key).expect("a token");
            assert!(public(pem, algorithm).verify(&token).is_err(), "{forged:?}");
        }
    }
}

#[test]
fn a_secret_is_good_for_one_algorithm_only() {
    let token =
        encode(&Header::new(Algorithm::HS512), &claims(&json!({})), &EncodingKey::from_secret(SECRET));
    assert!(verifier().verify(&token.expect("a token")).is_err());
}

#[test]
fn a_token_signed_with_the_private_key_is_accepted() {
    let key = EncodingKey::from_ec_pem(EC_PRIVATE).expect("a key");
    let token = encode(&Header::new(Algorithm::ES256), &claims(&json!({})), &key).expect("a token");
    let actor = public(EC_PUBLIC, PublicKeyAlgorithm::Es256).verify(&token).expect("a good token");
    assert_eq!(actor.subject, "alice");
}

#[test]
fn a_key_has_to_fit() {
    let source = KeySource::PublicKeyPem { pem: EC_PUBLIC.to_vec(), algorithm: PublicKeyAlgorithm::Rs256 };
    assert!(matches!(Verifier::new(&source, "holdfast", "api"), Err(AuthError::Key { .. })));
    let weak = KeySource::Hs256Secret(b"short".to_vec());
    assert!(matches!(Verifier::new(&weak, "holdfast", "api"), Err(AuthError::WeakSecret(_))));
    assert!("HS256".parse::<PublicKeyAlgorithm>().is_err());
}

#[test]
fn no_secret_is_printed() {
    let printed = format!("{:?} {:?}", KeySource::Hs256Secret(SECRET.to_vec()), verifier());
    assert!(!printed.contains("secret of thirty") && !printed.contains("97, 32"), "{printed}");
}
