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
        })
    }
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
