//! The door: arguments in, a node up, signals heard, a node down; or a tool in, its exit code out.
//!
//! Holds no behaviour of Kafka's. What is said to people is said here.

mod arguments;
mod http;
mod server;
mod settings;
mod tool;

use std::process::ExitCode;

use crate::arguments::Command;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some((tool, arguments)) = tool::asked_for(&words) {
        return tool::run(tool, arguments);
    }
    match arguments::read().command {
        Command::Server(arguments) => server::run(arguments),
        Command::People(command) => tool::run_for_people(command),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut arguments::command(), "kampa", &mut std::io::stdout());
            ExitCode::SUCCESS
        }
    }
}
