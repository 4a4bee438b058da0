//! What a tool said, without what differs by nature: addresses, folders, ids, times, and how Java shows an exception.
//!
//! Of a Java stack stays its first line. Of a log line stay its level, its logger and its words; warnings and lesser lines
//! are dropped, since a log is not output. Of a usage stays nothing: what help says is in words of our own.

/// The names that a command line's `{name}` stands for.
#[derive(Clone)]
pub struct Names {
    pub server: String,
    pub controller: String,
    /// An address where nobody listens.
    pub nobody: String,
    pub files: String,
    pub work: String,
    pub data: String,
    /// A copy of the log directory, which stands still.
    pub kept: String,
    /// A copy of files that Apache Kafka wrote, some of them damaged since.
    pub golden: String,
}

/// How a tool ended and what it said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Names {
    fn pairs(&self) -> [(&'static str, &str); 8] {
        [
            ("{server}", &self.server),
            ("{controller}", &self.controller),
            ("{nobody}", &self.nobody),
            ("{files}", &self.files),
            ("{work}", &self.work),
            ("{data}", &self.data),
            ("{kept}", &self.kept),
            ("{golden}", &self.golden),
        ]
    }

    pub fn fill(&self, word: &str) -> String {
        self.pairs().iter().fold(word.to_owned(), |word, (name, value)| word.replace(name, value))
    }

    fn hide(&self, text: &str) -> String {
        let mut shown = self.pairs().iter().fold(text.to_owned(), |text, (name, value)| text.replace(value, name));
        // Tables and JSON show ports alone.
        for (name, address) in [("{server port}", &self.server), ("{controller port}", &self.controller)] {
            let port = address.rsplit(':').next().unwrap_or_default();
            for before in ["127.0.0.1 ", "\"port\":"] {
                shown = shown.replace(&format!("{before}{port}"), &format!("{before}{name}"));
            }
        }
        shown
    }
}

/// With names in place of addresses and folders, and without what Java adds.
pub fn addresses(said: &Said, names: &Names) -> Said {
    let text = |text: &str| lines(&names.hide(text));
    // A stack ends with an empty line, whether or not the exception has frames.
    let err = text(&said.err).into_iter().filter(|line| !line.is_empty());
    Said {
        code: said.code,
        out: text(&said.out).into_iter().map(|line| line + "\n").collect(),
        err: err.map(|line| line + "\n").collect(),
    }
}

/// Without ids and times, too.
pub fn normal(said: &Said) -> Said {
    let text = |text: &str| text.lines().map(|line| checksums(ids(line)) + "\n").collect();
    Said { code: said.code, out: text(&said.out), err: text(&said.err) }
}

fn lines(text: &str) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut is_dropped = false;
    for line in text.lines() {
        // A usage ends what a tool says.
        if line.starts_with("Option ") && line.trim_end().ends_with("Description") {
            break;
        }
        if ["\tat ", "Caused by: ", "\t... ", "\tSuppressed: ", "\t\tat "].iter().any(|frame| line.starts_with(frame)) {
            continue;
        }
        if line.starts_with(ADVERTISEMENT) {
            continue;
        }
        match logged(line) {
            Logged::Not if is_dropped && (line.starts_with(" at ") || is_an_exception(line)) => {}
            Logged::Not => {
                is_dropped = false;
                kept.push(line.to_owned());
            }
            Logged::Kept(line) => {
                is_dropped = false;
                kept.push(line);
            }
            Logged::Dropped { may_have_a_stack } => is_dropped = may_have_a_stack,
        }
    }
    kept
}

/// A class with its package stands before the sentence.
fn is_an_exception(line: &str) -> bool {
    let class = line.split(':').next().unwrap_or_default();
    class.contains('.') && !class.contains(' ') && (class.ends_with("Exception") || class.ends_with("Error"))
}

enum Logged {
    Not,
    Kept(String),
    Dropped { may_have_a_stack: bool },
}

/// `[main] ERROR org.apache.kafka.X - words` is how Apache's tools log here, `[2026-01-02 03:04:05,678] ERROR words
/// (org.apache.kafka.X)` how they do as they are shipped, and ours always.
fn logged(line: &str) -> Logged {
    let Some((_, rest)) = line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) else { return Logged::Not };
    let Some((level, rest)) = rest.split_once(' ') else { return Logged::Not };
    match level {
        // Ours say what happened in the line itself.
        "TRACE" | "DEBUG" | "INFO" | "WARN" => Logged::Dropped { may_have_a_stack: rest.contains(" - ") },
        "ERROR" => match (rest.split_once(" - "), rest.rsplit_once(" (")) {
            // Clients tell of a name that cannot be in the log and in an exception.
            (Some(("org.apache.kafka.clients.Metadata", _)), _) => Logged::Dropped { may_have_a_stack: false },
            (Some((logger, words)), _) if logger.starts_with("org.apache.kafka.") => {
                Logged::Kept(format!("ERROR {logger}: {words}"))
            }
            (_, Some((words, logger))) => Logged::Kept(format!("ERROR {}: {words}", logger.trim_end_matches(')'))),
            _ => Logged::Not,
        },
        _ => Logged::Not,
    }
}

