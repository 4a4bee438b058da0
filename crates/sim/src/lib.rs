//! A node on a simulated world, from one seed: clients, faults, checkers.
//!
//! [`run::run`] sets up a real node ([`kampa_broker::Node`]) and a handful of client programs on simulated hosts, lets things go
//! wrong, and reads everything in the end. What the clients saw is a [`history::History`]; what must hold of it is said by
//! [`check`]. The client here is no product: it is as simple as its users allow.

pub mod actors;
pub mod audit;
pub mod check;
pub mod client;
pub mod crew;
pub mod history;
pub mod house;
pub mod payload;
pub mod plan;
pub mod run;
pub mod stage;
pub mod storm;
