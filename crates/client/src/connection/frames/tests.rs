//! Frames cut out of what arrived, and lengths that no peer of good will announces.

use bytes::{BufMut, BytesMut};
use expect_test::{Expect, expect};
use kampa_protocol::messages::MetadataRequest;

use super::{encode, next, room, stamp};

fn check(bytes: &[u8], expected: Expect) {
    let mut received = BytesMut::from(bytes);
    let mut told = Vec::new();
    loop {
        match next(&mut received, 1_000) {
            Ok(Some(frame)) => told.push(format!("{frame:?}")),
            Ok(None) => break told.push(format!("{} left, reads {}", received.len(), room(&received, 1_000))),
            Err(why) => break told.push(why),
        }
    }
    expected.assert_eq(&told.join("\n"));
}

#[test]
fn whole_frames_come_out_and_the_rest_stays() {
    check(b"", expect!["0 left, reads 16384"]);
    check(
        b"\0\0\0\x04abcd\0\0\0\x05abcdefg",
        expect![[r#"
        b"abcd"
        b"abcde"
        2 left, reads 16384"#]],
    );
}

#[test]
fn lengths_that_cannot_be_are_refused_before_anything_is_allocated() {
    check(b"\x7f\xff\xff\xffab", expect!["it announced an answer of 2147483647 bytes; 4 to 1000 are taken"]);
    check(b"\xff\xff\xff\xff", expect!["it announced an answer of -1 bytes; 4 to 1000 are taken"]);
    check(b"\0\0\0\x03abc", expect!["it announced an answer of 3 bytes; 4 to 1000 are taken"]);
}

#[test]
fn a_large_frame_is_given_room_as_it_comes() {
    let mut received = BytesMut::new();
    received.put_i32(100 << 20);
    assert_eq!(room(&received, 256 << 20), 1 << 20);
    received.resize(8 << 20, 0);
    assert_eq!(room(&received, 256 << 20), 8 << 20);
}

#[test]
fn the_correlation_id_stands_behind_length_key_and_version() {
    let mut chunks = encode(&MetadataRequest::default(), 1, "me").unwrap();
    stamp(&mut chunks, 0x01020304);
    assert_eq!(chunks[0][..14], *b"\0\0\0\x10\0\x03\0\x01\x01\x02\x03\x04\0\x02");
    assert_eq!(chunks.len(), 1);
}
