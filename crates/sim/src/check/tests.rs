//! Each checker is shown histories that keep its promise and histories that break it.
//!
//! A history is a script: one event a line, topics named by a letter. `(12)` at the end of a line says that it was asked at that
//! line, counted from 0; without it, that it was asked just then.

use expect_test::{Expect, expect};
use kampa_protocol::{ErrorCode, Text, Uuid};

use super::check;
use crate::history::{Event, History, Outcome, Place, RecordId, TopicChange};

fn breaks(script: &str, expected: Expect) {
    let lines: Vec<&str> = script.lines().map(str::trim).collect();
    let mut history = History::default();
    history.events = lines.iter().enumerate().map(|(at, line)| event(line, at)).collect();
    let mut text = String::new();
    for violation in check(&history) {
        text += &format!("{} at {}: {}\n", violation.checker, violation.at, violation.what);
    }
    for letter in b'a'..=b'z' {
        text = text.replace(&topic(&[letter]).to_string(), &char::from(letter).to_string());
    }
    expected.assert_eq(&text);
}

fn topic(name: &[u8]) -> Uuid {
    Uuid([name[0]; 16])
}

fn place(text: &str) -> Place {
    let (name, partition) = text.split_once('-').expect("topic and partition");
    Place { topic_id: topic(name.as_bytes()), partition: partition.parse().expect("a partition") }
}

fn record(text: &str) -> RecordId {
    let (session, serial) = text.split_once('/').expect("session and serial");
    RecordId { session: number(session), serial: number(serial) }
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text}: a number is wanted"))
}

fn seen_topic(words: &[&str]) -> Option<(Uuid, i32)> {
    match words {
        ["none"] => None,
        [id, partitions] => Some((topic(id.as_bytes()), number(partitions))),
        other => panic!("{other:?}"),
    }
}

fn event(line: &str, at: usize) -> Event {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let last = words.last().copied().unwrap_or_default();
    let asked = last.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let begun = asked.map_or(at, number);
    if asked.is_some() {
        words.pop();
    }
    let words = words.as_slice();
    match words {
        ["start"] => Event::NodeStarted,
        ["stop"] => Event::NodeStopped,
        ["kill"] => Event::NodeKilled,
        ["power"] => Event::PowerCut,
        ["rot", at] => Event::Rotted { place: place(at) },
        ["offsets", how] => Event::OffsetsTopic { synced: *how == "synced" },
        ["made", name, how, retention @ ..] => {
            let (topic_id, name) = (topic(name.as_bytes()), Text::from(*name));
            Event::TopicMade { topic_id, name, synced: *how == "synced", retained: !retention.is_empty() }
        }
        ["session", session] => Event::SessionBegun { session: number(session), idempotent: true },
        ["plain", session] => Event::SessionBegun { session: number(session), idempotent: false },
        ["sent", id, to] => Event::Sent { record: record(id), place: place(to), digest: 1 },
        ["acked", id, to, offset] => acked(id, to, offset, begun, -1),
        ["acked1", id, to, offset] => acked(id, to, offset, begun, 1),
        ["refused", id, to] => {
            Event::Refused { first: record(id), count: 1, place: place(to), error: ErrorCode::MESSAGE_TOO_LARGE }
        }
        ["disorder", session, to] => Event::OutOfOrder {
            session: number(session),
            place: place(to),
            error: ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER,
            begun,
        },
        ["read", id, from, offset] => {
            Event::Read { place: place(from), offset: number(offset), record: Some((record(id), 1)), begun }
        }
        ["spoiled", id, from, offset] => {
            Event::Read { place: place(from), offset: number(offset), record: Some((record(id), 2)), begun }
        }
        ["strange", from, offset] => Event::Read { place: place(from), offset: number(offset), record: None, begun },
        ["marks", of, log_start, last_stable, high_watermark] => Event::Watermarks {
            place: place(of),
            log_start: number(log_start),
            last_stable: number(last_stable),
            high_watermark: number(high_watermark),
            begun,
        },
        ["high", of, high_watermark] => {
            let high_watermark = number(high_watermark);
            Event::Watermarks { place: place(of), log_start: 0, last_stable: 0, high_watermark, begun }
        }
        ["outside", of, offset] => Event::OutOfRange { place: place(of), offset: number(offset), since: begun },
        ["audit", of, from, to] => Event::AuditBegun { place: place(of), log_start: number(from), log_end: number(to) },
        ["audited", of] => Event::AuditEnded { place: place(of) },
        ["pid", id] => Event::ProducerIdGiven { producer_id: number(id), epoch: 0 },
        ["assigned", generation, member, places @ ..] => Event::Assigned {
            group: "g".into(),
            generation: number(generation),
            member: Text::from(*member),
            places: places.iter().map(|text| place(text)).collect(),
            begun,
        },
        ["commit", commit, generation, of, offset] => Event::CommitAsked {
            commit: number(commit),
            group: "g".into(),
            generation: number(generation),
            place: place(of),
            offset: number(offset),
        },
        ["committed", commit] => Event::CommitAnswered { commit: number(commit), outcome: Outcome::Done },
        ["uncommitted", commit] => {
            Event::CommitAnswered { commit: number(commit), outcome: Outcome::Refused(ErrorCode::ILLEGAL_GENERATION) }
        }
        ["seen", of, "none"] => Event::CommitSeen { group: "g".into(), place: place(of), begun, found: None },
        ["seen", of, commit, offset] => Event::CommitSeen {
            group: "g".into(),
            place: place(of),
            begun,
            found: Some((number(commit), number(offset))),
        },
        ["create", name, partitions] => {
            let change = TopicChange::Create { partitions: number(partitions) };
            Event::TopicAsked { name: Text::from(*name), change }
        }
        ["grow", name, partitions] => {
            let change = TopicChange::Grow { partitions: number(partitions) };
            Event::TopicAsked { name: Text::from(*name), change }
        }
        ["delete", name] => Event::TopicAsked { name: Text::from(*name), change: TopicChange::Delete },
        ["done", name, id] => {
            Event::TopicAnswered { name: Text::from(*name), outcome: Outcome::Done, topic_id: topic(id.as_bytes()) }
        }
        ["look", name, found @ ..] => Event::TopicSeen { name: Text::from(*name), begun, found: seen_topic(found) },
        ["wrong", what] => Event::Wrong { what: what.to_string() },
        other => panic!("no event {other:?}"),
    }
}

