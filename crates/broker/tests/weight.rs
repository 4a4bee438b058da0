//! What a partition weighs in memory: as the allocator hands it out, bookkeeping and rounding included.
//!
//! Not what a whole node takes: that is for `cargo xtask bench partitions`. The bounds are a little above what was counted; who needs
//! more has found out what for.

#![allow(clippy::disallowed_methods)] // A directory for the test, in the real world.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kampa_formats::batch::{BatchBuilder, BatchOptions, NewRecord};
use kampa_metadata::{Changes, MetadataImage};
use kampa_protocol::records::metadata::{MetadataRecord, PartitionRecord, TopicRecord};
use kampa_protocol::{Records, Text, Uuid};
use kampa_replication::{Origin, Partition, PartitionConfig, PartitionId};
use kampa_storage::{LogDir, LogDirOptions, OpenAs};
use kampa_world::World;

/// Enough that what they share does not count.
const COUNT: usize = 2_000;

/// A topic of one partition in the metadata.
const IN_IMAGE_MAX: usize = 470;
/// The partition, open, that nobody has written to.
const BLANK_MAX: usize = 360;
/// The partition with one batch, its files closed; and with one of an idempotent producer.
const IDLE_MAX: usize = 1_100;
const IDLE_IDEMPOTENT_MAX: usize = 1_560;

#[test]
fn what_a_partition_weighs() {
    let path = std::env::temp_dir().join(format!("kampa-weight-{}", std::process::id()));
    let run = |world: World| async move {
        let before = allocated();
        let image = image();
        told("in the image", before, IN_IMAGE_MAX);
        let dir = LogDir::open(&world, &path, options()).expect("a log directory");
        let config = Arc::new(PartitionConfig::default());
        let open = |number: usize| open(&dir, number, &config);
        let mut all = Vec::with_capacity(COUNT);
        let before = allocated();
        all.extend((0..COUNT).map(open));
        told("never written", before, BLANK_MAX);
        write(&all, -1);
        rest(&dir).await;
        told("idle with a batch", before, IDLE_MAX);
        write(&all, 7);
        rest(&dir).await;
        told("idle with a batch of an idempotent producer", before, IDLE_IDEMPOTENT_MAX);
        drop((image, all, dir));
        let _ = world.disk().remove_dir_all(&path);
    };
    World::run(1, run).expect("a runtime");
}

fn image() -> MetadataImage {
    let (mut image, mut changes) = (MetadataImage::default(), Changes::default());
    for number in 0..COUNT {
        let topic_id = topic_id(number);
        let topic = TopicRecord { name: name(number), topic_id, ..Default::default() };
        image.apply(&MetadataRecord::Topic(topic), &mut changes).expect("a new topic");
        let partition = PartitionRecord {
            topic_id,
            replicas: vec![1],
            isr: vec![1],
            leader: 1,
            directories: vec![Uuid([3; 16])],
            ..Default::default()
        };
        image.apply(&MetadataRecord::Partition(partition), &mut changes).expect("a partition of it");
    }
    image
}

fn open(dir: &LogDir, number: usize, config: &Arc<PartitionConfig>) -> Partition {
    let id = PartitionId { topic: name(number), topic_id: topic_id(number), index: 0 };
    let how = OpenAs { clean: true, recovery_point: 0, log_start: 0, synced: false };
    let partition = Partition::open(dir, id, config.clone(), how).expect("an open partition");
    partition.become_leader(0).expect("a leader");
    partition
}

fn write(partitions: &[Partition], producer_id: i64) {
    for partition in partitions {
        let (producer_epoch, base_sequence) = if producer_id < 0 { (-1, -1) } else { (0, 0) };
        let options = BatchOptions { producer_id, producer_epoch, base_sequence, ..BatchOptions::default() };
        let mut batch = BatchBuilder::new(options);
        batch.append(NewRecord { timestamp: 1_000, key: None, value: Some(b"value"), headers: &[] });
        let records = Records::from(batch.build(0));
        partition.append_as_leader(records, Origin::Client, 1_000).expect("an append");
    }
}

/// All files closed.
async fn rest(dir: &LogDir) {
    while dir.open_segments() > 0 {
        dir.chores(true).await;
    }
}

fn told(what: &str, before: usize, bytes_max: usize) {
    let each = (allocated() - before) / COUNT;
    println!("{what}: {each} bytes");
    assert!(each <= bytes_max, "{what}: {each} bytes");
}

fn name(number: usize) -> Text {
    Text::from(format!("topic-{number}")).detached()
}

fn topic_id(number: usize) -> Uuid {
    Uuid((number as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes())
}

fn options() -> LogDirOptions {
    LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: 100, journal_bytes: 0 }
}

struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

fn allocated() -> usize {
    ALLOCATED.load(Ordering::SeqCst)
}

/// What glibc takes for so many bytes.
fn taken(bytes: usize) -> usize {
    (bytes + 8).next_multiple_of(16).max(32)
}

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: everything is handed on to the system's allocator; the counter is a plain number.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(taken(layout.size()), Ordering::SeqCst);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(taken(layout.size()), Ordering::SeqCst);
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}
