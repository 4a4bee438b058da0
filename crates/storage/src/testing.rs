//! Scripts about one log: a command a line, an answer a line. Times are milliseconds, sizes are of whole batches.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use kampa_formats::batch::{self, BatchBuilder, BatchOptions, NewRecord};
use kampa_formats::compression::{Codec, Compression};
use kampa_formats::log_file_name::LogFileName;
use kampa_formats::txn_index::AbortedTxn;
use kampa_formats::{offset_index, time_index};
use kampa_world::sim::{Faults, Simulation};
use kampa_world::{OpenOptions, World};

use crate::{BatchSummary, Log, LogConfig, LogDir, LogDirOptions, OpenAs, OpenDirError, ReadError, Scrubbed};

/// Runs a script against a log on the real disk and on the simulated one, which must agree; `config` as `key=value …` over
/// Kafka's defaults.
pub(crate) fn run(config: &str, script: &str) -> String {
    let config = parse_config(config);
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let simulated = simulation.run(Bench::new(&world, "/data".as_ref(), config.clone()).script(script));
    let real = in_temporary_dir(|world, path| async move { Bench::new(&world, &path, config).script(script).await });
    assert_eq!(simulated, real, "the simulated disk and the real one");
    real
}

/// Gives `work` the real world and a directory that is gone afterwards.
pub(crate) fn in_temporary_dir<F, Fut>(work: F) -> Fut::Output
where
    F: FnOnce(World, PathBuf) -> Fut,
    Fut: Future,
{
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("kampa-storage-{}-{number}", std::process::id()));
    let run = |world: World| async move {
        let output = work(world.clone(), path.clone()).await;
        let _ = world.disk().remove_dir_all(&path);
        output
    };
    World::run(1, run).expect("a runtime")
}

pub(crate) fn dir_options() -> LogDirOptions {
    LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: 100, journal_bytes: 256 << 10 }
}

/// A batch of `count` records, `bytes` long at least, with timestamps `at`, `at + 1`, ….
pub(crate) fn make_batch(base_offset: i64, count: i32, bytes: usize, at: i64, codec: Codec) -> Bytes {
    let compression = Compression::of(codec);
    let mut builder = BatchBuilder::new(BatchOptions { compression, ..BatchOptions::default() });
    for n in 0..count {
        let left = bytes.saturating_sub(builder.size_bytes() + 12);
        let value = vec![b'a' + (n % 26) as u8; if n + 1 == count { left } else { 0 }];
        builder.append(NewRecord { timestamp: at + i64::from(n), key: None, value: Some(&value), headers: &[] });
    }
    builder.build(base_offset)
}

pub(crate) fn summary(batch: &Bytes) -> BatchSummary {
    BatchSummary::of(&batch::BatchHeader::decode(batch).expect("a batch"))
}

pub(crate) fn parse_config(text: &str) -> LogConfig {
    let mut config = LogConfig { index_interval_bytes: 100, file_delete_delay_ms: 0, ..LogConfig::default() };
    for word in text.split_whitespace() {
        let (key, value) = word.split_once('=').expect("key=value");
        let number = || value.parse::<i64>().expect("a number");
        match key {
            "segment.bytes" => config.segment_bytes = number() as u64,
            "segment.ms" => config.segment_ms = number(),
            "segment.index.bytes" => config.index_size_max_bytes = number() as u32,
            "index.interval.bytes" => config.index_interval_bytes = number() as u32,
            "retention.ms" => config.retention_ms = number(),
            "retention.bytes" => config.retention_bytes = number(),
            "flush.messages" => config.flush_messages = number(),
            "flush.ms" => config.flush_ms = number(),
            "cleanup.policy" => config.delete = value.contains("delete"),
            _ => panic!("no setting {key}"),
        }
    }
    config
}

/// One log under test.
pub(crate) struct Bench {
    pub world: World,
    pub path: PathBuf,
    config: LogConfig,
    dir: Option<LogDir>,
    log: Option<Log>,
}

const FOLDER: &str = "t-0";

