//! The map of keys against one that keeps them.

use std::collections::HashMap;

use super::*;

fn key(n: usize) -> Vec<u8> {
    format!("key-{n}").into_bytes()
}

#[test]
fn finds_what_was_put_last() {
    for bytes in [24 * 1000, 24 << 20] {
        let mut keys = Keys::new((1, 2), bytes, 0.9);
        let mut known = HashMap::new();
        for offset in 0..5000_i64 {
            let key = key(offset as usize * 7919 % 800);
            assert!(keys.put(&key, offset));
            known.insert(key, offset);
        }
        assert_eq!(known.len(), 800);
        for n in 0..2000 {
            assert_eq!(keys.get(&key(n)), known.get(&key(n)).copied());
        }
    }
}

#[test]
fn takes_memory_as_keys_come_and_no_more_than_it_was_given() {
    let slots_max = 1 << 18;
    let mut keys = Keys::new((1, 2), slots_max * SLOT_BYTES, 0.9);
    let taken = |keys: &Keys| keys.parts.iter().map(|part| part.words.len() * 8).sum::<usize>();
    assert_eq!(taken(&keys), 0);
    for n in 0..1000 {
        assert!(keys.put(&key(n), n as i64));
    }
    assert!(taken(&keys) < 4 * 1000 * SLOT_BYTES + PARTS * SLOTS_MIN * SLOT_BYTES, "{}", taken(&keys));
    let refused = (1000..slots_max).find(|n| !keys.put(&key(*n), *n as i64)).expect("it is full before");
    // Parts fill a little unevenly.
    assert!((slots_max * 85 / 100..=slots_max * 9 / 10).contains(&refused), "{refused}");
    assert!(taken(&keys) <= slots_max * SLOT_BYTES);
    assert!((0..refused).all(|n| keys.get(&key(n)) == Some(n as i64)));
}

#[test]
fn as_many_keys_as_the_settings_say() {
    let fits = |slots: usize, load_factor| {
        let mut keys = Keys::new((1, 2), slots * SLOT_BYTES, load_factor);
        (0..).find(|n| !keys.put(&key(*n), 0)).expect("it is full some time")
    };
    assert_eq!([fits(0, 0.9), fits(1, 0.9), fits(10, 0.9), fits(10, 1.0), fits(1000, 0.5)], [0, 0, 9, 9, 500]);
}
