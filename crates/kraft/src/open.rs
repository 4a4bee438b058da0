//! Opening the metadata log: what `kafka-storage format --standalone` writes if there is nothing, then snapshot, log, and a new
//! epoch to lead in.
//!
//! What a start waits for is the file system's commits. Of a first start: one for all the small files, one for the names of the new
//! log, one with the first append; of every other, one for the small files and one with the first append, before which nobody has
//! been told of the epoch.

use std::io;
use std::path::PathBuf;

use kampa_formats::batch::BatchView;
use kampa_formats::leader_epoch_checkpoint::{self, EpochStart};
use kampa_formats::partition_dir_name::{PartitionDirName, PartitionDirRole};
use kampa_formats::partition_metadata;
use kampa_formats::quorum_state::{self, QuorumState};
use kampa_formats::snapshot_name::BOOTSTRAP;
use kampa_metadata::{Changes, LogPosition, MetadataImage, SupportedFeature};
use kampa_protocol::Uuid;
use kampa_storage::{Log, LogConfig, LogDir, OpenAs, Recovered};

use crate::batches::{self, Contents, invalid};
use crate::damage::{self, Damage};
use crate::files::{self, TEMPORARY, folder, put};
use crate::format::{first_snapshot, image_of};
use crate::quorum::{Quorum, Voter, leader_change};
use crate::snapshot::{self, Snapshot};
use crate::{FOLDER, MetadataLog, Settings};

/// The metadata log, and what it says.
pub struct Opened {
    /// Ready for the first append.
    pub log: MetadataLog,
    /// At the end of the log; of a log without records, what its formatting said to begin with.
    pub image: MetadataImage,
}

/// Why the metadata log cannot be used: sentences for whoever starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The disk, or what is on it.
    #[error("cannot {doing} in {FOLDER}: {error}")]
    Io {
        /// A verb and its object.
        doing: &'static str,
        /// What the machine says.
        error: io::Error,
    },
    /// Others vote, too.
    #[error(
        "the metadata log in this directory has several voters ({}, by node.id), and only a quorum of one is served yet: \
         format another directory with --standalone", in_words(.0)
    )]
    SeveralVoters(Vec<i32>),
    /// Another node's directory.
    #[error(
        "the metadata log in this directory is led by {voter} (voters by node.id), and this node is {here}: \
         set node.id to that of the only voter, or choose another directory"
    )]
    OtherVoter {
        /// By `node.id`.
        voter: i32,
        /// `node.id`.
        here: i32,
    },
    /// Formatted to be one of several controllers.
    #[error(
        "this directory was formatted without controllers (--no-initial-controllers), to join those that others know; only a \
         quorum of one is served yet: format it with --standalone"
    )]
    NoVoters,
    /// The log directory was copied, or another one of the node's has taken its place.
    #[error(
        "the metadata log names directory {wanted} as node {node}'s, and this directory is {here} (directory.id in \
         meta.properties): choose the directory that the metadata log was written in"
    )]
    OtherDirectory {
        /// `node.id`.
        node: i32,
        /// As the log says.
        wanted: Uuid,
        /// As `meta.properties` says.
        here: Uuid,
    },
    /// Partitions without the log that says what they are.
    #[error(
        "the log directory holds the partition {partition}, but no {FOLDER} with a record in it: without it nobody knows what its \
         partitions are. Bring it back, set metadata.log.dir to where it lies, or choose an empty directory"
    )]
    Lost {
        /// A folder's name.
        partition: String,
    },
    /// Written by a later version.
    #[error("the cluster is beyond this version: {}", .0.join("; "))]
    Features(Vec<String>),
    /// Every snapshot is damaged, or the log since the last good one is gone.
    #[error(
        "the metadata is damaged: its log begins at offset {log_start} and the newest snapshot that can be read ends at \
         {snapshot_end}; what lies between is gone. Bring the directory back from a copy"
    )]
    Gap {
        /// First offset of the log.
        log_start: i64,
        /// Offset after the snapshot's last record.
        snapshot_end: i64,
    },
    /// What was synced is not there any more.
    #[error(
        "the metadata log is damaged: {} holds no whole batch at position {position}, where offset {offset} should be, and what \
         is behind cannot count without it. Bring the directory back from a copy", .path.display()
    )]
    Damaged {
        /// A data file.
        path: PathBuf,
        /// In bytes.
        position: usize,
        /// Of the first record that is missing.
        offset: i64,
    },
}

