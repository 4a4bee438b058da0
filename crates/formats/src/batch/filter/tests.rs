//! What is left of a batch, as bytes and in words.

use expect_test::{Expect, expect};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::batch::{BatchBuilder, BatchOptions, NewRecord};
use crate::testing::{fuzz, random_batch};

const LIMIT: usize = 1 << 20;
const PLAIN: Filter = Filter { keep_empty: false, is_idle_marker: false, delete_horizon_ms: 9000 };

/// Records `key=value@timestamp`, a tombstone without `=value`; the letters of `keep` stay.
fn make(options: BatchOptions, records: &str) -> BatchView {
    let mut builder = BatchBuilder::new(options);
    for record in records.split_whitespace() {
        let (what, timestamp) = record.split_once('@').expect("a timestamp");
        let (key, value) = what.split_once('=').map_or((what, None), |(key, value)| (key, Some(value.as_bytes())));
        let timestamp = timestamp.parse().expect("a number");
        builder.append(NewRecord { timestamp, key: Some(key.as_bytes()), value, headers: &[("h", Some(b"v"))] });
    }
    BatchView::check(builder.build(100)).expect("a batch")
}

fn check(options: BatchOptions, records: &str, how: Filter, keep: &str, want: Expect) {
    let batch = make(options, records);
    let wanted = |part: &RecordPart<'_>| keep.as_bytes().contains(&part.key.expect("a key")[0]);
    let filtered = filter(&batch, LIMIT, how, wanted).expect("a good batch");
    let text = match &filtered.batch {
        None => "gone".to_owned(),
        Some(bytes) if bytes == batch.bytes() => "as it was".to_owned(),
        Some(bytes) => describe(&BatchView::check(bytes.clone()).expect("a batch")),
    };
    want.assert_eq(&format!("{} of {}: {text}", filtered.kept, filtered.records));
}

fn describe(view: &BatchView) -> String {
    let mut text = format!("{}..{} base={}", view.base_offset, view.last_offset(), view.base_timestamp);
    text += &format!(" max={} seq={} attributes={:#x}", view.max_timestamp, view.base_sequence, view.attributes.0);
    for record in view.records(LIMIT).expect("records") {
        let record = record.expect("a record");
        let value = record.value.map_or("null".to_owned(), |value| value.escape_ascii().to_string());
        let key = record.key.expect("a key");
        text += &format!(" {}:{}={value}@{}", record.offset, key.escape_ascii(), record.timestamp);
        assert_eq!(record.headers.len(), 1);
    }
    text
}

#[test]
fn records_go_and_offsets_stay() {
    let plain = BatchOptions::default();
    check(plain, "a=1@5 b=2@6 c=3@4", PLAIN, "abc", expect!["3 of 3: as it was"]);
    check(plain, "a=1@5 b=2@6 c=3@4", PLAIN, "", expect!["0 of 3: gone"]);
    check(
        plain,
        "a=1@5 b=2@6 c=3@4",
        PLAIN,
        "a",
        expect!["1 of 3: 100..102 base=5 max=5 seq=-1 attributes=0x0 100:a=1@5"],
    );
    // The base timestamp is that of the first record left.
    let want = expect!["2 of 3: 100..102 base=6 max=6 seq=-1 attributes=0x0 101:b=2@6 102:c=3@4"];
    check(plain, "a=1@5 b=2@6 c=3@4", PLAIN, "bc", want);
}

#[test]
fn a_batch_that_must_stay_keeps_its_producer_and_times() {
    let options = BatchOptions { producer_id: 7, producer_epoch: 1, base_sequence: 40, ..BatchOptions::default() };
    let keep = Filter { keep_empty: true, ..PLAIN };
    check(options, "a=1@5 b=2@6", keep, "", expect!["0 of 2: 100..101 base=-1 max=6 seq=40 attributes=0x0"]);
    check(options, "a=1@5 b=2@6", keep, "ab", expect!["2 of 2: as it was"]);
    let zstd = BatchOptions { compression: Compression::of(Codec::Zstd), transactional: true, ..options };
    check(zstd, "a=1@5 b=2@6", keep, "", expect!["0 of 2: 100..101 base=-1 max=6 seq=40 attributes=0x10"]);
    let want = expect!["1 of 2: 100..101 base=6 max=6 seq=40 attributes=0x14 101:b=2@6"];
    check(zstd, "a=1@5 b=2@6", keep, "b", want);
}

