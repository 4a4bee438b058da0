//! `kampa kafka-topics …`, and `kafka-topics …` where that is a link to this binary: which tool, and what becomes of it.

use std::path::Path;
use std::process::ExitCode;

use kampa_tools::{Call, Streams, Tool, people};
use kampa_world::World;

/// The tool that a command line means, with the words for it: by the name the binary is called by, or by its first word.
pub fn asked_for(words: &[String]) -> Option<(&'static Tool, &[String])> {
    let called = Path::new(words.first()?).file_name()?.to_str()?;
    match kampa_tools::find(called) {
        Some(tool) => Some((tool, &words[1..])),
        None => Some((kampa_tools::find(words.get(1)?)?, &words[2..])),
    }
}

/// Runs it to its end.
pub fn run(tool: &Tool, arguments: &[String]) -> ExitCode {
    let call = |world| Call { world, arguments: arguments.to_vec(), streams: Streams::of_process() };
    to_its_end(tool.name, |world| tool.run(call(world)))
}

/// Runs one of our own commands to its end.
pub fn run_for_people(command: people::Command) -> ExitCode {
    to_its_end("kampa", |world| people::run(command, world, Streams::of_process()))
}

fn to_its_end<F: Future<Output = u8>>(name: &str, work: impl FnOnce(World) -> F) -> ExitCode {
    let ran = World::run(THREADS, |world| async {
        let code = work(world).await;
        // Not by returning: somebody may still be reading a standard input that never ends.
        std::process::exit(code.into())
    });
    match ran {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{name}: cannot start threads: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What help says of the tools.
pub fn list() -> String {
    let wide = kampa_tools::TOOLS.iter().map(|tool| tool.name.len()).max().unwrap_or(0);
    kampa_tools::TOOLS.iter().map(|tool| format!("\n  {:wide$}  {}", tool.name, tool.about)).collect()
}

/// A tool has little to do at once; a thread for every core of a big machine would take longer to start than most tools to run.
const THREADS: usize = 2;

#[cfg(test)]
mod tests;
