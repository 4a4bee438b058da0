//! What is printed comes out whole and in order; a reader who leaves is no error, a full disk is.

use std::io::{self, ErrorKind, Write};

use super::Streams;
use crate::testing::{Kept, streams};

struct Refusing(ErrorKind);

impl Write for Refusing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn onto(kind: ErrorKind) -> Streams {
    Streams::new(Box::new(io::empty()), Box::new(Refusing(kind)), true, Box::new(Kept::default()))
}

#[test]
fn standard_output_is_seen_before_what_is_said_later_on_standard_error() {
    let both = Kept::default();
    let streams = Streams::new(Box::new(io::empty()), Box::new(both.clone()), false, Box::new(both.clone()));
    streams.out.line("1");
    streams.err.line("2");
    streams.out.text("3");
    assert_eq!(both.text(), "1\n2\n");
    streams.out.flush();
    assert_eq!(both.text(), "1\n2\n3");
}

#[test]
fn a_reader_who_left_is_not_a_failure() {
    let streams = onto(ErrorKind::BrokenPipe);
    assert!(!streams.out.is_closed());
    streams.out.line("anybody?");
    streams.out.line("no");
    assert!(streams.out.is_closed());
    assert_eq!(streams.out.failure(), None);
}

#[test]
fn a_full_disk_is_a_failure() {
    let streams = onto(ErrorKind::StorageFull);
    streams.out.line("much");
    assert_eq!(streams.out.failure().as_deref(), Some("no storage space"));
}

#[test]
fn lines_are_read_without_their_ends() {
    let (streams, ..) = streams("a\r\n\nb\rc\nlast");
    let lines: Vec<String> = std::iter::from_fn(|| streams.input.line().expect("a string can be read"))
        .map(|line| String::from_utf8_lossy(&line).into_owned())
        .collect();
    assert_eq!(lines, ["a", "", "b\rc", "last"]);
}
