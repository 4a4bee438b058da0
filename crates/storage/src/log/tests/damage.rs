//! What a disk does to a log that a crash does not do: bits that turn over in the middle of it.

use expect_test::expect;
use kampa_formats::batch::batches;
use kampa_formats::compression::Codec;
use kampa_world::OpenOptions;
use kampa_world::sim::{Faults, Simulation};

use super::check;
use crate::testing::{dir_options, make_batch, summary};
use crate::{Log, LogConfig, LogDir, OpenAs};

#[test]
fn a_torn_tail_goes_and_nothing_is_kept() {
    check(
        "",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B
            die: 
            cut 0.log -100: 
            open: 0 to 1, walked 1, cut 97B (a batch of 197 bytes is cut at 97)
            files: 0.index 0, 0.log 197, 0.timeindex 0
        "#]],
    );
}

#[test]
fn whole_batches_behind_a_damaged_one_are_kept_aside_and_stay_there() {
    check(
        "segment.bytes=700",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B
            append 1 bytes=200: 2..3 197B
            append 1 bytes=200: 3..4 197B, rolled at 3
            die: 
            flip 0.log 300: 
            open: 0 to 1, walked 1, cut 591B, deleted 1, kept 591B (checksum is 0xcc4d106a but the bytes give 0x01f92bf1)
            files: 0.index 0, 0.log 197, 0.timeindex 0, 1.log.1.aside 394, 3.index.deleted 0, 3.log.1.aside 197, 3.timeindex.deleted 0
            append 1 bytes=200: 1..2 197B
            append 1 bytes=200: 2..3 197B
            die: 
            flip 0.log 300: 
            open: 0 to 1, walked 1, cut 394B, kept 394B (checksum is 0xcc4d106a but the bytes give 0x01f92bf1)
            files: 0.index 0, 0.log 197, 0.timeindex 0, 1.log.1.aside 394, 1.log.2.aside 394, 3.log.1.aside 197
            read 0: [0..0] next 1
        "#]],
    );
}

#[test]
fn a_damaged_length_hides_nothing() {
    check(
        "",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B
            append 1 bytes=200: 2..3 197B
            die: 
            flip 0.log 206: 
            open: 0 to 1, walked 1, cut 394B, kept 394B (a batch of 65733 bytes is cut at 394)
            files: 0.index 0, 0.log 197, 0.timeindex 0, 1.log.1.aside 394
        "#]],
    );
}

