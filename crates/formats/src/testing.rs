//! What the tests of this crate share: damaging bytes from a seed, and random batches.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::batch::{BatchBuilder, BatchOptions, NewRecord};
use bytes::Bytes;

/// Hands `read` the original, then thousands of damaged copies of it. What it must not do is panic.
pub(crate) fn fuzz(original: &[u8], mut read: impl FnMut(&[u8])) {
    read(original);
    for end in 0..original.len().min(200) {
        read(&original[..end]);
    }
    for seed in 0..3000 {
        read(&damaged(original, &mut SmallRng::seed_from_u64(seed)));
    }
}

/// A copy with up to four changes: bits flipped, bytes set, lost, doubled, lengths blown up.
pub(crate) fn damaged(original: &[u8], chance: &mut SmallRng) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..chance.random_range(1..=4) {
        if bytes.is_empty() {
            bytes.push(chance.random());
            continue;
        }
        let at = chance.random_range(0..bytes.len());
        match chance.random_range(0..7) {
            0 => bytes[at] ^= 1 << chance.random_range(0..8),
            1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][chance.random_range(0..5)],
            2 => bytes[at] = chance.random(),
            3 => bytes.truncate(at),
            4 => bytes.extend_from_within(at..),
            5 => drop(bytes.drain(at..(at + chance.random_range(1..9)).min(bytes.len()))),
            _ => {
                for byte in bytes.iter_mut().skip(at).take(4) {
                    *byte = 0xff;
                }
            }
        }
    }
    bytes
}

/// A batch of up to 40 records with and without keys, values and headers.
pub(crate) fn random_batch(options: BatchOptions, chance: &mut SmallRng) -> Bytes {
    let mut builder = BatchBuilder::new(options);
    for _ in 0..chance.random_range(1..40) {
        let bytes: Vec<u8> = (0..chance.random_range(0..300)).map(|_| chance.random_range(b'a'..b'h')).collect();
        let header_value = Some(&bytes[..bytes.len() / 7]);
        let headers = [("trace", header_value), ("", None), ("Zürich", header_value)];
        builder.append(NewRecord {
            timestamp: 1_700_000_000_000 + chance.random_range(-1000..1000),
            key: chance.random_bool(0.7).then_some(&bytes[..bytes.len() / 3]),
            value: chance.random_bool(0.8).then_some(&bytes),
            headers: &headers[..chance.random_range(0..=3)],
        });
    }
    builder.build(chance.random_range(0..1 << 40))
}
