//! Settings shared: kept once, and right also when there are many kinds.

use super::*;

fn keeps(bytes_max: usize) -> PartitionConfig {
    PartitionConfig { max_message_bytes: bytes_max, ..PartitionConfig::default() }
}

#[test]
fn the_same_settings_are_kept_once_and_forgotten_when_nobody_has_them() {
    let shared = SharedSettings::default();
    let (first, second, other) = (shared.share(keeps(1)), shared.share(keeps(1)), shared.share(keeps(2)));
    assert!(Arc::ptr_eq(&first, &second));
    assert!(!Arc::ptr_eq(&first, &other));
    drop((first, second));
    assert_eq!(Arc::strong_count(&shared.share(keeps(1))), 1);
    assert!(Arc::ptr_eq(&other, &shared.share(keeps(2))));
}

#[test]
fn more_kinds_than_are_looked_through_are_right_all_the_same() {
    let shared = SharedSettings::default();
    let all: Vec<_> = (0..2 * KNOWN_MAX).map(|bytes_max| shared.share(keeps(bytes_max))).collect();
    assert!(all.iter().enumerate().all(|(bytes_max, config)| config.max_message_bytes == bytes_max));
    assert_eq!(shared.share(keeps(0)).max_message_bytes, 0);
    assert!(shared.known.lock().len() <= KNOWN_MAX);
}