impl MetadataLog {
    /// Opens the log in a directory this process holds, formatting an empty one as a new cluster of this voter alone, and begins an
    /// epoch. Blocks.
    pub fn open(dir: &LogDir, voter: Voter, settings: Settings) -> Result<Opened, OpenError> {
        remove_leftovers(dir).map_err(doing("remove unfinished files"))?;
        let newest = snapshot::list(dir).map_err(doing("list snapshots"))?.last().map(|(name, _)| name.end_offset);
        let (is_formatted, is_unwritten) = (newest.is_some(), newest.unwrap_or(0) == 0 && is_empty(dir)?);
        if is_unwritten && let Some(partition) = any_partition(dir)? {
            return Err(OpenError::Lost { partition });
        }
        let is_first = !is_formatted && is_unwritten;
        let mut snapshot = match (is_formatted, is_first) {
            (true, _) => newest_snapshot(dir)?,
            (_, true) => format(dir, &voter).map_err(doing("write the first snapshot"))?,
            _ => Snapshot::default(),
        };
        begin_with_bootstrap(dir, &mut snapshot.image).map_err(doing("read bootstrap.checkpoint"))?;
        let state = read_quorum_state(dir).map_err(doing("read quorum-state"))?;
        let loaded = replay(dir, &settings, snapshot)?;
        check_quorum(&loaded, &state, &voter)?;
        let unsupported = loaded.image.latest().features.unsupported();
        if !unsupported.is_empty() {
            return Err(OpenError::Features(unsupported));
        }
        let epoch = match &state {
            _ if is_first => FIRST_EPOCH,
            Some(state) => loaded.last_epoch.max(state.leader_epoch).max(0) + 1,
            None => loaded.last_epoch.max(0) + 1,
        };
        let now_ms = dir.world().wall_ms();
        let mut log = MetadataLog {
            dir: dir.clone(),
            is_folder_unsynced: true,
            bytes_since_snapshot: loaded.replayed_bytes,
            epochs: read_epochs(dir, &loaded),
            log: loaded.log,
            settings,
            quorum: loaded.quorum,
            epoch,
            last_snapshot_ms: now_ms,
        };
        log.lead(voter, state.as_ref(), loaded.is_quorum_in_log, now_ms).map_err(doing("begin an epoch"))?;
        let mut image = loaded.image;
        image.advance_to(LogPosition { offset: log.next_offset() - 1, epoch, timestamp_ms: now_ms });
        Ok(Opened { log, image })
    }

    /// Begins this start's epoch. The election is on the medium before anything is written in its name.
    fn lead(
        &mut self,
        voter: Voter,
        known: Option<&QuorumState>,
        is_quorum_in_log: bool,
        now_ms: i64,
    ) -> io::Result<()> {
        let mut records = vec![leader_change(voter.node_id)?];
        let moved = self.quorum.voters != [voter.clone()];
        let node_id = voter.node_id;
        self.quorum.voters = vec![voter];
        if !is_quorum_in_log {
            records.extend(self.quorum.records()?);
        } else if moved && self.quorum.kraft_version > 0 {
            records.push(self.quorum.voters_record()?);
        }
        self.epochs.push(EpochStart { epoch: self.epoch, start_offset: self.next_offset() });
        let elected = self.quorum.elected(node_id, self.epoch);
        if Some(&elected) != known {
            let (state, epochs) = (quorum_state::encode(&elected), leader_epoch_checkpoint::encode(&self.epochs));
            let state = (quorum_state::FILE_NAME, state.as_bytes());
            let epochs = (leader_epoch_checkpoint::FILE_NAME, epochs.as_bytes());
            put(self.dir.world().disk(), &folder(&self.dir), &[state, epochs])?;
        }
        self.write(batches::of_control(&records, self.epoch, self.next_offset(), now_ms))
    }
}

