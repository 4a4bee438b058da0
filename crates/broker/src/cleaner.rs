//! The cleaner: which compacted partition is dirtiest, and compacting it within the memory and speed that the settings allow.
//!
//! What stays of a partition is `kampa_storage`'s to decide. As many partitions are compacted at once as `log.cleaner.threads` says;
//! each in steps on the pool for blocking work, so that a slow one holds no thread while it waits for its share of the disk's speed.
//! A partition that cannot be compacted is told, set aside until the next start, and grows.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kampa_metrics::CleanerGauges;
use kampa_protocol::Uuid;
use kampa_replication::{Checkpoints, Partition};
use kampa_storage::{CompactError, Compacted, CompactionStep, Dirtiness, LogDir};
use kampa_world::{Monotonic, Task};
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::broker::Broker;
use crate::settings;

/// What the cleaner is about.
#[derive(Default)]
pub struct Cleaner {
    state: Mutex<State>,
    /// A partition was compacted: there is room for another.
    freed: Notify,
}

#[derive(Default)]
struct State {
    /// Partitions that are being compacted.
    busy: BTreeSet<Place>,
    /// Partitions that cannot be.
    set_aside: BTreeSet<Place>,
    throttle: Throttle,
    last_look: Monotonic,
    dirtiest: f64,
    overdue_ms: i64,
    /// The last compactions and how long they took, as many as run at once.
    last: VecDeque<(Compacted, Duration)>,
    bytes: u64,
}

/// A partition: topic id and index.
type Place = (Uuid, i32);

/// Starts the cleaner, unless the settings say that there is none.
pub fn spawn(broker: &Arc<Broker>) -> Option<Task<()>> {
    let is_wanted = broker.config().log_cleaner_enable;
    is_wanted.then(|| broker.world.spawn("cleaner", run(broker.clone())))
}

async fn run(broker: Arc<Broker>) {
    loop {
        let settings = settings::cleaner(&broker.config());
        while broker.cleaner.state.lock().busy.len() < settings.threads {
            let here = broker.clone();
            let Some((partition, dirtiness)) = broker.world.offload(move || choose(&here)).await else { break };
            drop(broker.world.spawn("compact", clean(broker.clone(), partition, dirtiness)));
        }
        let freed = broker.cleaner.freed.notified();
        let _ = broker.world.timeout(settings.backoff, freed).await;
    }
}

/// The dirtiest partition that is to be compacted; it counts as busy from now on. Blocks.
fn choose(broker: &Broker) -> Option<(Partition, Dirtiness)> {
    let now_ms = broker.world.wall_ms();
    let (mut dirtiest, mut overdue_ms) = (0.0_f64, 0);
    let mut chosen: Option<(Partition, Dirtiness)> = None;
    for partition in broker.partitions.compacted() {
        let config = partition.config();
        let is_out = partition.dir().offline().is_some() || partition.copying().is_some();
        if is_out || broker.cleaner.leaves(place(&partition)) {
            continue;
        }
        let dirtiness = match partition.dirtiness(now_ms) {
            Ok(dirtiness) => dirtiness,
            Err(error) => {
                broker.cleaner.set_aside(&partition, &error.into());
                continue;
            }
        };
        dirtiest = dirtiest.max(dirtiness.ratio());
        overdue_ms = overdue_ms.max(dirtiness.overdue_ms);
        let is_dirtier = chosen.as_ref().is_none_or(|(_, most)| dirtiness.ratio() > most.ratio());
        if is_dirtier && dirtiness.is_due(config.log.min_cleanable_dirty_ratio) {
            chosen = Some((partition, dirtiness));
        }
    }
    let mut state = broker.cleaner.state.lock();
    (state.last_look, state.dirtiest, state.overdue_ms) = (broker.world.now(), dirtiest, overdue_ms);
    state.busy.extend(chosen.as_ref().map(|(partition, _)| place(partition)));
    chosen
}

async fn clean(broker: Arc<Broker>, partition: Partition, dirtiness: Dirtiness) {
    let began = broker.world.now();
    let done = compact(&broker, &partition).await;
    let took = broker.world.now().since(began);
    let cleaner = &broker.cleaner;
    match &done {
        Ok(compacted) => {
            tracing::info!(partition = %partition.id(), from = dirtiness.first_dirty, to = compacted.clean_end,
                read_bytes = compacted.bytes_read, written_bytes = compacted.bytes_written,
                read_records = compacted.records_read, kept_records = compacted.records_kept,
                ms = took.as_millis() as u64, "compacted");
            if compacted.records_without_key > 0 {
                tracing::warn!(partition = %partition.id(), records = compacted.records_without_key,
                    "records without a key are gone: the topic was not always compacted");
            }
            cleaner.tell(*compacted, took, settings::cleaner(&broker.config()).threads);
        }
        Err(CompactError::Interrupted | CompactError::Busy) => {}
        Err(CompactError::Io(error)) if is_full(error) => {
            tracing::warn!(partition = %partition.id(), %error, "compact: tried again later");
        }
        // Everybody hears of a directory that is offline.
        Err(_) if partition.dir().offline().is_some() => {}
        Err(error) => cleaner.set_aside(&partition, error),
    }
    cleaner.state.lock().busy.remove(&place(&partition));
    if done.is_ok() {
        // Others wait for the pause to be over: what has just failed would fail again.
        cleaner.freed.notify_one();
    }
}

