//! Apache Kafka's tools: its names, its flags, its output, its exit codes.

pub mod console_consumer;
pub mod consumer_perf_test;
mod date_format;
pub mod dump_log;
mod hash_order;
mod interrupts;
pub mod storage;
pub mod verifiable_consumer;
