//! `holdfast token`: a token of the development key.

use std::time::Duration;

use db::{Actor, OrganiserId, Role};

use crate::{
    args::{TokenArgs, TokenRole},
    dev_key::{DEV_ORGANISER, DevKey},
    error::CliError,
};

pub(crate) fn run(args: &TokenArgs) -> Result<(), CliError> {
    let (role, name) = match args.role {
        TokenRole::Customer => (Role::Customer, "customer"),
        TokenRole::Organiser => (Role::Organiser, "organiser"),
        TokenRole::Service => (Role::Service, "service"),
        TokenRole::Operator => (Role::Operator, "operator"),
    };
    let organiser = matches!(role, Role::Organiser | Role::Service).then_some(DEV_ORGANISER);
    let actor = Actor {
        role,
        subject: args.subject.clone().unwrap_or_else(|| format!("dev-{name}")),
        organiser_id: args.organiser.or(organiser).map(OrganiserId),
    };
    let ttl = Duration::from_hours(args.hours);
    println!("{}", DevKey::load_or_make(&args.data_dir)?.token_of(&actor, ttl)?);
    Ok(())
}
