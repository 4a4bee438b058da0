//! Histories of a few events, each breaking one promise or none.

use expect_test::{Expect, expect};
use kampa_protocol::{Text, Uuid};
use kampa_replication::{Durability, Isolation, PartitionConfig, PartitionId, Watermarks};
use kampa_storage::{LogConfig, SegmentInfo};

use super::super::history::{Ask, Event, History, Marks, Place, Read, Retention, Sent, What};
use super::check;

/// Records 0 to 9 were sent to the one partition, each with its number as its time, to keys 0, 1 and 2 in turn; 4 and 5 in
/// transaction 0, marker 9 ends it; 8 is a tombstone.
fn judge(synced: bool, events: Vec<Event>, want: Expect) {
    let mut config = PartitionConfig {
        durability: if synced { Durability::Synced } else { Durability::PageCache },
        ..Default::default()
    };
    config.log = LogConfig {
        retention_ms: 100,
        retention_bytes: 15,
        compact: true,
        delete_retention_ms: 50,
        ..LogConfig::default()
    }
    .into();
    let id = PartitionId { topic: Text::from("orders"), topic_id: Uuid([1; 16]), index: 0 };
    let record = |id: i64| {
        let txn = (4..6).contains(&id).then_some(0);
        let what = match id {
            9 => What::Marker { txn: 0, committed: false },
            _ => What::Record { key: Some((id % 3) as u16), value_bytes: (id != 8).then_some(1), timestamp: id, txn },
        };
        Sent { place: 0, what }
    };
    let history = History {
        events,
        places: vec![Place { id, config, synced }],
        sent: (0..10).map(record).collect(),
        transactions: vec![Some(false)],
        ..History::default()
    };
    let told: Vec<String> = check(&history)
        .iter()
        .map(|violation| format!("{} at {}: {}\n", violation.checker, violation.at, violation.what))
        .collect();
    want.assert_eq(&told.concat());
}

fn opened(log_start: i64, log_end: i64) -> Event {
    let marks = Watermarks { log_start, last_stable_offset: log_end, high_watermark: log_end, log_end };
    Event::Opened { place: 0, dir: 0, leader_epoch: 0, marks, durable_end: log_end }
}

fn appended(first: u32, count: u32, base_offset: i64) -> Event {
    Event::Appended { place: 0, first, count, base_offset, append_time_ms: -1, duplicate: false }
}

fn committed(first: u32, count: u32, base_offset: i64) -> Event {
    Event::Committed { place: 0, first, count, base_offset }
}

/// What a reader from `offset` sees: `(offset, id)`, and how many of them, from the first on, it is shown.
fn read(isolation: Isolation, offset: i64, seen: &[(i64, u32)], shown: usize) -> Event {
    let end = seen.last().map_or(offset, |(offset, _)| offset + 1);
    Event::Read(Box::new(Read {
        place: 0,
        begun: 0,
        ask: Ask { offset, isolation, at_least_one: true },
        next_offset: end,
        marks: Marks { log_start: 0, last_stable: end, high_watermark: end },
        seen: seen.iter().map(|(offset, id)| (*offset, *id, i64::from(*id))).collect(),
        shown: seen.iter().take(shown).map(|(_, id)| *id).collect(),
    }))
}

#[test]
fn a_sound_run_breaks_nothing() {
    let seen = [(0, 0), (1, 1)];
    let events = vec![
        opened(0, 0),
        appended(0, 2, 0),
        committed(0, 2, 0),
        read(Isolation::ReadUncommitted, 0, &seen, 2),
        Event::PowerCut,
        opened(0, 2),
        read(Isolation::ReadCommitted, 1, &seen, 2),
    ];
    judge(true, events, expect![""]);
}

