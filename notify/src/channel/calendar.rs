//! Calendar files, by RFC 5545 and RFC 5546: what a booking puts into its customer's calendar, or takes out of it.
//!
//! Times are written in their zone, with that zone's rules around them beside: a program that knows no zone by its name
//! still shows the hour that hangs on the door.

mod lines;
mod zone;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use lines::Lines;

/// What a calendar is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Take it in, or change what was taken in under the same UID.
    Publish,
    /// Take it out.
    Cancel,
}

impl Method {
    /// Its name in files and in content types.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }
}

/// What a booking has to do with a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// What is to be done with it.
    pub method: Method,
    /// The booking: the UID of what stands in the calendar.
    pub booking_id: Uuid,
    /// The booking's version: a calendar takes the higher one for the newer.
    pub sequence: i64,
    /// When it came to be so; the same in every copy.
    pub stamp: DateTime<Utc>,
    /// What the booking is called by.
    pub reference: String,
    /// Where it can be looked at.
    pub link: Option<String>,
    /// The stays and events of it, each an entry of its own, in order of time.
    pub spans: Vec<Span>,
}

/// A stay or an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it is called.
    pub title: String,
    /// The zone of the place.
    pub zone: Tz,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
}

impl Invite {
    /// The file, with its organiser's address.
    pub(crate) fn file(&self, organiser: &str) -> String {
        let mut lines = Lines::default();
        lines.line("BEGIN", "VCALENDAR");
        lines.line("VERSION", "2.0");
        lines.line("PRODID", "-//Holdfast//Holdfast//EN");
        lines.line("METHOD", self.method.code());
        for zone in self.zones() {
            let times = self.spans.iter().filter(|span| span.zone == zone);
            let times = times.flat_map(|span| [span.starts_at, span.ends_at]);
            zone::write(&mut lines, zone, times);
        }
        for (index, span) in self.spans.iter().enumerate() {
            self.event(&mut lines, index, span, organiser);
        }
        lines.line("END", "VCALENDAR");
        lines.into_text()
    }

    /// The zones of its spans, each once.
    fn zones(&self) -> Vec<Tz> {
        let mut zones = Vec::new();
        for span in &self.spans {
            if !zones.contains(&span.zone) {
                zones.push(span.zone);
            }
        }
        zones
    }

    fn event(&self, lines: &mut Lines, index: usize, span: &Span, organiser: &str) {
        lines.line("BEGIN", "VEVENT");
        // The first entry is the booking; those beside it are told apart by their place.
        let uid = match index {
            0 => self.booking_id.to_string(),
            beside => format!("{}-{}", self.booking_id, beside + 1),
        };
        lines.line("UID", &uid);
        lines.line("DTSTAMP", &self.stamp.format("%Y%m%dT%H%M%SZ").to_string());
        lines.line("SEQUENCE", &self.sequence.to_string());
        for (name, time) in [("DTSTART", span.starts_at), ("DTEND", span.ends_at)] {
            let local = time.with_timezone(&span.zone).format("%Y%m%dT%H%M%S").to_string();
            lines.line(&format!("{name};TZID={}", span.zone.name()), &local);
        }
        lines.text("SUMMARY", &span.title);
        lines.text("DESCRIPTION", &self.reference);
        if let Some(link) = &self.link {
            lines.line("URL", link);
        }
        lines.line("ORGANIZER", &format!("mailto:{organiser}"));
        lines.line("STATUS", if self.method == Method::Cancel { "CANCELLED" } else { "CONFIRMED" });
        lines.line("TRANSP", "OPAQUE");
        lines.line("END", "VEVENT");
    }
}

#[cfg(test)]
mod tests;
