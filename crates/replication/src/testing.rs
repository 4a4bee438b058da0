//! Scripts about one partition, `orders-0`: a command a line, an answer a line. Times are milliseconds after the bench was made.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use expect_test::Expect;
use kampa_formats::batch::control::EndMarker;
use kampa_formats::batch::{
    Attributes, BatchBuilder, BatchOptions, BatchView, NewRecord, TimestampType, batches, stamp,
};
use kampa_formats::compression::{Codec, Compression};
use kampa_protocol::{Records, Text, Uuid};
use kampa_storage::{LogDir, LogDirOptions, OpenDirError};
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};

use crate::{
    AppendError, AppendedInfo, Checkpoints, Durability, Isolation, OffsetSpec, Origin, Partition, PartitionConfig,
    PartitionId, ReadRequest, TopicCompression,
};

/// Runs a script on the real disk and on the simulated one, which must agree; `config` as `key=value …` over Kafka's defaults.
pub(crate) fn check(config: &str, script: &str, want: Expect) {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let simulated = simulation.run(Bench::new(&world, "/data".as_ref(), config).script(script));
    let real = in_temporary_dir(config.to_owned(), script.to_owned());
    assert_eq!(simulated, real, "the simulated disk and the real one");
    want.assert_eq(&real);
}

fn in_temporary_dir(config: String, script: String) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("kampa-replication-{}-{number}", std::process::id()));
    let run = |world: World| async move {
        let output = Bench::new(&world, &path, &config).script(&script).await;
        let _ = world.disk().remove_dir_all(&path);
        output
    };
    World::run(1, run).expect("a runtime")
}

pub(crate) fn parse_config(text: &str) -> PartitionConfig {
    let mut config = PartitionConfig::default();
    let log = Arc::make_mut(&mut config.log);
    log.file_delete_delay_ms = 0;
    for word in text.split_whitespace() {
        let (key, value) = word.split_once('=').expect("key=value");
        let number = || value.parse::<i64>().expect("a number");
        match key {
            "segment.bytes" => log.segment_bytes = number() as u64,
            "retention.ms" => log.retention_ms = number(),
            "retention.bytes" => log.retention_bytes = number(),
            "delete.retention.ms" => log.delete_retention_ms = number(),
            "min.compaction.lag.ms" => log.min_compaction_lag_ms = number(),
            "max.compaction.lag.ms" => log.max_compaction_lag_ms = number(),
            "flush.messages" => log.flush_messages = number(),
            "cleanup.policy" => {
                (log.delete, log.compact) = (value.contains("delete"), value.contains("compact"));
            }
            "max.message.bytes" => config.max_message_bytes = number() as usize,
            "max.decompressed.message.bytes" => config.max_decompressed_message_bytes = number() as usize,
            "message.timestamp.type" => config.timestamp_type = TimestampType::LogAppendTime,
            "message.timestamp.before.max.ms" => config.timestamp_before_max_ms = number(),
            "compression.type" => config.compression = TopicCompression::As(Compression::of(parse_codec(value))),
            "producer.id.expiration.ms" => config.producer_id_expiration_ms = number(),
            "durability" => config.durability = Durability::Synced,
            _ => panic!("no setting {key}"),
        }
    }
    config
}

pub(crate) fn parse_codec(name: &str) -> Codec {
    let known = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
    known.into_iter().find(|codec| codec.name() == name).unwrap_or_else(|| panic!("no codec {name}"))
}

/// `KEY=VALUE` among the words of a command.
pub(crate) fn option<'a>(words: &[&'a str], key: &str) -> Option<&'a str> {
    words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
}

pub(crate) fn number<T: std::str::FromStr>(words: &[&str], key: &str) -> Option<T> {
    option(words, key).map(|value| value.parse().unwrap_or_else(|_| panic!("{key} is a number, not {value}")))
}

