//! Apache Kafka's tools: its names, its flags, its output, its exit codes.

pub mod dump_log;
mod hash_order;
pub mod storage;
