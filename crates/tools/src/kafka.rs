//! Apache Kafka's tools: its names, its flags, its output, its exit codes.

#[allow(dead_code, reason = "controllers are for other tools")]
mod connect;
pub mod console_consumer;
pub mod console_producer;
pub mod consumer_groups;
pub mod consumer_perf_test;
mod date_format;
pub mod delete_records;
pub mod dump_log;
pub mod e2e_latency;
mod ended;
pub mod get_offsets;
pub mod groups;
mod hash_order;
mod interrupts;
pub mod log_dirs;
pub mod producer_perf_test;
mod producing;
mod sized_order;
pub mod storage;
mod thrown;
mod topic_filter;
pub mod verifiable_consumer;
pub mod verifiable_producer;
