//! The real side against the operating system, and both sides against one script.

mod both;
mod real;
