//! What a node makes of a data directory that is not as it left it: it is served, repaired, or refused with a sentence that names
//! the file and the remedy; and nothing goes that could be read.

use expect_test::{Expect, expect};

use crate::testing::{check, play};

/// A topic with three records in two segments, a clean stop, some trouble, a start, and what is to be read then.
fn after(trouble: &str, expected: Expect) {
    let before = "create orders internal.segment.bytes=100\nproduce orders/0 a b\nproduce orders/0 c\ndown\n";
    let then = "\nup\nfetch orders/0@0\nfetch orders/0@2";
    let said = play("", &format!("{before}{trouble}{then}"));
    let told: Vec<&str> = said.lines().skip(3).filter(|line| !line.starts_with("no connection")).collect();
    expected.assert_eq(&format!("{}\n", told.join("\n")));
}

/// As if nothing had been.
fn is_harmless(trouble: &str) {
    after(
        trouble,
        expect![[r#"
            orders/0: hw=3 0:a 1:b 2:c
            orders/0: hw=3 2:c
        "#]],
    );
}

#[test]
fn files_of_others_stay_where_they_are() {
    is_harmless("");
    is_harmless("write notes.txt hello");
    is_harmless("write orders-0/notes.txt hello");
    is_harmless("write orders-0/00000000000000000007.log.bak x");
    is_harmless("make-folder orders-9");
    after(
        "make-folder photos",
        expect![[r#"
        refused: /data/photos is no partition's folder. A log directory holds nothing else: move it away, or choose another directory (log.dirs)
    "#]],
    );
}

#[test]
fn indexes_are_made_again() {
    is_harmless("remove orders-0/00000000000000000000.index");
    is_harmless("remove orders-0/00000000000000000002.timeindex");
    is_harmless("cut orders-0/00000000000000000000.index 3");
    is_harmless("cut orders-0/00000000000000000002.timeindex 5");
}

#[test]
fn checkpoints_and_snapshots_are_found_out_again() {
    is_harmless("cut recovery-point-offset-checkpoint 1");
    is_harmless("remove recovery-point-offset-checkpoint");
    is_harmless("remove .kafka_cleanshutdown\ncut recovery-point-offset-checkpoint 3");
    is_harmless("write replication-offset-checkpoint nonsense");
    is_harmless("write log-start-offset-checkpoint 0 | 7 | orders 0 1");
    is_harmless("write log-start-offset-checkpoint 0 | 1 | orders 0 99");
    is_harmless("cut orders-0/leader-epoch-checkpoint 1");
    is_harmless("cut orders-0/partition.metadata 5");
    is_harmless("write orders-0/00000000000000000003.snapshot nonsense");
    is_harmless("remove __cluster_metadata-0/quorum-state");
}

#[test]
fn a_flipped_bit_is_never_served_and_its_neighbours_are() {
    after(
        "flip orders-0/00000000000000000000.log 70",
        expect![[r#"
        orders/0: CORRUPT_MESSAGE
        orders/0: hw=3 2:c
    "#]],
    );
    after(
        "flip orders-0/00000000000000000002.log 65",
        expect![[r#"
        orders/0: hw=3 0:a 1:b
        orders/0: CORRUPT_MESSAGE
    "#]],
    );
    after(
        "flip orders-0/00000000000000000000.log 3",
        expect![[r#"
        orders/0: CORRUPT_MESSAGE
        orders/0: hw=3 2:c
    "#]],
    );
    after(
        "remove .kafka_cleanshutdown\nflip orders-0/00000000000000000000.log 70",
        expect![[r#"
        orders/0: CORRUPT_MESSAGE
        orders/0: hw=3 2:c
    "#]],
    );
}

#[test]
fn records_that_are_gone_take_no_others_with_them() {
    after(
        "cut orders-0/00000000000000000000.log 0",
        expect![[r#"
        orders/0: hw=3 2:c
        orders/0: hw=3 2:c
    "#]],
    );
    after(
        "cut orders-0/00000000000000000002.log 0",
        expect![[r#"
        orders/0: hw=2 0:a 1:b
        orders/0: hw=2
    "#]],
    );
    after(
        "remove .kafka_cleanshutdown\ncut orders-0/00000000000000000000.log 0",
        expect![[r#"
        orders/0: hw=3 2:c
        orders/0: hw=3 2:c
    "#]],
    );
    after(
        "remove orders-0/00000000000000000000.log",
        expect![[r#"
        orders/0: OFFSET_OUT_OF_RANGE
        orders/0: hw=3 start=2 2:c
    "#]],
    );
    after(
        "write orders-0/00000000000000000009.log",
        expect![[r#"
        orders/0: hw=9 0:a 1:b 2:c
        orders/0: hw=9 2:c
    "#]],
    );
}

#[test]
fn whose_it_is_must_be_said() {
    after(
        "write meta.properties version=2 | node.id=0 | cluster.id=x",
        expect![[r#"
        refused: /data/meta.properties: version should be 0 or 1, not "2". Bring the file back from a copy, or choose another directory (log.dirs)
    "#]],
    );
    after(
        "write meta.properties version=1 | node.id=7 | cluster.id=x",
        expect![[r#"
        refused: the log directory /data belongs to node 7, but node.id is 0: set node.id=7, or choose another directory
    "#]],
    );
    after(
        "write meta.properties version=1 | node.id=0 | cluster.id=x",
        expect![[r#"
            refused: the metadata log names directory <id> as node 0's, and this directory is <id> (directory.id in meta.properties): choose the directory that the metadata log was written in
        "#]],
    );
    after(
        "remove meta.properties",
        expect![[r#"
        refused: the log directory /data holds the partition __cluster_metadata-0, but no meta.properties that says whose it is: bring that file back, or choose an empty directory (log.dirs)
    "#]],
    );
    after(
        "cut meta.properties 0",
        expect![[r#"
        refused: /data/meta.properties: version is missing. Bring the file back from a copy, or choose another directory (log.dirs)
    "#]],
    );
}

#[test]
fn a_damaged_metadata_log_is_not_begun_anew() {
    after(
        "remove-folder __cluster_metadata-0",
        expect![[r#"
        refused: the log directory holds the partition orders-0, but no __cluster_metadata-0 with a record in it: without it nobody knows what its partitions are. Bring it back, set metadata.log.dir to where it lies, or choose an empty directory
    "#]],
    );
    after(
        "cut __cluster_metadata-0/00000000000000000000.log 0",
        expect![[r#"
        refused: the log directory holds the partition orders-0, but no __cluster_metadata-0 with a record in it: without it nobody knows what its partitions are. Bring it back, set metadata.log.dir to where it lies, or choose an empty directory
    "#]],
    );
    after(
        "flip __cluster_metadata-0/00000000000000000000.log 300",
        expect![[r#"
        refused: the metadata log is damaged: /data/__cluster_metadata-0/00000000000000000000.log holds no whole batch at position 168, where offset 3 should be, and what is behind cannot count without it. Bring the directory back from a copy
    "#]],
    );
    after(
        "remove .kafka_cleanshutdown\nflip __cluster_metadata-0/00000000000000000000.log 300",
        expect![[r#"
        refused: the metadata log is damaged: /data/__cluster_metadata-0/00000000000000000000.log holds no whole batch at position 168, where offset 3 should be, and what is behind cannot count without it. Bring the directory back from a copy
    "#]],
    );
    after(
        "write __cluster_metadata-0/quorum-state nonsense",
        expect![[r#"
        refused: cannot read quorum-state in __cluster_metadata-0: the file is no JSON object; bring it back from a copy; a lone voter may begin without it: remove it
    "#]],
    );
}

#[test]
fn a_full_disk_refuses_writes_and_serves_reads_until_there_is_room_again() {
    check(
        "",
        "create orders
         produce orders/0 a
         disk-capacity 100
         produce orders/0 b
         create more
         fetch orders/0@0
         disk-capacity 1000000
         produce orders/0 c
         create yet-more
         fetch orders/0@0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: KAFKA_STORAGE_ERROR
            KAFKA_STORAGE_ERROR ""
            orders/0: hw=1 0:a
            orders/0: base=1
            ok
            orders/0: hw=2 0:a 1:c
        "#]],
    );
}

#[test]
fn a_directory_that_vanishes_takes_no_more_writes() {
    check(
        "",
        "create orders
         produce orders/0 a
         remove-folder ../data
         sleep 20000
         produce orders/0 b
         create more
         fetch orders/0@0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: KAFKA_STORAGE_ERROR
            KAFKA_STORAGE_ERROR ""
            orders/0: KAFKA_STORAGE_ERROR
        "#]],
    );
}
