//! Answers, with the questions that tests ask of them.

use serde_json::Value;

/// An answer of the API.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Value,
}

impl Reply {
    /// One field of `data`.
    ///
    /// # Panics
    /// When there is an error instead.
    pub fn field(&self, name: &str) -> &Value {
        assert!(self.body["errors"].is_null(), "an error came: {self:?}");
        &self.body["data"][name]
    }

    /// The payload of a mutation.
    pub fn payload(&self, mutation: &str) -> Payload {
        Payload(self.field(mutation).clone())
    }

    /// The code of the first error, when there is one.
    pub fn error(&self) -> Option<&str> {
        let first = self.body["errors"].get(0)?;
        Some(first["extensions"]["code"].as_str().expect("every error has a code"))
    }
}

/// What became of a mutation.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload(pub Value);

impl Payload {
    /// The code of the first user error, when there is one.
    pub fn code(&self) -> Option<&str> {
        self.0["userErrors"].get(0)?["code"].as_str()
    }

    /// Whether this is a stored outcome.
    pub fn replayed(&self) -> bool {
        self.0["replayed"].as_bool().expect("`replayed` is asked for")
    }

    /// The booking, of a mutation that was done.
    ///
    /// # Panics
    /// When it was refused.
    pub fn booking(&self) -> &Value {
        assert_eq!(self.code(), None, "refused: {self:?}");
        &self.0["booking"]
    }

    /// The global id of the booking.
    ///
    /// # Panics
    /// When the mutation was refused.
    pub fn id(&self) -> String {
        self.booking()["id"].as_str().expect("an id").to_owned()
    }
}
