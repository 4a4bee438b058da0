//! A directory that is out of use takes no more writes until the next process.

use std::collections::{BTreeMap, BTreeSet};

use super::super::history::{Event, PlaceId};
use super::{Checker, View};

#[derive(Default)]
pub struct Directory {
    offline: BTreeSet<usize>,
    dirs: BTreeMap<PlaceId, usize>,
}

impl Checker for Directory {
    fn name(&self) -> &'static str {
        "directory"
    }

    fn see(&mut self, event: &Event, _: &View, found: &mut Vec<String>) {
        match event {
            Event::Started => self.offline.clear(),
            Event::Offline { dir } => _ = self.offline.insert(*dir),
            Event::Opened { place, dir, .. } | Event::Moved { place, dir, .. } => _ = self.dirs.insert(*place, *dir),
            // Where it lies is not known again before it has moved.
            Event::MoveDue { place } => _ = self.dirs.remove(place),
            Event::Appended { place, duplicate: false, first, .. }
                if self.dirs.get(place).is_some_and(|dir| self.offline.contains(dir)) =>
            {
                found.push(format!("record {first} is appended in a directory that is out of use"));
            }
            Event::Checkpointed { dir, .. } if self.offline.contains(dir) => {
                found.push("checkpoints are written in a directory that is out of use".to_owned());
            }
            _ => {}
        }
    }
}
