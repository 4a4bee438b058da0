//! Batches as Kafka 4.4 wrote them, there and back; and bytes that are none.

mod hostile;
mod validation;

use bytes::Bytes;
use expect_test::{Expect, expect};
use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::*;
use crate::compression::{Codec, Compression};
use crate::testing::random_batch;

/// As many bytes as any test's batch unfolds to.
const LIMIT: usize = 1 << 20;

/// Header fields that are not at their default, then a line per record.
fn describe(view: &BatchView) -> String {
    let mut text = format!("{}..{} epoch={}", view.base_offset, view.last_offset(), view.partition_leader_epoch);
    if view.attributes.is_compressed() {
        text += &format!(" {}", view.attributes.codec().unwrap().name());
    }
    if view.attributes.timestamp_type() == TimestampType::LogAppendTime {
        text += " append-time";
    }
    if view.has_producer_id() {
        text += &format!(" pid={} epoch={} seq={}", view.producer_id, view.producer_epoch, view.base_sequence);
    }
    for (flag, is_set) in [("transactional", view.is_transactional()), ("control", view.is_control())] {
        text += &if is_set { format!(" {flag}") } else { String::new() };
    }
    if let Some(horizon) = view.delete_horizon_ms() {
        text += &format!(" horizon={horizon}");
    }
    text += &format!(" max={} count={}\n", view.max_timestamp, view.count);
    for record in view.records(LIMIT).unwrap() {
        let record = record.unwrap();
        text += &format!("  {} {} {} = {}", record.offset, record.timestamp, show(&record.key), show(&record.value));
        for header in &record.headers {
            text += &format!(" [{}: {}]", header.key.escape_ascii(), show(&header.value));
        }
        text += "\n";
    }
    text
}

fn show(bytes: &Option<Bytes>) -> String {
    bytes.as_ref().map_or("null".to_owned(), |bytes| bytes.escape_ascii().to_string())
}

fn check_golden(file: &'static [u8], from: usize, want: Expect) {
    let mut walked = batches(Bytes::from_static(file));
    let mut text = String::new();
    for view in walked.by_ref().skip(from) {
        text += &describe(&BatchView::check(view.unwrap().into_bytes()).unwrap());
    }
    assert!(walked.rest().is_empty());
    want.assert_eq(&text);
}

