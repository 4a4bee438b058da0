//! What a leader takes and what it refuses.

use super::*;
use crate::batch::validate::Rejection;

const NOW: i64 = 1_700_000_000_000;
const HOUR: i64 = 3_600_000;

fn rules() -> Rules {
    Rules {
        require_key: false,
        now_ms: NOW,
        before_max_ms: i64::MAX,
        after_max_ms: HOUR,
        timestamp_type: TimestampType::CreateTime,
        limits: WalkLimits::default(),
    }
}

/// Records of (key, timestamp after now).
fn batch(codec: Codec, records: &[(Option<&str>, i64)]) -> BatchView {
    let mut builder =
        BatchBuilder::new(BatchOptions { compression: Compression::of(codec), ..BatchOptions::default() });
    for (key, after_now) in records {
        let timestamp = NOW + after_now;
        builder.append(NewRecord { timestamp, key: key.map(str::as_bytes), value: Some(b"v"), headers: &[] });
    }
    BatchView::check(builder.build(0)).unwrap()
}

fn check(batch: &BatchView, rules: Rules, want: Expect) {
    let found = match validate_records(batch, &rules) {
        Ok(summary) => format!(
            "ok max={} at +{}{}",
            summary.max_timestamp,
            summary.offset_delta_of_max_timestamp,
            if summary.is_sequential { "" } else { ", not sequential" }
        ),
        Err(ValidateError::Rejected(records)) => {
            let lines = records.iter().map(|record| format!("{}: {}", record.batch_index, record.rejection));
            lines.collect::<Vec<_>>().join("\n")
        }
        Err(ValidateError::Broken(issue)) => issue.to_string(),
    };
    want.assert_eq(&found);
}

#[test]
fn the_largest_timestamp_is_that_of_the_records() {
    for codec in [Codec::None, Codec::Lz4] {
        let batch = batch(codec, &[(None, 0), (None, 50), (None, -1000)]);
        check(&batch, rules(), expect!["ok max=1700000000050 at +2"]);
    }
}

#[test]
fn compacted_topics_take_no_record_without_a_key() {
    for codec in [Codec::None, Codec::Zstd] {
        let batch = batch(codec, &[(Some("a"), 0), (None, 0), (Some(""), 0), (None, 0)]);
        let compacted = Rules { require_key: true, ..rules() };
        check(
            &batch,
            compacted,
            expect![[r#"
            1: a compacted topic takes no record without a key
            3: a compacted topic takes no record without a key"#]],
        );
    }
}

#[test]
fn timestamps_must_lie_within_the_topics_bounds() {
    let batch = batch(Codec::Gzip, &[(None, HOUR), (None, HOUR + 1), (None, -HOUR - 1)]);
    check(
        &batch,
        rules(),
        expect!["1: timestamp 1700003600001 of the record at 1 is outside of -9223370336854775807 to 1700003600000"],
    );
    let hour = Rules { before_max_ms: HOUR, ..rules() };
    check(
        &batch,
        hour,
        expect![[r#"
        1: timestamp 1700003600001 of the record at 1 is outside of 1699996400000 to 1700003600000
        2: timestamp 1699996399999 of the record at 2 is outside of 1699996400000 to 1700003600000"#]],
    );
    check(
        &batch,
        Rules { timestamp_type: TimestampType::LogAppendTime, ..hour },
        expect!["ok max=1700000000000 at +2"],
    );
}

#[test]
fn no_timestamp_is_always_in_bounds() {
    let batch = batch(Codec::None, &[(None, -NOW - 1)]);
    check(&batch, Rules { before_max_ms: 0, ..rules() }, expect!["ok max=-1 at +0"]);
}

#[test]
fn a_producer_may_not_set_append_time() {
    let mut bytes = batch(Codec::None, &[(None, 0)]).into_bytes().to_vec();
    stamp::log_append_time(&mut bytes, NOW);
    let batch = BatchView::check(Bytes::from(bytes.clone())).unwrap();
    let append_time = Rules { timestamp_type: TimestampType::LogAppendTime, ..rules() };
    check(&batch, append_time, expect!["0: a producer may not set the timestamp type LogAppendTime"]);
    // Kafka looks at the type only where it does not look at the time.
    check(&batch, rules(), expect!["ok max=1700000000000 at +0"]);
    assert!(Rejection::ProducerSetAppendTime.concerns_time());
}

#[test]
fn deltas_with_gaps_are_seen() {
    let mut builder = BatchBuilder::new(BatchOptions::default());
    builder.append_at(0, NewRecord::default());
    builder.append_at(2, NewRecord::default());
    let batch = BatchView::check(builder.build(0)).unwrap();
    check(&batch, rules(), expect!["ok max=0 at +2, not sequential"]);
}

#[test]
fn deltas_are_numbered_anew() {
    let value = vec![b'x'; 60];
    let build = |deltas: &[i32]| {
        let mut builder = BatchBuilder::new(BatchOptions::default());
        for (n, delta) in deltas.iter().enumerate() {
            let headers: &[_] = if n == 1 { &[("h", None)] } else { &[] };
            builder
                .append_at(*delta, NewRecord { timestamp: 1000 + n as i64, key: None, value: Some(&value), headers });
        }
        BatchView::check(builder.build(0)).unwrap().body()
    };
    // 70 takes two bytes where 1 takes one, and the record's length changes with it.
    assert_eq!(renumber(&build(&[0, 70, 8_000])).unwrap(), build(&[0, 1, 2]));
    assert_eq!(renumber(&build(&[5])[..60]), Err(RecordIssue::Malformed { index: 0 }));
    crate::testing::fuzz(&build(&[0, 3]), |body| {
        let _ = renumber(body);
    });
}

#[test]
fn record_counts_are_held_against_the_bytes() {
    let count = |codec, count: i32| {
        let mut bytes = batch(codec, &[(None, 0), (None, 0)]).into_bytes().to_vec();
        bytes[57..61].copy_from_slice(&count.to_be_bytes());
        stamp::crc(&mut bytes);
        BatchView::check(Bytes::from(bytes)).unwrap()
    };
    for codec in [Codec::None, Codec::Snappy] {
        check(&count(codec, 3), rules(), expect!["the batch counts 3 records but its bytes end before record 2"]);
        check(&count(codec, 1), rules(), expect!["8 bytes follow the last record"]);
        check(&count(codec, -1), rules(), expect!["the batch counts -1 records"]);
        check(
            &count(codec, i32::MAX),
            rules(),
            expect!["the batch counts 2147483647 records but its bytes end before record 2"],
        );
    }
}

#[test]
fn a_clients_header_is_held_to_more() {
    let check = |change: &dyn Fn(&mut BatchHeader), want: Expect| {
        let mut header = *batch(Codec::None, &[(None, 0), (None, 0)]).header();
        change(&mut header);
        let found = validate_client_header(&header);
        want.assert_eq(&found.map_or_else(|issue| issue.to_string(), |()| "ok".to_owned()));
    };
    check(&|_| (), expect!["ok"]);
    check(&|header| header.last_offset_delta = -1, expect!["the batch ends before it begins: offset delta -1"]);
    check(&|header| header.count = 0, expect!["the batch counts 0 records"]);
    check(&|header| header.last_offset_delta = 5, expect!["the batch spans 6 offsets but counts 2 records"]);
    check(&|header| header.attributes = Attributes(0x20), expect!["a client may not write control records"]);
    check(&|header| header.producer_id = 7, expect!["sequence number -1 of producer 7 is negative"]);
}
