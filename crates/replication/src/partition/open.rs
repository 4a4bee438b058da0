//! Opening a partition: the newest producer snapshot, then the batches behind it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicI64};

use kampa_formats::leader_epoch_checkpoint;
use kampa_formats::producer_snapshot::ProducerEntry;
use kampa_formats::txn_index::AbortedTxn;
use kampa_protocol::Uuid;
use kampa_storage::{Log, LogDir, OpenAs};
use kampa_world::{DirName, Disk};
use parking_lot::{Mutex, RwLock};

use super::{Inner, Partition, PartitionId, Place, State};
use crate::config::PartitionConfig;
use crate::epochs::LeaderEpochs;
use crate::producers::Producers;
use crate::progress::Waiters;
use crate::snapshots;

impl Partition {
    /// Opens the partition's replica in a log directory; `how` comes from [`crate::Checkpoints`]. It leads nothing yet: see [`Partition::become_leader`].
    /// A new one has no folder before its first batch.
    ///
    /// After a clean stop little is read; after a crash what is not known to be on the medium is walked. An error names the file. Blocks.
    pub fn open(
        dir: &LogDir,
        id: PartitionId,
        config: impl Into<Arc<PartitionConfig>>,
        how: OpenAs,
    ) -> io::Result<Partition> {
        Partition::open_here(dir, id, config.into(), how).inspect_err(|_| dir.doubt())
    }

    fn open_here(dir: &LogDir, id: PartitionId, config: Arc<PartitionConfig>, how: OpenAs) -> io::Result<Partition> {
        let folder = id.to_string();
        let Some(entries) = dir.names_in(&folder)? else {
            dir.check_online()?;
            return Ok(Partition::of(dir, id, config, None, State::default(), 0));
        };
        check_topic_id(dir, &folder, &id)?;
        let path = dir.path().join(&folder);
        let opened = open_log(dir, &id, &config, how, entries)?;
        let Opened { log, producers, mut epochs, epochs_in_file, snapshot_offset, entries } = opened;
        let log_end = log.log_end();
        epochs.cut_from(log_end);
        epochs.cut_before(log.log_start());
        // Before a recovery point was written, what its file of epochs had to say was on the medium.
        let kept_end = if how.clean { log_end } else { how.recovery_point.min(log_end) };
        let is_kept = epochs_in_file.agrees_below(kept_end, &epochs);
        let bases: Vec<i64> = log.segments().iter().map(|segment| segment.base_offset).collect();
        snapshots::remove_strays(dir.world().disk(), &path, &entries, snapshot_offset, &bases)?;
        let state = State {
            producers,
            epochs,
            epochs_kept_end: if is_kept { kept_end } else { 0 },
            epochs_written: 0,
            has_folder: true,
            snapshot_offset,
        };
        Ok(Partition::of(dir, id, config, Some(log).filter(|log| !log.is_unborn()), state, kept_end))
    }

    fn of(
        dir: &LogDir,
        id: PartitionId,
        config: Arc<PartitionConfig>,
        log: Option<Log>,
        state: State,
        kept_recovery_point: i64,
    ) -> Partition {
        let log_start = log.as_ref().map_or(0, Log::log_start);
        let inner = Inner {
            id,
            world: dir.world().clone(),
            config: RwLock::new(config),
            state: Mutex::new(state),
            leader_epoch: AtomicI32::new(-1),
            high_watermark: AtomicI64::new(log_start),
            last_stable_offset: AtomicI64::new(log_start),
            clean_end: AtomicI64::new(-1),
            kept_recovery_point: AtomicI64::new(kept_recovery_point),
            owns_folder: Mutex::new(true),
            waiters: Waiters::default(),
            place: RwLock::new(Place { dir: dir.clone(), log }),
            future: Mutex::default(),
        };
        let inner = Arc::new(inner);
        if let Some(log) = inner.log() {
            inner.hear_of(&log);
        }
        Partition { inner }
    }
}