/// After so many looks at files that are idle they count as left open.
const RESTS_MAX: usize = 100;

impl Bench {
    pub fn new(world: &World, path: &Path, config: LogConfig) -> Bench {
        Bench { world: world.clone(), path: path.to_owned(), config, dir: None, log: None }
    }

    pub async fn script(mut self, script: &str) -> String {
        let mut transcript = String::new();
        let commands = script.lines().map(|line| line.split(": ").next().unwrap_or(line).trim().trim_end_matches(':'));
        for line in commands.filter(|command| !command.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let answer = self.command(&words).await;
            let _ = writeln!(transcript, "{line}: {answer}");
        }
        transcript
    }

    fn log(&mut self) -> Log {
        if self.log.is_none() {
            self.open(&["open", "clean"]);
        }
        self.log.clone().expect("open")
    }

    async fn command(&mut self, words: &[&str]) -> String {
        let number = |at: usize| words[at].parse::<i64>().expect("a number");
        let option = |name: &str| {
            let value = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
            Some(value.parse::<i64>().expect("a number"))
        };
        match words[0] {
            "open" => {
                self.let_go().await;
                self.open(words)
            }
            "append" => self.append(words),
            "read" => {
                let max_bytes = option("max").unwrap_or(1 << 20) as usize;
                let below = option("below").unwrap_or(i64::MAX);
                let whole = !words.contains(&"strict");
                show_read(self.log().read(number(1), max_bytes, below, whole).await)
            }
            "back" => {
                let mut found = Vec::new();
                let looked = self.log().look_back(number(1), number(2) as u64, &mut |view| {
                    found.push(format!("{}..{}", view.base_offset, view.last_offset()));
                });
                show(looked.map(|()| found.join(" ")))
            }
            "roll" => show(self.log().roll()),
            "truncate" => show(self.log().truncate_to(number(1))),
            "restart" => show(self.log().truncate_fully_and_start_at(number(1)).map(|()| "")),
            "start" => self.log().advance_log_start(number(1)).to_string(),
            "sync" => show(self.log().sync().await),
            "retain" => {
                let high_watermark = option("hw").unwrap_or_else(|| self.log().log_end());
                let retained = self.log().retain(option("at").unwrap_or(0), high_watermark);
                show(retained.map(|retained| {
                    let gone: Vec<String> =
                        retained.deleted.iter().map(|segment| segment.base_offset.to_string()).collect();
                    format!("start {} without {gone:?}", retained.new_log_start)
                }))
            }
            "ends" => {
                let log = self.log();
                format!("{} to {}", log.log_start(), log.log_end())
            }
            // Only where no roll may still be syncing.
            "durable" => self.log().durable_end().to_string(),
            "segments" => {
                let segments = self.log().segments();
                let shown = segments.iter().map(|s| format!("{}..{} {}B", s.base_offset, s.next_offset, s.size_bytes));
                shown.collect::<Vec<_>>().join(", ")
            }
            "time" => {
                show(self.log().offset_for_time(number(1), option("below").unwrap_or(i64::MAX)).await.map(|found| {
                    found.map_or("none".to_owned(), |found| format!("{} at {}", found.offset, found.timestamp))
                }))
            }
            "newest" => show(self.log().max_timestamp().await.map(|found| {
                found.map_or("none".to_owned(), |found| format!("{} at {}", found.offset, found.timestamp))
            })),
            "abort" => {
                let (first_offset, last_offset, last_stable_offset) = (number(2), number(3), number(4));
                let transaction = AbortedTxn { producer_id: number(1), first_offset, last_offset, last_stable_offset };
                show(self.log().append_aborted(&transaction).map(|()| ""))
            }
            "restore" => {
                let restored = words[1..].chunks(3).map(|it| {
                    let number = |at: usize| it[at].parse().expect("a number");
                    let (producer_id, first_offset, last_offset) = (number(0), number(1), number(2));
                    AbortedTxn { producer_id, first_offset, last_offset, last_stable_offset: last_offset + 1 }
                });
                show(self.log().restore_aborted(&restored.collect::<Vec<_>>()).map(|()| ""))
            }
            "aborted" => show(self.log().aborted_between(number(1), number(2)).await.map(|found| {
                let shown = found.iter().map(|t| format!("p{} {}..{}", t.producer_id, t.first_offset, t.last_offset));
                shown.collect::<Vec<_>>().join(", ")
            })),
            "rest" => {
                // Background syncs open files, and take as long as they take.
                for _ in 0..RESTS_MAX {
                    self.world.sleep(Duration::from_millis(50)).await;
                    for _ in 0..2 {
                        self.dir.as_ref().expect("open").chores(true).await;
                    }
                    if self.dir.as_ref().expect("open").open_segments() == 0 {
                        break;
                    }
                }
                format!("{} open", self.dir.as_ref().expect("open").open_segments())
            }
            "damaged" => self.dir.as_ref().expect("open").damaged_batches().to_string(),
            "scrub" => {
                let log = self.log();
                let steps = std::iter::successors(log.scrub(Scrubbed::default()), |from| log.scrub(*from));
                let bytes: u64 = steps.map(|step| step.bytes).sum();
                format!("{bytes}B, {} damaged", self.dir.as_ref().expect("open").damaged_batches())
            }
            "close" => {
                let closed = self.log().close();
                self.let_go().await;
                show(closed.map(|()| ""))
            }
            "die" => {
                self.let_go().await;
                String::new()
            }
            "files" => self.files(),
            "index" => self.index(words[1]),
            "cut" => show(
                self.file(words[1])
                    .and_then(|file| file.set_len(file.len()?.saturating_add_signed(number(2))))
                    .map(|()| ""),
            ),
            "flip" => show(self.file(words[1]).and_then(|file| {
                let mut byte = [0];
                file.read_exact_at(&mut byte, number(2) as u64)?;
                file.write_all_at(&[byte[0] ^ 1], number(2) as u64).map(|()| "")
            })),
            "remove" => show(self.world.disk().remove_file(self.file_path(words[1])).map(|()| "")),
            "rename" => {
                let (from, to) = (self.file_path(words[1]), self.file_path(words[2]));
                show(self.world.disk().rename(from, to).map(|()| ""))
            }
            other => panic!("no command {other}"),
        }
    }

