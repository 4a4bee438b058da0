//! Kafka's own snapshots, read and written anew; damage.

use expect_test::expect;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::testing::fuzz;

const GOLDEN: &[u8] = include_bytes!("../../golden/transactions.snapshot");

#[test]
fn kafkas_snapshot() {
    let entries = decode(GOLDEN).unwrap();
    expect![[r#"
        [
            ProducerEntry {
                producer_id: 6,
                epoch: 4,
                last_sequence: -1,
                last_offset: -1,
                offset_delta: 0,
                timestamp: 1795253206053,
                coordinator_epoch: 0,
                txn_first_offset: -1,
            },
            ProducerEntry {
                producer_id: 10,
                epoch: 0,
                last_sequence: 0,
                last_offset: 36,
                offset_delta: 0,
                timestamp: 1700000009999,
                coordinator_epoch: -1,
                txn_first_offset: 36,
            },
        ]
    "#]]
    .assert_debug_eq(&[entries[0], entries[3]]);
    assert_eq!(encode(&entries), GOLDEN);
}

#[test]
fn kafkas_empty_snapshot() {
    let empty = include_bytes!("../../golden/empty.snapshot");
    assert_eq!(decode(empty), Ok(Vec::new()));
    assert_eq!(encode(&[]), empty);
}

#[test]
fn random_entries_come_back() {
    let mut chance = SmallRng::seed_from_u64(1);
    let entries: Vec<ProducerEntry> = (0..100)
        .map(|_| ProducerEntry {
            producer_id: chance.random(),
            epoch: chance.random(),
            last_sequence: chance.random(),
            last_offset: chance.random(),
            offset_delta: chance.random(),
            timestamp: chance.random(),
            coordinator_epoch: chance.random(),
            txn_first_offset: chance.random(),
        })
        .collect();
    assert_eq!(decode(&encode(&entries)), Ok(entries));
}

#[test]
fn what_is_no_snapshot_is_named() {
    let mut file = GOLDEN.to_vec();
    file[60] ^= 1;
    assert!(matches!(decode(&file), Err(ProducerSnapshotError::Crc { .. })));
    file[1] = 2;
    assert_eq!(decode(&file), Err(ProducerSnapshotError::Version(2)));
    assert_eq!(decode(&GOLDEN[..9]), Err(ProducerSnapshotError::Size(9)));
    // The checksum holds, the count does not.
    let mut file = GOLDEN[..HEAD_BYTES + ENTRY_BYTES].to_vec();
    let crc = crc32c::crc32c(&file[6..]);
    file[2..6].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(decode(&file), Err(ProducerSnapshotError::Size(56)));
}

#[test]
fn damage_does_no_harm() {
    fuzz(GOLDEN, |file| {
        let _ = decode(file);
        let mut file = file.to_vec();
        if file.len() > HEAD_BYTES {
            let crc = crc32c::crc32c(&file[6..]);
            file[2..6].copy_from_slice(&crc.to_be_bytes());
            let _ = decode(&file);
        }
    });
}
