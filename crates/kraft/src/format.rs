//! What formatting leaves of the metadata log: the snapshot that says what the cluster begins with, and who votes.
//!
//! A first start formats with it too. Whose the directory is stands in `meta.properties`, which is the log directory's business.

use std::io;
use std::path::Path;

use kampa_formats::snapshot_name::BOOTSTRAP;
use kampa_metadata::{Changes, MetadataImage};
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_world::World;

use crate::FOLDER;
use crate::batches::invalid;
use crate::files::put;
use crate::quorum::Quorum;
use crate::snapshot::{self, SnapshotOf};

/// Writes, in a directory that is to be formatted, the records that the cluster begins with and its quorum. Blocks.
pub fn format(world: &World, dir: &Path, records: Vec<MetadataRecord>, quorum: &Quorum) -> io::Result<()> {
    let (disk, folder) = (world.disk(), dir.join(FOLDER));
    let levels = image_of(&records)?;
    let file = first_snapshot(records.into_iter(), &levels, quorum, world.wall_ms())?;
    disk.create_dir_all(&folder)?;
    put(disk, &folder, &[(&BOOTSTRAP.to_string(), &file)])?;
    disk.sync_dir(&folder)?;
    disk.sync_dir(dir)
}

/// The bytes of that snapshot; `image` is what the records make.
pub(crate) fn first_snapshot(
    records: impl Iterator<Item = MetadataRecord>,
    image: &MetadataImage,
    quorum: &Quorum,
    now_ms: i64,
) -> io::Result<Vec<u8>> {
    let of = SnapshotOf { epoch: BOOTSTRAP.epoch, timestamp_ms: now_ms };
    snapshot::file(records, &image.features, quorum, of, now_ms)
}

/// What records make of nothing.
pub(crate) fn image_of(records: &[MetadataRecord]) -> io::Result<MetadataImage> {
    let mut image = MetadataImage::default();
    let mut changes = Changes::default();
    records.iter().try_for_each(|record| image.apply(record, &mut changes)).map_err(invalid)?;
    Ok(image)
}