    /// As when the process ends: waits for what still runs in the background.
    async fn let_go(&mut self) {
        (self.log, self.dir) = (None, None);
        while matches!(LogDir::open(&self.world, &self.path, dir_options()), Err(OpenDirError::Locked(_))) {
            self.world.sleep(Duration::from_millis(1)).await;
        }
    }

    fn open(&mut self, words: &[&str]) -> String {
        let option = |name: &str| {
            let value = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
            value.map(|value| value.parse::<i64>().expect("a number"))
        };
        let dir = LogDir::open(&self.world, &self.path, dir_options()).expect("the log directory");
        let how = OpenAs {
            clean: words.contains(&"clean"),
            recovery_point: option("recovery").unwrap_or(0),
            log_start: option("start").unwrap_or(0),
            synced: words.contains(&"synced"),
        };
        let mut replayed = Vec::new();
        let opened =
            Log::open(&dir, FOLDER, self.config.clone(), how, option("replay").unwrap_or(i64::MAX), &mut |view| {
                replayed.push(format!("{}..{}", view.base_offset, view.last_offset()));
            });
        match opened {
            Err(error) => format!("error: {error}"),
            Ok((log, recovered)) => {
                let mut answer = format!("{} to {}", log.log_start(), log.log_end());
                if recovered.walked_segments > 0 {
                    let _ = write!(answer, ", walked {}", recovered.walked_segments);
                }
                if recovered.truncated_bytes > 0 {
                    let _ = write!(answer, ", cut {}B", recovered.truncated_bytes);
                }
                if recovered.deleted_segments > 0 {
                    let _ = write!(answer, ", deleted {}", recovered.deleted_segments);
                }
                if recovered.kept_bytes > 0 {
                    let _ = write!(answer, ", kept {}B", recovered.kept_bytes);
                }
                if let Some(trouble) = recovered.trouble {
                    let _ = write!(answer, " ({trouble})");
                }
                if !replayed.is_empty() {
                    let _ = write!(answer, ", replayed {}", replayed.join(" "));
                }
                (self.log, self.dir) = (Some(log), Some(dir));
                answer
            }
        }
    }

