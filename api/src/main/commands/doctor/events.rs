//! What events and notifications go out by: the broker with its topics, the schema registry, the mail server.

use events::TopicReport;

use super::{PATIENCE, Report};
use crate::{
    args::{KafkaArgs, NotificationArgs},
    error::CliError,
    kafka, notifications,
};

pub(super) async fn examine(kafka: &KafkaArgs, notifications: &NotificationArgs, report: &mut Report) {
    match kafka::publisher(kafka) {
        Ok(None) => report.good("broker", "none named: events stay in the outbox"),
        Ok(Some(publisher)) => {
            topics(kafka, publisher.check_topics().await.map_err(CliError::from), report);
        }
        Err(error) => report.bad("broker", &error),
    }
    registry(kafka, report).await;
    mail_server(notifications, report).await;
}

/// Whether the broker answers, and has the topics as they should be.
fn topics(args: &KafkaArgs, checked: Result<Vec<TopicReport>, CliError>, report: &mut Report) {
    let topics = match checked {
        Ok(topics) => topics,
        Err(error) => return report.bad("broker", &error),
    };
    report.good("broker", args.kafka_brokers.as_deref().unwrap_or_default());
    for TopicReport { topic, faults } in topics {
        if faults.is_empty() {
            report.good(&topic, "as it should be");
        } else {
            report.failed(&topic, &faults.join("; "));
        }
    }
}

/// Whether the schema registry answers.
async fn registry(args: &KafkaArgs, report: &mut Report) {
    let Some(url) = &args.schema_registry else { return };
    match args.codec().check().await {
        Ok(()) => report.good("schema registry", &url.0),
        Err(error) => report.bad("schema registry", &error),
    }
}

/// Whether the mail server lets us in.
async fn mail_server(args: &NotificationArgs, report: &mut Report) {
    let email = match notifications::email(args) {
        Ok(None) => return,
        Ok(Some(email)) => email,
        Err(error) => return report.bad("mail server", &error),
    };
    match tokio::time::timeout(PATIENCE, email.test()).await {
        Ok(Ok(true)) => report.good("mail server", "takes mails from us"),
        Ok(Ok(false)) => report.failed("mail server", "answers, and does not take part in a conversation"),
        Ok(Err(error)) => report.bad("mail server", &error),
        Err(_) => report.failed("mail server", "does not answer"),
    }
}