/// `[n=2] [pid=7 epoch=0 seq=0] [txn] [at=5] [nokey] [codec=zstd] [bytes=100] …`, timestamps from `base_ms` on.
pub(crate) fn make_batch(words: &[&str], base_ms: i64) -> Vec<u8> {
    let codec = option(words, "codec").map_or(Codec::None, parse_codec);
    let producer_id = number(words, "pid").unwrap_or(-1);
    let known = if producer_id >= 0 { 0 } else { -1 };
    let mut builder = BatchBuilder::new(BatchOptions {
        compression: Compression::of(codec),
        transactional: words.contains(&"txn"),
        producer_id,
        producer_epoch: number(words, "epoch").unwrap_or(known),
        base_sequence: number(words, "seq").unwrap_or(i32::from(known)),
        ..BatchOptions::default()
    });
    let value = vec![b'v'; number(words, "bytes").unwrap_or(1)];
    let key = (!words.contains(&"nokey")).then_some(&b"k"[..]);
    for n in 0..number(words, "n").unwrap_or(1) {
        let timestamp = base_ms + number::<i64>(words, "at").unwrap_or(0) + n;
        let delta = n as i32 * number(words, "gap").unwrap_or(1);
        builder.append_at(delta, NewRecord { timestamp, key, value: Some(&value), headers: &[] });
    }
    builder.build(number(words, "offset").unwrap_or(0)).to_vec()
}

/// Changes a batch into what no honest producer sends.
pub(crate) fn spoil(batch: &mut Vec<u8>, words: &[&str]) {
    let mut set = |at: usize, bytes: &[u8]| batch[at..at + bytes.len()].copy_from_slice(bytes);
    if let Some(count) = number::<i32>(words, "count") {
        set(57, &count.to_be_bytes());
    }
    if let Some(delta) = number::<i32>(words, "last-delta") {
        set(23, &delta.to_be_bytes());
    }
    if let Some(attributes) = number::<i16>(words, "attributes") {
        set(21, &Attributes(attributes).0.to_be_bytes());
    }
    stamp::crc(batch);
    let mut set = |at: usize, bytes: &[u8]| batch[at..at + bytes.len()].copy_from_slice(bytes);
    if let Some(magic) = number::<i8>(words, "magic") {
        set(16, &magic.to_be_bytes());
    }
    if let Some(length) = number::<i32>(words, "length") {
        set(8, &length.to_be_bytes());
    }
    if words.contains(&"badcrc") {
        batch[17] ^= 1;
    }
    if let Some(cut) = number::<usize>(words, "cut") {
        batch.truncate(batch.len() - cut);
    }
    if let Some(junk) = number::<usize>(words, "junk") {
        batch.resize(batch.len() + junk, b'x');
    }
    if words.contains(&"doubled") {
        batch.extend_from_within(..);
    }
}

/// One partition under test.
struct Bench {
    world: World,
    path: PathBuf,
    config: PartitionConfig,
    base_ms: i64,
    dir: Option<LogDir>,
    partition: Option<Partition>,
}

impl Bench {
    fn new(world: &World, path: &Path, config: &str) -> Bench {
        Bench {
            world: world.clone(),
            path: path.to_owned(),
            config: parse_config(config),
            base_ms: world.wall_ms(),
            dir: None,
            partition: None,
        }
    }