    /// `append COUNT[,COUNT…] [bytes=N] [at=MS] [offset=N] [zstd]`
    fn append(&mut self, words: &[&str]) -> String {
        let option = |name: &str| {
            let value = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
            value.map(|value| value.parse::<i64>().expect("a number"))
        };
        let log = self.log();
        let codec = if words.contains(&"zstd") { Codec::Zstd } else { Codec::None };
        let mut next = option("offset").unwrap_or(log.log_end());
        let mut at = option("at").unwrap_or(1000);
        let mut batches = Vec::new();
        for count in words[1].split(',') {
            let count = count.parse().expect("a number");
            batches.push(make_batch(next, count, option("bytes").unwrap_or(0) as usize, at, codec));
            next += i64::from(count);
            at += i64::from(count);
        }
        let summaries: Vec<BatchSummary> = batches.iter().map(summary).collect();
        match log.append(&batches, &summaries) {
            Err(error) => format!("error: {error}"),
            Ok(appended) => {
                let bytes: usize = batches.iter().map(Bytes::len).sum();
                let rolled = appended.rolled_at.map_or(String::new(), |at| format!(", rolled at {at}"));
                let due = if appended.sync_due { ", sync due" } else { "" };
                format!("{}..{} {bytes}B{rolled}{due}", summaries[0].base_offset, next)
            }
        }
    }

    fn file_path(&self, name: &str) -> PathBuf {
        let (offset, kind) = name.split_once('.').expect("OFFSET.KIND");
        self.path.join(FOLDER).join(format!("{:020}.{kind}", offset.parse::<i64>().expect("an offset")))
    }

    fn file(&self, name: &str) -> std::io::Result<kampa_world::File> {
        self.world.disk().open(self.file_path(name), OpenOptions::CREATE)
    }

    fn files(&self) -> String {
        let entries = self.world.disk().read_dir(self.path.join(FOLDER)).expect("a folder");
        let short = |name: &str| match LogFileName::parse(name) {
            Some(known) => known.to_string().trim_start_matches('0').to_owned(),
            None if name.ends_with(".aside") => name.trim_start_matches('0').to_owned(),
            None => name.to_owned(),
        };
        let shown = entries.iter().map(|entry| {
            let name = short(&entry.name);
            format!("{}{name} {}", if name.starts_with('.') { "0" } else { "" }, entry.len)
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    fn index(&self, name: &str) -> String {
        let bytes = self.world.disk().read(self.file_path(name)).expect("a file");
        let shown: Vec<String> = if name.ends_with(".timeindex") {
            time_index::entries(&bytes).map(|entry| format!("{}:{}", entry.timestamp, entry.relative_offset)).collect()
        } else {
            offset_index::entries(&bytes).map(|entry| format!("{}@{}", entry.relative_offset, entry.position)).collect()
        };
        shown.join(" ")
    }
}

fn show(answer: std::io::Result<impl std::fmt::Display>) -> String {
    match answer {
        Ok(value) => value.to_string(),
        Err(error) => format!("error: {error}"),
    }
}

pub(crate) fn show_read(read: Result<crate::LogRead, ReadError>) -> String {
    match read {
        Err(error) => format!("error: {error}"),
        Ok(read) => {
            let shown = read.records.iter().map(|piece| {
                let views = batch::batches(piece.clone()).map(|view| {
                    let view = view.expect("whole batches");
                    let view = batch::BatchView::check(view.into_bytes()).expect("good batches");
                    format!("{}..{}", view.base_offset, view.last_offset())
                });
                views.collect::<Vec<_>>().join(" ")
            });
            format!("[{}] next {}", shown.collect::<Vec<_>>().join(" | "), read.next_offset)
        }
    }
}
