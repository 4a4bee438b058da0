//! What is done to a run: the node killed, stopped and without power, hosts parted, links slow, a disk full or failing, bits
//! flipped, clients gone. One thing after another, with pauses, by chance, until the stage is ending.

use std::time::Duration;

use kampa_world::sim::{Chance, Faults};

use crate::crew::Crew;
use crate::history::{Event, Place};
use crate::house::House;
use crate::plan::{DATA_DIR, Weather};
use crate::stage::{NODE, Stage};

/// Does it all.
pub struct Storm {
    /// Where.
    pub stage: Stage,
    /// The node's.
    pub house: House,
    /// The clients'.
    pub crew: Crew,
    /// Which things.
    pub weather: Weather,
    /// When and how.
    pub chance: Chance,
}

impl Storm {
    /// Rages until the stage is ending, then leaves everything sound.
    pub async fn rage(mut self) -> (House, Crew) {
        if self.weather == Weather::FailingDisk {
            self.stage.recorder.let_disk_fail();
        }
        while !self.stage.is_ending() {
            let pause = self.chance.between(50, 4_000);
            self.wait(Duration::from_millis(pause)).await;
            if !self.stage.is_ending() {
                self.strike().await;
            }
        }
        self.calm();
        (self.house, self.crew)
    }

    /// Waits, but not past the end.
    async fn wait(&self, wait: Duration) {
        let until = self.stage.control.now() + wait;
        while !self.stage.is_ending() && self.stage.control.now() < until {
            let left = until.since(self.stage.control.now());
            self.stage.control.sleep(left.min(LOOK_EVERY)).await;
        }
    }

    async fn strike(&mut self) {
        if self.weather == Weather::FailingDisk && self.chance.happens(0.2) {
            return self.trouble_disk().await;
        }
        match self.chance.below(100) {
            0..14 => self.house.kill(),
            14..28 => self.house.doom(false, self.soon()),
            28..42 => self.house.cut_power(),
            42..56 => self.house.doom(true, self.soon()),
            56..63 => self.house.stop(),
            63..66 => {
                // Asked to stop, and gone before it has.
                self.house.stop();
                self.house.doom(self.chance.coin(), self.soon());
            }
            66..74 => self.end_client().await,
            74..87 => match self.weather {
                Weather::Fair => self.house.cut_power(),
                Weather::Rough => self.trouble_network().await,
                Weather::FailingDisk => self.trouble_disk().await,
                Weather::Rot => self.flip_bit(),
            },
            _ if self.weather == Weather::Fair => self.house.kill(),
            _ => self.trouble_network().await,
        }
    }

    /// A number of operations: the very next ones, or somewhere in the work of the next seconds.
    fn soon(&self) -> u64 {
        let mut chance = Chance::new(self.stage.control.draw());
        if chance.coin() { chance.below(8) } else { chance.below(300) }
    }

    async fn end_client(&mut self) {
        let Some(name) = self.crew.any(&mut self.chance) else { return };
        self.stage.recorder.count("client killed");
        self.stage.control.kill(&name);
        let away = self.chance.between(10, 12_000);
        self.wait(Duration::from_millis(away)).await;
        if !self.stage.is_ending() {
            self.crew.enter(&name);
        }
    }

    async fn trouble_network(&mut self) {
        let Some(name) = self.crew.any(&mut self.chance) else { return };
        let control = self.stage.control.clone();
        match self.chance.below(6) {
            0 => control.partition(&[NODE]),
            1 => control.partition(&[&name]),
            2 => control.block(&name, NODE),
            3 => control.block(NODE, &name),
            4 => control.slow(&name, NODE, self.chance.between(10, 2_000) as u32),
            _ => return control.cut(&name, NODE),
        }
        let lasts = self.chance.between(50, 12_000);
        self.wait(Duration::from_millis(lasts)).await;
        control.heal();
    }

    async fn trouble_disk(&mut self) {
        let control = self.stage.control.clone();
        let rough = self.weather.faults();
        let often = if self.chance.coin() { 0.05 } else { 0.3 };
        match self.chance.below(7) {
            0..3 => control.set_faults(Faults { syncs_fail: often, ..rough }),
            3 => control.set_faults(Faults { writes_fail: often, ..rough }),
            4 => control.set_faults(Faults { disk_full: often, ..rough }),
            5 => control.set_faults(Faults { reads_fail: often, ..rough }),
            _ => {
                let space = control.disk(NODE).space("/");
                let used = space.map_or(0, |space| space.total_bytes - space.free_bytes);
                control.set_disk_capacity(NODE, used + self.chance.below(10_000));
            }
        }
        let lasts = self.chance.between(100, 10_000);
        self.wait(Duration::from_millis(lasts)).await;
        control.set_faults(rough);
        control.set_disk_capacity(NODE, CAPACITY_BYTES);
        // What the node could not write it may remember wrongly: an operator starts it again.
        if self.chance.coin() { self.house.kill() } else { self.house.cut_power() }
    }

    /// Flips one bit of a log of a topic that stays, behind the node's back.
    fn flip_bit(&mut self) {
        let places = self.stage.places();
        let Some((topic, place)) = places.get(self.chance.below(places.len() as u64) as usize) else { return };
        let folder = format!("{DATA_DIR}/{topic}-{}", place.partition);
        let disk = self.stage.control.disk(NODE);
        let Ok(entries) = disk.read_dir(&folder) else { return };
        let files: Vec<_> = entries.iter().filter(|entry| entry.name.ends_with(".log") && entry.len > 0).collect();
        if files.is_empty() {
            return;
        }
        let file = files[self.chance.below(files.len() as u64) as usize];
        let (byte, bit) = (self.chance.below(file.len), self.chance.below(8) as u8);
        let place: Place = *place;
        self.stage.recorder.let_disk_fail();
        self.stage.recorder.add(Event::Rotted { place });
        // The file may be gone by now, and then there is nothing to flip.
        let _ = self.stage.control.flip_bit(NODE, format!("{folder}/{}", file.name), byte, bit);
    }

    fn calm(&self) {
        let control = &self.stage.control;
        control.set_faults(Faults::none());
        control.set_disk_capacity(NODE, CAPACITY_BYTES);
        control.heal();
    }
}

/// How often a wait looks whether the run is ending.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// As large as the simulator makes disks.
const CAPACITY_BYTES: u64 = 1 << 40;