    async fn script(mut self, script: &str) -> String {
        let mut transcript = String::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let answer = self.command(&words).await;
            let _ = writeln!(transcript, "{line}: {answer}");
        }
        transcript
    }

    fn partition(&mut self) -> Partition {
        if self.partition.is_none() {
            self.open();
            self.partition.as_ref().expect("open").become_leader(0).expect("a first epoch");
        }
        self.partition.clone().expect("open")
    }

    fn open(&mut self) -> String {
        let options = LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: 100, journal_bytes: 1 << 20 };
        let dir = LogDir::open(&self.world, &self.path, options).expect("the log directory");
        let checkpoints = Checkpoints::read(&dir).expect("checkpoints");
        let id = PartitionId { topic: Text::from("orders"), topic_id: Uuid([7; 16]), index: 0 };
        let how = checkpoints.open_as(&id);
        let opened = Partition::open(&dir, id, self.config.clone(), how);
        self.dir = Some(dir);
        let shown = show(opened.map(|partition| {
            let at = partition.watermarks();
            self.partition = Some(partition);
            format!("{} to {}", at.log_start, at.log_end)
        }));
        shown.replace(&*self.path.to_string_lossy(), "")
    }

    /// As when the process ends: waits for what still runs in the background.
    async fn let_go(&mut self) {
        (self.partition, self.dir) = (None, None);
        let options = LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: 100, journal_bytes: 1 << 20 };
        let mark = self.path.join(".kafka_cleanshutdown");
        let was_clean = self.world.disk().exists(&mark);
        while matches!(LogDir::open(&self.world, &self.path, options.clone()), Err(OpenDirError::Locked(_))) {
            self.world.sleep(Duration::from_millis(1)).await;
        }
        if was_clean {
            self.world.disk().write_atomic(&mark, b"").expect("a mark");
        }
    }

    async fn command(&mut self, words: &[&str]) -> String {
        match words[0] {
            "produce" => self.produce(words),
            "marker" => self.marker(words),
            "read" => self.read(words).await,
            "offset" => self.offset(words).await,
            "marks" => {
                let at = self.partition().watermarks();
                let (stable, high) = (at.last_stable_offset, at.high_watermark);
                format!("start={} stable={stable} high={high} end={}", at.log_start, at.log_end)
            }
            "producers" => self.producers(),
            "lead" => {
                let epoch = number(words, "epoch").expect("an epoch");
                show(self.partition().become_leader(epoch).map(|()| "ok"))
            }
            "resign" => {
                self.partition().resign();
                "ok".to_owned()
            }
            "epoch-end" => {
                let current = number(words, "current");
                let end = self.partition().offset_for_leader_epoch(words[1].parse().expect("an epoch"), current);
                match end {
                    Ok(end) => format!("epoch {} ends at {}", end.leader_epoch, end.end_offset),
                    Err(error) => error.code().name().to_owned(),
                }
            }
            "committed" => {
                let partition = self.partition();
                let end = partition.watermarks().log_end;
                let waited = self.world.timeout(Duration::from_secs(5), partition.committed(end)).await;
                if waited.is_ok() { "yes".to_owned() } else { "timed out".to_owned() }
            }
            "delete-records" => match self.partition().delete_records(words[1].parse().expect("an offset")).await {
                Ok(start) => format!("start={start}"),
                Err(error) => error.code().name().to_owned(),
            },
            "retain" => {
                let now_ms = self.base_ms + number::<i64>(words, "at").unwrap_or(0);
                show(self.partition().retain(now_ms).map(|retained| {
                    format!("start={}, {} segments deleted", retained.new_log_start, retained.deleted.len())
                }))
            }
            "roll" => show(self.partition().log().expect("records").roll()),
            "set" => {
                self.config = parse_config(&words[1..].join(" "));
                self.partition().set_config(self.config.clone());
                "ok".to_owned()
            }
            "stop" => self.stop().await,
            "kill" => {
                self.let_go().await;
                "ok".to_owned()
            }
            "start" => self.open(),
            "checkpoint" => {
                let partition = self.partition();
                let dir = self.dir.clone().expect("open");
                show(Checkpoints::write(&dir, [&partition].into_iter()).map(|()| "ok"))
            }
            "cut" => {
                let path = self.path.join("orders-0").join(words[1]);
                let mut file = self.world.disk().read(&path).expect("a file");
                file.truncate(number(words, "bytes").expect("how many stay"));
                show(self.world.disk().write_atomic(path, &file).map(|()| "ok"))
            }
            "rest" => {
                // What was begun in the background ends: every segment but the first has its snapshot.
                let segments = self.partition().segments();
                let are_there = |files: String| {
                    segments.iter().skip(1).all(|segment| files.contains(&format!("{}.snapshot ", segment.base_offset)))
                };
                while !are_there(self.files()) {
                    self.world.sleep(Duration::from_millis(1)).await;
                }
                "ok".to_owned()
            }
            "files" => self.files(),
            "show" => self.show_file(words[1]),
            "lose" => show(self.world.disk().remove_file(self.path.join("orders-0").join(words[1])).map(|()| "ok")),
            "leave" => {
                let path = self.path.join("orders-0").join(words[1]);
                show(self.world.disk().write_unsynced(path, b"unfinished").map(|()| "ok"))
            }
            "spoil" => {
                let path = self.path.join("orders-0").join(words[1]);
                let mut file = self.world.disk().read(&path).expect("a file");
                let at = file.len() - 1;
                file[at] ^= 1;
                show(self.world.disk().write_atomic(path, &file).map(|()| "ok"))
            }
            other => panic!("no command {other}"),
        }
    }

    async fn stop(&mut self) -> String {
        let partition = self.partition();
        let dir = self.dir.clone().expect("open");
        let stopped = partition
            .close()
            .and_then(|()| Checkpoints::write(&dir, [&partition].into_iter()))
            .and_then(|()| dir.mark_clean(1));
        drop((partition, dir));
        self.let_go().await;
        show(stopped.map(|()| "ok"))
    }

    fn produce(&mut self, words: &[&str]) -> String {
        let mut batch = make_batch(words, self.base_ms);
        spoil(&mut batch, words);
        let now_ms = self.base_ms + number::<i64>(words, "now").unwrap_or(0);
        let records = Records::from(Bytes::from(batch));
        self.show_append(self.partition.clone(), records, Origin::Client, now_ms)
    }

    /// `marker pid=7 epoch=0 commit|abort [coordinator=0]`
    fn marker(&mut self, words: &[&str]) -> String {
        let marker = EndMarker {
            committed: words.contains(&"commit"),
            coordinator_epoch: number(words, "coordinator").unwrap_or(0),
        };
        let producer_id = number(words, "pid").expect("a producer");
        let epoch = number(words, "epoch").unwrap_or(0);
        let batch = marker.batch(0, self.base_ms, producer_id, epoch);
        self.show_append(self.partition.clone(), Records::from(batch), Origin::Coordinator, self.base_ms)
    }

    fn show_append(&mut self, open: Option<Partition>, records: Records, origin: Origin, now_ms: i64) -> String {
        let partition = open.unwrap_or_else(|| self.partition());
        match partition.append_as_leader(records, origin, now_ms) {
            Ok(AppendedInfo { base_offset, last_offset, log_append_time_ms, is_duplicate, .. }) => {
                let time = match log_append_time_ms {
                    -1 => String::new(),
                    time => format!(" time={}", time - self.base_ms),
                };
                let again = if is_duplicate { " (duplicate)" } else { "" };
                format!("ok {base_offset}..{last_offset}{time}{again}")
            }
            Err(error) => show_error(&error),
        }
    }

    /// `read OFFSET [committed|end] [max=N]`
    async fn read(&mut self, words: &[&str]) -> String {
        let isolation = match () {
            () if words.contains(&"committed") => Isolation::ReadCommitted,
            () if words.contains(&"end") => Isolation::LogEnd,
            () => Isolation::ReadUncommitted,
        };
        let request = ReadRequest {
            offset: words[1].parse().expect("an offset"),
            max_bytes: number(words, "max").unwrap_or(1 << 20),
            at_least_one: true,
            isolation,
            current_leader_epoch: number(words, "current"),
        };
        match self.partition().read(request).await {
            Err(error) => error.code().name().to_owned(),
            Ok(answer) => {
                let shown =
                    answer.records.into_iter().flat_map(|piece| batches(piece).map(|view| self.show_batch(view)));
                let mut text = shown.collect::<Vec<_>>().join(", ");
                for aborted in answer.aborted.unwrap_or_default() {
                    let _ = write!(text, "; pid {} aborted from {}", aborted.producer_id, aborted.first_offset);
                }
                if text.is_empty() { "nothing".to_owned() } else { text }
            }
        }
    }

    fn show_batch(&self, view: Result<BatchView, kampa_formats::batch::BatchError>) -> String {
        let view = view.and_then(|view| BatchView::check(view.into_bytes())).expect("a good batch");
        let mut text = format!("{}..{}", view.base_offset, view.last_offset());
        if view.attributes.is_compressed() {
            text += &format!(" {}", view.attributes.codec().expect("a codec").name());
        }
        if view.attributes.timestamp_type() == TimestampType::LogAppendTime {
            text += " append-time";
        }
        let records = view.records(1 << 20).expect("records").map(|record| record.expect("a record"));
        let offsets: Vec<i64> = records.map(|record| record.offset).collect();
        assert_eq!(offsets, (view.base_offset..=view.last_offset()).collect::<Vec<_>>());
        format!("{text} e{} max={}", view.partition_leader_epoch, view.max_timestamp - self.base_ms)
    }

    /// `offset latest|earliest|newest|TIME [committed]`
    async fn offset(&mut self, words: &[&str]) -> String {
        let spec = match words[1] {
            "latest" => OffsetSpec::Latest,
            "earliest" => OffsetSpec::Earliest,
            "newest" => OffsetSpec::MaxTimestamp,
            "tiered" => OffsetSpec::LatestTiered,
            time => OffsetSpec::AtOrAfter(self.base_ms + time.parse::<i64>().expect("a time")),
        };
        let isolation =
            if words.contains(&"committed") { Isolation::ReadCommitted } else { Isolation::ReadUncommitted };
        match self.partition().find_offset(spec, isolation, number(words, "current")).await {
            Err(error) => error.code().name().to_owned(),
            Ok(None) => "none".to_owned(),
            Ok(Some(found)) => {
                let time =
                    if found.timestamp < 0 { String::new() } else { format!(" at {}", found.timestamp - self.base_ms) };
                let epoch = found.leader_epoch.map_or(String::new(), |epoch| format!(" e{epoch}"));
                format!("{}{time}{epoch}", found.offset)
            }
        }
    }

    fn producers(&mut self) -> String {
        let shown = self.partition().producers().into_iter().map(|producer| {
            let txn = match producer.txn_first_offset {
                -1 => String::new(),
                offset => format!(" txn={offset}"),
            };
            format!("{} e{} seq={}{txn}", producer.producer_id, producer.epoch, producer.last_sequence)
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    fn files(&self) -> String {
        let Ok(entries) = self.world.disk().read_dir(self.path.join("orders-0")) else { return "no folder".to_owned() };
        let shown = entries.iter().map(|entry| match entry.name.trim_start_matches('0') {
            rest if rest.starts_with('.') => format!("0{rest}"),
            rest => rest.to_owned(),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    fn show_file(&self, name: &str) -> String {
        let file = self.world.disk().read(self.path.join("orders-0").join(name)).expect("a file");
        String::from_utf8_lossy(&file).trim_end().replace('\n', " | ")
    }
}

fn show(answer: std::io::Result<impl std::fmt::Display>) -> String {
    answer.map_or_else(|error| format!("error: {error}"), |answer| answer.to_string())
}

fn show_error(error: &AppendError) -> String {
    let mut text = error.code().name().to_owned();
    let records: Vec<String> = error.record_errors().map(|(index, _)| index.to_string()).collect();
    if !records.is_empty() {
        text += &format!(" records {}", records.join(" "));
    }
    text
}
