//! Decisions of the coordinators: request and time in, records and answers out.
//!
//! [`groups`] decides for classic consumer groups and their committed offsets. Everything here is pure: no tasks, no clock,
//! no disk. Whoever runs a coordinator appends the records it decides on, replays them here, and sends the answers when
//! the records are committed.

pub mod groups;
mod java;

pub use groups::{
    Client, Counts, DeletedTopic, Effects, GroupAnswer, GroupSettings, GroupShard, Now, ReplyTo, Totals, encode_record,
    partition_for,
};
