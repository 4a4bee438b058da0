//! Tools called as a shell calls them, with what they said and their exit code as text.

use std::io::{self, Cursor, Write};
use std::sync::Arc;

use kampa_world::World;
use parking_lot::Mutex;

use crate::{Call, Outcome, Stop, Streams};

/// Bytes that a test looks at afterwards.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }
}

/// Streams with that input, and where the two outputs end up.
pub fn streams(input: &str) -> (Streams, Kept, Kept) {
    let (out, err) = (Kept::default(), Kept::default());
    let input = Cursor::new(input.as_bytes().to_vec());
    (Streams::new(Box::new(input), Box::new(out.clone()), false, Box::new(err.clone())), out, err)
}

/// Runs `tool` with the words of `line`, and shows what it printed on which stream, and its exit code unless it is 0.
pub fn shown(line: &str, input: &str, tool: impl AsyncFnOnce(Call) -> Outcome) -> String {
    let (streams, out, err) = streams(input);
    let arguments = line.split_whitespace().map(str::to_owned).collect();
    let kept = streams.clone();
    let ended = World::run(1, |world| tool(Call { world, arguments, streams })).expect("a runtime");
    kept.out.flush();
    let said = |name: &str, kept: &Kept| {
        let text = kept.text();
        text.split_inclusive('\n').map(|line| format!("{name}{line}")).collect::<String>()
    };
    let ended = match ended {
        Ok(()) => String::new(),
        Err(Stop::Exit(code)) => format!("exit {code}\n"),
        Err(Stop::Failed(sentence)) => format!("failed: {sentence}\n"),
    };
    said("", &out) + &said("! ", &err) + &ended
}