#[test]
fn kafkas_uncompressed_batch() {
    check_golden(
        include_bytes!("../../golden/codec-none.log"),
        0,
        expect![[r#"
        0..19 epoch=0 pid=0 epoch=0 seq=0 max=1700000000133 count=20
          0 1700000000000 null = {\"order\":0,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          1 1700000000007 key-1 = {\"order\":1,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]} [trace: id-1] [empty: ] [nothing: null] [trace: again]
          2 1700000000014 key-2 = {\"order\":2,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          3 1699999999921 key-0 = {\"order\":3,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          4 1700000000028 null = {\"order\":4,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          5 1700000000035 key-2 = null
          6 1700000000042 key-0 = {\"order\":6,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]} [trace: id-6] [empty: ] [nothing: null] [trace: again]
          7 1700000000049 key-1 = {\"order\":7,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          8 1700000000056 null = {\"order\":8,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          9 1700000000063 key-0 = {\"order\":9,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          10 1700000000070 key-1 = {\"order\":10,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          11 1700000000077 key-2 = null [trace: id-11] [empty: ] [nothing: null] [trace: again]
          12 1700000000084 null = {\"order\":12,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          13 1700000000091 key-1 = {\"order\":13,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          14 1700000000098 key-2 = {\"order\":14,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          15 1700000000105 key-0 = {\"order\":15,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          16 1700000000112 null = {\"order\":16,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]} [trace: id-16] [empty: ] [nothing: null] [trace: again]
          17 1700000000119 key-2 = null
          18 1700000000126 key-0 = {\"order\":18,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
          19 1700000000133 key-1 = {\"order\":19,\"city\":\"Z\xc3\xbcrich\",\"items\":[1,2,3,4,5,6,7,8,9]}
    "#]],
    );
}

#[test]
fn kafkas_compressed_batches_hold_the_same_records() {
    let records = |file: &'static [u8]| -> Vec<Record> {
        let views = batches(Bytes::from_static(file));
        views.flat_map(|view| view.unwrap().records(LIMIT).unwrap()).map(Result::unwrap).collect()
    };
    let plain = records(include_bytes!("../../golden/codec-none.log"));
    assert_eq!(plain.len(), 20);
    assert_eq!(records(include_bytes!("../../golden/codec-gzip.log")), plain);
    assert_eq!(records(include_bytes!("../../golden/codec-snappy.log")), plain);
    assert_eq!(records(include_bytes!("../../golden/codec-lz4.log")), plain);
    assert_eq!(records(include_bytes!("../../golden/codec-zstd.log")), plain);
}

#[test]
fn kafkas_append_time_batch() {
    check_golden(
        include_bytes!("../../golden/append-time.log"),
        0,
        expect![[r#"
        0..2 epoch=0 append-time max=1795253197291 count=3
          0 1795253197291 k = v0
          1 1795253197291 k = v1
          2 1795253197291 k = v2
    "#]],
    );
}

#[test]
fn kafkas_transactions() {
    check_golden(
        include_bytes!("../../golden/transactions.log"),
        14,
        expect![[r#"
        23..23 epoch=0 pid=7 epoch=4 seq=-1 transactional control max=1795253206257 count=1
          23 1795253206257 \x00\x00\x00\x00 = \x00\x00\x00\x00\x00\x00
        24..25 epoch=0 pid=8 epoch=0 seq=0 transactional max=1700000000002 count=2
          24 1700000000000 k = t2-0-0
          25 1700000000002 k = t2-0-2
        26..26 epoch=0 pid=8 epoch=1 seq=-1 transactional control max=1795253206388 count=1
          26 1795253206388 \x00\x00\x00\x01 = \x00\x00\x00\x00\x00\x00
        27..28 epoch=0 pid=8 epoch=1 seq=0 transactional max=1700000000102 count=2
          27 1700000000100 k = t2-1-0
          28 1700000000102 k = t2-1-2
        29..29 epoch=0 pid=8 epoch=2 seq=-1 transactional control max=1795253206422 count=1
          29 1795253206422 \x00\x00\x00\x00 = \x00\x00\x00\x00\x00\x00
        30..31 epoch=0 pid=8 epoch=2 seq=0 transactional max=1700000000202 count=2
          30 1700000000200 k = t2-2-0
          31 1700000000202 k = t2-2-2
        32..32 epoch=0 pid=8 epoch=3 seq=-1 transactional control max=1795253206435 count=1
          32 1795253206435 \x00\x00\x00\x01 = \x00\x00\x00\x00\x00\x00
        33..34 epoch=0 pid=8 epoch=3 seq=0 transactional max=1700000000302 count=2
          33 1700000000300 k = t2-3-0
          34 1700000000302 k = t2-3-2
        35..35 epoch=0 pid=8 epoch=4 seq=-1 transactional control max=1795253206445 count=1
          35 1795253206445 \x00\x00\x00\x00 = \x00\x00\x00\x00\x00\x00
        36..36 epoch=0 pid=10 epoch=0 seq=0 transactional max=1700000009999 count=1
          36 1700000009999 k = open
    "#]],
    );
}

#[test]
fn kafkas_compacted_batch_keeps_its_end_and_a_delete_horizon() {
    check_golden(
        include_bytes!("../../golden/compacted.log"),
        0,
        expect![[r#"
        30..59 epoch=0 pid=9 epoch=0 seq=30 horizon=1795253824218 max=1795253208975 count=5
          55 1795253208975 k0 = v1-25
          56 1795253208975 k1 = v1-26
          57 1795253208975 k2 = v1-27
          58 1795253208975 k3 = v1-28
          59 1795253208975 k4 = null
    "#]],
    );
}

#[test]
fn kafkas_control_records() {
    let mut text = String::new();
    let files: [&'static [u8]; 2] =
        [include_bytes!("../../golden/transactions.log"), include_bytes!("../../golden/metadata.checkpoint")];
    for file in files {
        for view in batches(Bytes::from_static(file)).map(Result::unwrap).filter(|view| view.is_control()) {
            for record in control::read(&view).unwrap() {
                let marker = control::EndMarker::from_record(&record);
                text += &format!("{} {:?} {} bytes {marker:?}\n", record.offset, record.kind, record.value.len());
            }
        }
    }
    expect![[r#"
        2 Commit 6 bytes Some(EndMarker { committed: true, coordinator_epoch: 0 })
        5 Abort 6 bytes Some(EndMarker { committed: false, coordinator_epoch: 0 })
        8 Commit 6 bytes Some(EndMarker { committed: true, coordinator_epoch: 0 })
        11 Abort 6 bytes Some(EndMarker { committed: false, coordinator_epoch: 0 })
        14 Commit 6 bytes Some(EndMarker { committed: true, coordinator_epoch: 0 })
        17 Abort 6 bytes Some(EndMarker { committed: false, coordinator_epoch: 0 })
        20 Commit 6 bytes Some(EndMarker { committed: true, coordinator_epoch: 0 })
        23 Abort 6 bytes Some(EndMarker { committed: false, coordinator_epoch: 0 })
        26 Commit 6 bytes Some(EndMarker { committed: true, coordinator_epoch: 0 })
        29 Abort 6 bytes Some(EndMarker { committed: false, coordinator_epoch: 0 })
        32 Commit 6 bytes Some(EndMarker { committed: true, coordinator_epoch: 0 })
        35 Abort 6 bytes Some(EndMarker { committed: false, coordinator_epoch: 0 })
        0 SnapshotHeader 11 bytes None
        1 KraftVersion 5 bytes None
        2 KraftVoters 55 bytes None
        9 SnapshotFooter 3 bytes None
    "#]]
    .assert_eq(&text);
}

/// The batch built anew from its records is the batch Kafka wrote, byte for byte.
fn rebuild(view: &BatchView) -> Bytes {
    let compression = Compression::of(view.attributes.codec().unwrap());
    let mut builder = BatchBuilder::new(BatchOptions {
        compression,
        timestamp_type: view.attributes.timestamp_type(),
        transactional: view.is_transactional(),
        control: view.is_control(),
        delete_horizon_ms: view.delete_horizon_ms(),
        producer_id: view.producer_id,
        producer_epoch: view.producer_epoch,
        base_sequence: view.base_sequence,
        leader_epoch: view.partition_leader_epoch,
    });
    for record in view.records(LIMIT).unwrap() {
        let record = record.unwrap();
        let headers: Vec<_> = record
            .headers
            .iter()
            .map(|header| (std::str::from_utf8(&header.key).unwrap(), header.value.as_deref()))
            .collect();
        let record_bytes = NewRecord {
            timestamp: record.timestamp,
            key: record.key.as_deref(),
            value: record.value.as_deref(),
            headers: &headers,
        };
        builder.append_at((record.offset - view.base_offset) as i32, record_bytes);
    }
    builder.keep_last_offset_delta(view.last_offset_delta);
    builder.build(view.base_offset)
}

#[test]
fn what_kafka_wrote_we_write_byte_for_byte() {
    let files: [&'static [u8]; 5] = [
        include_bytes!("../../golden/codec-none.log"),
        include_bytes!("../../golden/indexed.log"),
        include_bytes!("../../golden/transactions.log"),
        include_bytes!("../../golden/compacted.log"),
        include_bytes!("../../golden/metadata.checkpoint"),
    ];
    for file in files {
        for view in batches(Bytes::from_static(file)) {
            let view = view.unwrap();
            assert_eq!(rebuild(&view), *view.bytes(), "{}", describe(&view));
        }
    }
}

#[test]
fn random_batches_come_back_and_size_is_foretold() {
    for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        for seed in 0..50 {
            let mut chance = SmallRng::seed_from_u64(seed);
            let options = BatchOptions { compression: Compression::of(codec), ..BatchOptions::default() };
            let batch = random_batch(options, &mut chance);
            let view = BatchView::check(batch.clone()).unwrap();
            assert_eq!(describe(&BatchView::check(rebuild(&view)).unwrap()), describe(&view));
            let mut builder = BatchBuilder::new(options);
            for record in view.records(LIMIT).unwrap().map(Result::unwrap) {
                let record =
                    NewRecord { timestamp: record.timestamp, key: None, value: record.value.as_deref(), headers: &[] };
                let foretold = builder.size_bytes_with(&record);
                builder.append(record);
                assert_eq!(builder.size_bytes(), foretold);
            }
        }
    }
}

#[test]
fn header_is_encoded_as_it_was_read() {
    for seed in 0..100 {
        let batch = random_batch(BatchOptions::default(), &mut SmallRng::seed_from_u64(seed));
        let header = BatchHeader::decode(&batch).unwrap();
        assert_eq!(header.checksum(&batch[HEADER_BYTES..]), header.crc);
        assert_eq!(header.encode()[..], batch[..HEADER_BYTES]);
    }
}

#[test]
fn stamping_offset_and_epoch_leaves_the_checksum() {
    let mut bytes = random_batch(BatchOptions::default(), &mut SmallRng::seed_from_u64(1)).to_vec();
    stamp::base_offset(&mut bytes, 1_000);
    stamp::leader_epoch(&mut bytes, 7);
    let view = BatchView::check(Bytes::from(bytes)).unwrap();
    assert_eq!((view.base_offset, view.partition_leader_epoch), (1_000, 7));
}

#[test]
fn stamping_the_append_time_gives_it_to_every_record() {
    let mut bytes = random_batch(BatchOptions::default(), &mut SmallRng::seed_from_u64(1)).to_vec();
    stamp::log_append_time(&mut bytes, 99);
    let view = BatchView::check(Bytes::from(bytes)).unwrap();
    assert!(view.records(LIMIT).unwrap().all(|record| record.unwrap().timestamp == 99));
}

#[test]
fn sequences_go_round() {
    assert_eq!(sequence_after(i32::MAX, 1), 0);
    assert_eq!(sequence_after(i32::MAX - 1, 3), 1);
    assert_eq!(sequence_after(0, i32::MAX), i32::MAX);
}

#[test]
fn a_time_is_found_inside_a_batch() {
    let file = Bytes::from_static(include_bytes!("../../golden/codec-zstd.log"));
    let view = BatchView::check(file).unwrap();
    let find = |time| first_at_or_after(&view, time, WalkLimits::default()).unwrap();
    assert_eq!(find(0), Some((0, 1_700_000_000_000)));
    assert_eq!(find(1_700_000_000_015), Some((4, 1_700_000_000_028)));
    assert_eq!(find(1_700_000_001_000), None);
}
