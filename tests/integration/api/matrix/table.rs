//! What is judged: every root field, and every argument of one that names somebody's thing, for everybody.

/// Who asks, in the order of the columns.
pub(super) const WHO: [&str; 8] = [
    "nobody",
    "the customer",
    "another customer",
    "the organiser",
    "another organiser",
    "its machine",
    "another's machine",
    "an operator",
];

/// A line says: the field with the argument that names something (none: the field by itself); what that is; and what
/// comes of it for nobody, its customer, another customer, its organiser, another organiser, its organiser's machine,
/// another's machine, and an operator:
///
/// - `+` it is shown, or the mutation gets as far as the thing's own state
/// - `o` an answer in which there is nothing of it
/// - `0` null, `-` `NOT_FOUND`, `F` `FORBIDDEN`, `U` `UNAUTHENTICATED`
///
/// An argument that is not here fails the test: whoever adds one decides here who may use it.
pub(super) const TABLE: &str = "
Query.auditLog                                          .             UFFFFFFo
Query.booking(id)                                       Booking       U+0+0+0+
Query.booking(reference)                                Reference     U+0+0+0+
Query.bookingAsOf(id)                                   Booking       U+0+0+0+
Query.bookings                                          .             U+o+o+o+
Query.bookings(customerId)                              Customer      U+o+o+o+
Query.bookings(listingId)                               Listing       U+o+o+o+
Query.contact(subject)                                  Customer      UFFFFFF+
Query.deadLetters                                       .             UFFFFFF+
Query.deadLetters(filter.bookingId)                     Booking       UFFFFFF+
Query.deliveries                                        .             U+o+o+o+
Query.deliveries(bookingId)                             Booking       U+o+o+o+
Query.deliveries(endpointId)                            Endpoint      Uoo+o+o+
Query.gateways                                          .             UFFFFFFo
Query.invariants                                        .             UFFFFFFo
Query.listing(id)                                       Listing       ooo+o+o+
Query.listing(slug)                                     Slug          ooo+o+o+
Query.listings                                          .             ooo+o+o+
Query.node(id)                                          Booking       U+0+0+0+
Query.node(id)                                          DeadLetter    UFFFFFF+
Query.node(id)                                          Delivery      U+0+0+0+
Query.node(id)                                          Endpoint      U00+0+0+
Query.node(id)                                          Listing       ooo+o+o+
Query.node(id)                                          Saga          UFFFFFF+
Query.node(id)                                          Slot          ooo+o+o+
Query.node(id)                                          VenuePlan     UFF+0+0+
Query.node(id)                                          Entry         U+0+0+0+
Query.nodes(ids)                                        Booking       U+0+0+0+
Query.nodes(ids)                                        DeadLetter    UFFFFFF+
Query.nodes(ids)                                        Delivery      U+0+0+0+
Query.nodes(ids)                                        Endpoint      U00+0+0+
Query.nodes(ids)                                        Listing       ooo+o+o+
Query.nodes(ids)                                        Saga          UFFFFFF+
Query.nodes(ids)                                        Slot          ooo+o+o+
Query.nodes(ids)                                        VenuePlan     UFF+0+0+
Query.nodes(ids)                                        Entry         U+0+0+0+
Query.notificationPreferences(subject)                  Customer      UFFFFFFo
Query.queues                                            .             UFFFFFFo
Query.reconciliation                                    .             UFFFFFFo
Query.refundQuote(bookingId)                            Booking       U+-+-+-+
Query.sagas                                             .             UFFFFFF+
Query.sagas(filter.bookingId)                           Booking       UFFFFFF+
Query.slots(listingId)                                  Listing       ooo+o+o+
Query.viewer                                            .             0+o+o+o+
Query.waitlist                                          .             U+o+o+o+
Query.waitlist(slotId)                                  SoldOut       U+o+o+o+
Query.webhookEndpoints                                  .             UFF+o+o+
Query.webhooks                                          .             UFFFFFFo
Mutation.cancelBooking(input.bookingId)                 Booking       U+-+-+-+
Mutation.cancelBooking(input.lines.seatIds)             Seat          U+-+-+-+
Mutation.cancelSaga(input.sagaId)                       Saga          UFFFFFF+
Mutation.cancelSlot(input.slotId)                       Slot          UFF+-+-+
Mutation.completeBooking(input.bookingId)               Booking       UFF+-+-+
Mutation.createBooking(input.lines.seatIds)             Seat          U+++-+-+
Mutation.createBooking(input.lines.slotId)              Slot          U+++-+-+
Mutation.deleteWebhookEndpoint(input.endpointId)        Endpoint      UFF+-FF+
Mutation.disableWebhookEndpoint(input.endpointId)       Endpoint      UFF+-FF+
Mutation.enableWebhookEndpoint(input.endpointId)        Endpoint      UFF+-FF+
Mutation.eraseContact(input.subject)                    Customer      U+FFFFF+
Mutation.extendHold(input.bookingId)                    Booking       U+-+-+-+
Mutation.joinWaitlist(input.slotId)                     Slot          U+++-+-+
Mutation.leaveWaitlist(input.entryId)                   Entry         U+-+-+-+
Mutation.pauseGateway                                   .             UFFFFFF+
Mutation.pauseQueue                                     .             UFFFFFF+
Mutation.payBooking(input.bookingId)                    Booking       U+-+-+-+
Mutation.redriveDeadLetters                             .             UFFFFFF+
Mutation.redriveDeadLetters(input.ids)                  DeadLetter    UFFFFFF+
Mutation.refundBooking(input.bookingId)                 Booking       UFFFFFF+
Mutation.rescheduleBooking(input.bookingId)             Booking       U+-+-+-+
Mutation.rescheduleBooking(input.lines.seatIds)         Seat          U+++-+-+
Mutation.rescheduleBooking(input.lines.slotId)          Slot          U+++-+-+
Mutation.resendDelivery(input.deliveryId)               ToEndpoint    UFF+-FF+
Mutation.resolveDeadLetters(input.ids)                  DeadLetter    UFFFFFF+
Mutation.resumeGateway                                  .             UFFFFFF+
Mutation.resumeQueue                                    .             UFFFFFF+
Mutation.retrySaga(input.sagaId)                        Saga          UFFFFFF+
Mutation.rotateWebhookSecret(input.endpointId)          Endpoint      UFF+-FF+
Mutation.scheduleSlots(input.listingId)                 Listing       UFF+-+-+
Mutation.scheduleSlots(input.venuePlanId)               VenuePlan     UFF+-+-+
Mutation.setContact(input.subject)                      Customer      U+F+-+-+
Mutation.setGatewayRouting                              .             UFFFFFF+
Mutation.setNotificationPreferences(input.subject)      Customer      U+FFFFF+
Mutation.upsertListing(input.organiserId)               Organiser     UFF+F+F+
Mutation.upsertSlots(input.listingId)                   Listing       UFF+-+-+
Mutation.upsertSlots(input.slots.venuePlanId)           VenuePlan     UFF+-+-+
Mutation.upsertVenuePlan(input.organiserId)             Organiser     UFF+F+F+
Mutation.upsertWebhookEndpoint(input.endpointId)        Endpoint      UFF+-FF+
Mutation.upsertWebhookEndpoint(input.organiserId)       Organiser     UFF+FFF+
Mutation.createBooking(input.customerId)                Customer      U+F+++++
Mutation.joinWaitlist(input.customerId)                 Customer      U+F+++++
Subscription.availabilityChanged(slotIds)               Slot          oooooooo
Subscription.bookingChanged(id)                         Booking       U+-+-+-+
Subscription.operations                                 .             UFFFFFFo
";

