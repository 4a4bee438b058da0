// Made by `cargo xtask codegen` from the files in schema/: edit those instead.

//! Records in Kafka's own topics and files, and what travels inside fields of messages.

pub mod control;
pub mod embedded;
pub mod group;
pub mod metadata;
pub mod raft;
pub mod share;
pub mod storage;
pub mod transaction;
