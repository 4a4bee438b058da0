//! Apache Kafka's tools: its names, its flags, its output, its exit codes.

pub mod storage;
