//! gzip, members one after the other allowed.

use std::io::Write;

use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

/// zlib's own default, which is what Kafka's -1 means.
const DEFAULT_LEVEL: i32 = 6;

pub(super) type Reader<'a> = MultiGzDecoder<&'a [u8]>;

pub(super) fn compress(level: Option<i32>, bytes: &[u8]) -> Vec<u8> {
    let level = level.filter(|level| (1..=9).contains(level)).unwrap_or(DEFAULT_LEVEL);
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2 + 64), flate2::Compression::new(level as u32));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a Vec takes every byte")
}

pub(super) fn reader(bytes: &[u8]) -> Reader<'_> {
    MultiGzDecoder::new(bytes)
}
