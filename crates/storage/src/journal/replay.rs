//! What a start finds in a journal: writes what the segments lack of it, syncs them, and lets the journal go.
//!
//! After a process's death the segments lack nothing; after a power cut they may lack all that the journal holds. Runs before any
//! log of the directory opens, so that none knows of it. May be cut short and run again. Blocks.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use kampa_formats::log_file_name::{LogFileKind, LogFileName};
use kampa_formats::partition_metadata;
use kampa_formats::sync_journal::{
    CIRCLE_START, Entry, FILE_NAME, FOLDER, Head, LogName, PAGE_BYTES, group_entries, group_head,
};
use kampa_protocol::Uuid;
use kampa_world::{Disk, File, OpenOptions};

/// What a replay did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Replayed {
    /// Groups that counted.
    pub groups: usize,
    /// Data files whose bytes are now on the medium.
    pub files: usize,
    /// Bytes that were missing from them.
    pub written_bytes: u64,
    /// Groups that are not as they were written though later ones are: the medium has lost what it said it had.
    pub lost_groups: u64,
    /// Bytes that could not be put back, because what belongs before them is missing.
    pub lost_bytes: u64,
}

/// Brings the segments of a log directory up to its journal, if there is one, and removes it. After a clean stop nothing in it
/// counts.
pub(crate) fn replay(disk: &Disk, dir: &Path, was_clean: bool) -> io::Result<Replayed> {
    let folder = dir.join(FOLDER);
    if !disk.is_dir(&folder) {
        return Ok(Replayed::default());
    }
    let mut replayed = Replayed::default();
    match disk.open(folder.join(FILE_NAME), OpenOptions::READ) {
        Ok(file) if !was_clean => replayed = replay_file(disk, dir, &file)?,
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    disk.remove_dir_all(&folder)?;
    disk.sync_dir(dir)?;
    Ok(replayed)
}

/// Where in the journal's file the bytes of an entry are, and where they belong.
struct Piece {
    base_offset: i64,
    position: u64,
    next_offset: i64,
    at: u64,
    len: usize,
}

fn replay_file(disk: &Disk, dir: &Path, file: &File) -> io::Result<Replayed> {
    let len = file.len()?;
    let Some(head) = read_head(file, len)? else {
        // It was being made: nobody has relied on it yet.
        return Ok(Replayed::default());
    };
    let groups = find_groups(file, &head, len)?;
    let mut replayed = Replayed { groups: groups.len(), ..Replayed::default() };
    let mut logs: BTreeMap<LogName, Vec<Piece>> = BTreeMap::new();
    let mut next = head.sequence;
    for (sequence, (position, entries)) in groups {
        replayed.lost_groups += sequence - next;
        next = sequence + 1;
        for (log, entry) in entries {
            let pieces = logs.entry(log).or_default();
            match entry {
                Entry::Settled { below } => pieces.retain(|piece| piece.next_offset > below),
                Entry::Bytes { base_offset, position: to, next_offset, at, len } => {
                    pieces.push(Piece { base_offset, position: to, next_offset, at: position + at as u64, len });
                }
            }
        }
    }
    if replayed.lost_groups > 0 {
        tracing::error!(journal = %dir.join(FOLDER).display(), groups = replayed.lost_groups,
            "the disk has lost what it had said to have written: records that were acknowledged may be missing");
    }
    for (log, pieces) in logs {
        write_back(disk, dir, file, &log, &pieces, &mut replayed)?;
    }
    Ok(replayed)
}

/// The younger of the two copies that are whole.
fn read_head(file: &File, len: u64) -> io::Result<Option<Head>> {
    if len < CIRCLE_START {
        return Ok(None);
    }
    let mut pages = vec![0; CIRCLE_START as usize];
    file.read_exact_at(&mut pages, 0)?;
    let heads = pages.chunks_exact(PAGE_BYTES as usize).filter_map(Head::decode);
    Ok(heads.max_by_key(|head| head.sequence))
}

type Groups = BTreeMap<u64, (u64, Vec<(LogName, Entry)>)>;

/// The groups that count, by sequence: position and entries. Looks at every page, so that what lies behind a group that was lost is
/// found too.
fn find_groups(file: &File, head: &Head, len: u64) -> io::Result<Groups> {
    let mut groups = Groups::new();
    let mut at = CIRCLE_START;
    let mut piece = Vec::new();
    let mut piece_start = 0;
    while at + PAGE_BYTES <= len {
        let inside = at.checked_sub(piece_start).map(|from| from as usize).filter(|from| *from < piece.len());
        let Some(from) = inside else {
            piece_start = at;
            piece.resize((len - at).min(PIECE_BYTES) as usize, 0);
            file.read_exact_at(&mut piece, at)?;
            continue;
        };
        let found = group_head(&piece[from..], head.nonce).filter(|(_, sequence)| *sequence >= head.sequence);
        at += match found {
            Some((group_len, sequence)) if at + group_len as u64 <= len => {
                let mut group = vec![0; group_len];
                file.read_exact_at(&mut group, at)?;
                match group_entries(&group) {
                    Some(entries) => {
                        groups.insert(sequence, (at, entries));
                        (group_len as u64).next_multiple_of(PAGE_BYTES)
                    }
                    None => PAGE_BYTES,
                }
            }
            _ => PAGE_BYTES,
        };
    }
    Ok(groups)
}

/// What one read of the journal brings.
const PIECE_BYTES: u64 = 1 << 20;

/// Writes what a log's data files lack, and syncs them. A log or segment that is not there was deleted: its name was on the
/// medium before the journal spoke of it.
fn write_back(
    disk: &Disk,
    dir: &Path,
    journal: &File,
    log: &LogName,
    pieces: &[Piece],
    replayed: &mut Replayed,
) -> io::Result<()> {
    let folder = dir.join(&log.folder);
    if !disk.is_dir(&folder) || read_topic_id(disk, &folder)? != log.topic_id {
        return Ok(());
    }
    for of_segment in pieces.chunk_by(|a, b| a.base_offset == b.base_offset) {
        let path = folder.join(LogFileName::live(of_segment[0].base_offset, LogFileKind::Log).to_string());
        let file = match disk.open(&path, OpenOptions::READ_WRITE) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for piece in of_segment {
            let mut bytes = vec![0; piece.len];
            journal.read_exact_at(&mut bytes, piece.at)?;
            let len = file.len()?;
            if piece.position > len {
                replayed.lost_bytes += piece.len as u64;
                tracing::error!(file = %path.display(), len, position = piece.position,
                    "the disk has lost what it had said to have written: records that were acknowledged are missing");
                continue;
            }
            let mut there = vec![0; piece.len];
            let is_there = piece.position + piece.len as u64 <= len && {
                file.read_exact_at(&mut there, piece.position)?;
                there == bytes
            };
            if !is_there {
                file.write_all_at(&bytes, piece.position)?;
                replayed.written_bytes += piece.len as u64;
            }
        }
        file.sync_data()?;
        replayed.files += 1;
    }
    Ok(())
}

/// What the folder's mark says; zero if it has none that can be read.
pub(crate) fn read_topic_id(disk: &Disk, folder: &Path) -> io::Result<Uuid> {
    match disk.read(folder.join(partition_metadata::FILE_NAME)) {
        Ok(bytes) => Ok(partition_metadata::decode(&bytes).unwrap_or(Uuid::ZERO)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Uuid::ZERO),
        Err(error) => Err(error),
    }
}
