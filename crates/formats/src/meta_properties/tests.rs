//! Kafka's own file, read and written anew; what Java's properties allow; text that is none.

use super::*;
use crate::testing::fuzz;

const GOLDEN: &[u8] = include_bytes!("../../golden/meta.properties");

#[test]
fn kafkas_file() {
    let meta = decode(GOLDEN).unwrap();
    let want = MetaProperties {
        version: 1,
        cluster_id: Some("igBZcuPfSD2Mf7zlv1ulRw".to_owned()),
        node_id: Some(1),
        directory_id: Some("XV_9F7QARlizO8c2SaQOtw".parse().unwrap()),
    };
    assert_eq!(meta, want);
    // Sat Nov 21 09:26:17 UTC 2026
    assert_eq!(encode(&meta, 1_795_253_177_000).as_bytes(), GOLDEN);
    fuzz(GOLDEN, |file| drop(decode(file)));
}

#[test]
fn version_0_has_a_broker_id() {
    let meta = decode(b"version=0\nbroker.id=3\n").unwrap();
    assert_eq!(meta, MetaProperties { version: 0, cluster_id: None, node_id: Some(3), directory_id: None });
    assert_eq!(decode(encode(&meta, 0).as_bytes()), Ok(meta));
}

#[test]
fn javas_properties_are_read() {
    let file = b"! old\n  # comment\\\n\nversion : 1\ncluster.id \\\n   my\\u0043luster\\ x\r\nnode.id 5\n node.id=6";
    let meta = decode(file).unwrap();
    assert_eq!(meta.cluster_id.as_deref(), Some("myCluster x"));
    assert_eq!(meta.node_id, Some(6));
}

#[test]
fn what_is_special_is_escaped() {
    let meta = MetaProperties {
        version: 1,
        cluster_id: Some(" a=b:c#d!e\\f\tü\u{1f980} ".to_owned()),
        node_id: Some(0),
        directory_id: None,
    };
    let file = encode(&meta, 951_782_400_000);
    assert!(file.starts_with("#\n#Tue Feb 29 00:00:00 UTC 2000\n"), "{file}");
    assert!(file.contains(r"cluster.id=\ a\=b\:c\#d\!e\\f\t\u00FC\uD83E\uDD80 "), "{file}");
    assert_eq!(decode(file.as_bytes()), Ok(meta));
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let check = |file: &str, want: &str| assert_eq!(decode(file.as_bytes()).unwrap_err().to_string(), want);
    check("", "version is missing");
    check("version=2", "version should be 0 or 1, not \"2\"");
    check("version=1\nnode.id=1", "cluster.id is missing");
    check("version=1\ncluster.id=x", "node.id is missing");
    check("version=1\ncluster.id=x\nnode.id=one", "node.id should be a whole number, not \"one\"");
    check(
        "version=1\ncluster.id=x\nnode.id=1\ndirectory.id=x",
        "directory.id should be an id of 22 characters, not \"x\"",
    );
    check("version=\\u00", "the file is not in the properties format");
}
