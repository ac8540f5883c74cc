//! Programs of `tests/clients` that run somebody else's tool and say whether it is content.

use std::time::Duration;

use tests::client;

/// How long a judge may take, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_mins(3);

/// What a judge made of it.
pub(super) struct Verdict {
    passed: bool,
    said: String,
}

impl Verdict {
    /// What the judge said, which must have been content.
    pub(super) fn passed(self) -> String {
        assert!(self.passed, "{}", self.said);
        self.said
    }

    /// The judge was not content, and said this.
    pub(super) fn refused_with(self, words: &str) {
        assert!(!self.passed, "nothing was found: {}", self.said);
        assert!(self.said.contains(words), "{words} was not found, but: {}", self.said);
    }
}

/// Runs a judge to its end.
pub(super) async fn judge(program: &str, arguments: &[&str]) -> Verdict {
    let running = client(program).args(arguments).env("NO_COLOR", "1").output();
    let ended = tokio::time::timeout(PATIENCE, running).await;
    let output = ended.unwrap_or_else(|_| panic!("{program} does not end")).expect("Node can be started");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout) + &text(&output.stderr);
    println!("{program}: {}", said.trim_end().lines().last().unwrap_or_default());
    Verdict { passed: output.status.success(), said }
}
