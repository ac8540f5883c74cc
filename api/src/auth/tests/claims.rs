//! What a token says, signed with a secret.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Actor, OrganiserId, Role};
use uuid::Uuid;

use super::*;

async fn actor_of(changes: Value) -> Result<Actor, AuthError> {
    verifier().session(&signed(&changes)).await.map(|session| session.actor)
}

#[tokio::test]
async fn what_was_minted_is_accepted_as_the_same_actor() {
    let organiser_id = Some(OrganiserId(Uuid::now_v7()));
    for (role, subject, organiser_id) in [
        (Role::Customer, "alice", None),
        (Role::Organiser, "hotel", organiser_id),
        (Role::Service, "kiosk", organiser_id),
        (Role::Operator, "root", None),
        (Role::Operator, "root", organiser_id),
    ] {
        let actor = Actor { role, subject: subject.to_owned(), organiser_id };
        let token = mint(SECRET, "holdfast", "api", &actor, Duration::from_mins(1)).expect("a token");
        let session = verifier().session(&token).await.expect("a good token");
        assert_eq!(session.actor, actor);
        assert!(session.expires_at > SystemTime::now());
    }
}

#[tokio::test]
async fn a_customer_acts_for_no_organiser() {
    let actor = actor_of(json!({ "org": Uuid::now_v7() })).await.expect("a good token");
    assert_eq!(actor.organiser_id, None);
}

#[tokio::test]
async fn clocks_may_be_half_a_minute_apart_and_no_more() {
    for (changes, good) in [
        (json!({ "exp": now() - 20 }), true),
        (json!({ "exp": now() - 40 }), false),
        (json!({ "nbf": now() + 20 }), true),
        (json!({ "nbf": now() + 40 }), false),
        (json!({ "exp": f64::from(u32::try_from(now()).expect("before 2106")) + 60.5 }), true),
    ] {
        assert_eq!(actor_of(changes.clone()).await.is_ok(), good, "{changes}");
    }
}

#[tokio::test]
async fn a_token_of_other_people_or_with_missing_claims_is_refused() {
    for changes in [
        json!({ "iss": "someone" }),
        json!({ "iss": ["holdfast"] }),
        json!({ "aud": "other" }),
        json!({ "aud": ["other", "third"] }),
        json!({ "iss": null }),
        json!({ "aud": null }),
        json!({ "exp": null }),
        json!({ "sub": null }),
        json!({ "sub": 7 }),
        json!({ "role": null }),
        json!({ "role": "admin" }),
        json!({ "role": 7 }),
        json!({ "role": [] }),
        json!({ "role": ["admin", 7] }),
        json!({ "exp": "soon" }),
        json!({ "exp": -1 }),
        json!({ "nbf": "soon" }),
        json!({ "iat": "once" }),
    ] {
        assert!(actor_of(changes.clone()).await.is_err(), "{changes}");
    }
    assert!(actor_of(json!({ "aud": ["other", "api"] })).await.is_ok());
}

#[tokio::test]
async fn an_organiser_and_its_machines_name_the_organiser() {
    for role in ["organiser", "service"] {
        for org in [json!(null), json!("7"), json!(7)] {
            let result = actor_of(json!({ "role": role, "org": org })).await;
            assert!(matches!(result, Err(AuthError::NoOrganiser)), "{role} {org}: {result:?}");
        }
    }
}

#[tokio::test]
async fn of_several_roles_the_highest_counts() {
    let org = Uuid::now_v7();
    for (roles, role) in [
        (json!(["offline_access", "customer"]), Role::Customer),
        (json!(["customer", "operator"]), Role::Operator),
        (json!(["customer", "service", "organiser"]), Role::Organiser),
    ] {
        let actor = actor_of(json!({ "role": roles, "org": org })).await.expect("a good token");
        assert_eq!(actor.role, role, "{roles}");
    }
}

#[tokio::test]
async fn a_subject_is_short_and_printable() {
    for subject in ["", "a\0b", "a\nb", "a\u{85}b", &"x".repeat(201)] {
        let result = actor_of(json!({ "sub": subject })).await;
        assert!(matches!(result, Err(AuthError::Subject)), "{subject:?}: {result:?}");
    }
    assert!(actor_of(json!({ "sub": "é".repeat(200) })).await.is_ok());
}

#[tokio::test]
async fn an_unsigned_token_is_refused() {
    for alg in ["none", "None", "NONE", "nOnE"] {
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT" }).to_string());
        let body = URL_SAFE_NO_PAD.encode(claims(&json!({})).to_string());
        for signature in ["", "AAAA"] {
            let result = verifier().session(&format!("{header}.{body}.{signature}")).await;
            assert!(matches!(result, Err(AuthError::Invalid(_))), "{alg}: {result:?}");
        }
    }
}

#[tokio::test]
async fn a_token_with_critical_extensions_or_too_long_is_refused() {
    let header = Header { crit: Some(vec!["exp".to_owned()]), ..Header::new(Algorithm::HS256) };
    let token = encode(&header, &claims(&json!({})), &EncodingKey::from_secret(SECRET)).expect("a token");
    assert!(matches!(verifier().session(&token).await, Err(AuthError::Critical)));
    let long = signed(&json!({ "more": "x".repeat(16 * 1024) }));
    assert!(matches!(verifier().session(&long).await, Err(AuthError::TooLong)));
}

#[test]
fn no_secret_is_printed() {
    let printed = format!("{:?} {:?}", KeySource::Hs256Secret(SECRET.to_vec()), verifier());
    assert!(!printed.contains("secret of thirty") && !printed.contains("97, 32"), "{printed}");
}
