//! The plans of halls.

use async_graphql::{Context, ID, Object, SimpleObject};
use db::VenuePlanId;

use super::{context::Access as _, errors::Result, ids::GlobalId as _};

/// The seats of a hall, by section, row and name.
#[derive(Clone, Debug)]
pub(crate) struct VenuePlan(db::VenuePlan);

/// The plan of a hall: its seats by section, row and name. Its organiser and operators may read it.
#[Object]
impl VenuePlan {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_global()
    }

    /// Its code, unique among the organiser's plans.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name, for people.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// How many seats it has.
    async fn seat_count(&self) -> i32 {
        self.0.seats
    }

    /// Its sections, the best first.
    async fn sections(&self) -> Vec<VenueSection> {
        let count =
            |found: &db::VenueSection| VenueSection { name: found.section.clone(), seat_count: found.seats };
        self.0.sections.iter().map(count).collect()
    }

    /// The price classes of its seats, the best first.
    async fn price_classes(&self) -> Vec<VenueClass> {
        let count =
            |found: &db::VenueClass| VenueClass { name: found.price_class.clone(), seat_count: found.seats };
        self.0.price_classes.iter().map(count).collect()
    }

    /// The row version: hand it in as `expectedVersion` to change only what you have seen.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A section of a hall.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct VenueSection {
    /// Its name.
    name: String,
    /// How many seats it has.
    seat_count: i32,
}

/// A price class of a hall.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct VenueClass {
    /// Its name.
    name: String,
    /// How many seats are of it.
    seat_count: i32,
}

impl VenuePlan {
    /// The plan with this id, if the actor may see it.
    pub(crate) async fn load(ctx: &Context<'_>, id: VenuePlanId) -> Result<Option<Self>> {
        ctx.request().seller()?;
        Ok(ctx.loaders().load_one(id).await?.map(Self))
    }
}
