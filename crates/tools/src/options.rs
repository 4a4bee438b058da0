//! Command lines as Kafka's tools read them, which is in two ways.
//!
//! [`flags`]: long options only, as joptsimple reads them; most tools. [`commands`]: sub-commands, short and long options,
//! positional arguments, as argparse4j reads them; kafka-storage, kafka-cluster, kafka-features and the like.
//! Words, streams and exit codes of a refusal are Kafka's; what help says about an option is ours.

pub mod commands;
pub mod flags;
mod wrap;
