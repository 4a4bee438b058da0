//! Several log directories, in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_new_replica_goes_where_the_fewest_are_and_stays_there() {
    check(
        "log.dirs=/a,/b,/c",
        "create orders 4
         create other
         produce orders/0 one
         produce orders/3 two
         log-dirs all
         restart
         log-dirs all
         create third 2
         kill
         log-dirs all
         fetch orders/3@0",
        expect![[r#"
            ok
            ok
            orders/0: base=0
            orders/3: base=0
            ok, /a ok some of it used, orders/0 71 bytes lag 0, orders/3 71 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0, other/0 0 bytes lag 0, /c ok some of it used, orders/2 0 bytes lag 0
            ok, /a ok some of it used, orders/0 71 bytes lag 0, orders/3 71 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0, other/0 0 bytes lag 0, /c ok some of it used, orders/2 0 bytes lag 0
            ok
            ok, /a ok some of it used, orders/0 71 bytes lag 0, orders/3 71 bytes lag 0, third/1 0 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0, other/0 0 bytes lag 0, /c ok some of it used, orders/2 0 bytes lag 0, third/0 0 bytes lag 0
            orders/3: hw=1 0:two
        "#]],
    );
}

#[test]
fn the_metadata_log_may_lie_elsewhere_or_among_them() {
    check(
        "log.dirs=/a,/b metadata.log.dir=/m",
        "create orders 2
         restart
         log-dirs all",
        expect![[r#"
            ok
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0
        "#]],
    );
    check(
        "log.dirs=/a,/b metadata.log.dir=/b",
        "create orders 2
         power-cut
         log-dirs all",
        expect![[r#"
            ok
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0
        "#]],
    );
}

#[test]
fn a_directory_that_fails_goes_offline_and_the_others_go_on() {
    check(
        "log.dirs=/a,/b",
        "create orders 2 flush.messages=1
         produce orders/0 a
         produce orders/1 b
         consumer: fetch orders/1@1 wait=10000 &
         break /b
         produce orders/1 c
         sleep 100
         consumer: answer
         produce orders/1 c
         produce orders/0 c
         fetch orders/1@0
         fetch orders/0@0
         list-offsets orders/1@-1
         metadata orders
         log-dirs all
         metric kafka_log_logmanager_offlinelogdirectorycount
         metric kafka_log_logmanager_logdirectoryoffline
         metric kafka_server_replicamanager_offlinereplicacount
         metric kafka_controller_kafkacontroller_offlinepartitionscount
         has-failed
         create more 2
         produce more/1 x
         mend /b
         produce orders/1 c
         restart
         metadata orders more
         produce orders/1 d
         fetch orders/1@0
         log-dirs all",
        expect![[r#"
            ok
            orders/0: base=0
            orders/1: base=0
            orders/1: KAFKA_STORAGE_ERROR
            orders/1: KAFKA_STORAGE_ERROR lso=-1 aborted=0 after 100 ms
            orders/1: KAFKA_STORAGE_ERROR
            orders/0: base=1
            orders/1: KAFKA_STORAGE_ERROR lso=-1 aborted=0
            orders/0: hw=2 0:a 1:c
            orders/1: KAFKA_STORAGE_ERROR
            broker 0 at node:9092; orders 2 partitions, 1 led
            ok, /a ok some of it used, orders/0 138 bytes lag 0, /b KAFKA_STORAGE_ERROR -
            kafka_log_logmanager_offlinelogdirectorycount 1
            kafka_log_logmanager_logdirectoryoffline{logDirectory="/a"} 0
            kafka_log_logmanager_logdirectoryoffline{logDirectory="/b"} 1
            kafka_server_replicamanager_offlinereplicacount 1
            kafka_controller_kafkacontroller_offlinepartitionscount 1
            the node goes on
            ok
            more/1: base=0
            orders/1: KAFKA_STORAGE_ERROR
            broker 0 at node:9092; orders 2 partitions, 2 led, more 2 partitions, 2 led
            orders/1: base=1
            orders/1: hw=2 0:b 1:d
            ok, /a ok some of it used, more/0 0 bytes lag 0, more/1 69 bytes lag 0, orders/0 138 bytes lag 0, /b ok some of it used, orders/1 138 bytes lag 0
        "#]],
    );
}

#[test]
fn a_directory_that_fails_without_a_client_that_waits_for_it() {
    check(
        "log.dirs=/a,/b",
        "create orders 2
         produce orders/1 b
         break /b
         produce orders/1 c
         sleep 10
         metadata orders
         mend /b
         kill
         metadata orders
         fetch orders/1@0",
        expect![[r#"
            ok
            orders/1: base=0
            orders/1: KAFKA_STORAGE_ERROR
            broker 0 at node:9092; orders 2 partitions, 1 led
            broker 0 at node:9092; orders 2 partitions, 2 led
            orders/1: hw=1 0:b
        "#]],
    );
}

#[test]
fn a_directory_that_is_broken_at_the_start_is_done_without() {
    check(
        "log.dirs=/a,/b",
        "create orders 2
         produce orders/1 b
         break /b
         restart
         metadata orders
         produce orders/1 c
         fetch orders/1@0
         log-dirs all
         create more 3
         delete more
         create more 1
         log-dirs all
         mend /b
         restart
         metadata orders more
         fetch orders/1@0
         log-dirs all",
        expect![[r#"
            ok
            orders/1: base=0
            broker 0 at node:9092; orders 2 partitions, 1 led
            orders/1: KAFKA_STORAGE_ERROR
            orders/1: KAFKA_STORAGE_ERROR lso=-1 aborted=0
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b KAFKA_STORAGE_ERROR -
            ok
            ok
            ok
            ok, /a ok some of it used, more/0 0 bytes lag 0, orders/0 0 bytes lag 0, /b KAFKA_STORAGE_ERROR -
            broker 0 at node:9092; orders 2 partitions, 2 led, more 1 partitions, 1 led
            orders/1: hw=1 0:b
            ok, /a ok some of it used, more/0 0 bytes lag 0, orders/0 0 bytes lag 0, /b ok some of it used, orders/1 69 bytes lag 0
        "#]],
    );
}

#[test]
fn groups_of_a_directory_that_fails_have_no_coordinator() {
    check(
        "log.dirs=/a,/b",
        "create orders
         find-coordinator g
         commit g - -1 orders/0=5
         break /b
         commit g - -1 orders/0=6
         sleep 10
         commit g - -1 orders/0=6
         find-coordinator g
         mend /b
         restart
         find-coordinator g
         commit g - -1 orders/0=7",
        expect![[r#"
            ok
            g: node 0 at node:9092
            orders/0: ok
            orders/0: NOT_COORDINATOR
            orders/0: NOT_COORDINATOR
            g: COORDINATOR_NOT_AVAILABLE
            g: node 0 at node:9092
            orders/0: ok
        "#]],
    );
}

#[test]
fn without_the_metadatas_directory_the_node_ends() {
    check(
        "log.dirs=/a,/b",
        "create orders 2
         break /a
         produce orders/0 a
         sleep 10
         has-failed",
        expect![[r#"
            ok
            orders/0: KAFKA_STORAGE_ERROR
            the node has failed
        "#]],
    );
    check(
        "log.dirs=/a,/b metadata.log.dir=/m",
        "create orders 2
         break /a
         produce orders/0 a
         sleep 10
         has-failed
         break /b
         produce orders/1 b
         sleep 10
         has-failed",
        expect![[r#"
            ok
            orders/0: KAFKA_STORAGE_ERROR
            the node goes on
            orders/1: KAFKA_STORAGE_ERROR
            the node has failed
        "#]],
    );
}

#[test]
fn a_full_directory_refuses_and_recovers() {
    check(
        "log.dirs=/a,/b",
        "create orders 2
         produce orders/1 b
         volume-capacity /b 100
         produce orders/1 c
         produce orders/0 c
         fetch orders/1@0
         metadata orders
         volume-capacity /b 1000000
         produce orders/1 c
         fetch orders/1@0",
        expect![[r#"
            ok
            orders/1: base=0
            orders/1: KAFKA_STORAGE_ERROR
            orders/0: base=0
            orders/1: hw=1 0:b
            broker 0 at node:9092; orders 2 partitions, 2 led
            orders/1: base=1
            orders/1: hw=2 0:b 1:c
        "#]],
    );
}

#[test]
fn what_finds_no_space_is_made_elsewhere_or_later() {
    check(
        "log.dirs=/a,/b metadata.log.dir=/m",
        "volume-capacity /a 1
         create orders 2
         produce orders/0 x
         log-dirs all
         volume-capacity /b 1
         create more
         produce more/0 x
         volume-capacity /b 1000000
         sleep 6000
         produce more/0 x
         restart
         produce more/0 x",
        expect![[r#"
            ok
            orders/0: base=0
            ok, /a ok some of it used, /b ok some of it used, orders/0 69 bytes lag 0, orders/1 0 bytes lag 0
            ok
            more/0: KAFKA_STORAGE_ERROR
            more/0: base=0
            more/0: base=1
        "#]],
    );
}

#[test]
fn a_full_disk_refuses_changes_of_the_metadata_and_recovers() {
    check(
        "",
        "create orders
         produce orders/0 x
         disk-capacity 1
         create more
         produce orders/0 x
         alter topic:orders retention.ms=5
         fetch orders/0@0
         has-failed
         disk-capacity 1000000
         create more
         produce more/0 x
         produce orders/0 y
         restart
         fetch orders/0@0
         metadata more orders",
        expect![[r#"
            ok
            orders/0: base=0
            KAFKA_STORAGE_ERROR ""
            orders/0: KAFKA_STORAGE_ERROR
            KAFKA_STORAGE_ERROR
            orders/0: hw=1 0:x
            the node goes on
            ok
            more/0: base=0
            orders/0: base=1
            orders/0: hw=2 0:x 1:y
            broker 0 at node:9092; more 1 partitions, 1 led, orders 1 partitions, 1 led
        "#]],
    );
}

#[test]
fn directories_that_do_not_go_together_are_refused() {
    check(
        "log.dirs=/a,/b",
        "create orders 2
         down
         copy /b/meta.properties /kept
         write /b/meta.properties version=1 | cluster.id=other | node.id=0
         up
         write /b/meta.properties version=1 | cluster.id=other | node.id=7
         up
         copy /a/meta.properties /b/meta.properties
         up
         copy /kept /b/meta.properties
         copy-folder /a/__cluster_metadata-0 /b/__cluster_metadata-0
         up
         remove-folder /b/__cluster_metadata-0
         make-folder /b/nonsense
         up
         remove-folder /b/nonsense
         up
         log-dirs all",
        expect![[r#"
            ok
            refused: the log directory /b belongs to cluster other, not to <id>: its meta.properties says so. Choose the directory of this cluster, or an empty one
            refused: the log directory /b belongs to node 7, but node.id is 0: set node.id=7, or choose another directory
            refused: /a and /b have the same directory.id <id> in meta.properties: one is a copy. Take one of them out of log.dirs, or remove the line in the copy
            refused: there is a metadata log in /b/__cluster_metadata-0, and metadata.log.dir is /a: set metadata.log.dir to the one that counts, and move the other away
            refused: /b/nonsense is no partition's folder. A log directory holds nothing else: move it away, or choose another directory (log.dirs)
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0
        "#]],
    );
    check(
        "log.dirs=/a,/b metadata.log.dir=/m",
        "create orders 2
         down
         move /m /elsewhere
         up
         files /
         move /elsewhere /m
         up
         log-dirs all",
        expect![[r#"
            ok
            refused: /m is empty (no meta.properties), but /a belongs to cluster <id>: without the metadata log nobody knows what its partitions are. Bring it back (is its disk mounted?), or set metadata.log.dir to where it lies
            a/ b/ elsewhere/
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0
        "#]],
    );
    check(
        "log.dirs=/a,/b,/c",
        "create orders 2
         down
         write /b/meta.properties nonsense
         up
         log-dirs all",
        expect![[r#"
            ok
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b KAFKA_STORAGE_ERROR -, /c ok some of it used
        "#]],
    );
}

#[test]
fn an_empty_directory_is_begun_anew_unless_one_is_missing() {
    check(
        "log.dirs=/a,/b,/c",
        "create orders 3
         produce orders/1 x
         down
         move /b /unmounted
         up
         log-dirs all
         fetch orders/1@0
         down
         files /
         move /unmounted /b
         up
         fetch orders/1@0
         log-dirs all",
        expect![[r#"
            ok
            orders/1: base=0
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b KAFKA_STORAGE_ERROR -, /c ok some of it used, orders/2 0 bytes lag 0
            orders/1: KAFKA_STORAGE_ERROR lso=-1 aborted=0
            a/ c/ unmounted/
            orders/1: hw=1 0:x
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b ok some of it used, orders/1 69 bytes lag 0, /c ok some of it used, orders/2 0 bytes lag 0
        "#]],
    );
    check(
        "log.dirs=/a,/b,/c",
        "create orders 2
         down
         remove-folder /c
         up
         files /
         log-dirs all",
        expect![[r#"
            ok
            a/ b/
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0, /c KAFKA_STORAGE_ERROR -
        "#]],
    );
}

#[test]
fn a_folder_in_another_directory_is_taken_where_it_is() {
    check(
        "log.dirs=/a,/b",
        "create orders 2
         produce orders/1 x
         down
         move /b/orders-1 /a/orders-1
         up
         fetch orders/1@0
         log-dirs all
         sleep 100
         restart
         metadata orders
         log-dirs all",
        expect![[r#"
            ok
            orders/1: base=0
            orders/1: hw=1 0:x
            ok, /a ok some of it used, orders/0 0 bytes lag 0, orders/1 69 bytes lag 0, /b ok some of it used
            broker 0 at node:9092; orders 2 partitions, 2 led
            ok, /a ok some of it used, orders/0 0 bytes lag 0, orders/1 69 bytes lag 0, /b ok some of it used
        "#]],
    );
}

#[test]
fn a_folder_in_two_directories_is_taken_where_the_metadata_has_it() {
    check(
        "log.dirs=/a,/b,/c",
        "create orders 2
         produce orders/1 x
         down
         copy-folder /b/orders-1 /a/orders-1
         up
         fetch orders/1@0
         files /a
         down
         copy-folder /b/orders-1 /a/orders-1
         move /b/orders-1 /c/orders-1
         up",
        expect![[r#"
            ok
            orders/1: base=0
            orders/1: hw=1 0:x
            .lock=0 __cluster_metadata-0/ cleaner-offset-checkpoint=4 log-start-offset-checkpoint=4 meta.properties=122 orders-0/ orders-1.*-stray/ recovery-point-offset-checkpoint=4 replication-offset-checkpoint=4
            refused: /a/orders-1 and /c/orders-1 both hold the same partition, and the metadata names neither directory. Move one of them away: the older copy, or the one on a disk that failed
        "#]],
    );
}

#[test]
fn a_directory_may_be_added_and_one_that_is_left_out_is_missed() {
    check(
        "log.dirs=/a",
        "create orders
         down
         up log.dirs=/a,/b
         create more 3
         log-dirs all
         restart log.dirs=/a
         metadata orders more
         produce more/0 x
         restart log.dirs=/a,/b
         metadata orders more",
        expect![[r#"
            ok
            ok
            ok, /a ok some of it used, more/1 0 bytes lag 0, orders/0 0 bytes lag 0, /b ok some of it used, more/0 0 bytes lag 0, more/2 0 bytes lag 0
            broker 0 at node:9092; orders 1 partitions, 1 led, more 3 partitions, 1 led
            more/0: KAFKA_STORAGE_ERROR
            broker 0 at node:9092; orders 1 partitions, 1 led, more 3 partitions, 3 led
        "#]],
    );
}
