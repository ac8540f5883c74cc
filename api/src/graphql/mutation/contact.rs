//! Mutations of contacts and preferences.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use db::{EraseContact, SetContact, SetNotificationPreferences, Writer};

use super::{booking_inputs::LONGEST_SUBJECT, checks::Problems, submit::submit};
use crate::graphql::{
    context::Access as _,
    errors::Result,
    notification::{Contact, NotificationChannel, NotificationMessage, NotificationPreference},
    user_error::UserError,
    writers::Named,
};

/// Longest e-mail address, in characters.
const LONGEST_EMAIL: usize = 320;
/// Longest token of a push service, in characters.
const LONGEST_PUSH_TOKEN: usize = 4_096;
/// Longest phone number or tag of a language, in characters.
const LONGEST_TAG: usize = 35;
/// Wishes of one mutation at most: one for each message and each way.
const MOST_PREFERENCES: usize = 21;

/// Mutations of contacts and preferences.
pub(crate) struct ContactMutation;

#[Object]
impl ContactMutation {
    /// Says where somebody can be reached, in the place of what was known: one's own contact, or, for operators, anybody's.
    /// An organiser may do it for a customer that has booked with it, while nothing is known of that one.
    async fn set_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The whole contact, as it shall be.")] input: SetContactInput,
    ) -> Result<ContactPayload> {
        let viewer = &ctx.request().actor()?.subject;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(viewer, &mut problems);
        let subject = write.subject.clone();
        write_contact(ctx, &ctx.services().writers.notify.contact, key, write, subject, problems).await
    }

    /// Forgets where somebody can be reached, and what it wanted to hear: what is told later is skipped. One's own contact,
    /// or, for operators, anybody's. It is written down that this was done.
    async fn erase_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose contact.")] input: EraseContactInput,
    ) -> Result<ContactPayload> {
        let viewer = &ctx.request().actor()?.subject;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let subject = subject_of(input.subject, viewer, &mut problems);
        let write = EraseContact { subject: subject.clone() };
        write_contact(ctx, &ctx.services().writers.notify.erase, key, write, subject, problems).await
    }

    /// Says what somebody wants to hear by which way; what is not named stays as it is. One's own wishes, or, for operators,
    /// anybody's.
    async fn set_notification_preferences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted, and what is not.")] input: SetNotificationPreferencesInput,
    ) -> Result<NotificationPreferencesPayload> {
        let viewer = &ctx.request().actor()?.subject;
        let mut problems = Problems::default();
        let key = input.idempotency_key.clone();
        problems.key(&key);
        let write = input.into_write(viewer, &mut problems);
        if !problems.is_empty() {
            let user_errors = problems.into_errors();
            return Ok(NotificationPreferencesPayload {
                preferences: Vec::new(),
                user_errors,
                replayed: false,
            });
        }
        let subject = write.subject.clone();
        let verdict = submit(ctx, &ctx.services().writers.notify.preferences, key, write).await?;
        let preferences = NotificationPreference::load_all(ctx, &subject).await?;
        let (user_errors, replayed) = (verdict.user_errors, verdict.outcome.replayed);
        Ok(NotificationPreferencesPayload { preferences, user_errors, replayed })
    }
}

/// Where somebody can be reached.
#[derive(Debug, InputObject)]
pub(super) struct SetContactInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    idempotency_key: String,
    /// Whose contact: the subject of the identity provider. Null means one's own.
    subject: Option<String>,
    /// The e-mail address. Null means none.
    email: Option<String>,
    /// The phone number, in the form of E.164: `+351210000000`. Null means none.
    phone: Option<String>,
    /// The push service's token of the app, at most 4,096 characters. Null means none.
    push_token: Option<String>,
    /// A tag of BCP 47, such as `de` or `pt-BR`.
    #[graphql(default_with = "String::from(\"en\")")]
    language: String,
}

/// Whose contact to forget.
#[derive(Debug, InputObject)]
pub(super) struct EraseContactInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    idempotency_key: String,
    /// Whose contact: the subject of the identity provider. Null means one's own.
    subject: Option<String>,
}

/// Whether something is wanted by one way.
#[derive(Debug, InputObject)]
pub(super) struct NotificationPreferenceInput {
    /// What is told.
    message: NotificationMessage,
    /// By which way; not `WEBHOOK`.
    channel: NotificationChannel,
    /// Whether it is wanted.
    enabled: bool,
}

/// What somebody wants to hear.
#[derive(Debug, InputObject)]
pub(super) struct SetNotificationPreferencesInput {
    /// 1 to 200 characters of your choice, such as a UUID; unique for each thing meant.
    idempotency_key: String,
    /// Whose wishes: the subject of the identity provider. Null means one's own.
    subject: Option<String>,
    /// What is wanted, and what is not: 1 to 21.
    preferences: Vec<NotificationPreferenceInput>,
}

/// What became of a mutation of a contact.
#[derive(SimpleObject)]
pub(super) struct ContactPayload {
    /// The contact as it is now. Null when there is none that the viewer may read.
    contact: Option<Contact>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    replayed: bool,
}

/// What became of a mutation of what somebody wants to hear.
#[derive(Debug, SimpleObject)]
pub(super) struct NotificationPreferencesPayload {
    /// All that can be told, by each way, and whether it is wanted now. Empty when the viewer may not read it.
    preferences: Vec<NotificationPreference>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
    /// Whether this is the stored outcome of an earlier request with the same idempotency key.
    replayed: bool,
}

/// Whose it is: the viewer's own unless another is named.
fn subject_of(named: Option<String>, viewer: &str, problems: &mut Problems) -> String {
    let subject = named.unwrap_or_else(|| viewer.to_owned());
    problems.line(&subject, LONGEST_SUBJECT, &["subject"]);
    subject
}

impl SetContactInput {
    fn into_write(self, viewer: &str, problems: &mut Problems) -> SetContact {
        for (text, most, path) in [
            (&self.email, LONGEST_EMAIL, "email"),
            (&self.phone, LONGEST_TAG, "phone"),
            (&self.push_token, LONGEST_PUSH_TOKEN, "pushToken"),
        ] {
            if let Some(text) = text {
                problems.line(text, most, &[path]);
            }
        }
        problems.line(&self.language, LONGEST_TAG, &["language"]);
        SetContact {
            subject: subject_of(self.subject, viewer, problems),
            email: self.email,
            phone: self.phone,
            push_token: self.push_token,
            language: self.language,
        }
    }
}

impl SetNotificationPreferencesInput {
    fn into_write(self, viewer: &str, problems: &mut Problems) -> SetNotificationPreferences {
        problems.count(self.preferences.len(), MOST_PREFERENCES, &["preferences"]);
        let preferences = self.preferences.into_iter().map(|wish| db::NotificationPreference {
            message: wish.message.into(),
            channel: wish.channel.into(),
            enabled: wish.enabled,
        });
        SetNotificationPreferences {
            preferences: preferences.collect(),
            subject: subject_of(self.subject, viewer, problems),
        }
    }
}

/// Writes what has no problems, and shows the contact as it is then.
async fn write_contact<W: Named>(
    ctx: &Context<'_>,
    writer: &Writer<W>,
    key: String,
    write: W,
    subject: String,
    problems: Problems,
) -> Result<ContactPayload> {
    if !problems.is_empty() {
        return Ok(ContactPayload { contact: None, user_errors: problems.into_errors(), replayed: false });
    }
    let verdict = submit(ctx, writer, key, write).await?;
    let contact = Contact::load(ctx, &subject).await?;
    Ok(ContactPayload { contact, user_errors: verdict.user_errors, replayed: verdict.outcome.replayed })
}
