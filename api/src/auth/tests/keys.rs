//! Which key a token is checked with, and for which algorithm.

use super::*;

#[tokio::test]
async fn a_public_key_is_no_secret() {
    for (pem, algorithm) in [(RSA_PUBLIC, PublicKeyAlgorithm::Rs256), (EC_PUBLIC, PublicKeyAlgorithm::Es256)]
    {
        let verifier = trusting(KeySource::PublicKeyPem(pem.to_vec()), &[algorithm]).expect("a good key");
        for forged in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let key = EncodingKey::from_secret(pem);
            let token = encode(&Header::new(forged), &claims(&json!({})), &key).expect("a token");
            assert!(matches!(verifier.session(&token).await, Err(AuthError::Algorithm)), "{forged:?}");
        }
    }
}

#[tokio::test]
async fn a_secret_is_good_for_one_algorithm_only() {
    let key = EncodingKey::from_secret(SECRET);
    let token = encode(&Header::new(Algorithm::HS512), &claims(&json!({})), &key).expect("a token");
    assert!(matches!(verifier().session(&token).await, Err(AuthError::Algorithm)));
}

#[tokio::test]
async fn a_key_is_used_for_the_algorithms_that_are_allowed() {
    let rsa = Pair::new("r", Algorithm::RS256, RSA_PRIVATE);
    let pem = || KeySource::PublicKeyPem(RSA_PUBLIC.to_vec());
    let both = trusting(pem(), &[PublicKeyAlgorithm::Rs256, PublicKeyAlgorithm::Ps256]).expect("a good key");
    let one = trusting(pem(), &[PublicKeyAlgorithm::Ps256]).expect("a good key");
    let ps = rsa.sign_as(Algorithm::PS256, None, &json!({}));
    assert!(both.session(&rsa.sign(&json!({}))).await.is_ok());
    assert!(both.session(&ps).await.is_ok() && one.session(&ps).await.is_ok());
    assert!(matches!(one.session(&rsa.sign(&json!({}))).await, Err(AuthError::Algorithm)));

    let ec = Pair::new("e", Algorithm::ES256, EC_PRIVATE);
    let known = trusting(KeySource::PublicKeyPem(EC_PUBLIC.to_vec()), &[PublicKeyAlgorithm::Es256]);
    let known = known.expect("a good key");
    assert_eq!(known.session(&ec.sign(&json!({}))).await.expect("a good token").actor.subject, "alice");
    let other = Pair::new("e", Algorithm::ES256, EC_OTHER);
    assert!(matches!(known.session(&other.sign(&json!({}))).await, Err(AuthError::Invalid(_))));
}

#[test]
fn a_key_has_to_fit() {
    let misfit = trusting(KeySource::PublicKeyPem(EC_PUBLIC.to_vec()), &[PublicKeyAlgorithm::Rs256]);
    assert!(matches!(misfit, Err(AuthError::Key { .. })));
    assert!(matches!(Verifier::of_secret(b"short", "holdfast", "api"), Err(AuthError::WeakSecret(_))));
    assert!("HS256".parse::<PublicKeyAlgorithm>().is_err());
    assert!("none".parse::<PublicKeyAlgorithm>().is_err());
}

/// Everything that a set may say.
const ALL: [PublicKeyAlgorithm; 4] = [
    PublicKeyAlgorithm::Rs256,
    PublicKeyAlgorithm::Es256,
    PublicKeyAlgorithm::Es384,
    PublicKeyAlgorithm::EdDsa,
];

#[tokio::test]
async fn each_key_of_a_set_checks_its_own_tokens() {
    let pairs = [
        Pair::new("r", Algorithm::RS256, RSA_PRIVATE),
        Pair::new("e", Algorithm::ES256, EC_PRIVATE),
        Pair::new("e3", Algorithm::ES384, EC_384),
        Pair::new("d", Algorithm::EdDSA, ED),
    ];
    let file = set(&pairs.iter().map(|pair| pair.jwk(&json!({}))).collect::<Vec<_>>());
    let verifier = trusting(KeySource::JwksFile(file.path().to_owned()), &ALL).expect("a good set");
    for pair in &pairs {
        assert!(verifier.session(&pair.sign(&json!({}))).await.is_ok(), "{:?}", pair.kid);
        // Another's name, or none where several would do.
        let other = pair.sign_as(pair.algorithm, Some("somebody's"), &json!({}));
        assert!(matches!(verifier.session(&other).await, Err(AuthError::UnknownKey)), "{:?}", pair.kid);
        let nameless = pair.sign_as(pair.algorithm, None, &json!({}));
        assert!(verifier.session(&nameless).await.is_ok(), "the only one of its kind");
    }
    // The name of a key of another kind.
    let crossed = pairs[0].sign_as(Algorithm::RS256, Some("e"), &json!({}));
    assert!(matches!(verifier.session(&crossed).await, Err(AuthError::UnknownKey)));
}

