//! The two habits of Java that other programs can see: the hash of a string, and the order a small hash map is walked in.

/// `String.hashCode`: over UTF-16 code units, wrapping.
pub(crate) fn string_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// Where a `HashMap` of `entries` entries keeps a string: walking the map meets the lower bucket first.
pub(crate) fn hash_map_bucket(text: &str, entries: usize) -> u32 {
    let hash = string_hash(text) as u32;
    let spread = hash ^ (hash >> 16);
    spread & (table_size(entries) - 1)
}

/// Tables start at 16 buckets and double when more than three quarters full.
fn table_size(entries: usize) -> u32 {
    let mut size = 16u32;
    while entries > (size as usize) / 4 * 3 {
        size *= 2;
    }
    size
}

#[cfg(test)]
mod tests;