async fn compact(broker: &Arc<Broker>, partition: &Partition) -> Result<Compacted, CompactError> {
    let settings = settings::cleaner(&broker.config());
    // A recovery takes holes for compaction's only below the recovery point, should the topic not be compacted any more by then.
    if let Some(log) = partition.log() {
        log.sync().await?;
    }
    let (here, dir) = (broker.clone(), partition.dir().path().to_owned());
    broker.world.offload(move || keep(&here, &dir, |dir, of_dir| Checkpoints::write(dir, of_dir))).await?;
    let (here, now_ms) = (partition.clone(), broker.world.wall_ms());
    let mut compaction = broker.world.offload(move || here.begin_compaction(now_ms, settings.bounds)).await?;
    loop {
        let step;
        (step, compaction) = broker.world.offload(move || (compaction.step(), compaction)).await;
        match step? {
            CompactionStep::Done(compacted) => {
                let (here, dir) = (broker.clone(), partition.dir().path().to_owned());
                let write = |dir: &LogDir, of_dir: OfDir<'_>| Checkpoints::write_clean_ends(dir, of_dir);
                broker.world.offload(move || keep(&here, &dir, write)).await?;
                return Ok(compacted);
            }
            CompactionStep::On { bytes } => {
                let rate = settings::cleaner(&broker.config()).bytes_per_second;
                let wait = broker.cleaner.pay(broker.world.now(), bytes, rate);
                if !wait.is_zero() {
                    broker.world.sleep(wait).await;
                }
            }
        }
    }
}

/// Partitions of one directory.
type OfDir<'a> = std::slice::Iter<'a, Partition>;

/// Writes checkpoints of a directory's partitions. Blocks.
fn keep(broker: &Broker, dir: &Path, write: fn(&LogDir, OfDir<'_>) -> io::Result<()>) -> io::Result<()> {
    let mut of_dir = broker.partitions.written();
    of_dir.retain(|partition| partition.dir().path() == dir);
    let Some(dir) = of_dir.first().map(Partition::dir) else { return Ok(()) };
    write(&dir, of_dir.iter())
}

fn place(partition: &Partition) -> Place {
    (partition.id().topic_id, partition.id().index)
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

impl Cleaner {
    /// Whether the partition is none to choose.
    fn leaves(&self, place: Place) -> bool {
        let state = self.state.lock();
        state.busy.contains(&place) || state.set_aside.contains(&place)
    }

    fn set_aside(&self, partition: &Partition, error: &CompactError) {
        tracing::error!(partition = %partition.id(), dir = %partition.dir().path().display(), %error,
            "the partition cannot be compacted and is left as it is until the next start");
        self.state.lock().set_aside.insert(place(partition));
    }

    /// How long to wait after reading and writing so many bytes, at so many a second for all.
    fn pay(&self, now: Monotonic, bytes: u64, bytes_per_second: f64) -> Duration {
        let mut state = self.state.lock();
        state.bytes += bytes;
        state.throttle.pay(now, bytes, bytes_per_second)
    }

    fn tell(&self, compacted: Compacted, took: Duration, threads: usize) {
        let mut state = self.state.lock();
        state.last.push_back((compacted, took));
        while state.last.len() > threads.max(1) {
            state.last.pop_front();
        }
    }

    /// What there is to tell of it. Blocks as [`Partition::dirtiness`] does, where partitions were set aside.
    pub fn gauges(&self, broker: &Broker) -> CleanerGauges {
        let (set_aside, mut gauges) = {
            let state = self.state.lock();
            let read: u64 = state.last.iter().map(|(it, _)| it.bytes_read).sum();
            let written: u64 = state.last.iter().map(|(it, _)| it.bytes_written).sum();
            let utilization = state.last.iter().map(|(it, _)| it.key_utilization).fold(0.0, f64::max);
            let gauges = CleanerGauges {
                buffer_utilization_percent: (utilization * 100.0) as u64,
                recopy_percent: written * 100 / read.max(1),
                clean_time: state.last.iter().map(|(_, took)| *took).max().unwrap_or_default(),
                compaction_delay: Duration::from_millis(state.overdue_ms.max(0) as u64),
                dirty_percent: (state.dirtiest * 100.0) as u64,
                since_last_look: broker.world.now().since(state.last_look),
                bytes: state.bytes,
                uncleanable: Vec::new(),
            };
            (state.set_aside.clone(), gauges)
        };
        let now_ms = broker.world.wall_ms();
        for data in broker.dirs.data() {
            let (mut count, mut bytes) = (0, 0);
            for partition in set_aside.iter().filter_map(|(topic, index)| broker.partitions.find(*topic, *index)) {
                if partition.dir().path() == data.path {
                    count += 1;
                    bytes += partition.dirtiness(now_ms).map_or(0, |dirtiness| dirtiness.cleanable_bytes);
                }
            }
            gauges.uncleanable.push((count, bytes));
        }
        gauges
    }
}

/// Bytes that may not pass faster than at a rate.
#[derive(Default)]
struct Throttle {
    /// When all that has passed is paid for.
    paid: Monotonic,
}

impl Throttle {
    /// How long to wait now that so many bytes have passed.
    fn pay(&mut self, now: Monotonic, bytes: u64, bytes_per_second: f64) -> Duration {
        let cost = Duration::try_from_secs_f64(bytes as f64 / bytes_per_second).unwrap_or(WAIT_MAX);
        self.paid = self.paid.max(now) + cost.min(WAIT_MAX);
        self.paid.since(now).min(WAIT_MAX)
    }
}

/// However low the rate: a change of it is heard of within this time.
const WAIT_MAX: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests;