#[tokio::test]
async fn a_token_without_a_name_is_nobodys_where_there_are_two() {
    let pairs = [Pair::new("1", Algorithm::ES256, EC_PRIVATE), Pair::new("2", Algorithm::ES256, EC_OTHER)];
    let file = set(&[pairs[0].jwk(&json!({})), pairs[1].jwk(&json!({}))]);
    let verifier = trusting(KeySource::JwksFile(file.path().to_owned()), &ALL).expect("a good set");
    let nameless = pairs[0].sign_as(Algorithm::ES256, None, &json!({}));
    assert!(matches!(verifier.session(&nameless).await, Err(AuthError::UnknownKey)));
    // One that names the other key was not signed with it.
    let swapped = pairs[0].sign_as(Algorithm::ES256, Some("2"), &json!({}));
    assert!(matches!(verifier.session(&swapped).await, Err(AuthError::Invalid(_))));
}

#[tokio::test]
async fn a_key_that_is_for_something_else_checks_nothing() {
    let (good, ec) = (Pair::new("good", Algorithm::EdDSA, ED), Pair::new("e", Algorithm::ES256, EC_PRIVATE));
    for (changes, usable) in [
        (json!({}), true),
        (json!({ "alg": null }), true),
        (json!({ "use": "sig", "key_ops": ["verify"] }), true),
        (json!({ "use": "enc" }), false),
        (json!({ "key_ops": ["sign"] }), false),
        (json!({ "alg": "ES384" }), false),
        (json!({ "alg": "ECDH-ES" }), false),
        (json!({ "crv": "P-384" }), false),
        (json!({ "crv": "secp256k1" }), false),
        (json!({ "kty": "RSA" }), false),
        (json!({ "kid": 7 }), false),
        (json!({ "x": "!" }), false),
    ] {
        // The other key shows that what can't be used harms nothing beside it.
        let file = set(&[ec.jwk(&changes), good.jwk(&json!({}))]);
        let verifier = trusting(KeySource::JwksFile(file.path().to_owned()), &ALL).expect("a good set");
        assert!(verifier.session(&good.sign(&json!({}))).await.is_ok(), "{changes}");
        assert_eq!(verifier.session(&ec.sign(&json!({}))).await.is_ok(), usable, "{changes}");
    }
}

#[tokio::test]
async fn a_secret_in_a_set_is_no_key() {
    let oct = json!({ "kty": "oct", "kid": "s", "alg": "HS256", "k": "YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcywgb3IgbW9yZQ" });
    let file = set(&[oct, Pair::new("e", Algorithm::ES256, EC_PRIVATE).jwk(&json!({}))]);
    let verifier = trusting(KeySource::JwksFile(file.path().to_owned()), &ALL).expect("a good set");
    let header = Header { kid: Some("s".to_owned()), ..Header::new(Algorithm::HS256) };
    let token = encode(&header, &claims(&json!({})), &EncodingKey::from_secret(SECRET)).expect("a token");
    assert!(matches!(verifier.session(&token).await, Err(AuthError::Algorithm)));
}

#[test]
fn a_set_needs_a_key() {
    for (text, what) in [
        ("{}", "no set"),
        ("[]", "no set"),
        ("", "no set"),
        (r#"{"keys": []}"#, "empty"),
        (r#"{"keys": [7]}"#, "empty"),
    ] {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("it can be written");
        let refused = trusting(KeySource::JwksFile(file.path().to_owned()), &ALL);
        assert!(
            matches!(refused, Err(AuthError::NoSet(_) | AuthError::EmptySet)),
            "{text}: {what}: {refused:?}"
        );
    }
}
