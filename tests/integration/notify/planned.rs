//! Deliveries that a test plans by itself, and senders that it can kill.

use std::time::Duration;

use db::{Db, DbRole, PoolOptions};
use notify::{
    Links, Retries, SendSettings,
    channel::{Channels, Email, EmailSettings},
};
use serde_json::Value;
use tests::{MailServer, TestSystem, uuid_of};
use tokio::{runtime::Runtime, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How mails are sent to this server.
pub(super) fn mail_settings(server: &MailServer) -> EmailSettings {
    EmailSettings {
        smtp_url: format!("smtp://127.0.0.1:{}", server.port()),
        from: "Holdfast Büro <bookings@holdfast.example>".to_owned(),
        preferences_url: Some("https://shop.example/preferences".to_owned()),
        connections: 4,
        timeout: Duration::from_secs(2),
    }
}

pub(super) fn email(settings: &EmailSettings) -> Email {
    Email::new(settings).expect("the settings are good")
}

/// Sends as the real one does, but for its patience.
pub(super) fn settings() -> SendSettings {
    SendSettings {
        lease: Duration::from_secs(4),
        poll: Duration::from_millis(20),
        retries: Retries {
            endpoint: vec![Duration::from_millis(100), Duration::from_millis(200)],
            first: Duration::from_millis(200),
            longest: Duration::from_millis(400),
        },
        links: Links {
            booking: Some("https://shop.example/bookings/{reference}".to_owned()),
            preferences: Some("https://shop.example/preferences".to_owned()),
        },
        ..SendSettings::named(format!("test-{}", Uuid::new_v4().simple()))
    }
}

/// A sender on a runtime of its own, the nearest thing to a process of its own.
#[derive(Debug)]
pub(super) struct Sender {
    runtime: Option<Runtime>,
    stop: CancellationToken,
    done: Option<JoinHandle<()>>,
}

impl Sender {
    /// Starts one with these channels.
    pub(super) fn start(
        system: &TestSystem,
        settings: SendSettings,
        channels: impl FnOnce() -> Channels + Send + 'static,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let stop = CancellationToken::new();
        let (url, shutdown) = (system.database.url.clone(), stop.clone());
        let done = runtime.spawn(async move {
            let options = PoolOptions { connections: 4, ..PoolOptions::default() };
            let db =
                Db::connect(&url, DbRole::Worker, &options).await.expect("the sender reaches its database");
            let channels = channels();
            settings.check(&channels).expect("the settings are good");
            notify::send(db.clone(), channels, settings, shutdown).await;
            db.close().await;
        });
        Self { runtime: Some(runtime), stop, done: Some(done) }
    }

    /// Ends it where it stands, as `kill -9` would.
    pub(super) fn kill(mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// Asks it to finish what is under way, and waits for that.
    pub(super) async fn stop(mut self) {
        self.stop.cancel();
        let done = self.done.take().expect("it is stopped once");
        done.await.expect("the sender ends in good order");
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        // A runtime may not be dropped where others run.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A customer's contact data.
pub(super) async fn contact(system: &TestSystem, subject: &str, email: &str, language: &str) {
    let written = system
        .database
        .execute(format!(
            "insert into notification.contact (subject, email, language) values ('{subject}', '{email}', '{language}')"
        ))
        .await;
    assert_eq!(written, 1);
}

/// Plans deliveries for the newest event of this type of a booking, as the planner does; how many there are now.
pub(super) async fn plan(system: &TestSystem, booking: &str, kind: &str, message: Option<&str>) -> i64 {
    let id = uuid_of(booking);
    let message = message.map_or("null".to_owned(), |message| format!("'{message}'"));
    let planned: Value = system
        .database
        .value(format!(
            "select notification.plan_deliveries((
                 select jsonb_build_array(jsonb_build_object(
                     'event_id', e.document ->> 'id', 'document', e.document, 'message', {message}))
                 from booking.events_to_publish(array['{id}']::uuid[], array[0], 1000) e
                 where e.document ->> 'type' = '{kind}'
                 order by e.sequence desc limit 1))"
        ))
        .await;
    planned["planned"].as_i64().unwrap_or_else(|| panic!("nothing is said of {kind}: {planned}"))
}
