//! How these tools end when something is thrown that they do not catch, or catch in one of Kafka's usual ways.

use super::thrown::{Died, Thrown};
use crate::{Call, Stop};

/// As the Java runtime says what nobody caught; exit code 1.
pub fn uncaught(call: &Call, died: Died) -> Stop {
    match died {
        Died::Stopped(stop) => stop,
        Died::Thrown(thrown) => {
            call.streams.err.line(format_args!("Exception in thread \"main\" {thrown}"));
            Stop::Exit(1)
        }
    }
}

/// As a tool that catches everything prints it: of a wrong option its sentence, else the exception; exit code 1.
pub fn printed(died: Died) -> Stop {
    match died {
        Died::Stopped(stop) => stop,
        Died::Thrown(thrown) if thrown.class.starts_with("joptsimple.") => Stop::failed(thrown.message()),
        Died::Thrown(thrown) => Stop::failed(thrown),
    }
}

/// An exception's message behind some words, then the exception; exit code 1.
pub fn told(call: &Call, words: &str, died: Died) -> Stop {
    match died {
        Died::Stopped(stop) => stop,
        Died::Thrown(thrown) => {
            call.streams.err.line(format_args!("{words}{}", thrown.message()));
            call.streams.err.line(&thrown);
            Stop::Exit(1)
        }
    }
}

/// A sentence for whoever typed the line, behind some words; exit code 1.
pub fn terse(call: &Call, words: impl std::fmt::Display) -> Died {
    call.streams.err.line(words);
    Died::Stopped(Stop::Exit(1))
}

/// What a future's `get` throws, thrown on by somebody who may throw no such thing.
pub fn wrapped(thrown: Thrown) -> Thrown {
    Thrown::runtime(thrown.executed().to_string())
}
