//! How messages look: templates for each message and language, held in the binary.

mod clean;
mod document;
mod invite;
mod language;
mod message;
mod money;
mod time;
mod view;

use std::fmt;

use include_dir::{Dir, include_dir};
use minijinja::{Environment, UndefinedBehavior, syntax::SyntaxConfig};
use serde::Deserialize as _;
use serde_json::Value;
use uuid::Uuid;

pub use language::Language;
pub(crate) use message::Message;

use crate::channel::Rendered;
use document::{Context, Document};
use view::View;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Where messages point to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Where a customer looks at a booking; `{reference}` in it stands for its reference.
    pub booking: Option<String>,
    /// Where a customer chooses what to get.
    pub preferences: Option<String>,
}

impl Links {
    /// The address of this booking.
    fn booking(&self, reference: &str) -> Option<String> {
        let known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let reference: String = reference.chars().filter(|c| known(*c)).collect();
        self.booking.as_ref().map(|url| url.replace("{reference}", &reference))
    }
}

/// Why a message can't be rendered. It never can be: what it is made of does not change.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenderError {
    /// There is no message of this code.
    #[error("there is no message `{0}`")]
    NoMessage(String),
    /// The event's document has another form.
    #[error("the event can't be read")]
    Document(#[source] serde_json::Error),
    /// What is known beside the event has another form.
    #[error("what is known beside the event can't be read")]
    Context(#[source] serde_json::Error),
    /// A booking of nothing.
    #[error("the booking has no lines")]
    NoLines,
    /// A line is of a listing of which nothing is known.
    #[error("nothing is known of the listing {0}")]
    NoListing(Uuid),
    /// The listing's zone is none.
    #[error("`{0}` is no time zone")]
    Zone(String),
    /// The currency is none, or has no minor units.
    #[error("`{0}` is no currency")]
    Currency(String),
    /// The template itself failed.
    #[error("the template failed")]
    Template(#[from] minijinja::Error),
}

/// Renders messages.
pub(crate) struct Renderer {
    templates: Environment<'static>,
    links: Links,
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer").field("links", &self.links).finish_non_exhaustive()
    }
}

impl Renderer {
    /// With messages that point to these addresses.
    ///
    /// # Panics
    /// When a template of this binary is none: a test renders each.
    pub(crate) fn new(links: Links) -> Self {
        let mut templates = Environment::new();
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        templates.set_syntax(syntax.expect("a syntax"));
        // What a template names and is not given is an error, not a blank.
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        for folder in FILES.dirs().chain([&FILES]) {
            for file in folder.files() {
                let (name, source) = (file.path().to_str(), file.contents_utf8());
                let added = name.zip(source).map(|(name, source)| templates.add_template(name, source));
                added.expect("a template is text").expect("a template");
            }
        }
        Self { templates, links }
    }

    /// The message of this code about this event, in the customer's language.
    pub(crate) fn render(
        &self,
        code: &str,
        language: Language,
        document: &Value,
        context: &Value,
    ) -> Result<Rendered, RenderError> {
        let message = Message::of(code).ok_or_else(|| RenderError::NoMessage(code.to_owned()))?;
        let document = Document::deserialize(document).map_err(RenderError::Document)?;
        let context = Context::deserialize(context).map_err(RenderError::Context)?;
        let view = View::new(&document, &context, &self.links, language)?;
        let was_confirmed = document.from_status.as_deref() == Some("CONFIRMED");
        let invite = message
            .calendar_method(was_confirmed)
            .map(|method| invite::of(method, &document, &context, view.link.clone()))
            .transpose()?;
        let file = |kind: &str| {
            let name = format!("{}/{}.{kind}", language.code(), message.code().to_lowercase());
            self.templates.get_template(&name)?.render(minijinja::value::Serde(&view))
        };
        let subject = clean::name(&file("subject.txt")?);
        let (text, html) = (file("txt")?, file("html")?);
        Ok(Rendered { language, subject, text, html, link: view.link, invite })
    }
}

#[cfg(test)]
mod tests;