/// The log as read, and what it says.
struct Loaded {
    log: Log,
    image: MetadataImage,
    quorum: Quorum,
    last_epoch: i32,
    replayed_bytes: u64,
    /// Voters stand in the log, not only in the snapshot that formatting left.
    is_quorum_in_log: bool,
}

/// Whether there is no log, or an empty one, as a crash in the middle of a first start leaves it.
fn is_empty(dir: &LogDir) -> Result<bool, OpenError> {
    let (disk, folder) = (dir.world().disk(), folder(dir));
    if !disk.is_dir(&folder) {
        return Ok(true);
    }
    let entries = disk.read_dir(&folder).map_err(doing("list files"))?;
    Ok(!entries.iter().any(|entry| entry.name.ends_with(".log") && entry.len > 0))
}

/// The folder of another partition. A log in which nothing was written yet knows of none.
fn any_partition(dir: &LogDir) -> Result<Option<String>, OpenError> {
    let entries = dir.world().disk().read_names(dir.path()).map_err(doing("list partitions"))?;
    let is_other = |name: &str| {
        let live = |name: PartitionDirName| name.role == PartitionDirRole::Live;
        name != FOLDER && PartitionDirName::parse(name).is_some_and(live)
    };
    Ok(entries.into_iter().find(|entry| entry.is_dir && is_other(&entry.name)).map(|entry| entry.name))
}

/// Writes what formatting writes, a snapshot of what the cluster begins with, and at once the outcome of the first election.
fn format(dir: &LogDir, voter: &Voter) -> io::Result<Snapshot> {
    let (disk, folder, now_ms) = (dir.world().disk(), folder(dir), dir.world().wall_ms());
    disk.create_dir_all(&folder)?;
    let (image, quorum) = match files::read(disk, &dir.path().join(BOOTSTRAP_CHECKPOINT))? {
        // Alone, without a snapshot that names voters, it was left for those that the settings name.
        Some(bytes) => (snapshot::parse(bytes.into())?.0.image, Quorum::as_configured(voter.clone())),
        None => (image_of(&SupportedFeature::new_cluster())?, Quorum::of_one(voter.clone())),
    };
    let file = first_snapshot(image.to_records(), &image, &quorum, now_ms)?;
    let topic_id = partition_metadata::encode(Uuid::METADATA_TOPIC);
    put(
        disk,
        &folder,
        &[
            (&BOOTSTRAP.to_string(), &file),
            (partition_metadata::FILE_NAME, topic_id.as_bytes()),
            (quorum_state::FILE_NAME, quorum_state::encode(&quorum.elected(voter.node_id, FIRST_EPOCH)).as_bytes()),
            (leader_epoch_checkpoint::FILE_NAME, leader_epoch_checkpoint::encode(&[FIRST_EPOCH_START]).as_bytes()),
        ],
    )?;
    Ok(Snapshot { image, quorum })
}

/// Before Kafka 4.4, formatting said in a file of its own what the cluster begins with.
fn begin_with_bootstrap(dir: &LogDir, image: &mut MetadataImage) -> io::Result<()> {
    let is_unsaid = image.features.is_empty() && image.position.offset < 0;
    let path = dir.path().join(BOOTSTRAP_CHECKPOINT);
    if is_unsaid && let Some(bytes) = files::read(dir.world().disk(), &path)? {
        *image = snapshot::parse(bytes.into())?.0.image;
    }
    Ok(())
}

