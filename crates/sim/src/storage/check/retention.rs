//! Retention takes only what it may: old segments, those beyond the size, those below the log start; nothing that is not committed;
//! and it takes what it must.

use super::super::history::{Event, Retention as Round};
use super::{Checker, View};

pub struct Retention;

impl Checker for Retention {
    fn name(&self) -> &'static str {
        "retention"
    }

    fn see(&mut self, event: &Event, view: &View, found: &mut Vec<String>) {
        let Event::Retained(round) = event else { return };
        let Round { place, now_ms, log_start, high_watermark, deleted, left, .. } = &**round;
        let log = view.logs.log(*place);
        if log.rotten {
            return;
        }
        let about = &view.history.places[*place].id;
        let config = &view.history.places[*place].config.log;
        let left_bytes: u64 = left.iter().map(|segment| segment.size_bytes).sum();
        let too_much =
            |bytes: u64| config.delete && u64::try_from(config.retention_bytes).is_ok_and(|keep| bytes >= keep);
        let newest = |from: i64, to: i64| {
            let there = log.known.range(from..to).filter(|(offset, _)| !log.may_be_gone(**offset, view.history));
            there.map(|(_, (_, time))| *time).max()
        };
        // One goes after the other: what is too much when it goes need not be so once those behind it have gone for their age.
        let mut bytes_after = left_bytes + deleted.iter().map(|segment| segment.size_bytes).sum::<u64>();
        for segment in deleted {
            let (from, to) = (segment.base_offset, segment.next_offset);
            bytes_after -= segment.size_bytes;
            let is_old = config.delete
                && config.retention_ms >= 0
                && newest(from, to).is_none_or(|newest| now_ms.saturating_sub(newest) > config.retention_ms);
            if to > *high_watermark {
                found.push(format!("{about}: {from} to {to} are deleted, and {high_watermark} is the high watermark"));
            }
            if !(to <= *log_start || is_old || too_much(bytes_after)) {
                found.push(format!(
                    "{about}: {from} to {to} are deleted; log start {log_start}, {bytes_after} bytes left, newest {:?} at {now_ms}",
                    newest(from, to)
                ));
            }
        }
        if let [first, _, ..] = &left[..]
            && first.next_offset <= *high_watermark
        {
            let (from, to) = (first.base_offset, first.next_offset);
            if to <= *log_start || too_much(left_bytes - first.size_bytes) && first.size_bytes > 0 {
                found.push(format!("{about}: {from} to {to} are left; log start {log_start}, {left_bytes} bytes left"));
            }
        }
        if left.first().is_some_and(|first| first.base_offset > round.new_log_start) {
            found.push(format!("{about}: the log starts at {}, and its first segment after", round.new_log_start));
        }
    }
}
