mod claims;
mod issuers;
mod keeper;
mod keys;
mod sessions;

use std::time::SystemTime;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Map, Value, json};

use super::*;

const SECRET: &[u8] = b"a secret of thirty-two bytes, or more";
const RSA_PRIVATE: &[u8] = include_bytes!("../testdata/rsa_private.pem");
const RSA_PUBLIC: &[u8] = include_bytes!("../testdata/rsa_public.pem");
const EC_PRIVATE: &[u8] = include_bytes!("../testdata/ec_private.pem");
const EC_PUBLIC: &[u8] = include_bytes!("../testdata/ec_public.pem");
const EC_OTHER: &[u8] = include_bytes!("../testdata/ec_other_private.pem");
const EC_384: &[u8] = include_bytes!("../testdata/ec384_private.pem");
const ED: &[u8] = include_bytes!("../testdata/ed_private.pem");

/// Of tokens made with the secret.
fn verifier() -> Verifier {
    Verifier::of_secret(SECRET, "holdfast", "api").expect("a good key")
}

/// Of tokens whose keys are there.
fn trusting(keys: KeySource, algorithms: &[PublicKeyAlgorithm]) -> Result<Verifier, AuthError> {
    let issuer = IssuerSettings::new("holdfast", "api", algorithms.to_vec(), keys);
    Verifier::new(vec![issuer], Pace::default())
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

/// A pair of keys as a provider has it.
struct Pair {
    kid: Option<&'static str>,
    algorithm: Algorithm,
    key: EncodingKey,
}

impl Pair {
    fn new(kid: &'static str, algorithm: Algorithm, pem: &[u8]) -> Self {
        let key = match algorithm {
            Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_pem(pem),
            Algorithm::EdDSA => EncodingKey::from_ed_pem(pem),
            _ => EncodingKey::from_rsa_pem(pem),
        };
        Self { kid: Some(kid), algorithm, key: key.expect("a key") }
    }

    /// The public half, as a set has it, with some of its members replaced; null takes one away.
    fn jwk(&self, changes: &Value) -> Value {
        let jwk = Jwk::from_encoding_key(&self.key, self.algorithm).expect("a public key");
        let mut jwk: Map<String, Value> =
            serde_json::from_value(serde_json::to_value(jwk).expect("JSON")).expect("an object");
        jwk.insert("kid".to_owned(), json!(self.kid));
        jwk.extend(changes.as_object().expect("an object").clone());
        jwk.retain(|_, value| !value.is_null());
        Value::Object(jwk)
    }

    fn sign(&self, changes: &Value) -> String {
        self.sign_as(self.algorithm, self.kid, changes)
    }

    /// A token whose header says that of itself.
    fn sign_as(&self, algorithm: Algorithm, kid: Option<&str>, changes: &Value) -> String {
        let header = Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
        encode(&header, &claims(changes), &self.key).expect("a token")
    }
}

/// A set of these keys, in a file.
fn set(keys: &[Value]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), json!({ "keys": keys }).to_string()).expect("it can be written");
    file
}
