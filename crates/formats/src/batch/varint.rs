//! Zig-zag variable-length numbers of records: seven bits a byte, the lowest first.

/// Reads an i32 at `*at` and moves past it; `None` when the bytes end or it is longer than 5 bytes.
pub(crate) fn read_i32(bytes: &[u8], at: &mut usize) -> Option<i32> {
    let raw = match read_short(bytes, at) {
        Some(raw) => raw,
        None => read_raw(bytes, at, 5)? as u32,
    };
    Some(((raw >> 1) as i32) ^ -((raw & 1) as i32))
}

/// Reads an i64 at `*at` and moves past it; `None` when the bytes end or it is longer than 10 bytes.
pub(crate) fn read_i64(bytes: &[u8], at: &mut usize) -> Option<i64> {
    let raw = match read_short(bytes, at) {
        Some(raw) => u64::from(raw),
        None => read_raw(bytes, at, 10)?,
    };
    Some(((raw >> 1) as i64) ^ -((raw & 1) as i64))
}

/// Most lengths and deltas take one or two bytes.
fn read_short(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let &[first, second] = bytes.get(*at..)?.first_chunk()?;
    if first < 0x80 {
        *at += 1;
        Some(u32::from(first))
    } else if second < 0x80 {
        *at += 2;
        Some(u32::from(first & 0x7f) | u32::from(second) << 7)
    } else {
        None
    }
}

fn read_raw(bytes: &[u8], at: &mut usize, longest: usize) -> Option<u64> {
    let mut raw = 0_u64;
    for (n, &byte) in bytes.get(*at..)?.iter().take(longest).enumerate() {
        // Bits beyond the type's width fall off, as they do in Java.
        raw |= u64::from(byte & 0x7f) << (7 * n);
        if byte < 0x80 {
            *at += n + 1;
            return Some(raw);
        }
    }
    None
}

pub(crate) fn write_i32(out: &mut Vec<u8>, value: i32) {
    write_raw(out, u64::from(((value << 1) ^ (value >> 31)) as u32));
}

pub(crate) fn write_i64(out: &mut Vec<u8>, value: i64) {
    write_raw(out, ((value << 1) ^ (value >> 63)) as u64);
}

fn write_raw(out: &mut Vec<u8>, mut raw: u64) {
    while raw >= 0x80 {
        out.push(raw as u8 | 0x80);
        raw >>= 7;
    }
    out.push(raw as u8);
}

/// Bytes that `write_i32` takes.
pub(crate) fn size_i32(value: i32) -> usize {
    size_raw(u64::from(((value << 1) ^ (value >> 31)) as u32))
}

/// Bytes that `write_i64` takes.
pub(crate) fn size_i64(value: i64) -> usize {
    size_raw(((value << 1) ^ (value >> 63)) as u64)
}

fn size_raw(raw: u64) -> usize {
    (64 - (raw | 1).leading_zeros() as usize).div_ceil(7)
}
