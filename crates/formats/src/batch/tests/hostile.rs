//! Bytes that are no batch: named, never believed, never a panic.

use std::ops::ControlFlow;

use super::*;
use crate::testing::fuzz;

fn check(bytes: &[u8], want: Expect) {
    let refused = BatchView::check(Bytes::copy_from_slice(bytes)).unwrap_err();
    want.assert_eq(&refused.to_string());
}

fn sample(codec: Codec) -> Vec<u8> {
    let options = BatchOptions { compression: Compression::of(codec), ..BatchOptions::default() };
    random_batch(options, &mut SmallRng::seed_from_u64(4)).to_vec()
}

#[test]
fn what_is_no_batch_is_named() {
    let good = sample(Codec::None);
    check(&[], expect!["a batch of 61 bytes is cut at 0"]);
    check(&good[..60], expect!["a batch of 61 bytes is cut at 60"]);
    check(&good[..good.len() - 1], expect!["a batch of 4874 bytes is cut at 4873"]);
    let change = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    check(&change(16, 1), expect!["batch format 1, not 2"]);
    check(&change(16, 0xff), expect!["batch format -1, not 2"]);
    check(&change(8, 0xff), expect!["batch length -16772354 is smaller than its header"]);
    check(&change(80, 0xff), expect!["checksum is 0x7155f3cc but the bytes give 0xf8df4dca"]);
}

#[test]
fn a_cut_tail_ends_the_walk_and_is_left_over() {
    let mut bytes = sample(Codec::None);
    let whole = bytes.len();
    bytes.extend(sample(Codec::Lz4));
    bytes.truncate(whole + 30);
    let mut walked = batches(Bytes::from(bytes));
    assert_eq!(walked.by_ref().map(Result::unwrap).count(), 1);
    assert_eq!(walked.rest().len(), 30);
}

/// What a reader of records makes of a batch, and what the walk makes of it: they must agree.
fn read_both_ways(view: &BatchView) -> (Result<usize, RecordIssue>, Result<usize, RecordIssue>) {
    let limits = WalkLimits { record_bytes_max: LIMIT, batch_bytes_max: LIMIT };
    let read = view.records(LIMIT).and_then(|records| records.collect::<Result<Vec<_>, _>>());
    let mut walked = 0;
    let walk = walk::<()>(view, limits, &mut |_| {
        walked += 1;
        ControlFlow::Continue(())
    });
    (read.map(|records| records.len()), walk.map(|_| walked))
}

#[test]
fn damaged_batches_do_no_harm_and_both_readers_agree() {
    for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let mut refused = 0;
        fuzz(&sample(codec), |bytes| {
            let _ = BatchView::check(Bytes::copy_from_slice(bytes));
            let Ok(view) = BatchView::trust(Bytes::copy_from_slice(bytes)) else { return };
            let (read, walked) = read_both_ways(&view);
            assert_eq!(read.as_ref().ok(), walked.as_ref().ok(), "{read:?} {walked:?}");
            refused += usize::from(read.is_err());
            let _ = control::read(&view);
        });
        assert!(refused > 300, "{codec:?}: only {refused} were refused");
    }
}

#[test]
fn damage_inside_compressed_records_is_found_by_both_readers() {
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let plain = sample(Codec::None);
        fuzz(&plain[HEADER_BYTES..], |records| {
            let mut bytes = plain[..HEADER_BYTES].to_vec();
            bytes[22] |= codec.id();
            bytes.extend(crate::compression::compress(Compression::of(codec), records));
            let length = (bytes.len() - LOG_OVERHEAD_BYTES) as i32;
            bytes[8..12].copy_from_slice(&length.to_be_bytes());
            let (read, walked) = read_both_ways(&BatchView::trust(Bytes::from(bytes)).unwrap());
            assert_eq!(read.as_ref().ok(), walked.as_ref().ok(), "{read:?} {walked:?}");
        });
    }
}

#[test]
fn a_record_larger_than_the_window_is_walked() {
    for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let options = BatchOptions { compression: Compression::of(codec), ..BatchOptions::default() };
        let mut builder = BatchBuilder::new(options);
        let large: Vec<u8> = (0..400_000_u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect();
        for key in [Some(&b"k"[..]), None] {
            builder.append(NewRecord {
                timestamp: 5,
                key,
                value: Some(&large),
                headers: &[("h", Some(&large)), ("i", None)],
            });
        }
        let view = BatchView::check(builder.build(0)).unwrap();
        let mut keys = Vec::new();
        let walked = walk::<()>(&view, WalkLimits::default(), &mut |record| {
            keys.push((record.has_key, record.size_bytes));
            ControlFlow::Continue(())
        });
        assert!(walked.is_ok());
        assert_eq!(keys, [(true, 800_020), (false, 800_019)], "{codec:?}");
        let limits = WalkLimits { record_bytes_max: 800_000, ..WalkLimits::default() };
        let capped = walk::<()>(&view, limits, &mut |_| ControlFlow::Continue(()));
        let want = (codec != Codec::None).then_some(RecordIssue::TooLarge { index: 0, limit_bytes: 800_000 });
        assert_eq!(capped.err(), want);
    }
}

#[test]
fn a_small_batch_that_unfolds_without_end_is_stopped() {
    let options = BatchOptions { compression: Compression::of(Codec::Zstd), ..BatchOptions::default() };
    let mut builder = BatchBuilder::new(options);
    builder.append(NewRecord { value: Some(&vec![0; 50_000_000]), ..NewRecord::default() });
    let view = BatchView::check(builder.build(0)).unwrap();
    assert!(view.size_bytes() < 10_000);
    let limits = WalkLimits { batch_bytes_max: 1_000_000, ..WalkLimits::default() };
    let stopped = walk::<()>(&view, limits, &mut |_| ControlFlow::Continue(())).unwrap_err();
    expect!["the data unfolds to more than 1000000 bytes"].assert_eq(&stopped.to_string());
    assert!(view.records(1_000_000).is_err());
}
