//! The door: arguments in, a node up, signals heard, a node down.
//!
//! Holds no behaviour of Kafka's. What is said to people is said here.

mod arguments;
mod http;
mod server;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Server(arguments) => server::run(arguments),
    }
}
