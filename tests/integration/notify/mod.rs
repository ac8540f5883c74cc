//! Notifications: mails and webhooks, by real servers.

mod groups;
mod mail;
mod planned;
mod poison;
mod receiver;
mod secured;
mod webhooks;
