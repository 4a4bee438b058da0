//! Snapshots: when they are due, what they replace, and what happens when they are damaged.

use super::*;

/// Files of the metadata log, snapshots and segments only.
fn files(world: &World) -> Vec<String> {
    let entries = world.disk().read_dir(format!("{DIR}/{FOLDER}")).unwrap();
    let is_told = |name: &String| name.ends_with(".checkpoint") || name.ends_with(".log");
    entries.into_iter().map(|entry| entry.name).filter(is_told).collect()
}

fn often() -> Settings {
    Settings { snapshot_after_bytes: 1000, segment_bytes: 2000, ..settings() }
}

async fn write_many(world: &World, count: u32) -> MetadataImage {
    let dir = open_dir(world);
    let Opened { mut log, mut image } = MetadataLog::open(&dir, voter(&dir), often()).unwrap();
    let first = image.topics.len() as u32;
    for number in first..first + count {
        let records = [topic(number)];
        let position = log.append(&records, &image).await.unwrap();
        image.apply_all(&records, position).unwrap();
        log.snapshot_if_due(&image).unwrap();
    }
    log.close().unwrap();
    // A sync in the background may still hold the directory.
    world.sleep(std::time::Duration::from_secs(1)).await;
    image
}

#[test]
fn the_last_two_are_kept_and_the_log_since() {
    let told = simulated(async |_, world| {
        write_many(&world, 60).await;
        let dir = open_dir(&world);
        dir.chores(true).await;
        files(&world).join("\n")
    });
    expect![[r#"
        00000000000000000046-0000000001.checkpoint
        00000000000000000046.log
        00000000000000000057-0000000001.checkpoint
        00000000000000000057.log"#]]
    .assert_eq(&told);
}

#[test]
fn a_load_from_a_snapshot_is_the_image_that_was_kept() {
    simulated(async |_, world| {
        for _ in 0..5 {
            let kept = write_many(&world, 25).await;
            let loaded = Node::open(&world);
            assert_eq!(without_position(&loaded.image), without_position(&kept));
            loaded.log.close().unwrap();
        }
    });
}

#[test]
fn by_time_only_if_something_was_written() {
    let told = simulated(async |_, world| {
        let dir = open_dir(&world);
        let hourly = Settings { snapshot_after_ms: 3_600_000, ..settings() };
        let Opened { mut log, mut image } = MetadataLog::open(&dir, voter(&dir), hourly).unwrap();
        let mut counts = Vec::new();
        for hour in 0..6 {
            if hour % 3 == 1 {
                let records = [topic(hour)];
                let position = log.append(&records, &image).await.unwrap();
                image.apply_all(&records, position).unwrap();
            }
            log.snapshot_if_due(&image).unwrap();
            counts.push(files(&world).len() - 1);
            world.sleep(std::time::Duration::from_secs(3601)).await;
        }
        format!("{counts:?}")
    });
    expect!["[1, 3, 3, 3, 3, 3]"].assert_eq(&told);
}

#[test]
fn a_damaged_snapshot_gives_way_to_the_one_before_it() {
    let told = simulated(async |_, world| {
        let kept = write_many(&world, 60).await;
        let snapshots: Vec<String> = files(&world).into_iter().filter(|name| name.ends_with(".checkpoint")).collect();
        let mut lines = Vec::new();
        for name in snapshots.iter().rev() {
            let path = format!("{DIR}/{FOLDER}/{name}");
            let mut bytes = world.disk().read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            world.disk().write_atomic(&path, &bytes).unwrap();
            lines.push(match try_open(&open_dir(&world)) {
                Ok(opened) => {
                    opened.log.close().unwrap();
                    format!("{name} damaged: same topics {}", opened.image.topics == kept.topics)
                }
                // The checksums depend on the directory's id, which is drawn.
                Err(error) => format!("{name} damaged: {}", error.to_string().split(" is 0x").next().unwrap()),
            });
        }
        lines.join("\n")
    });
    expect![[r#"
        00000000000000000057-0000000001.checkpoint damaged: same topics true
        00000000000000000046-0000000001.checkpoint damaged: cannot read a snapshot in __cluster_metadata-0: checksum"#]]
    .assert_eq(&told);
}

#[test]
fn an_unfinished_snapshot_does_not_count() {
    simulated(async |_, world| {
        let kept = write_many(&world, 60).await;
        let newest = files(&world).into_iter().rfind(|name| name.ends_with(".checkpoint")).unwrap();
        let path = format!("{DIR}/{FOLDER}/{newest}");
        let whole = world.disk().read(&path).unwrap();
        for cut in (0..whole.len()).step_by(7) {
            world.disk().write_atomic(&path, &whole[..cut]).unwrap();
            let opened = try_open(&open_dir(&world)).unwrap();
            assert_eq!(opened.image.topics, kept.topics, "cut at {cut}");
            opened.log.close().unwrap();
        }
    });
}

#[test]
fn a_large_image_takes_several_batches() {
    let records: Vec<MetadataRecord> = (0..300_000).map(topic).collect();
    let quorum = crate::Quorum::default();
    let levels = MetadataImage::default().features;
    let of = crate::snapshot::SnapshotOf { epoch: 3, timestamp_ms: 5 };
    let file = crate::snapshot::file(records.into_iter(), &levels, &quorum, of, 7).unwrap();
    let batches = kampa_formats::batch::batches(file.clone().into()).count();
    let (snapshot, timestamp_ms) = crate::snapshot::parse(file.into()).unwrap();
    assert_eq!((snapshot.image.topics.len(), timestamp_ms), (300_000, 5));
    assert_eq!(batches, 4);
}
