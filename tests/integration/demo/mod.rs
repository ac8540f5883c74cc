//! The demo of `holdfast dev`: its flows in a real browser, and the doors that no other command has.

mod browser;
mod doors;