#[test]
fn a_power_cut_may_take_what_was_in_memory_only_and_a_kill_nothing() {
    let lives = |end: Event| vec![opened(0, 0), appended(0, 2, 0), committed(0, 2, 0), end, opened(0, 1)];
    judge(false, lives(Event::PowerCut), expect![""]);
    judge(
        true,
        lives(Event::PowerCut),
        expect![[r#"
            records at 4: orders-0 (place 0): lost: the log ends at 1, and 2 was promised (power lost: true)
        "#]],
    );
    judge(
        false,
        lives(Event::Killed),
        expect![[r#"
            records at 4: orders-0 (place 0): lost: the log ends at 1, and 2 was promised (power lost: false)
        "#]],
    );
    let said =
        vec![opened(0, 0), appended(0, 2, 0), Event::Durable { place: 0, end: 2 }, Event::PowerCut, opened(0, 1)];
    judge(
        false,
        said,
        expect![[r#"
            records at 4: orders-0 (place 0): lost: the log ends at 1, and 2 was promised (power lost: true)
        "#]],
    );
}

#[test]
fn records_stay_where_they_are_and_come_once() {
    let events = vec![
        opened(0, 0),
        appended(0, 2, 0),
        appended(1, 1, 2),
        read(Isolation::LogEnd, 0, &[(0, 0), (1, 3)], 2),
        read(Isolation::LogEnd, 0, &[(0, 0), (2, 1)], 2),
    ];
    judge(
        false,
        events,
        expect![[r#"
            records at 2: orders-0 (place 0): record 1 is appended at offset 2 and was at 1: it is there twice
            records at 3: orders-0 (place 0): offset 1 held record 1, and record 3 is read there
            records at 4: orders-0 (place 0): a read from 0 to 3 has a gap after 0
        "#]],
    );
}

#[test]
fn what_is_there_is_read() {
    let events = vec![opened(0, 0), appended(0, 2, 0), committed(0, 2, 0), {
        let Event::Read(mut read) = read(Isolation::ReadUncommitted, 0, &[], 0) else { unreachable!() };
        read.marks = Marks { log_start: 0, last_stable: 2, high_watermark: 2 };
        Event::Read(read)
    }];
    judge(
        false,
        events,
        expect![[r#"
            records at 3: orders-0 (place 0): a read from 0 brings nothing, and the log goes to 2
        "#]],
    );
}

#[test]
fn a_deleted_beginning_stays_deleted_once_that_was_written() {
    let lives = |end: Vec<Event>| {
        let deleted = [
            opened(0, 4),
            Event::DeleteAsked { place: 0, before: 3 },
            Event::DeletedBefore { place: 0, log_start: 3 },
            Event::Checkpointed { dir: 0, log_starts: vec![(0, 3)] },
        ];
        deleted.into_iter().chain(end).collect::<Vec<_>>()
    };
    judge(false, lives(vec![Event::Killed, opened(3, 4)]), expect![""]);
    judge(
        false,
        lives(vec![Event::Killed, opened(0, 4)]),
        expect![[r#"
            records at 5: orders-0 (place 0): the log starts at 0 again, and 3 was on the medium (power lost: false)
        "#]],
    );
}

#[test]
fn aborted_records_are_not_shown_and_others_are() {
    let seen = [(0, 3), (1, 4), (2, 5), (3, 9)];
    let events = |shown| {
        vec![opened(0, 0), Event::Decided { txn: 0, committed: false }, read(Isolation::ReadCommitted, 0, &seen, shown)]
    };
    judge(false, events(1), expect![""]);
    judge(
        false,
        events(2),
        expect![[r#"
            transactions at 2: orders-0: record 4 at 1 is shown to a reader of committed ones; transaction Some((0, Some(false)))
        "#]],
    );
    judge(
        false,
        events(0),
        expect![[r#"
            transactions at 2: orders-0: record 3 at 0 is not shown to a reader of committed ones; transaction None
        "#]],
    );
}

/// Compactions up to offset 5 at these times, the last of which comes to its end, and then a read.
fn compacted(first: u32, times: &[i64], seen: &[(i64, u32)]) -> Vec<Event> {
    let begun = times.iter().map(|now_ms| Event::CompactionBegun { place: 0, now_ms: *now_ms, before: 5 });
    let Event::Read(mut after) = read(Isolation::LogEnd, 0, seen, seen.len()) else { unreachable!() };
    after.begun = usize::MAX;
    after.next_offset = 5;
    let before = [opened(0, 0), appended(first, 5, 0)];
    let after = [Event::Compacted { place: 0, before: 5 }, Event::Read(after)];
    before.into_iter().chain(begun).chain(after).collect()
}

#[test]
fn compaction_leaves_the_last_record_of_each_key_and_no_other() {
    // Record 4 was aborted: 1 is the last of its key.
    judge(false, compacted(0, &[0], &[(1, 1), (2, 2), (3, 3)]), expect![[r#""#]]);
    judge(
        false,
        compacted(0, &[0], &[(1, 1), (2, 2)]),
        expect![[r#"
        records at 4: orders-0 (place 0): a read from 0 to 5 lacks offset 3: Some(Record { key: Some(0), value_bytes: Some(1), timestamp: 3, txn: None })
    "#]],
    );
    judge(
        false,
        compacted(0, &[0], &[(0, 0), (1, 1), (2, 2), (3, 3)]),
        expect![[r#"
        records at 4: orders-0 (place 0): key 0 at 0 comes again, and the log is compacted up to 5
    "#]],
    );
    judge(
        false,
        compacted(0, &[0], &[(0, 1), (1, 2), (2, 3)]),
        expect![[r#"
        records at 4: orders-0 (place 0): offset 0 held record 0, and record 1 is read there
        records at 4: orders-0 (place 0): record 1 is read at offset 0 and was at 1: it is there twice
        records at 4: orders-0 (place 0): offset 1 held record 1, and record 2 is read there
        records at 4: orders-0 (place 0): record 2 is read at offset 1 and was at 2: it is there twice
        records at 4: orders-0 (place 0): offset 2 held record 2, and record 3 is read there
        records at 4: orders-0 (place 0): record 3 is read at offset 2 and was at 3: it is there twice
        records at 4: orders-0 (place 0): key 0 at 2 comes again, and the log is compacted up to 5
        records at 4: orders-0 (place 0): a read from 0 to 5 lacks offset 3: Some(Record { key: Some(0), value_bytes: Some(1), timestamp: 3, txn: None })
    "#]],
    );
}

#[test]
fn compaction_leaves_tombstones_and_markers_for_a_while() {
    judge(false, compacted(5, &[0], &[(1, 6), (2, 7), (3, 8), (4, 9)]), expect![[r#""#]]);
    judge(
        false,
        compacted(5, &[0, 49], &[(1, 6), (2, 7)]),
        expect![[r#"
        records at 5: orders-0 (place 0): a read from 0 to 5 lacks offset 3: Some(Record { key: Some(2), value_bytes: None, timestamp: 8, txn: None })
        records at 5: orders-0 (place 0): a read from 0 to 5 lacks offset 4: Some(Marker { txn: 0, committed: false })
    "#]],
    );
    judge(false, compacted(5, &[0, 50], &[(1, 6), (2, 7)]), expect![[r#""#]]);
}

#[test]
fn what_was_compacted_away_does_not_come_back() {
    let mut events = compacted(5, &[0, 50], &[(1, 6), (2, 7)]);
    events.extend(compacted(5, &[], &[(1, 6), (2, 7), (3, 8)]).pop());
    judge(
        false,
        events,
        expect![[r#"
        records at 6: orders-0 (place 0): offset 3 was compacted away at 5, and is there again
    "#]],
    );
}

#[test]
fn a_time_is_answered_by_its_first_record() {
    let looked = |found| Event::Looked { place: 0, begun: 0, timestamp: 2, log_start: 0, below: 4, found };
    let events = |found| vec![opened(0, 0), appended(0, 4, 0), looked(found)];
    judge(false, events(Some((2, 2))), expect![""]);
    judge(
        false,
        events(Some((3, 3))),
        expect![[r#"
            times at 2: orders-0: offset 2 is the first of time 2, and Some(3) is told
        "#]],
    );
    judge(
        false,
        events(None),
        expect![[r#"
            times at 2: orders-0: offset 2 is the first of time 2, and None is told
        "#]],
    );
}

#[test]
fn retention_takes_what_is_old_and_committed() {
    let round = |now_ms, high_watermark| {
        let segment = |base_offset, next_offset| SegmentInfo { base_offset, next_offset, size_bytes: 10 };
        Event::Retained(Box::new(Retention {
            place: 0,
            now_ms,
            log_start: 0,
            high_watermark,
            deleted: vec![segment(0, 2)],
            left: vec![segment(2, 4)],
            new_log_start: 2,
        }))
    };
    let events = |now_ms, high_watermark| vec![opened(0, 0), appended(0, 4, 0), round(now_ms, high_watermark)];
    judge(false, events(102, 4), expect![""]);
    judge(
        false,
        events(101, 1),
        expect![[r#"
            retention at 2: orders-0: 0 to 2 are deleted, and 1 is the high watermark
            retention at 2: orders-0: 0 to 2 are deleted; log start 0, 10 bytes left, newest Some(1) at 101
        "#]],
    );
}

#[test]
fn retention_takes_what_is_too_much_and_then_what_is_old() {
    let round = |now_ms, deleted: i64, left: i64| {
        let segment = |offset| SegmentInfo { base_offset: offset, next_offset: offset + 1, size_bytes: 10 };
        Event::Retained(Box::new(Retention {
            place: 0,
            now_ms,
            log_start: 0,
            high_watermark: 4,
            deleted: (0..deleted).map(segment).collect(),
            left: (deleted..deleted + left).map(segment).collect(),
            new_log_start: deleted,
        }))
    };
    // The second record is older than the first.
    let events = |round| vec![opened(0, 0), appended(3, 1, 0), appended(0, 1, 1), appended(1, 2, 2), round];
    judge(false, events(round(102, 2, 1)), expect![""]);
    judge(
        false,
        events(round(100, 2, 1)),
        expect![[r#"
            retention at 4: orders-0: 1 to 2 are deleted; log start 0, 10 bytes left, newest Some(0) at 100
        "#]],
    );
    judge(
        false,
        events(round(102, 2, 0)),
        expect![[r#"
            retention at 4: orders-0: 0 to 1 are deleted; log start 0, 10 bytes left, newest Some(3) at 102
        "#]],
    );
}

#[test]
fn a_directory_out_of_use_takes_nothing() {
    let events = vec![
        opened(0, 0),
        Event::Offline { dir: 0 },
        appended(0, 1, 0),
        Event::Checkpointed { dir: 0, log_starts: Vec::new() },
    ];
    judge(
        false,
        events,
        expect![[r#"
            directory at 2: record 0 is appended in a directory that is out of use
            directory at 3: checkpoints are written in a directory that is out of use
        "#]],
    );
}

#[test]
fn of_rotten_logs_little_is_asked() {
    let events = vec![
        opened(0, 0),
        appended(0, 2, 0),
        Event::Rotted { place: 0 },
        Event::Corrupt { place: 0, offset: 1 },
        Event::Killed,
        opened(0, 1),
    ];
    judge(true, events, expect![""]);
}
