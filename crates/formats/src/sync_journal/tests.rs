//! What is written is read; what was torn or flipped is nothing.

use kampa_protocol::Uuid;

use super::*;

fn name(folder: &str) -> LogName {
    LogName { folder: folder.to_owned(), topic_id: Uuid([7; 16]) }
}

fn group() -> Vec<u8> {
    let mut group = GroupBuilder::default();
    group.clear();
    group.bytes(&name("a-0"), 100, 4_000, 120, 5).copy_from_slice(b"batch");
    group.settled(&name("b-1"), i64::MAX);
    group.bytes(&name("a-0"), 100, 4_005, 121, 0);
    group.finish(9, 3).to_vec()
}

#[test]
fn a_group_is_read_as_it_was_written() {
    let bytes = group();
    assert_eq!(bytes.len() as u64, PAGE_BYTES);
    let (len, sequence) = group_head(&bytes, 9).expect("a group");
    assert_eq!((group_head(&bytes, 8), sequence), (None, 3));
    let entries = group_entries(&bytes[..len]).expect("whole");
    let [(first, Entry::Bytes { at, len, .. }), (second, settled), (_, empty)] = &entries[..] else {
        panic!("{entries:?}")
    };
    assert_eq!((first, second), (&name("a-0"), &name("b-1")));
    assert_eq!(&bytes[*at..at + len], b"batch");
    assert_eq!(*settled, Entry::Settled { below: i64::MAX });
    assert!(matches!(empty, Entry::Bytes { position: 4_005, next_offset: 121, len: 0, .. }));
}

#[test]
fn a_group_with_any_bit_flipped_is_none() {
    let bytes = group();
    let (len, _) = group_head(&bytes, 9).expect("a group");
    for at in 0..len {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let whole = group_head(&flipped, 9).and_then(|(len, sequence)| {
            group_entries(flipped.get(..len)?)?;
            Some(sequence)
        });
        assert_eq!(whole, None, "byte {at}");
    }
    for len in 0..len {
        assert_eq!(group_entries(&bytes[..len]), None, "cut at {len}");
    }
}

#[test]
fn a_torn_head_is_none() {
    let head = Head { nonce: 1, sequence: 2 };
    let page = head.encode();
    assert_eq!((page.len() as u64, Head::decode(&page)), (PAGE_BYTES, Some(head)));
    for at in 0..24 {
        let mut flipped = page.clone();
        flipped[at] ^= 1;
        assert_eq!(Head::decode(&flipped), None, "byte {at}");
    }
    assert_eq!((Head::decode(&page[..23]), Head::decode(&[0; 4096])), (None, None));
}
