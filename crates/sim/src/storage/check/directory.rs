//! A directory that is out of use takes no more writes until the next process.

use super::super::history::Event;
use super::{Checker, View};

#[derive(Default)]
pub struct Directory {
    offline: bool,
}

impl Checker for Directory {
    fn name(&self) -> &'static str {
        "directory"
    }

    fn see(&mut self, event: &Event, _: &View, found: &mut Vec<String>) {
        match event {
            Event::Started => self.offline = false,
            Event::Offline => self.offline = true,
            Event::Appended { duplicate: false, first, .. } if self.offline => {
                found.push(format!("record {first} is appended in a directory that is out of use"));
            }
            Event::Checkpointed { .. } | Event::Stopped if self.offline => {
                found.push("checkpoints are written in a directory that is out of use".to_owned());
            }
            _ => {}
        }
    }
}
