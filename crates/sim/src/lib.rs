//! A node on a simulated world, from one seed: clients, faults, checkers.
//!
//! [`run::run`] sets up a real node ([`kampa_broker::Node`]) and a handful of client programs on simulated hosts, lets things go
//! wrong, and reads everything in the end. What the clients saw is a [`history::History`]; what must hold of it is said by
//! [`check`]. The client here is no product: it is as simple as its users allow. [`storage`] does the same to the storage alone,
//! without a broker and a network, and is quicker by far.

#[cfg(feature = "node")]
pub mod actors;
#[cfg(feature = "node")]
pub mod audit;
#[cfg(feature = "node")]
pub mod check;
#[cfg(feature = "node")]
pub mod client;
#[cfg(feature = "node")]
pub mod crew;
#[cfg(feature = "node")]
pub mod history;
#[cfg(feature = "node")]
pub mod house;
#[cfg(feature = "node")]
pub mod payload;
#[cfg(feature = "node")]
pub mod plan;
pub mod report;
#[cfg(feature = "node")]
pub mod run;
#[cfg(feature = "node")]
pub mod stage;
pub mod storage;
#[cfg(feature = "node")]
pub mod storm;
