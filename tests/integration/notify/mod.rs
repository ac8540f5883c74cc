//! Notifications: mails and webhooks, by real servers.

mod mail;
mod planned;
mod receiver;
mod webhooks;