fn acked(id: &str, to: &str, offset: &str, begun: usize, acks: i16) -> Event {
    Event::Acked { first: record(id), count: 1, place: place(to), base_offset: number(offset), begun, acks }
}

#[test]
fn a_kept_promise_is_not_complained_of() {
    breaks(
        "made t synced
         session 1
         sent 1/0 t-0
         sent 1/1 t-0
         acked 1/0 t-0 0
         kill
         start
         acked 1/1 t-0 1
         power
         start
         read 1/0 t-0 0
         audit t-0 0 2
         read 1/0 t-0 0
         read 1/1 t-0 1
         audited t-0",
        expect![[""]],
    );
}

#[test]
fn an_acknowledged_record_is_lost() {
    breaks(
        "made t synced
         session 1
         sent 1/0 t-0
         sent 1/1 t-0
         acked 1/0 t-0 0
         acked 1/1 t-0 1
         audit t-0 0 1
         read 1/0 t-0 0
         audited t-0",
        expect![[r#"
            records at 8: t-0: lost, outside of 0 to 1: 1/1 at 1
        "#]],
    );
    breaks(
        "made t synced
         session 1
         sent 1/0 t-0
         acked 1/0 t-0 -1
         audit t-0 0 0
         audited t-0",
        expect![[r#"
            records at 5: t-0: acknowledged and lost: 1/0
        "#]],
    );
}

#[test]
fn a_power_cut_takes_what_was_in_memory_and_no_more() {
    let script = |how: &str, between: &str| {
        format!(
            "made t {how}
             plain 1
             sent 1/0 t-0
             acked 1/0 t-0 0
             {between}
             power
             audit t-0 0 0
             audited t-0"
        )
    };
    breaks(&script("cached", "kill"), expect![[""]]);
    breaks(
        &script("synced", "kill"),
        expect![[r#"
            records at 7: t-0: lost, outside of 0 to 0: 1/0 at 0
        "#]],
    );
    breaks(
        &script("cached", "stop"),
        expect![[r#"
            records at 7: t-0: lost, outside of 0 to 0: 1/0 at 0
        "#]],
    );
    breaks(&script("cached", "kill").replace("acked", "acked1"), expect![[""]]);
}

#[test]
fn a_record_that_was_read_is_promised_too() {
    breaks(
        "made t synced
         plain 1
         sent 1/0 t-0
         read 1/0 t-0 0
         power
         audit t-0 0 0
         audited t-0",
        expect![[r#"
            records at 6: t-0: lost, outside of 0 to 0: 1/0 at 0
        "#]],
    );
}

#[test]
fn a_log_loses_its_end_and_never_its_middle() {
    let script = |last: &str| {
        format!(
            "made t cached
             plain 1
             sent 1/0 t-0
             sent 1/1 t-0
             sent 1/2 t-0
             acked 1/0 t-0 0
             acked 1/1 t-0 1
             power
             {last}
             read 1/2 t-0 0"
        )
    };
    breaks(&script("kill"), expect![[""]]);
    breaks(
        &script("read 1/1 t-0 1"),
        expect![[r#"
        records at 9: t-0: offset 0 held record 1/0, and record 1/2 is read there
    "#]],
    );
}

#[test]
fn a_record_is_there_twice_or_changed_or_nobodys() {
    breaks(
        "made t cached
         session 1
         sent 1/0 t-0
         sent 1/1 t-1
         acked 1/0 t-0 0
         read 1/0 t-0 1
         spoiled 1/0 t-0 0
         read 1/1 t-0 2
         read 9/9 t-0 3
         strange t-0 4",
        expect![[r#"
            records at 5: t-0: record 1/0 is read at offset 1 and was at 0: it is there twice
            records at 6: t-0: record 1/0 at offset 0 is not what was sent
            records at 6: t-0: record 1/0 is read at offset 0 and was at 1: it is there twice
            records at 7: t-0: at offset 2 is record 1/1, which was sent to t-1
            records at 8: t-0: at offset 3 is record 9/9, which nobody sent
            records at 9: t-0: at offset 4 is a record that nobody wrote
        "#]],
    );
}

#[test]
fn an_offset_holds_one_record_for_ever() {
    breaks(
        "made t cached
         plain 1
         sent 1/0 t-0
         sent 1/1 t-0
         acked 1/0 t-0 0
         kill
         read 1/1 t-0 0",
        expect![[r#"
            records at 6: t-0: offset 0 held record 1/0, and record 1/1 is read there
        "#]],
    );
}

#[test]
fn a_refused_record_is_there() {
    breaks(
        "made t cached
         plain 1
         sent 1/0 t-0
         refused 1/0 t-0
         read 1/0 t-0 0",
        expect![[r#"
            records at 4: t-0: record 1/0 at offset 0 was refused
        "#]],
    );
}

#[test]
fn a_producers_records_have_a_gap_or_another_order() {
    let script = |first: &str, second: &str| {
        format!(
            "made t synced
             session 1
             sent 1/0 t-0
             sent 1/1 t-0
             sent 1/2 t-0
             audit t-0 0 2
             read {first} t-0 0
             read {second} t-0 1
             audited t-0"
        )
    };
    breaks(&script("1/0", "1/1"), expect![[""]]);
    breaks(
        &script("1/0", "1/2"),
        expect![[r#"
            records at 8: t-0: record 1/2 is where 1/1 should be: a gap or a change of order
        "#]],
    );
    breaks(
        &script("1/1", "1/0"),
        expect![[r#"
            records at 8: t-0: record 1/1 is where 1/0 should be: a gap or a change of order
        "#]],
    );
}

#[test]
fn an_offset_has_no_record() {
    breaks(
        "made t synced
         plain 1
         sent 1/0 t-0
         audit t-0 0 3
         read 1/0 t-0 1
         audited t-0",
        expect![[r#"
            records at 5: t-0: no record at 0, 2
        "#]],
    );
}

#[test]
fn retention_takes_the_beginning_and_nothing_else() {
    let script = |read: &str| {
        format!(
            "made t synced retained
             session 1
             sent 1/0 t-0
             sent 1/1 t-0
             sent 1/2 t-0
             acked 1/0 t-0 0
             acked 1/1 t-0 1
             acked 1/2 t-0 2
             outside t-0 0 (1)
             audit t-0 1 3
             read 1/1 t-0 1
             {read}
             audited t-0"
        )
    };
    breaks(&script("read 1/2 t-0 2"), expect![[""]]);
    breaks(
        &script("kill"),
        expect![[r#"
        records at 12: t-0: no record at 2
    "#]],
    );
}

#[test]
fn a_producer_or_a_reader_is_refused_without_reason() {
    let script = |how: &str, between: &str| {
        format!(
            "made t {how}
             session 1
             {between}
             disorder 1 t-0
             outside t-0 5 (1)"
        )
    };
    breaks(
        &script("cached", "kill"),
        expect![[r#"
        records at 3: t-0: OUT_OF_ORDER_SEQUENCE_NUMBER to session 1, whose records were sent in order
        records at 4: t-0: offset 5 was there and is out of range now
    "#]],
    );
    breaks(
        &script("synced", "power"),
        expect![[r#"
        records at 3: t-0: OUT_OF_ORDER_SEQUENCE_NUMBER to session 1, whose records were sent in order
        records at 4: t-0: offset 5 was there and is out of range now
    "#]],
    );
    breaks(&script("cached", "power"), expect![[""]]);
}

#[test]
fn of_a_rotten_partition_only_wrong_bytes_are_told() {
    breaks(
        "made t synced
         session 1
         sent 1/0 t-0
         acked 1/0 t-0 0
         rot t-0
         disorder 1 t-0
         spoiled 1/0 t-0 7
         audit t-0 0 0
         audited t-0",
        expect![[r#"
            records at 6: t-0: record 1/0 at offset 7 is not what was sent
        "#]],
    );
}

#[test]
fn the_high_watermark_goes_back() {
    breaks(
        "made t cached
         high t-0 5
         high t-0 4
         high t-0 6 (1)
         marks t-0 3 2 6",
        expect![[r#"
            watermarks at 2: t-0: the high watermark was 5 and went back to 4
            watermarks at 4: t-0: log start 3, last stable offset 2, high watermark 6
        "#]],
    );
    // Who asked before another was answered may be told less; a kill is no reason, a power cut is.
    breaks(
        "made t cached
         high t-0 5
         high t-0 4 (1)
         kill
         high t-0 5
         power
         high t-0 0",
        expect![[""]],
    );
    breaks(
        "made t cached
         plain 1
         sent 1/0 t-0
         acked 1/0 t-0 0
         kill
         high t-0 0",
        expect![[r#"
            watermarks at 5: t-0: the high watermark was 1 and went back to 0
        "#]],
    );
    breaks(
        "made t synced
         high t-0 5
         power
         high t-0 4",
        expect![[r#"
            watermarks at 3: t-0: the high watermark was 5 and went back to 4
        "#]],
    );
}

#[test]
fn a_committed_offset_is_forgotten_or_made_up() {
    breaks(
        "commit 1 0 t-0 10
         committed 1
         kill
         seen t-0 none
         commit 2 0 t-0 20
         committed 2
         seen t-0 1 10
         commit 3 0 t-0 30
         seen t-0 3 30
         seen t-0 2 20
         uncommitted 3
         seen t-0 3 30
         seen t-0 9 90",
        expect![[r#"
            commits at 3: group g, t-0: offset 10 was committed, and nothing is there
            commits at 6: group g, t-0: offset 20 was committed later, and 10 is there
            commits at 11: group g, t-0: offset 30 is there, whose commit was refused
            commits at 12: group g, t-0: offset 90 of commit 9 is there, which nobody asked for
        "#]],
    );
}

#[test]
fn a_power_cut_takes_committed_offsets_that_were_in_memory() {
    let script = |how: &str| {
        format!(
            "offsets {how}
             commit 1 0 t-0 10
             committed 1
             power
             seen t-0 none"
        )
    };
    breaks(&script("cached"), expect![[""]]);
    breaks(
        &script("synced"),
        expect![[r#"
            commits at 4: group g, t-0: offset 10 was committed, and nothing is there
        "#]],
    );
}

#[test]
fn a_partition_has_two_owners_or_an_old_one_commits() {
    breaks(
        "assigned 1 anna t-0 t-1
         assigned 1 bert t-2
         assigned 2 bert t-0
         commit 1 1 t-0 5
         committed 1
         assigned 2 anna t-0",
        expect![[r#"
            members at 4: group g: a commit of generation 1 was taken in generation 2
            members at 5: group g, generation 2: t-0 is bert's and anna's
        "#]],
    );
}

#[test]
fn a_power_cut_takes_generations_that_were_in_memory() {
    let script = |how: &str| {
        format!(
            "offsets {how}
             assigned 1 anna t-0
             power
             assigned 2 anna t-0 (1)
             assigned 1 bert t-0
             commit 1 1 t-0 5
             committed 1"
        )
    };
    breaks(&script("cached"), expect![[""]]);
    breaks(
        &script("synced"),
        expect![[r#"
        members at 4: group g, generation 1: t-0 is anna's and bert's
        members at 6: group g: a commit of generation 1 was taken in generation 2
    "#]],
    );
}

#[test]
fn a_topic_vanishes_or_comes_back() {
    breaks(
        "create a 2
         done a x
         look a none
         look a x 2
         delete a
         look a none (4)
         look a x 2
         done a x
         create a 1
         done a y
         look a y 2
         look a x 1
         grow a 3
         look a y 3 (12)
         look a y 1",
        expect![[r#"
            topics at 2: topic a: there is none, where it should be it has 2 partitions and id x
            topics at 6: topic a: it has 2 partitions and id x, where it should be there is none
            topics at 10: topic a: it has 2 partitions and id y, where it should be it has 1 partitions and id y
            topics at 11: topic a: it has 1 partitions and id x, where it should be it has 1 partitions and id y
            topics at 14: topic a: it has 1 partitions and id y, where it should be it has 3 partitions and id y
        "#]],
    );
}

#[test]
fn a_producer_id_is_given_twice() {
    breaks(
        "pid 1
         pid 2
         pid 1",
        expect![[r#"
            producer ids at 2: producer id 1 was given twice
        "#]],
    );
}

#[test]
fn what_is_wrong_whatever_happens_is_told() {
    breaks(
        "wrong garbled",
        expect![[r#"
            conduct at 0: garbled
        "#]],
    );
}
