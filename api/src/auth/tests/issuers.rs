//! Several issuers, each trusted with its own.

use db::Role;

use super::*;

fn issuer(name: &str, pem: &[u8], prefix: Option<&str>) -> IssuerSettings {
    let keys = set(&[Pair::new("k", Algorithm::ES256, pem).jwk(&json!({}))]);
    let (_, path) = keys.keep().expect("the file stays");
    let mut settings =
        IssuerSettings::new(name, "api", vec![PublicKeyAlgorithm::Es256], KeySource::JwksFile(path));
    settings.subject_prefix = prefix.map(str::to_owned);
    settings
}

fn from(name: &str, pem: &[u8], changes: &Value) -> String {
    let mut changes = changes.clone();
    changes["iss"] = json!(name);
    Pair::new("k", Algorithm::ES256, pem).sign(&changes)
}

#[tokio::test]
async fn each_vouches_for_its_own_people_only() {
    let mut staff = issuer("staff", EC_OTHER, Some("staff|"));
    staff.audiences = vec!["desk".to_owned()];
    let all = vec![issuer("shop", EC_PRIVATE, Some("")), staff];
    let verifier = Verifier::new(all, Pace::default()).expect("two issuers");

    let alice = verifier.session(&from("shop", EC_PRIVATE, &json!({}))).await.expect("a good token");
    let other =
        verifier.session(&from("staff", EC_OTHER, &json!({ "aud": "desk" }))).await.expect("a good token");
    assert_eq!((alice.actor.subject.as_str(), other.actor.subject.as_str()), ("alice", "staff|alice"));

    // Whose key it is, which audience it is for, and whom it may speak of, is each issuer's own.
    assert!(verifier.session(&from("shop", EC_OTHER, &json!({}))).await.is_err());
    assert!(verifier.session(&from("staff", EC_PRIVATE, &json!({ "aud": "desk" }))).await.is_err());
    assert!(verifier.session(&from("staff", EC_OTHER, &json!({ "aud": "api" }))).await.is_err());
    let disguised = verifier.session(&from("shop", EC_PRIVATE, &json!({ "sub": "staff|alice" }))).await;
    assert!(matches!(disguised, Err(AuthError::Subject)), "{disguised:?}");
    let unknown = verifier.session(&from("someone", EC_PRIVATE, &json!({}))).await;
    assert!(matches!(unknown, Err(AuthError::UnknownIssuer)), "{unknown:?}");
}

#[tokio::test]
async fn an_issuer_gives_the_roles_that_it_may_give() {
    let mut shop = issuer("shop", EC_PRIVATE, None);
    shop.roles = vec![Role::Customer];
    let verifier = Verifier::new(vec![shop], Pace::default()).expect("an issuer");
    let refused = verifier.session(&from("shop", EC_PRIVATE, &json!({ "role": "operator" }))).await;
    assert!(matches!(refused, Err(AuthError::NoRole)), "{refused:?}");
    let both = from("shop", EC_PRIVATE, &json!({ "role": ["operator", "customer"] }));
    assert_eq!(verifier.session(&both).await.expect("a good token").actor.role, Role::Customer);
}

#[tokio::test]
async fn claims_have_the_names_that_the_issuer_gives_them() {
    for (name, claims) in [
        ("realm_access.roles", json!({ "realm_access": { "roles": ["customer"] } })),
        ("/realm_access/roles", json!({ "realm_access": { "roles": "customer" } })),
        ("/a~1b/c~0d", json!({ "a/b": { "c~d": "customer" } })),
        ("https://id.test/role", json!({ "https://id.test/role": "customer" })),
    ] {
        let mut shop = issuer("shop", EC_PRIVATE, None);
        shop.role_claim = ClaimName::parse(name).expect("a name");
        let verifier = Verifier::new(vec![shop], Pace::default()).expect("an issuer");
        let mut said = claims;
        said["role"] = json!(null);
        assert!(verifier.session(&from("shop", EC_PRIVATE, &said)).await.is_ok(), "{name}");
        let elsewhere = from("shop", EC_PRIVATE, &json!({}));
        assert!(matches!(verifier.session(&elsewhere).await, Err(AuthError::NoRole)), "{name}");
    }
    for name in ["", ".", "a.", "a..b", "/", "//a"] {
        assert!(ClaimName::parse(name).is_err(), "{name:?}");
    }
}
