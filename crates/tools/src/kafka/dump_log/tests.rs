//! Files that Apache Kafka 4.4 wrote, some of them damaged since, and what Apache's own tool printed of them.

use expect_test::{Expect, expect};

use super::{java_split, run};
use crate::testing;

/// What our tool prints, with the place of the checkout taken out.
fn shown(line: &str) -> String {
    let here = format!("{}/", env!("CARGO_MANIFEST_DIR"));
    testing::shown(line.strip_prefix("dump-log ").unwrap_or(line), "", run).replace(&here, "<here>/")
}

#[test]
fn the_same_as_apaches_tool_to_the_byte() {
    let golden = include_str!("../../../golden/dump-log/expected.txt");
    let mut cases = 0;
    for case in golden.split("$ dump-log ").skip(1) {
        let (line, expected) = case.split_once('\n').expect("a command line and what it prints");
        assert_eq!(shown(line), expected, "{line}");
        cases += 1;
    }
    assert_eq!(cases, 27);
}

fn check(line: &str, expected: Expect) {
    expected.assert_eq(&shown(line));
}

const LOG: &str = "golden/dump-log/gzip/00000000000000000000.log";

#[test]
fn what_is_not_there_or_not_understood_is_said() {
    check(
        "--files 0.log",
        expect![[r#"
            Dumping 0.log
            Log starting offset: 0
            ! Exception in thread "main" java.nio.file.NoSuchFileException: 0.log
            exit 1
        "#]],
    );
    check(
        "--files orders.log,0.index",
        expect![[r#"
            Dumping orders.log
            ! Exception in thread "main" java.lang.NumberFormatException: For input string: "orders"
            exit 1
        "#]],
    );
    check(
        "--files golden//dump-log/README,golden/dump-log/expected.txt",
        expect![[r#"
            Dumping golden/dump-log/README
            Dumping golden/dump-log/expected.txt
            ! Ignoring unknown file golden/dump-log/README
            ! Ignoring unknown file golden/dump-log/expected.txt
        "#]],
    );
    check(
        &format!("--files {LOG} --value-decoder-class com.example.Mine"),
        expect![[r#"
            Dumping golden/dump-log/gzip/00000000000000000000.log
            failed: --value-decoder-class com.example.Mine: there is no Java here to load a class; StringDecoder, IntegerDecoder and LongDecoder of org.apache.kafka.tools.api are built in
        "#]],
    );
    check(
        &format!("--files {LOG} --max-bytes -1"),
        expect![[r#"
            Dumping golden/dump-log/gzip/00000000000000000000.log
            Log starting offset: 0
            ! Exception in thread "main" java.lang.IllegalArgumentException: Invalid size: -1 in read from FileRecords(size=738, file=golden/dump-log/gzip/00000000000000000000.log, start=0, end=2147483647)
            exit 1
        "#]],
    );
    check(
        "--print-data-log",
        expect![[r#"
        ! Missing required argument "[files]"
        ! Option                               Description
        ! ------                               -----------
        ! --cluster-metadata-decoder           Read records as those of the metadata log
        !                                        and its snapshots.
        ! --deep-iteration                     Show every record, not only batches;
        !                                        --print-data-log implies it.
        ! --files <String: file1, file2, ...>  REQUIRED: The files to look at, with commas
        !                                        between them.
        ! --help                               How the tool is used.
        ! --index-sanity-check                 Check an index as a start does, and nothing
        !                                        more.
        ! --key-decoder-class [String]         How keys are read: one of Kafka's
        !                                        StringDecoder, IntegerDecoder,
        !                                        LongDecoder. (default:
        !                                        org.apache.kafka.tools.api.StringDecoder)
        ! --max-bytes <Integer: size>          Stop after so many bytes of each data file.
        !                                        (default: 2147483647)
        ! --max-message-size <Integer: size>   How much of the data file is looked at for
        !                                        an entry of its index. (default: 5242880)
        ! --offsets-decoder                    Read records as those of
        !                                        __consumer_offsets.
        ! --print-data-log                     Show keys and values of records; every
        !                                        decoder implies it.
        ! --share-group-state-decoder          Read records as those of
        !                                        __share_group_state.
        ! --skip-record-metadata               Show keys and values without offset, time
        !                                        and sizes, and control records not at
        !                                        all.
        ! --transaction-log-decoder            Read records as those of
        !                                        __transaction_state.
        ! --value-decoder-class [String]       How values are read: one of Kafka's
        !                                        StringDecoder, IntegerDecoder,
        !                                        LongDecoder. (default:
        !                                        org.apache.kafka.tools.api.StringDecoder)
        ! --verify-index-only                  Hold indexes against their data files
        !                                        without showing the entries.
        ! --version                            Which release of Apache Kafka the tool
        !                                        follows.
        exit 1
    "#]],
    );
}

#[test]
fn a_record_read_as_what_it_is_not_is_passed_over() {
    check(
        &format!("--files {LOG} --cluster-metadata-decoder --max-bytes 700"),
        expect![[r#"
        Dumping golden/dump-log/gzip/00000000000000000000.log
        Log starting offset: 0
        baseOffset: 0 lastOffset: 0 count: 1 baseSequence: 0 lastSequence: 0 producerId: 1 producerEpoch: 0 partitionLeaderEpoch: 0 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: 1795270366551 size: 98 magic: 2 compresscodec: gzip crc: 1910814443 isvalid: true
        | offset: 0 CreateTime: 1795270366551 keySize: -1 valueSize: -1 sequence: 0 headerKeys: [h1,hü] payload: Error at 0, skipping. Error while reading frame version
        baseOffset: 1 lastOffset: 20 count: 20 baseSequence: 1 lastSequence: 20 producerId: 1 producerEpoch: 0 partitionLeaderEpoch: 0 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty position: 98 CreateTime: 1795270366942 size: 319 magic: 2 compresscodec: gzip crc: 2929870423 isvalid: true
        | offset: 1 CreateTime: 1795270366750 keySize: 2 valueSize: 12 sequence: 1 headerKeys: [] payload: Error at 1, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 2 CreateTime: 1795270366762 keySize: 2 valueSize: 10 sequence: 2 headerKeys: [] payload: Error at 2, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 3 CreateTime: 1795270366772 keySize: -1 valueSize: 12 sequence: 3 headerKeys: [] payload: Error at 3, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 4 CreateTime: 1795270366782 keySize: 2 valueSize: 10 sequence: 4 headerKeys: [] payload: Error at 4, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 5 CreateTime: 1795270366792 keySize: 2 valueSize: 12 sequence: 5 headerKeys: [h1,hü] payload: Error at 5, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 6 CreateTime: 1795270366802 keySize: -1 valueSize: 10 sequence: 6 headerKeys: [] payload: Error at 6, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 7 CreateTime: 1795270366812 keySize: 2 valueSize: -1 sequence: 7 headerKeys: [] payload: Error at 7, skipping. Error while reading frame version
        | offset: 8 CreateTime: 1795270366822 keySize: 2 valueSize: 10 sequence: 8 headerKeys: [] payload: Error at 8, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 9 CreateTime: 1795270366832 keySize: -1 valueSize: 12 sequence: 9 headerKeys: [] payload: Error at 9, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 10 CreateTime: 1795270366842 keySize: 3 valueSize: 11 sequence: 10 headerKeys: [h1,hü] payload: Error at 10, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 11 CreateTime: 1795270366852 keySize: 3 valueSize: 13 sequence: 11 headerKeys: [] payload: Error at 11, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 12 CreateTime: 1795270366862 keySize: -1 valueSize: 11 sequence: 12 headerKeys: [] payload: Error at 12, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 13 CreateTime: 1795270366872 keySize: 3 valueSize: 13 sequence: 13 headerKeys: [] payload: Error at 13, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 14 CreateTime: 1795270366882 keySize: 3 valueSize: -1 sequence: 14 headerKeys: [] payload: Error at 14, skipping. Error while reading frame version
        | offset: 15 CreateTime: 1795270366892 keySize: -1 valueSize: 13 sequence: 15 headerKeys: [h1,hü] payload: Error at 15, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 16 CreateTime: 1795270366902 keySize: 3 valueSize: 11 sequence: 16 headerKeys: [] payload: Error at 16, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 17 CreateTime: 1795270366912 keySize: 3 valueSize: 13 sequence: 17 headerKeys: [] payload: Error at 17, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 18 CreateTime: 1795270366922 keySize: -1 valueSize: 11 sequence: 18 headerKeys: [] payload: Error at 18, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 19 CreateTime: 1795270366932 keySize: 3 valueSize: 13 sequence: 19 headerKeys: [] payload: Error at 19, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
        | offset: 20 CreateTime: 1795270366942 keySize: 3 valueSize: 11 sequence: 20 headerKeys: [h1,hü] payload: Error at 20, skipping. Could not deserialize metadata record due to unknown frame version 118(only frame version 1 is supported)
    "#]],
    );
    check(
        &format!("--files {LOG} --offsets-decoder --max-bytes 700"),
        expect![[r#"
            Dumping golden/dump-log/gzip/00000000000000000000.log
            Log starting offset: 0
            baseOffset: 0 lastOffset: 0 count: 1 baseSequence: 0 lastSequence: 0 producerId: 1 producerEpoch: 0 partitionLeaderEpoch: 0 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: 1795270366551 size: 98 magic: 2 compresscodec: gzip crc: 1910814443 isvalid: true
            | offset: 0 CreateTime: 1795270366551 keySize: -1 valueSize: -1 sequence: 0 headerKeys: [h1,hü]! Exception in thread "main" java.lang.RuntimeException: Failed to decode message at offset 0 using the specified decoder (message had a missing key)
            exit 1
        "#]],
    );
}

#[test]
fn files_are_split_as_java_splits() {
    assert_eq!(java_split("a,b,,"), ["a", "b"]);
    assert_eq!(java_split(",a"), ["", "a"]);
    assert_eq!(java_split(""), [""]);
    assert!(java_split(",,").is_empty());
}