/// Random ids are 22 letters, digits, `-` and `_`, and at least one of them is a digit or a capital.
fn ids(line: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let mut shown = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..].find(|letter| !is_part(letter)).map_or(rest.len(), |length| start + length);
        let word = &rest[start..end];
        shown.push_str(&rest[..start]);
        let is_id =
            word.len() == 22 && word.chars().any(|letter| letter.is_ascii_uppercase()) && word != METADATA_TOPIC_ID;
        // The clients of a JVM are numbered.
        let is_client = word.strip_prefix("adminclient-").is_some_and(|number| number.parse::<u32>().is_ok());
        let is_time = word.len() == 13 && word.parse().is_ok_and(|ms: i64| THIS_TIME_MS.contains(&ms));
        // The ids of members end with 32 hexadecimal digits in five parts.
        if let Some(name) = before_uuid(word) {
            shown.push_str(name);
            shown.push_str("<uuid>");
            rest = &rest[end..];
            continue;
        }
        shown.push_str(match () {
            () if is_id => "<id>",
            () if is_time => "<time>",
            () if is_client => "adminclient-1",
            () => word,
        });
        rest = &rest[end..];
    }
    shown + rest
}

/// A checksum over the time is another one each time.
fn checksums(line: String) -> String {
    match line.split_once(" crc: ").filter(|_| line.contains("<time>")) {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
            format!("{before} crc: <crc>{rest}")
        }
        None => line,
    }
}

fn before_uuid(word: &str) -> Option<&str> {
    let (name, uuid) = word.split_at_checked(word.len().checked_sub(36)?)?;
    let is_hyphen = |at: usize| [8, 13, 18, 23].contains(&at);
    let fits = |(at, letter): (usize, char)| if is_hyphen(at) { letter == '-' } else { letter.is_ascii_hexdigit() };
    uuid.chars().enumerate().all(fits).then_some(name)
}

/// What was measured says little of another run: numbers become `#`, with as many digits behind the point as there were, four at
/// most: a Double shows as many as it needs. Numbers from 100 that the command line names are counts, and stay. What took no whole
/// millisecond has a rate that is no number.
pub fn without_figures(said: &Said, line: &str) -> Said {
    let named: Vec<&str> = numbers(line).into_iter().filter(|number| number.len() > 2).collect();
    let hide = |text: &str| {
        let text = text.replace("Infinity", "0.0000").replace("NaN", "0.0000");
        let mut shown = String::new();
        let mut rest = text.as_str();
        for number in numbers(&text) {
            let at = number.as_ptr() as usize - rest.as_ptr() as usize;
            shown += &rest[..at];
            match number.split_once('.') {
                _ if shown.ends_with(AVERAGE) => shown.push('#'),
                _ if named.contains(&number) => shown += number,
                Some((_, fraction)) => shown += &format!("#.{}", "#".repeat(fraction.len().min(4))),
                None => shown.push('#'),
            }
            rest = &rest[at + number.len()..];
        }
        shown + rest
    };
    Said { code: said.code, out: hide(&said.out), err: hide(&said.err) }
}

/// Digits, and digits behind a point.
fn numbers(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    let digits = |text: &str| text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let whole = start + digits(&rest[start..]);
        let fraction = rest[whole..].strip_prefix('.').map_or(0, digits);
        let end = if fraction > 0 { whole + 1 + fraction } else { whole };
        found.push(&rest[start..end]);
        rest = &rest[end..];
    }
    found
}

/// What kafka-console-consumer says of a protocol that this client does not speak yet.
const ADVERTISEMENT: &str = "The consumer rebalance protocol (KIP-848) is production-ready!";

/// A Double that may be round.
const AVERAGE: &str = "\"avg_throughput\":";

/// What records carry that were written during a run.
const THIS_TIME_MS: std::ops::Range<i64> = 1_780_000_000_000..1_900_000_000_000;

/// The one topic id that is the same everywhere.
const METADATA_TOPIC_ID: &str = "AAAAAAAAAAAAAAAAAAAAAQ";

#[cfg(test)]
pub mod tests;