/// Fields of what anybody may read that lead to what not everybody may: covered by the lines of `node(id)` above, whose
/// answers hold them.
pub(super) const INWARD: [&str; 1] = ["Slot.venuePlan"];

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Nothing by name.
    None,
    Booking,
    Reference,
    Customer,
    Listing,
    Slug,
    Slot,
    /// The slot that somebody waits for.
    SoldOut,
    Seat,
    VenuePlan,
    Entry,
    Endpoint,
    /// What a customer was told.
    Delivery,
    /// What an endpoint was told.
    ToEndpoint,
    Saga,
    DeadLetter,
    Organiser,
}

impl Kind {
    fn parse(name: &str) -> Self {
        match name {
            "." => Self::None,
            "Booking" => Self::Booking,
            "Reference" => Self::Reference,
            "Customer" => Self::Customer,
            "Listing" => Self::Listing,
            "Slug" => Self::Slug,
            "Slot" => Self::Slot,
            "SoldOut" => Self::SoldOut,
            "Seat" => Self::Seat,
            "VenuePlan" => Self::VenuePlan,
            "Entry" => Self::Entry,
            "Endpoint" => Self::Endpoint,
            "Delivery" => Self::Delivery,
            "ToEndpoint" => Self::ToEndpoint,
            "Saga" => Self::Saga,
            "DeadLetter" => Self::DeadLetter,
            "Organiser" => Self::Organiser,
            other => panic!("no kind: {other}"),
        }
    }

    /// The type in the schema, for those that are read by `node`; also what its global ids begin with.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Booking => "Booking",
            Self::Listing => "Listing",
            Self::Slot | Self::SoldOut => "Slot",
            Self::VenuePlan => "VenuePlan",
            Self::Entry => "WaitlistEntry",
            Self::Endpoint => "WebhookEndpoint",
            Self::Delivery | Self::ToEndpoint => "NotificationDelivery",
            Self::Saga => "Saga",
            Self::DeadLetter => "DeadLetter",
            Self::Organiser => "Organiser",
            Self::None | Self::Reference | Self::Customer | Self::Slug | Self::Seat => "",
        }
    }
}

/// A line of the table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// `Query`, `Mutation` or `Subscription`.
    pub(super) root: String,
    pub(super) field: String,
    /// The way to the argument; empty for the field by itself.
    pub(super) path: Vec<String>,
    pub(super) kind: Kind,
    /// By who asks.
    pub(super) expected: Vec<char>,
}

impl Row {
    /// As the table names it.
    pub(super) fn name(&self) -> String {
        let argument =
            if self.path.is_empty() { String::new() } else { format!("({})", self.path.join(".")) };
        format!("{}.{}{argument}", self.root, self.field)
    }
}

/// The table, line by line.
pub(super) fn rows() -> Vec<Row> {
    TABLE.lines().filter(|line| !line.is_empty()).map(row).collect()
}

fn row(line: &str) -> Row {
    let parts: Vec<&str> = line.split_whitespace().collect();
    let [name, kind, letters] = parts[..] else { panic!("not a line: {line}") };
    let (root, rest) = name.split_once('.').expect("a root");
    let (field, path) = rest.split_once('(').unwrap_or((rest, ""));
    let path = path.trim_end_matches(')').split('.').filter(|part| !part.is_empty());
    let expected: Vec<char> = letters.chars().collect();
    assert_eq!(expected.len(), WHO.len(), "{line}");
    Row {
        root: root.to_owned(),
        field: field.to_owned(),
        path: path.map(str::to_owned).collect(),
        kind: Kind::parse(kind),
        expected,
    }
}
