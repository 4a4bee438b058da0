//! Where a tool reads from and prints to: the shell's streams, or a test's.
//!
//! Printing never fails in the caller's hands, as with Java's `System.out`: who prints a list to `head` has not done anything wrong.
//! What is printed waits in a buffer until it is full, until something is said on stderr, until the tool asks for a flush or ends;
//! on a terminal a line is shown at once. Cheap to clone; clones are the same stream.

use std::fmt::Display;
use std::io::{self, BufRead, BufReader, ErrorKind, IsTerminal, Read, Write};
use std::sync::Arc;

use parking_lot::Mutex;

/// A tool's three streams.
#[derive(Clone)]
pub struct Streams {
    /// Standard output.
    pub out: Output,
    /// Standard error. What was printed before on standard output is shown before it.
    pub err: Output,
    /// Standard input.
    pub input: Input,
    terminal: Terminal,
}

/// What of the streams is a terminal.
#[derive(Clone, Copy, Debug, Default)]
struct Terminal {
    /// Letters in a line of standard output.
    width: Option<usize>,
    /// Somebody types standard input.
    typed: bool,
}

/// A stream to print on.
#[derive(Clone)]
pub struct Output {
    inner: Arc<Mutex<Inner>>,
    /// What was said on it earlier is to be seen earlier.
    first: Option<Arc<Mutex<Inner>>>,
}

struct Inner {
    to: Box<dyn Write + Send>,
    waiting: Vec<u8>,
    at_once: bool,
    failed: Option<io::Error>,
}

/// A stream to read from. Reading blocks: in a tool that does something meanwhile it belongs in
/// [`World::offload`](kampa_world::World::offload).
#[derive(Clone)]
pub struct Input {
    inner: Arc<Mutex<Box<dyn BufRead + Send>>>,
}

impl Streams {
    /// The process's own.
    pub fn of_process() -> Streams {
        let out_is_terminal = io::stdout().is_terminal();
        let streams =
            Streams::new(Box::new(io::stdin()), Box::new(io::stdout()), out_is_terminal, Box::new(io::stderr()));
        let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.into());
        Streams { terminal: Terminal { width, typed: io::stdin().is_terminal() }, ..streams }
    }

    /// These; `at_once` shows every line of standard output when it is printed.
    pub fn new(
        input: Box<dyn Read + Send>,
        out: Box<dyn Write + Send>,
        at_once: bool,
        err: Box<dyn Write + Send>,
    ) -> Streams {
        let out = Output::new(out, at_once, None);
        let err = Output::new(err, true, Some(out.inner.clone()));
        let input = Input { inner: Arc::new(Mutex::new(Box::new(BufReader::new(input)))) };
        Streams { out, err, input, terminal: Terminal::default() }
    }

    /// How many letters a line of standard output has room for; `None` where it is no terminal.
    pub fn width(&self) -> Option<usize> {
        self.terminal.width
    }

    /// Whether somebody types what is read.
    pub fn is_typed(&self) -> bool {
        self.terminal.typed
    }
}

impl Output {
    fn new(to: Box<dyn Write + Send>, at_once: bool, first: Option<Arc<Mutex<Inner>>>) -> Output {
        Output { inner: Arc::new(Mutex::new(Inner { to, waiting: Vec::new(), at_once, failed: None })), first }
    }

    /// Prints a line.
    pub fn line(&self, line: impl Display) {
        self.print(|to| writeln!(to, "{line}"));
    }

    /// Prints without an end of line.
    pub fn text(&self, text: impl Display) {
        self.print(|to| write!(to, "{text}"));
    }

    /// Prints bytes as they are.
    pub fn bytes(&self, bytes: &[u8]) {
        self.print(|to| to.write_all(bytes));
    }

    /// Shows what waits.
    pub fn flush(&self) {
        self.inner.lock().flush();
    }

    /// Whether nobody reads any more: a pager was left, `head` has had enough. Whoever prints without end asks.
    pub fn is_closed(&self) -> bool {
        self.inner.lock().failed.is_some()
    }

    /// Why printing failed, unless it was for want of a reader.
    pub fn failure(&self) -> Option<String> {
        let inner = self.inner.lock();
        inner.failed.as_ref().filter(|error| error.kind() != ErrorKind::BrokenPipe).map(io::Error::to_string)
    }

    fn print(&self, what: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) {
        if let Some(first) = &self.first {
            first.lock().flush();
        }
        let mut inner = self.inner.lock();
        if inner.failed.is_some() {
            return;
        }
        // Writing to a Vec cannot fail, and a Display that fails has printed what it could.
        let _ = what(&mut inner.waiting);
        if inner.at_once || inner.waiting.len() >= WAITING_BYTES_MAX {
            inner.flush();
        }
    }
}

impl Inner {
    fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let written = self.to.write_all(&self.waiting).and_then(|()| self.to.flush());
        self.waiting.clear();
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }
}

impl Input {
    /// The next line without its end (`\n` or `\r\n`); `None` at the end of the stream.
    pub fn line(&self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        if self.inner.lock().read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.pop_if(|last| *last == b'\n').is_some() {
            line.pop_if(|last| *last == b'\r');
        }
        Ok(Some(line))
    }

    /// What is there, at most as much as fits; 0 at the end of the stream.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.lock().read(buffer)
    }
}

/// What may wait before it is written: a pipe's usual size, so that a reader is woken for as much as it can take.
const WAITING_BYTES_MAX: usize = 64 * 1024;

#[cfg(test)]
mod tests;
