//! What a message puts into a calendar: stays and events, as many as the booking has.

use chrono::TimeDelta;

use super::{
    RenderError, clean,
    document::{Context, Document},
    view,
};
use crate::channel::{Invite, Method, Span};

/// Nights that follow one another within a day are one stay.
const SAME_STAY: TimeDelta = TimeDelta::hours(24);

/// The entries of a booking.
pub(super) fn of(
    method: Method,
    document: &Document,
    context: &Context,
    link: Option<String>,
) -> Result<Invite, RenderError> {
    Ok(Invite {
        method,
        booking_id: document.booking_id,
        sequence: document.sequence,
        stamp: document.occurred_at,
        reference: clean::name(&document.booking.reference),
        link,
        spans: spans(document, context)?,
    })
}

/// The lines of the booking in order of time, those of one stay or event taken together.
fn spans(document: &Document, context: &Context) -> Result<Vec<Span>, RenderError> {
    let mut lines: Vec<_> = document.booking.lines.iter().collect();
    lines.sort_by_key(|line| (line.starts_at, line.listing_id));
    let mut spans: Vec<(uuid::Uuid, Span)> = Vec::new();
    for line in lines {
        let before = spans.iter_mut().rev().find(|(listing, _)| *listing == line.listing_id);
        match before {
            Some((_, span)) if line.starts_at < span.ends_at + SAME_STAY => {
                span.ends_at = span.ends_at.max(line.ends_at);
            }
            _ => {
                let listing = view::listing(context, line)?;
                let (title, zone) = (clean::name(&listing.title), view::zone(listing)?);
                let (starts_at, ends_at) = (line.starts_at, line.ends_at);
                spans.push((line.listing_id, Span { title, zone, starts_at, ends_at }));
            }
        }
    }
    Ok(spans.into_iter().map(|(_, span)| span).collect())
}