/// The newest snapshot that can be read.
fn newest_snapshot(dir: &LogDir) -> Result<Snapshot, OpenError> {
    let mut last_error = None;
    for (name, path) in snapshot::list(dir).map_err(doing("list snapshots"))?.into_iter().rev() {
        match snapshot::read(dir, name, &path) {
            Ok(snapshot) => return Ok(snapshot),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                tracing::warn!(snapshot = %path.display(), %error, "snapshot is damaged: taking the one before it");
                last_error = Some(error);
            }
            Err(error) => return Err(OpenError::Io { doing: "read a snapshot", error }),
        }
    }
    match last_error {
        Some(error) => Err(OpenError::Io { doing: "read a snapshot", error }),
        None => Ok(Snapshot::default()),
    }
}

/// Opens the log, cuts what a crash left half-written, and applies what the snapshot does not have.
fn replay(dir: &LogDir, settings: &Settings, snapshot: Snapshot) -> Result<Loaded, OpenError> {
    let from = snapshot.image.position.offset + 1;
    let oldest = snapshot::list(dir).map_err(doing("list snapshots"))?.first().map_or(0, |(name, _)| name.end_offset);
    let mut image = snapshot.image;
    let mut quorum = snapshot.quorum;
    let (mut last_epoch, mut replayed_bytes, mut is_quorum_in_log) = (image.position.epoch, 0, from > 0);
    if let Some(Damage { path, position, offset }) = damage::find(dir, from).map_err(doing("read the log"))? {
        return Err(OpenError::Damaged { path, position, offset });
    }
    if !dir.was_clean() {
        write_again(dir, from).map_err(doing("make the log's end durable"))?;
    }
    let mut failed = None;
    let mut each = |batch: &BatchView| {
        last_epoch = last_epoch.max(batch.header().partition_leader_epoch);
        if batch.header().base_offset < from || failed.is_some() {
            return;
        }
        replayed_bytes += batch.header().size_bytes() as u64;
        is_quorum_in_log = true;
        failed = apply(&mut image, &mut quorum, batch).err();
    };
    let how = OpenAs { clean: dir.was_clean(), recovery_point: from, log_start: oldest.min(from), synced: false };
    let (log, recovered) =
        Log::open(dir, FOLDER, log_config(settings), how, from, &mut each).map_err(doing("open the log"))?;
    if let Some(error) = failed {
        return Err(OpenError::Io { doing: "replay the log", error });
    }
    tell(&recovered);
    if log.log_start() > from {
        return Err(OpenError::Gap { log_start: log.log_start(), snapshot_end: from });
    }
    if log.log_end() < from {
        // All there was is in the snapshot.
        log.truncate_fully_and_start_at(from).map_err(doing("begin the log after its snapshot"))?;
    }
    Ok(Loaded { log, image, quorum, last_epoch, replayed_bytes, is_quorum_in_log })
}

/// Writes the segments again, as they are, that no snapshot stands for.
///
/// If the process ended because a sync failed, the system takes what it could not write for written: it is there to be read, later
/// syncs say nothing of it, and a power cut takes it, with what was acknowledged after it. So goes a file's name as well. Written
/// again, both are durable with the first append. These segments are small: a snapshot begins a new one.
fn write_again(dir: &LogDir, from: i64) -> io::Result<()> {
    let (disk, folder) = (dir.world().disk(), folder(dir));
    for (_, name) in damage::segments(dir, from)? {
        put(disk, &folder, &[(&name, &disk.read(folder.join(&name))?)])?;
    }
    Ok(())
}

fn apply(image: &mut MetadataImage, quorum: &mut Quorum, batch: &BatchView) -> io::Result<()> {
    let header = batch.header();
    let at = |error| invalid(format!("batch at offset {}: {error}", header.base_offset));
    match batches::read(batch)? {
        Contents::Metadata(records) => {
            let mut changes = Changes::default();
            records.iter().try_for_each(|record| image.apply(record, &mut changes)).map_err(at)?;
        }
        Contents::Control(records) => records.iter().try_for_each(|record| quorum.apply(record))?,
    }
    image.advance_to(LogPosition {
        offset: header.last_offset(),
        epoch: header.partition_leader_epoch,
        timestamp_ms: header.max_timestamp,
    });
    Ok(())
}

