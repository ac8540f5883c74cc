//! Faults that tests inject at the edges of steps, by name; in a binary built without them every place is sound.
//!
//! The places are `claimed` (steps were claimed), `<action>-before`, `<action>-after` (the gateway has answered, and
//! nothing is recorded yet) and `<action>-recorded` (the record is committed), in lower case; steps of our own have
//! their saga's kind instead of an action. Each place that strikes says so on standard error, so that a test can
//! prove that its fault was there.

/// What a place that strikes does to the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "failpoints"), expect(dead_code, reason = "nothing strikes"))]
pub(crate) enum Strike {
    /// An error, at once.
    Error,
    /// No answer.
    Timeout,
}

impl Strike {
    /// What it is called in a step's history.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Error => "an error was injected",
            Self::Timeout => "a time-out was injected",
        }
    }
}

/// Reads the faults from `FAILPOINTS`, such as `authorize-after=1*return(timeout)`; they hold until the guard goes.
#[cfg(feature = "failpoints")]
pub fn from_environment() -> impl Drop {
    fail::FailScenario::setup()
}

/// What strikes at this place, if anything does. The process ends here when it is told to.
///
/// # Panics
/// When it is told to.
#[cfg(feature = "failpoints")]
pub(crate) fn strike(place: &str) -> Option<Strike> {
    let argument = fail::eval(place, Option::unwrap_or_default)?;
    eprintln!("failpoint {place} fired");
    match argument.as_str() {
        "abort" => std::process::abort(),
        "panic" => panic!("failpoint {place}"),
        "timeout" => Some(Strike::Timeout),
        _ => Some(Strike::Error),
    }
}

/// Nothing strikes: this binary was built without faults.
#[cfg(not(feature = "failpoints"))]
pub(crate) fn strike(_place: &str) -> Option<Strike> {
    None
}
