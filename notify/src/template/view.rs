//! What templates are given: every value already in the language's form, so that they hold words only.

use chrono_tz::Tz;
use serde::Serialize;

use super::{
    Language, Links, RenderError, clean,
    document::{Context, Document, Line, Listing},
    time,
};

#[derive(Clone, Debug, Serialize)]
pub(super) struct View {
    lang: &'static str,
    organiser: Option<String>,
    /// What was booked, in a few words.
    title: String,
    reference: String,
    /// The day of the first line.
    day: String,
    lines: Vec<LineView>,
    total: String,
    /// What comes back, zero too.
    refund: String,
    has_refund: bool,
    /// Whether money may be held aside that was not taken.
    has_reserved_money: bool,
    reason: Option<String>,
    /// Until when the places are kept.
    until: Option<String>,
    until_clock: Option<String>,
    /// Whether the booking is lost with its payment.
    is_final: bool,
    attempts_left: Option<u32>,
    decline: Option<String>,
    pub(super) link: Option<String>,
    preferences_url: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct LineView {
    title: String,
    when: String,
    zone: &'static str,
    quantity: u32,
    price: String,
    seats: Vec<SeatView>,
}

#[derive(Clone, Debug, Serialize)]
struct SeatView {
    section: Option<String>,
    row: Option<String>,
    seat: String,
}

impl View {
    pub(super) fn new(
        document: &Document,
        context: &Context,
        links: &Links,
        language: Language,
    ) -> Result<Self, RenderError> {
        let booking = &document.booking;
        let first = booking.lines.first().ok_or(RenderError::NoLines)?;
        let zone = zone(listing(context, first)?)?;
        let shown =
            booking.lines.iter().map(|line| line_view(line, context, language)).collect::<Result<_, _>>()?;
        let refund = booking.refund();
        Ok(Self {
            lang: language.code(),
            organiser: context.organiser.name.as_deref().map(clean::name).filter(|name| !name.is_empty()),
            title: titles(booking.lines.as_slice(), context)?,
            reference: clean::name(&booking.reference),
            day: time::day(first.starts_at, zone, language),
            lines: shown,
            total: booking.total.show(language)?,
            refund: refund.show(language)?,
            has_refund: refund.amount_minor > 0,
            has_reserved_money: booking.has_reserved_money(),
            reason: booking.reason.clone(),
            until: booking.hold_expires_at.map(|at| time::moment(at, zone, language)),
            until_clock: booking.hold_expires_at.map(|at| time::clock(at, zone, language)),
            is_final: booking.status == "CANCELLED",
            attempts_left: document.change.attempts_left,
            decline: document.change.code.clone(),
            link: links.booking(&booking.reference),
            preferences_url: links.preferences.clone(),
        })
    }
}

fn line_view(line: &Line, context: &Context, language: Language) -> Result<LineView, RenderError> {
    let listing = listing(context, line)?;
    let zone = zone(listing)?;
    let name = |text: &Option<String>| text.as_deref().map(clean::name).filter(|name| !name.is_empty());
    let seats = line.seats.iter().map(|seat| SeatView {
        section: name(&seat.section),
        row: name(&seat.row),
        seat: name(&seat.label).unwrap_or_default(),
    });
    Ok(LineView {
        title: clean::name(&listing.title),
        when: time::span(line.starts_at, line.ends_at, zone, language),
        zone: zone.name(),
        quantity: line.quantity,
        price: line.unit_price.show(language)?,
        seats: seats.collect(),
    })
}

/// What is booked, each thing named once.
fn titles(lines: &[Line], context: &Context) -> Result<String, RenderError> {
    let mut titles: Vec<String> = Vec::new();
    for line in lines {
        let title = clean::name(&listing(context, line)?.title);
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    Ok(clean::name(&titles.join(", ")))
}

/// What is known of the listing that a line is of.
pub(super) fn listing<'a>(context: &'a Context, line: &Line) -> Result<&'a Listing, RenderError> {
    context.listings.get(&line.listing_id).ok_or(RenderError::NoListing(line.listing_id))
}

/// The clock of the place.
pub(super) fn zone(listing: &Listing) -> Result<Tz, RenderError> {
    listing.time_zone.parse().map_err(|_| RenderError::Zone(listing.time_zone.clone()))
}
