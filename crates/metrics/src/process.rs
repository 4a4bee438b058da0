//! What the operating system says of this process, read from the text of Linux's `/proc/self`.

use std::time::Duration;

/// A process's resources at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// When it started, since 1970.
    pub started: Duration,
    /// Time its threads spent on a core.
    pub cpu: Duration,
    /// Memory that is in RAM.
    pub resident_bytes: u64,
    /// Its threads.
    pub threads: u64,
    /// Bytes it caused to be read from storage, and written to it; none if the system does not say.
    pub disk_bytes: Option<(u64, u64)>,
    /// Files and sockets it has open, and how many it may.
    pub open_files: Option<(u64, u64)>,
}

impl Process {
    /// Reads the text of `/proc/self/stat`; when the process started is told, for its clock there counts from the machine's start.
    pub fn read(self_stat: &str, started: Duration) -> Option<Process> {
        // The second field is the program's name in parentheses, and may hold blanks and parentheses itself.
        let (_, fields) = self_stat.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
        let number = |field: usize| fields.get(field - FIRST_FIELD)?.parse::<u64>().ok();
        Some(Process {
            started,
            cpu: ticks(number(14)? + number(15)?),
            resident_bytes: number(24)? * PAGE_BYTES,
            threads: number(20)?,
            disk_bytes: None,
            open_files: None,
        })
    }

    /// Adds what the text of `/proc/self/io` says.
    pub fn with_io(self, self_io: &str) -> Process {
        let disk_bytes = word_after(self_io, "read_bytes:").zip(word_after(self_io, "\nwrite_bytes:"));
        Process { disk_bytes, ..self }
    }

    /// Adds how many entries `/proc/self/fd` has, and what the text of `/proc/self/limits` allows.
    pub fn with_files(self, open: usize, self_limits: &str) -> Process {
        Process { open_files: word_after(self_limits, "Max open files").map(|max| (open as u64, max)), ..self }
    }
}

fn word_after(text: &str, name: &str) -> Option<u64> {
    let (_, rest) = text.split_once(name)?;
    rest.split_ascii_whitespace().next()?.parse().ok()
}

fn ticks(count: u64) -> Duration {
    Duration::from_millis(count * (1000 / TICKS_PER_SECOND))
}

/// Fields are numbered as in proc(5); what follows the name is the third.
const FIRST_FIELD: usize = 3;

/// Linux tells times to programs in hundredths of a second, whatever its own clock.
const TICKS_PER_SECOND: u64 = 100;

/// On every machine Kampa is built for.
const PAGE_BYTES: u64 = 4096;

#[cfg(test)]
mod tests;
