//! kafka-dump-log: what is in the files of a log directory, and what is wrong with them.
//!
//! A `.log` or `.checkpoint` is shown batch by batch, and record by record if asked; indexes are held against the data file
//! beside them. Files may be damaged, that is what the tool is for: it shows what it can up to the first thing that it cannot
//! read. Nothing is written, and nothing is created beside a file that is looked at.

mod batches;
mod decode;
mod faults;
mod findings;
mod indexes;
mod log_file;
mod producers;

use crate::options::flags::{Flags, Given, flag, maybe_valued, valued};
use crate::{Call, Outcome, Stop};

use super::ended::uncaught;
use super::thrown::{Died, Thrown};
use decode::Decoder;
use findings::Findings;

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    work(&call).map_err(|died| uncaught(&call, died))
}

fn work(call: &Call) -> Result<(), Died> {
    let given = FLAGS.parse(call)?;
    given.help_or_version(ABOUT)?;
    given.require(&["files"])?;
    let mut findings = Findings::default();
    for name in java_split(given.value("files")?.unwrap_or_default()) {
        let file = NamedFile::new(name)?;
        call.streams.out.line(format_args!("Dumping {}", file.path));
        let mut dump = Dump { call, wanted: Wanted::read(&given), given: &given, findings: &mut findings };
        dump.file(&file)?;
        if call.streams.out.is_closed() {
            return Ok(());
        }
    }
    findings.print(&call.streams.err);
    Ok(())
}

/// One file of a run.
struct Dump<'a> {
    call: &'a Call,
    wanted: Wanted,
    given: &'a Given,
    findings: &'a mut Findings,
}

/// What the options ask for.
struct Wanted {
    records: bool,
    contents: bool,
    skip_record_metadata: bool,
    verify_only: bool,
    sanity_only: bool,
}

impl Wanted {
    fn read(given: &Given) -> Wanted {
        let contents = CONTENTS.iter().any(|name| given.has(name));
        Wanted {
            records: contents || given.has("deep-iteration"),
            contents,
            skip_record_metadata: given.has("skip-record-metadata"),
            verify_only: given.has("verify-index-only"),
            sanity_only: given.has("index-sanity-check"),
        }
    }
}

impl Dump<'_> {
    fn file(&mut self, file: &NamedFile) -> Result<(), Died> {
        match file.name.rfind('.').map(|dot| &file.name[dot..]) {
            Some(".log" | ".checkpoint") => {
                let decoder = Decoder::read(self.given)?;
                let bytes_max = self.given.number("max-bytes")?.unwrap_or(i32::MAX);
                self.log(file, decoder, bytes_max)
            }
            Some(".index") => {
                let message_bytes_max = self.given.number("max-message-size")?.unwrap_or(i32::MAX);
                self.offset_index(file, message_bytes_max)
            }
            Some(".timeindex") => self.time_index(file),
            Some(".txnindex") => self.txn_index(file),
            Some(".snapshot") => self.producers(file),
            _ => {
                self.call.streams.err.line(format_args!("Ignoring unknown file {}", file.path));
                Ok(())
            }
        }
    }
}

/// A path as Java's `File` has it.
struct NamedFile {
    /// As given, without doubled or trailing slashes.
    path: String,
    /// The last part of it.
    name: String,
    /// From the root.
    absolute: String,
}

impl NamedFile {
    fn new(path: &str) -> Result<NamedFile, Stop> {
        let root = if path.starts_with('/') { "/" } else { "" };
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let path = format!("{root}{}", parts.join("/"));
        let absolute = match root {
            "" => {
                let here =
                    std::env::current_dir().map_err(|error| Stop::failed(format!("working directory: {error}")))?;
                format!("{}/{path}", here.display())
            }
            _ => path.clone(),
        };
        Ok(NamedFile { name: parts.last().copied().unwrap_or_default().to_owned(), path, absolute })
    }

    /// The offset that its name begins with.
    fn base_offset(&self) -> Result<i64, Thrown> {
        let stem = self.stem();
        let wrong = |_| Thrown::new("java.lang.NumberFormatException", format!("For input string: \"{stem}\""));
        stem.parse().map_err(wrong)
    }

    /// The file of the same segment with another ending.
    fn beside(&self, ending: &str) -> String {
        let folder = self.absolute.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{}{ending}", self.stem())
    }

    fn stem(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

/// As Java splits: without empty parts at the end, unless nothing but an empty text was given.
fn java_split(text: &str) -> Vec<&str> {
    match text.trim_end_matches(',') {
        "" if !text.is_empty() => Vec::new(),
        trimmed => trimmed.split(',').collect(),
    }
}

const ABOUT: &str = "This tool helps to parse a log file and dump its contents to the console, useful for debugging a seemingly corrupt log segment.";

/// Options that make the records' contents shown.
const CONTENTS: [&str; 7] = [
    "print-data-log",
    "offsets-decoder",
    "transaction-log-decoder",
    "cluster-metadata-decoder",
    "value-decoder-class",
    "key-decoder-class",
    "share-group-state-decoder",
];

const FLAGS: Flags = Flags(&[
    flag("print-data-log", "Show keys and values of records; every decoder implies it."),
    flag("verify-index-only", "Hold indexes against their data files without showing the entries."),
    flag("index-sanity-check", "Check an index as a start does, and nothing more."),
    valued("files", "file1, file2, ...", "REQUIRED: The files to look at, with commas between them."),
    valued("max-message-size", "size", "How much of the data file is looked at for an entry of its index.")
        .of("Integer")
        .or("5242880"),
    valued("max-bytes", "size", "Stop after so many bytes of each data file.").of("Integer").or("2147483647"),
    flag("deep-iteration", "Show every record, not only batches; --print-data-log implies it."),
    maybe_valued(
        "value-decoder-class",
        "",
        "How values are read: one of Kafka's StringDecoder, IntegerDecoder, LongDecoder.",
    )
    .or("org.apache.kafka.tools.api.StringDecoder"),
    maybe_valued(
        "key-decoder-class",
        "",
        "How keys are read: one of Kafka's StringDecoder, IntegerDecoder, LongDecoder.",
    )
    .or("org.apache.kafka.tools.api.StringDecoder"),
    flag("offsets-decoder", "Read records as those of __consumer_offsets."),
    flag("transaction-log-decoder", "Read records as those of __transaction_state."),
    flag("cluster-metadata-decoder", "Read records as those of the metadata log and its snapshots."),
    flag("share-group-state-decoder", "Read records as those of __share_group_state."),
    flag(
        "skip-record-metadata",
        "Show keys and values without offset, time and sizes, and control records not at all.",
    ),
]);

#[cfg(test)]
mod tests;
