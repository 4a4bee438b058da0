//! The house: requests come in, rooms are called, answers go out.
//!
//! `apis` is the door and `api` has one file for each API; `control` is the controller's room, `groups` the group
//! coordinator's; `changes` makes partitions and settings follow the metadata; `node` starts and stops all of it.

mod alter;
mod answer;
mod api;
mod apis;
mod assignments;
mod broker;
mod changes;
mod cleaner;
mod control;
mod failures;
mod fetch_sessions;
mod groups;
#[cfg(test)]
mod hostile;
mod inventory;
mod listeners;
mod log_dirs;
mod loggers;
mod moves;
mod node;
mod operations;
mod partitions;
mod producer_ids;
mod quotas;
mod recovery;
mod registration;
mod scrubber;
mod settings;
mod shared_settings;
mod telemetry;
mod telling;
#[cfg(test)]
mod testing;
mod topics;
mod upkeep;

pub use loggers::Loggers;
pub use node::{Node, StartError};
pub use quotas::{Payer, QuotaKind, QuotaUse};