/// A folder of that name that belongs to another topic, one that was deleted, must not be taken for this one's.
fn check_topic_id(dir: &LogDir, folder: &str, id: &PartitionId) -> io::Result<()> {
    let path = dir.path().join(folder);
    if let Some(found) = dir.take_partition_metadata(folder)? {
        if found != id.topic_id {
            let why = format!("{} belongs to topic id {found}, not {}", path.display(), id.topic_id);
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        return Ok(());
    }
    dir.world().disk().create_dir_all(&path)?;
    if id.topic_id == Uuid::ZERO { Ok(()) } else { dir.write_partition_metadata(folder, id.topic_id) }
}

struct Opened {
    log: Log,
    producers: Producers,
    epochs: LeaderEpochs,
    epochs_in_file: LeaderEpochs,
    snapshot_offset: i64,
    /// What the folder held.
    entries: Vec<DirName>,
}

fn open_log(
    dir: &LogDir,
    id: &PartitionId,
    config: &PartitionConfig,
    how: OpenAs,
    mut entries: Vec<DirName>,
) -> io::Result<Opened> {
    let world = dir.world();
    let folder = id.to_string();
    let path = dir.path().join(&folder);
    loop {
        let snapshot = snapshots::newest(world.disk(), &path, &entries)?;
        let snapshot_offset = snapshot.as_ref().map_or(0, |(offset, _)| *offset);
        let known = snapshot.map(|(_, known)| known).unwrap_or_default();
        let mut producers = Producers::from_snapshot(&known, world.wall_ms(), config.producer_id_expiration_ms);
        let epochs_in_file = read_epochs(world.disk(), &path)?;
        let mut epochs = epochs_in_file.clone();
        let mut aborted: Vec<AbortedTxn> = Vec::new();
        let mut on_batch = |batch: &kampa_formats::batch::BatchView| {
            if epochs.latest().is_none_or(|latest| latest < batch.partition_leader_epoch) {
                epochs.assign(batch.partition_leader_epoch, batch.base_offset);
            }
            // A batch that the snapshot reaches into is in it as a whole.
            if batch.base_offset < snapshot_offset {
                return;
            }
            if let Some(ended) = producers.replay(batch) {
                if ended.aborted {
                    aborted.push(producers.aborted_entry(&ended));
                }
                producers.settle(&ended);
            }
        };
        let (log, recovered) =
            Log::open_listed(dir, (&folder, &entries), config.log.clone(), how, snapshot_offset, &mut on_batch)?;
        if recovered.truncated_bytes > 0 {
            tracing::warn!(partition = %id, bytes = recovered.truncated_bytes, end = log.log_end(), "cut after a crash");
        }
        if snapshot_offset > log.log_end() {
            // The log lost its end and the snapshot speaks of it: an older one and what follows it will do.
            snapshots::remove(world.disk(), &path, |offset| offset == snapshot_offset)?;
            entries = dir.names_in(&folder)?.unwrap_or_default();
            continue;
        }
        if recovered.began_anew {
            // What was replayed went with the log, and nobody knows what became of the transactions that a snapshot calls open. The
            // next start must not find one either, as then it would stand otherwise than now.
            snapshots::remove(world.disk(), &path, |_| true)?;
            world.disk().sync_dir(&path)?;
            let (producers, epochs) = (Producers::default(), LeaderEpochs::default());
            return Ok(Opened { log, producers, epochs, epochs_in_file, snapshot_offset: 0, entries });
        }
        let first = log.segments().first().map_or(0, |segment| segment.base_offset);
        if (1..first).contains(&snapshot_offset) {
            // Between the snapshot and the log is a gap, which only a log that began anew has: before segments go for their age, a
            // snapshot reaches beyond them.
            snapshots::remove(world.disk(), &path, |offset| offset < first)?;
            entries = dir.names_in(&folder)?.unwrap_or_default();
            continue;
        }
        log.restore_aborted(&aborted)?;
        recall(&log, &known, snapshot_offset, world.wall_ms(), &mut producers)?;
        producers.expire(world.wall_ms(), config.producer_id_expiration_ms);
        return Ok(Opened { log, producers, epochs, epochs_in_file, snapshot_offset, entries });
    }
}

/// A snapshot holds the last batch of each producer, and a client may send its last five again: looks for the others of those who
/// wrote lately.
fn recall(
    log: &Log,
    entries: &[ProducerEntry],
    snapshot_offset: i64,
    now_ms: i64,
    producers: &mut Producers,
) -> io::Result<()> {
    let lately = |entry: &ProducerEntry| entry.last_offset >= 0 && now_ms - entry.timestamp < SENT_AGAIN_MS_MAX;
    if !entries.iter().any(lately) {
        return Ok(());
    }
    let mut headers = Vec::new();
    log.look_back(snapshot_offset, LOOK_BACK_BYTES, &mut |batch| {
        if batch.has_producer_id() && !batch.is_control() {
            headers.push(*batch.header());
        }
    })?;
    producers.recall(&headers);
    Ok(())
}

/// Nobody sends a batch again that is older: Kafka's producers give up after two minutes (`delivery.timeout.ms`), and clocks differ.
const SENT_AGAIN_MS_MAX: i64 = 10 * 60 * 1000;

/// How far before a snapshot batches are looked for that may come again: a dozen producers' last five batches of 16 KiB
/// (`batch.size`), and a read that costs a start less than a millisecond.
const LOOK_BACK_BYTES: u64 = 1 << 20;

fn read_epochs(disk: &Disk, folder: &Path) -> io::Result<LeaderEpochs> {
    let path = folder.join(leader_epoch_checkpoint::FILE_NAME);
    match disk.read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(LeaderEpochs::default()),
        Err(error) => Err(error),
        Ok(file) => Ok(match leader_epoch_checkpoint::decode(&file) {
            Ok(starts) => LeaderEpochs::new(starts),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "leader epochs ignored");
                LeaderEpochs::default()
            }
        }),
    }
}