fn tell(recovered: &Recovered) {
    if recovered.truncated_bytes > 0 {
        let bytes = recovered.truncated_bytes;
        tracing::warn!(bytes, "the metadata log ended in a batch that was never finished: cut");
    }
}

/// Whether this node may lead: it is the only voter, in the directory it votes from.
fn check_quorum(loaded: &Loaded, state: &Option<QuorumState>, voter: &Voter) -> Result<(), OpenError> {
    let here = voter.node_id;
    let is_static = loaded.quorum.kraft_version == 0;
    let voters: Vec<i32> = match state.as_ref().and_then(|state| state.current_voters.clone()) {
        Some(voters) if is_static => voters,
        _ if is_static => vec![here],
        _ => loaded.quorum.voters.iter().map(|voter| voter.node_id).collect(),
    };
    match voters[..] {
        [] => return Err(OpenError::NoVoters),
        [voter] if voter == here => {}
        [voter] => return Err(OpenError::OtherVoter { voter, here }),
        _ => return Err(OpenError::SeveralVoters(voters)),
    }
    let known = loaded.quorum.voters.first().map_or(Uuid::ZERO, |known| known.directory_id);
    if !is_static && known != voter.directory_id {
        return Err(OpenError::OtherDirectory { node: here, wanted: known, here: voter.directory_id });
    }
    Ok(())
}

/// Nothing here is deleted by age or size: snapshots say what may go.
fn log_config(settings: &Settings) -> LogConfig {
    LogConfig {
        segment_bytes: settings.segment_bytes,
        segment_ms: settings.segment_ms,
        retention_ms: -1,
        retention_bytes: -1,
        ..LogConfig::default()
    }
}

fn read_quorum_state(dir: &LogDir) -> io::Result<Option<QuorumState>> {
    let bytes = files::read(dir.world().disk(), &folder(dir).join(quorum_state::FILE_NAME))?;
    let remedy = "bring it back from a copy; a lone voter may begin without it: remove it";
    let bad = |error| invalid(format!("{error}; {remedy}"));
    bytes.map(|bytes| quorum_state::decode(&bytes).map_err(bad)).transpose()
}

/// The epochs of the log so far. The file helps others find their way; the batches themselves say the same.
fn read_epochs(dir: &LogDir, loaded: &Loaded) -> Vec<EpochStart> {
    let bytes = dir.world().disk().read(folder(dir).join(leader_epoch_checkpoint::FILE_NAME)).unwrap_or_default();
    let mut epochs = leader_epoch_checkpoint::decode(&bytes).unwrap_or_default();
    epochs.retain(|epoch| epoch.start_offset < loaded.log.log_end());
    // Of what lies before the log's start, the last epoch is enough.
    let before = epochs.iter().take_while(|epoch| epoch.start_offset <= loaded.log.log_start()).count();
    epochs.drain(..before.saturating_sub(1));
    epochs
}

fn remove_leftovers(dir: &LogDir) -> io::Result<()> {
    let (disk, folder) = (dir.world().disk(), folder(dir));
    if !disk.is_dir(&folder) {
        return Ok(());
    }
    for entry in disk.read_dir(&folder)?.iter().filter(|entry| entry.name.ends_with(TEMPORARY)) {
        disk.remove_file(folder.join(&entry.name))?;
    }
    Ok(())
}

fn doing(doing: &'static str) -> impl Fn(io::Error) -> OpenError {
    move |error| OpenError::Io { doing, error }
}

fn in_words(ids: &[i32]) -> String {
    let ids: Vec<String> = ids.iter().map(i32::to_string).collect();
    ids.join(", ")
}

/// The epoch of a cluster's first leader.
const FIRST_EPOCH: i32 = 1;
const FIRST_EPOCH_START: EpochStart = EpochStart { epoch: FIRST_EPOCH, start_offset: 0 };
/// Name of the file, in the log directory, with which Kafka before 4.4 formatted.
const BOOTSTRAP_CHECKPOINT: &str = "bootstrap.checkpoint";