#[test]
fn a_tombstone_gives_its_batch_a_delete_horizon_once() {
    let plain = BatchOptions::default();
    let want = expect!["2 of 2: 100..101 base=9000 max=6 seq=-1 attributes=0x40 100:a=null@5 101:b=2@6"];
    check(plain, "a@5 b=2@6", PLAIN, "ab", want);
    let marked = BatchOptions { delete_horizon_ms: Some(77), ..plain };
    check(marked, "a@5 b=2@6", PLAIN, "ab", expect!["2 of 2: as it was"]);
    let want = expect!["1 of 2: 100..101 base=77 max=6 seq=-1 attributes=0x40 101:b=2@6"];
    check(marked, "a@5 b=2@6", PLAIN, "b", want);
    check(plain, "a@5 b=2@6", PLAIN, "b", expect!["1 of 2: 100..101 base=6 max=6 seq=-1 attributes=0x0 101:b=2@6"]);
    let idle = Filter { is_idle_marker: true, ..PLAIN };
    let want = expect!["1 of 1: 100..100 base=9000 max=6 seq=-1 attributes=0x70 100:b=2@6"];
    check(BatchOptions { transactional: true, control: true, ..plain }, "b=2@6", idle, "b", want);
}

#[test]
fn records_of_append_time_keep_it() {
    let options = BatchOptions { timestamp_type: TimestampType::LogAppendTime, ..BatchOptions::default() };
    let want = expect!["1 of 2: 100..101 base=6 max=6 seq=-1 attributes=0x8 101:b=2@6"];
    check(options, "a=1@5 b=2@6", PLAIN, "b", want);
}

/// Against reading the records and making a batch of those that stay.
#[test]
fn as_if_made_anew() {
    for seed in 0..300 {
        let mut chance = SmallRng::seed_from_u64(seed);
        let codec = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd][seed as usize % 5];
        let options = BatchOptions { compression: Compression::of(codec), ..BatchOptions::default() };
        let batch = BatchView::check(random_batch(options, &mut chance)).expect("a batch");
        let stay: Vec<bool> = (0..batch.count).map(|_| chance.random_bool(0.5)).collect();
        let place = |part: &RecordPart<'_>| (part.offset - batch.base_offset) as usize;
        let filtered = filter(&batch, LIMIT, PLAIN, |part| stay[place(part)]).expect("a good batch");

        let records: Vec<_> = batch.records(LIMIT).expect("records").map(|record| record.expect("a record")).collect();
        let kept = || records.iter().zip(&stay).filter(|(_, stays)| **stays).map(|(record, _)| record);
        let Some(left) = filtered.batch else {
            assert_eq!(kept().count(), 0);
            continue;
        };
        let has_tombstone = kept().any(|record| record.value.is_none());
        let delete_horizon_ms = has_tombstone.then_some(PLAIN.delete_horizon_ms);
        let mut builder = BatchBuilder::new(BatchOptions { delete_horizon_ms, ..options });
        for record in kept() {
            let headers: Vec<(&str, Option<&[u8]>)> = record
                .headers
                .iter()
                .map(|header| (std::str::from_utf8(&header.key).expect("text"), header.value.as_deref()))
                .collect();
            let (key, value) = (record.key.as_deref(), record.value.as_deref());
            let delta = (record.offset - batch.base_offset) as i32;
            builder.append_at(delta, NewRecord { timestamp: record.timestamp, key, value, headers: &headers });
        }
        builder.keep_last_offset_delta(batch.last_offset_delta);
        assert_eq!(left, builder.build(batch.base_offset), "seed {seed}");
    }
}

#[test]
fn damaged_batches_are_refused_or_read() {
    let batch = random_batch(BatchOptions::default(), &mut SmallRng::seed_from_u64(1));
    fuzz(&batch, |bytes| {
        if let Ok(view) = BatchView::trust(Bytes::copy_from_slice(bytes)) {
            let _ = filter(&view, LIMIT, PLAIN, |part| part.has_value);
        }
    });
}