/// The checksum does not cover the offset. A power cut in the middle of a write may leave the old bytes of the disk there.
#[test]
fn a_torn_offset_makes_no_gap() {
    check(
        "",
        expect![[r#"
        append 1 bytes=200: 0..1 197B
        append 1 bytes=200: 1..2 197B
        die: 
        flip 0.log 202: 
        open: 0 to 1, walked 1, cut 197B, kept 197B (offset 65537 where 1 is due)
        append 1 bytes=200: 1..2 197B
    "#]],
    );
}

#[test]
fn damage_is_told_once_whether_read_or_scrubbed() {
    check(
        "segment.bytes=500",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B
            append 1 bytes=200: 2..3 197B, rolled at 2
            append 1 bytes=200: 3..4 197B
            append 1 bytes=200: 4..5 197B, rolled at 4
            close: 
            flip 0.log 100: 
            flip 2.log 300: 
            flip 4.log 100: 
            open clean: 0 to 5
            damaged: 0
            read 0: error: the batch of offset 0 is corrupt
            read 0: error: the batch of offset 0 is corrupt
            read 1: [1..1] next 2
            damaged: 1
            scrub: 788B, 2 damaged
            scrub: 788B, 2 damaged
            read 4: error: the batch of offset 4 is corrupt
            damaged: 3
        "#]],
    );
}

/// Whether a turned bit there can be told: of a batch's first 16 bytes, the checksum covers none, and the first offset and the leader
/// epoch may be anything.
fn is_covered(file: &kampa_world::File, len: u64, position: u64) -> bool {
    let mut bytes = vec![0; len as usize];
    file.read_exact_at(&mut bytes, 0).expect("reads");
    let mut start = 0;
    for view in batches(bytes.into()).map_while(Result::ok) {
        let end = start + view.bytes().len() as u64;
        if (start..end).contains(&position) {
            return !(start..start + 8).contains(&position) && !(start + 12..start + 16).contains(&position);
        }
        start = end;
    }
    true
}

/// Whatever is damaged, what is served is what was written, and every whole batch is either served or kept aside.
#[test]
fn no_whole_batch_is_lost() {
    for seed in 1..=200 {
        let simulation = Simulation::new(seed, Faults::none());
        let world = simulation.process("node");
        simulation.run(async {
            let config = LogConfig { segment_bytes: 1000, index_interval_bytes: 100, ..LogConfig::default() };
            let how = OpenAs { clean: false, recovery_point: 0, log_start: 0, synced: false };
            let open = |dir: &LogDir| Log::open(dir, "t-0", config.clone(), how, i64::MAX, &mut |_| {}).expect("opens");
            let mut chance = seed;
            let mut below = |limit: u64| {
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (chance >> 33) % limit
            };
            let mut written = Vec::new();
            {
                let dir = LogDir::open(&world, "/data".as_ref(), dir_options()).expect("a directory");
                let (log, _) = open(&dir);
                for _ in 0..2 + below(20) {
                    let batch =
                        make_batch(log.log_end(), 1 + below(3) as i32, 100 + below(300) as usize, 1, Codec::None);
                    log.append(std::slice::from_ref(&batch), &[summary(&batch)]).expect("appends");
                    written.push(batch);
                }
                log.sync().await.expect("syncs");
            }
            world.sleep(std::time::Duration::from_secs(1)).await;
            let folder = std::path::Path::new("/data/t-0");
            let segments = world.disk().read_dir(folder).expect("a folder");
            let segments: Vec<_> =
                segments.into_iter().filter(|entry| entry.name.ends_with(".log") && entry.len > 0).collect();
            for _ in 0..1 + below(2) {
                let segment = &segments[below(segments.len() as u64) as usize];
                let file = world.disk().open(folder.join(&segment.name), OpenOptions::READ_WRITE).expect("a file");
                let position = below(segment.len);
                if below(3) == 0 {
                    let zeros = vec![0; (segment.len - position) as usize];
                    file.write_all_at(&zeros, position).expect("writes");
                } else if is_covered(&file, segment.len, position) {
                    let mut byte = [0];
                    file.read_exact_at(&mut byte, position).expect("reads");
                    file.write_all_at(&[byte[0] ^ (1 << below(8))], position).expect("writes");
                }
            }
            let on_disk: Vec<Vec<u8>> =
                segments.iter().map(|entry| world.disk().read(folder.join(&entry.name)).expect("a file")).collect();
            let is_in = |files: &[Vec<u8>], batch: &[u8]| {
                files.iter().any(|file| file.windows(batch.len()).any(|window| window == batch))
            };
            let whole: Vec<_> = written.iter().filter(|batch| is_in(&on_disk, batch)).collect();

            let dir = LogDir::open(&world, "/data".as_ref(), dir_options()).expect("a directory");
            let (log, recovered) = open(&dir);
            let mut served = Vec::new();
            let mut next = 0;
            while next < log.log_end() {
                let read = log.read(next, 1 << 20, i64::MAX, true).await.expect("served");
                served.extend(
                    read.records.iter().flat_map(|bytes| batches(bytes.clone())).map(|view| view.expect("whole")),
                );
                next = read.next_offset;
            }
            for (served, written) in served.iter().zip(&written) {
                assert_eq!(served.bytes(), written, "seed {seed}");
            }
            let aside = world.disk().read_dir(folder).expect("a folder").into_iter();
            let aside = aside.filter(|entry| entry.name.ends_with(".aside"));
            let aside: Vec<_> =
                aside.map(|entry| world.disk().read(folder.join(entry.name)).expect("a file")).collect();
            assert_eq!(recovered.kept_bytes, aside.iter().map(|file| file.len() as u64).sum::<u64>(), "seed {seed}");
            for batch in whole {
                let is_served = served.iter().any(|served| served.bytes() == batch);
                assert!(is_served || is_in(&aside, batch), "seed {seed} lost a batch: {recovered:?}");
            }
        });
    }
}
