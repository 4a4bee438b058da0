//! Buffers come back when the last slice is gone, and not for ever.

use std::sync::Arc;

use super::*;

fn unused(shelf: &ReadBuffers) -> Vec<usize> {
    shelf.unused.lock().iter().map(Vec::len).collect()
}

#[test]
fn a_buffer_comes_back_with_the_last_slice() {
    let shelf = Arc::new(ReadBuffers::default());
    let mut buffer = shelf.take(100_000);
    buffer.as_mut_slice().fill(7);
    let bytes = buffer.freeze();
    assert_eq!((bytes.len(), bytes[99_999]), (100_000, 7));
    let slice = bytes.slice(10..20);
    drop(bytes);
    assert_eq!(unused(&shelf), []);
    drop(slice);
    assert_eq!(unused(&shelf), [131_072]);
    let again = shelf.take(70_000);
    assert_eq!((again.as_ref().len(), unused(&shelf).len()), (70_000, 0));
    drop(again);
    shelf.clear_idle();
    assert_eq!(unused(&shelf), [131_072], "somebody has read since");
    shelf.clear_idle();
    assert_eq!(unused(&shelf), []);
}

#[test]
fn small_and_many_buffers_are_not_kept() {
    let shelf = Arc::new(ReadBuffers::default());
    drop(shelf.take(1000).freeze());
    assert_eq!(unused(&shelf), []);
    let many: Vec<ReadBuffer> = (0..40).map(|_| shelf.take(1 << 20)).collect();
    drop(many);
    assert_eq!(unused(&shelf).iter().sum::<usize>(), UNUSED_BYTES_MAX);
    drop(shelf.take(UNUSED_BYTES_MAX * 2));
    assert_eq!(unused(&shelf).iter().sum::<usize>(), UNUSED_BYTES_MAX);
}
