//! Notifications: mails and webhooks, by real servers.

mod groups;
mod links;
mod mail;
mod planned;
mod poison;
mod receiver;
mod secured;
mod webhooks;
