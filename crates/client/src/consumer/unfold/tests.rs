//! Batches in, the records that a reader gets out, as text.

use expect_test::{Expect, expect};
use kampa_formats::batch::control::EndMarker;
use kampa_formats::batch::{BatchBuilder, BatchOptions, NewRecord};
use kampa_formats::compression::{Codec, Compression};

use super::*;

const ALL: Rules = Rules { check_crcs: true, committed_only: false };
const COMMITTED: Rules = Rules { check_crcs: true, committed_only: true };

fn batch(base: i64, values: &[&str], producer_id: i64, transactional: bool) -> Vec<u8> {
    let compression = Compression::of(Codec::Zstd);
    let mut batch = BatchBuilder::new(BatchOptions {
        compression,
        producer_id,
        transactional,
        leader_epoch: 3,
        ..Default::default()
    });
    for value in values {
        batch.append(NewRecord { timestamp: base, value: Some(value.as_bytes()), ..Default::default() });
    }
    batch.build(base).to_vec()
}

fn marker(base: i64, producer_id: i64, committed: bool) -> Vec<u8> {
    EndMarker { committed, coordinator_epoch: 0 }.batch(base, 0, producer_id, 0).to_vec()
}

fn aborted(producer_id: i64, first_offset: i64) -> AbortedTransaction {
    AbortedTransaction { producer_id, first_offset, ..Default::default() }
}

/// Takes two at a time, and shows the position after each.
fn check(from: i64, bytes: Vec<u8>, aborted: Vec<AbortedTransaction>, rules: Rules, wanted: Expect) {
    let partition = TopicPartition::new("t", 0);
    let mut what = Unfolding::new(partition, from, bytes.into(), Some(aborted), rules);
    let mut shown = String::new();
    loop {
        let mut out = Vec::new();
        let taken = what.take(2, &mut out);
        for record in &out {
            shown += &format!("{}={} ", record.offset, String::from_utf8_lossy(record.value.as_ref().unwrap()));
        }
        shown += &format!("@{:?}\n", what.position());
        match taken {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                shown += &format!("{error}\n");
                break;
            }
        }
    }
    wanted.assert_eq(&shown);
}

#[test]
fn a_batch_that_begins_early_and_a_cut_tail() {
    let mut bytes = batch(0, &["a", "b", "c"], -1, false);
    bytes.extend(batch(3, &["d"], -1, false));
    bytes.extend(&batch(4, &["e"], -1, false)[..30]);
    check(
        1,
        bytes,
        vec![],
        ALL,
        expect![[r#"
        1=b 2=c @(3, Some(3))
        3=d @(4, Some(3))
    "#]],
    );
}

#[test]
fn aborted_transactions_and_markers_are_passed_over() {
    let mut bytes = batch(0, &["kept"], -1, false);
    bytes.extend(batch(1, &["lost", "lost"], 7, true));
    bytes.extend(batch(3, &["other"], 8, true));
    bytes.extend(marker(4, 7, false));
    bytes.extend(batch(5, &["again"], 7, true));
    bytes.extend(marker(6, 8, true));
    bytes.extend(marker(7, 7, true));
    check(
        0,
        bytes.clone(),
        vec![aborted(7, 1)],
        COMMITTED,
        expect![[r#"
        0=kept 3=other @(4, Some(3))
        5=again @(8, None)
    "#]],
    );
    check(
        0,
        bytes,
        vec![],
        ALL,
        expect![[r#"
        0=kept 1=lost @(2, Some(3))
        2=lost 3=other @(4, Some(3))
        5=again @(8, None)
    "#]],
    );
}

#[test]
fn damage_is_told_with_its_place() {
    let mut bytes = batch(0, &["a"], -1, false);
    let mut bad = batch(1, &["b"], -1, false);
    *bad.last_mut().unwrap() ^= 1;
    bytes.extend(&bad);
    check(
        0,
        bytes.clone(),
        vec![],
        ALL,
        expect![[r#"
            0=a @(1, Some(3))
            t-0 cannot be read at offset 1: checksum is 0xd8485272 but the bytes give 0x2a23d171; seek behind it to go on
        "#]],
    );
    let plain = {
        let mut batch = BatchBuilder::new(BatchOptions::default());
        batch.append(NewRecord { value: Some(b"abc"), ..Default::default() });
        let mut bytes = batch.build(0).to_vec();
        let last = bytes.len() - 2;
        bytes[last] ^= 1;
        bytes
    };
    check(
        0,
        plain,
        vec![],
        Rules { check_crcs: false, ..ALL },
        expect![[r#"
        0=abb @(1, None)
    "#]],
    );
}

#[test]
fn a_batch_larger_than_the_answer_is_an_error() {
    let bytes = batch(5, &["much"], -1, false)[..40].to_vec();
    check(
        5,
        bytes,
        vec![],
        ALL,
        expect![[r#"
        @(5, None)
        the batch at offset 5 of t-0 has 40 bytes, 40 are allowed: see max.partition.fetch.bytes, fetch.max.bytes
    "#]],
    );
}
