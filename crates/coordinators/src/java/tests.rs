//! Values computed by Java 17 itself.

use super::*;

#[test]
fn hash_of_a_string_is_javas() {
    let hashes = ["", "g", "test-group", "polygenelubricants", "größe", "😀"].map(string_hash);
    assert_eq!(hashes, [0, 103, 627841412, i32::MIN, 98762257, 1772899]);
}

#[test]
fn buckets_are_javas() {
    assert_eq!(["range", "roundrobin", "sticky"].map(|name| hash_map_bucket(name, 3)), [9, 10, 8]);
    assert_eq!(table_size(12), 16);
    assert_eq!(table_size(13), 32);
}
