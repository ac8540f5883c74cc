//! Mails to a server that wants TLS and a password, by a process that is told of it as an operator would.

use std::path::Path;

use serde_json::Value;
use tests::{Goods, MailServer, TestSystem};

use super::planned::contact;
use crate::{certificates::certify, faults::spawned::Process};

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_with_a_password_and_never_without() {
    let system = TestSystem::start().await;
    let (folder, plain) = (tempfile::tempdir().expect("a folder"), MailServer::start().await);
    certify(folder.path());
    contact(&system, "ana", "ana@example.org", "en").await;
    for (way, scheme, query) in [("smtps", "smtps", ""), ("starttls", "smtp", "?tls=required")] {
        let server = MailServer::start_secured(way, folder.path()).await;
        let url = |password: &str, port| format!("{scheme}://anna:{password}@localhost:{port}{query}");
        let shop = system.shop(&Goods::places(10)).await;
        let ana = system.customer("ana");
        let booking = ana.book(shop.slot(), "pm_card_visa").await;
        ana.settled(&booking, "CONFIRMED", "CAPTURED").await;

        let authority = folder.path().join("ca.pem");
        for (url, authority, told) in [
            (url("wrong", server.port()), Some(authority.as_path()), "535"),
            (url("secret", server.port()), None, "certificate"),
            (url("secret", plain.port()), Some(authority.as_path()), ""),
        ] {
            let said = refused(&system, folder.path(), &url, authority).await;
            println!("{way}: {said}");
            assert!(said.to_lowercase().contains(told), "{way}: {said}");
        }
        assert_eq!((server.mails().len(), plain.mails().len()), (0, 0), "{way}");

        let process = notifier(&system, folder.path(), &url("secret", server.port()), Some(&authority));
        system.until_true("select bool_and(state = 'SENT') from notification.delivery").await;
        process.stop().await;
        assert_eq!(server.mails().len(), 1, "{way}");
    }
    system.finish().await;
}

/// What is written down of a try that fails; the delivery is due again afterwards.
async fn refused(system: &TestSystem, folder: &Path, url: &str, authority: Option<&Path>) -> String {
    let before: i64 = system.database.value("select count(*) from notification.attempt").await;
    let process = notifier(system, folder, url, authority);
    system
        .until_true(&format!(
            "select count(*) > {before} and bool_and(result is not null) from notification.attempt"
        ))
        .await;
    process.stop().await;
    let last: Value = system
        .database
        .value("select to_jsonb(a) from notification.attempt a order by started_at desc limit 1")
        .await;
    assert_eq!(last["result"], "FAILED", "it may be sent later: {last}");
    system.database.execute("update notification.delivery set due_at = now() where state = 'PLANNED'").await;
    last["detail"].as_str().unwrap_or_default().to_owned()
}

/// A process that sends mails by this server, and trusts this authority instead of the machine's.
fn notifier(system: &TestSystem, folder: &Path, url: &str, authority: Option<&Path>) -> Process {
    let arguments = [
        "notify".to_owned(),
        format!("--database-url={}", system.database.url),
        format!("--data-dir={}", folder.display()),
        format!("--smtp-url={url}"),
        "--mail-from=Holdfast <bookings@holdfast.example>".to_owned(),
        "--connections=3".to_owned(),
    ];
    let authority = authority.map(|path| path.display().to_string());
    let variables: Vec<_> = authority.iter().map(|path| ("SSL_CERT_FILE", path.as_str())).collect();
    Process::start(&arguments, &variables, &folder.join("notify.log"))
}
