//! Batches as they will be written; which are refused, `partition`'s scripts say.

use kampa_formats::batch::stamp;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::testing::{make_batch, parse_config};

const NOW: i64 = 1_700_000_000_000;

fn check_words(words: &str, config: &str) -> (Bytes, Checked) {
    let words: Vec<&str> = words.split_whitespace().collect();
    let batch = Bytes::from(make_batch(&words, NOW));
    let checked = check(&batch, Origin::Client, &parse_config(config), NOW).unwrap();
    (batch, checked)
}

#[test]
fn records_are_not_copied() {
    for words in ["n=3", "n=3 codec=zstd", "n=3 pid=7 seq=0"] {
        let (batch, checked) = check_words(words, "");
        assert_eq!(checked.body.as_ptr(), batch[61..].as_ptr());
        assert_eq!(checked.header.encode()[..], batch[..61]);
    }
}

#[test]
fn what_is_changed_has_its_checksum_again() {
    let configs = ["message.timestamp.type=LogAppendTime", "compression.type=lz4", "compression.type=none"];
    for config in configs {
        for words in ["n=3", "n=3 codec=zstd", "n=2 gap=4"] {
            let words: Vec<&str> = words.split_whitespace().collect();
            let mut batch = make_batch(&words, NOW);
            let last_delta = i32::from_be_bytes(batch[57..61].try_into().unwrap()) - 1;
            batch[23..27].copy_from_slice(&last_delta.to_be_bytes());
            stamp::crc(&mut batch);
            let checked = check(&batch.into(), Origin::Client, &parse_config(config), NOW).unwrap();
            let written = [&checked.header.encode()[..], &checked.body].concat();
            let view = BatchView::check(written.into()).unwrap();
            let records: Vec<_> = view.records(1 << 20).unwrap().map(Result::unwrap).collect();
            assert_eq!(records.len(), view.count as usize, "{config} {words:?}");
            assert!(records.iter().zip(0..).all(|(record, offset)| record.offset == offset));
        }
    }
}

#[test]
fn a_largest_timestamp_that_is_wrong_is_put_right() {
    let mut batch = make_batch(&["n=3"], NOW);
    batch[35..43].copy_from_slice(&(NOW + 1_000_000).to_be_bytes());
    stamp::crc(&mut batch);
    let checked = check(&batch.into(), Origin::Client, &parse_config(""), NOW).unwrap();
    assert_eq!(checked.header.max_timestamp, NOW + 2);
    assert_eq!(checked.header.crc, checked.header.checksum(&checked.body));
}

#[test]
fn damaged_requests_do_no_harm() {
    for (words, config) in [("n=5", ""), ("n=5 codec=gzip", ""), ("n=5 codec=snappy", "compression.type=zstd")] {
        let words: Vec<&str> = words.split_whitespace().collect();
        let batch = make_batch(&words, NOW);
        let config = parse_config(config);
        for seed in 0..3000 {
            let mut chance = SmallRng::seed_from_u64(seed);
            let mut damaged = batch.clone();
            for _ in 0..chance.random_range(1..4) {
                let at = chance.random_range(0..damaged.len());
                damaged[at] = chance.random();
            }
            damaged.truncate(chance.random_range(0..damaged.len() + 30));
            if damaged.len() > 61 && chance.random() {
                stamp::crc(&mut damaged);
            }
            for origin in [Origin::Client, Origin::Coordinator] {
                if let Ok(checked) = check(&damaged.clone().into(), origin, &config, NOW) {
                    assert_eq!(checked.header.size_bytes(), 61 + checked.body.len());
                }
            }
        }
    }
}
