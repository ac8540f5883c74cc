//! The GraphQL schema: one file for each family of types.

mod availability;
mod booking;
mod booking_line;
mod commit;
mod connection;
mod context;
mod cost;
mod documents;
mod errors;
mod federation;
mod followed;
mod history;
mod ids;
mod inputs;
mod listing;
mod lists;
mod loaders;
mod money;
mod mutation;
mod nesting;
mod node;
mod notification;
mod operate;
mod payment;
mod pays;
mod prepare;
mod query;
mod refund_quote;
mod scalars;
mod seat;
mod slot;
mod slot_cancellation;
mod subscription;
mod tail;
mod text;
mod user_error;
mod venue;
mod viewer;
mod waitlist;
mod writers;
mod written;

use async_graphql::{ObjectType, SDLExportOptions, SchemaBuilder};
use chrono::{DateTime, Utc};

use self::{
    mutation::Mutation,
    query::{ClientQuery, Query},
    subscription::Subscription,
};

use crate::settings::Introspection;

pub(crate) use self::{
    commit::COMMIT,
    commit::tell_position,
    context::RequestContext,
    cost::Price,
    documents::Documents,
    errors::{Fault, chain},
    prepare::{Params, Prepared, finish, kind, prepare, was_refused},
};
pub use self::{
    context::Services,
    followed::Followed,
    ids::{booking_of, slot_node_id},
    writers::Writers,
    written::Written,
};

/// Fields within fields at most; `GraphiQL`'s introspection has 15.
const MAX_DEPTH: usize = 16;
/// The same with fragments counted as levels.
const MAX_RECURSION: usize = 32;
/// Directives on one field at most.
const MAX_DIRECTIVES: usize = 50;
/// Aliases in one document at most.
const MAX_ALIASES: usize = 50;

/// The executable schema, cheap to clone.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema over its services.
pub fn build_schema(services: Services, introspection: Introspection) -> Schema {
    let builder = match introspection {
        Introspection::On => builder(Query::ROOT),
        // Who tries names is not told which come close.
        Introspection::Off => builder(Query::ROOT).disable_suggestions(),
    };
    builder.data(services).finish()
}

/// The schema as clients see it, as text, in a stable order, with every description.
pub fn sdl() -> String {
    builder(ClientQuery::ROOT).finish().sdl_with_options(export())
}

/// The same as a subgraph, from which a gateway of Apollo Federation composes its own.
pub fn subgraph_sdl() -> String {
    builder(Query::ROOT).finish().sdl_with_options(export().federation())
}

fn export() -> SDLExportOptions {
    SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
        .use_space_ident()
}

fn builder<Q: ObjectType + 'static>(query: Q) -> SchemaBuilder<Q, Mutation, Subscription> {
    async_graphql::Schema::build(query, Mutation::ROOT, Subscription)
        .enable_subscription_in_federation()
        .override_output_type_description::<DateTime<Utc>>(
            "A moment in RFC 3339, such as `2026-07-01T14:00:00Z`. Answers are in UTC; inputs may have any offset.",
        )
        .limit_depth(MAX_DEPTH)
        .limit_recursive_depth(MAX_RECURSION)
        .limit_directives(MAX_DIRECTIVES)
        .limit_aliases(MAX_ALIASES)
}
