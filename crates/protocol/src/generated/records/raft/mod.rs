// Made by `cargo xtask codegen` from the files in schema/: edit those instead.

//! Schemas of `records/raft`.

pub mod quorum_state_data;

pub use quorum_state_data::QuorumStateData;
