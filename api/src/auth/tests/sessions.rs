//! A token that was checked before is good for as long as it would be otherwise, and no longer.

use std::{fs, time::Duration};

use super::{super::sessions::digest, *};

#[tokio::test]
async fn a_token_is_checked_once_and_another_by_itself() {
    let verifier = verifier();
    let token = signed(&json!({}));
    assert_eq!(verifier.known(&digest(&token)), None);
    let session = verifier.session(&token).await.expect("it is good");
    assert_eq!(verifier.known(&digest(&token)), Some(session.clone()));
    assert_eq!(verifier.session(&token).await.expect("it is good again"), session);

    let other = signed(&json!({ "sub": "bob" }));
    assert_eq!(verifier.session(&other).await.expect("it is good").actor.subject, "bob");
    // The same claims with the signature of others.
    let forged =
        [&token[..token.rfind('.').expect("three parts")], &other[other.rfind('.').expect("three parts")..]];
    for _ in 0..2 {
        assert!(verifier.session(&forged.concat()).await.is_err());
    }
}

#[tokio::test]
async fn a_known_token_ends() {
    let verifier = verifier();
    // The leeway is 30 seconds: one or two are left.
    let token = signed(&json!({ "exp": now() - 28 }));
    assert!(verifier.session(&token).await.is_ok());
    for _ in 0..600 {
        if verifier.session(&token).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it did not end");
}

#[tokio::test]
async fn a_known_token_goes_with_its_key() {
    let one = Pair::new("one", Algorithm::ES256, EC_PRIVATE);
    let two = Pair::new("two", Algorithm::ES256, EC_OTHER);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys.json");
    let write = |pairs: &[&Pair]| {
        let keys: Vec<Value> = pairs.iter().map(|pair| pair.jwk(&json!({}))).collect();
        fs::write(&file, json!({ "keys": keys }).to_string()).expect("a file");
    };
    write(&[&one, &two]);
    let verifier = trusting(KeySource::JwksFile(file.clone()), &[PublicKeyAlgorithm::Es256]).expect("keys");
    let (first, second) = (one.sign(&json!({})), two.sign(&json!({})));
    for token in [&first, &second] {
        assert!(verifier.session(token).await.is_ok());
        assert!(verifier.known(&digest(token)).is_some());
    }
    write(&[&two]);
    for (_, read) in verifier.fetch().await {
        assert_eq!(read.expect("the keys are there"), 1);
    }
    assert_eq!(verifier.known(&digest(&first)), None);
    assert!(verifier.session(&first).await.is_err(), "its key is there no more");
    assert!(verifier.session(&second).await.is_ok(), "its key stayed");
    assert!(verifier.known(&digest(&second)).is_some());
}
