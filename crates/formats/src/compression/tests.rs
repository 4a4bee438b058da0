//! There and back through every codec; other writers' ways; caps and damage.

use std::io::{Read, Write};

use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::testing::{damaged, fuzz};

const CODECS: [Codec; 5] = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];

/// Text-like, so that there is something to compress.
fn content(size: usize, seed: u64) -> Vec<u8> {
    let mut chance = SmallRng::seed_from_u64(seed);
    let words = ["order ", "city=Zürich ", "{\"id\":", "17", "}\n", "0000000000", "\u{1f980}"];
    let mut bytes = Vec::new();
    while bytes.len() < size {
        bytes.extend_from_slice(words[chance.random_range(0..words.len())].as_bytes());
    }
    bytes.truncate(size);
    bytes
}

#[test]
fn what_is_compressed_comes_back_whole_and_as_a_stream() {
    for codec in CODECS {
        for size in [0, 1, 100, 32 * 1024, 32 * 1024 + 1, 65_536, 65_537, 300_000] {
            let content = content(size, size as u64);
            let folded = compress(Compression::of(codec), &content);
            assert_eq!(decompress(codec, &folded, size).unwrap(), content, "{codec:?} {size}");
            let mut streamed = Vec::new();
            Unfolding::new(codec, &folded).unwrap().read_to_end(&mut streamed).unwrap();
            assert_eq!(streamed, content, "{codec:?} {size}");
        }
    }
}

#[test]
fn every_level_makes_bytes_that_come_back() {
    let content = content(10_000, 7);
    for (codec, levels) in [(Codec::Gzip, -1..=9), (Codec::Lz4, 1..=17), (Codec::Zstd, -7..=19)] {
        for level in levels {
            let folded = compress(Compression { codec, level: Some(level) }, &content);
            assert_eq!(decompress(codec, &folded, content.len()).unwrap(), content, "{codec:?} {level}");
        }
    }
}

#[test]
fn a_cap_is_kept() {
    let content = vec![0; 10_000_000];
    for codec in CODECS {
        let folded = compress(Compression::of(codec), &content);
        let refused = decompress(codec, &folded, content.len() - 1);
        assert_eq!(refused, Err(DecompressError::TooLarge { limit_bytes: content.len() - 1 }), "{codec:?}");
        assert_eq!(decompress(codec, &folded, 0), Err(DecompressError::TooLarge { limit_bytes: 0 }), "{codec:?}");
    }
}

#[test]
fn snappy_is_read_raw_too_and_written_as_java_does() {
    let content = content(100_000, 3);
    let raw = snap::raw::Encoder::new().compress_vec(&content).unwrap();
    assert_eq!(decompress(Codec::Snappy, &raw, content.len()).unwrap(), content);
    let framed = compress(Compression::of(Codec::Snappy), &content);
    assert_eq!(framed[..16], *b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01");
}

#[test]
fn a_snappy_block_that_claims_too_much_is_not_believed() {
    // The claim is 256 MB, the bytes behind it are three.
    let claim = [0x80, 0x80, 0x80, 0x80, 0x01, 0, 0];
    let refused = decompress(Codec::Snappy, &claim, usize::MAX).unwrap_err();
    assert_eq!(refused.to_string(), "the snappy data is damaged: block claims more than it can hold");
}

#[test]
fn lz4_has_kafkas_descriptor_and_other_writers_frames_are_read() {
    let content = content(300_000, 5);
    let folded = compress(Compression::of(Codec::Lz4), &content);
    // Magic, version 1 with independent blocks, blocks of 64 KiB, the header's checksum.
    assert_eq!(folded[..7], [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
    for mode in [BlockMode::Independent, BlockMode::Linked] {
        let info =
            FrameInfo::new().block_mode(mode).block_checksums(true).content_checksum(true).content_size(Some(300_000));
        for size in [BlockSize::Max64KB, BlockSize::Max256KB, BlockSize::Max1MB, BlockSize::Max4MB] {
            let mut encoder = FrameEncoder::with_frame_info(info.clone().block_size(size), Vec::new());
            // Noise in the middle makes a block that is stored as it is.
            let noise: Vec<u8> = SmallRng::seed_from_u64(1).random_iter().take(100_000).collect();
            let content = [&content[..150_000], &noise, &content[..50_000]].concat();
            encoder.write_all(&content).unwrap();
            let folded = encoder.finish().unwrap();
            assert_eq!(decompress(Codec::Lz4, &folded, content.len()).unwrap(), content);
            let mut damaged = folded.clone();
            damaged[7 + 8 + 100] ^= 1;
            assert!(decompress(Codec::Lz4, &damaged, content.len()).is_err(), "a block's checksum is looked at");
            damaged = folded;
            damaged[8] ^= 1;
            assert!(decompress(Codec::Lz4, &damaged, content.len()).is_err(), "the header's checksum is looked at");
        }
    }
}

#[test]
fn an_lz4_block_that_claims_too_much_is_not_believed() {
    // Blocks of 4 MiB are announced; ten bytes follow.
    let mut frame = vec![0x04, 0x22, 0x4d, 0x18, 0x60, 0x70];
    frame.extend([0x73, 10, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    assert!(matches!(decompress(Codec::Lz4, &frame, usize::MAX), Err(DecompressError::Damaged { .. })));
}

#[test]
fn gzip_members_and_zstd_frames_may_follow_each_other() {
    for codec in [Codec::Gzip, Codec::Zstd] {
        let mut folded = compress(Compression::of(codec), b"first, ");
        folded.extend(compress(Compression::of(codec), b"second"));
        assert_eq!(decompress(codec, &folded, 100).unwrap(), b"first, second");
    }
}

#[test]
fn a_cut_stream_is_damaged() {
    let content = content(50_000, 9);
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let folded = compress(Compression::of(codec), &content);
        let refused = decompress(codec, &folded[..folded.len() / 2], content.len());
        assert!(matches!(refused, Err(DecompressError::Damaged { .. })), "{codec:?}: {refused:?}");
    }
}

#[test]
fn damaged_bytes_do_no_harm() {
    let content = content(2000, 11);
    for codec in CODECS {
        let folded = compress(Compression::of(codec), &content);
        fuzz(&folded, |bytes| {
            if let Ok(unfolded) = decompress(codec, bytes, 5000) {
                assert!(unfolded.len() <= 5000);
            }
        });
    }
    // A context that met damage serves the next batch as ever.
    let mut chance = SmallRng::seed_from_u64(1);
    let folded = compress(Compression::of(Codec::Zstd), &content);
    for _ in 0..200 {
        let _ = decompress(Codec::Zstd, &damaged(&folded, &mut chance), 5000);
        assert_eq!(decompress(Codec::Zstd, &folded, 5000).unwrap(), content);
    }
}
