//! Whatever is cut, whenever: what was acknowledged is there, and what was not is there as a whole or not at all.

use std::sync::{Arc, Mutex};

use super::*;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

#[test]
fn the_last_batch_may_be_cut_at_any_byte() {
    simulated(async |_, world| {
        let mut node = Node::open(&world);
        node.write(&[topic(1), topic(2)]).await;
        let acknowledged = world.disk().len(LOG).unwrap() as usize;
        node.write(&[topic(3), topic(4)]).await;
        node.log.close().unwrap();
        drop(node);
        let whole = world.disk().read(LOG).unwrap();
        for cut in acknowledged..=whole.len() {
            put(&world, LOG, &whole[..cut]);
            let node = Node::open(&world);
            let expected: &[u32] = if cut == whole.len() { &[1, 2, 3, 4] } else { &[1, 2] };
            assert_eq!(topics(&node.image), expected, "cut at {cut} of {}", whole.len());
            node.log.close().unwrap();
        }
    });
}

#[test]
fn the_last_batch_may_be_flipped_at_any_byte() {
    simulated(async |_, world| {
        let mut node = Node::open(&world);
        node.write(&[topic(1), topic(2)]).await;
        let acknowledged = world.disk().len(LOG).unwrap() as usize;
        node.write(&[topic(3), topic(4)]).await;
        node.log.close().unwrap();
        drop(node);
        let whole = world.disk().read(LOG).unwrap();
        for place in acknowledged..whole.len() {
            let mut flipped = whole.clone();
            flipped[place] ^= 0x40;
            put(&world, LOG, &flipped);
            // Base offset and leader epoch lie before the checksum: a flip there may be refused, or be seen by nobody.
            let Ok(Opened { log, image }) = try_open(&open_dir(&world)) else { continue };
            let found = topics(&image);
            assert!(found == [1, 2] || found == [1, 2, 3, 4], "flipped at {place}: {found:?}");
            log.close().unwrap();
        }
    });
}

fn put(world: &World, path: &str, bytes: &[u8]) {
    world.disk().write_atomic(path, bytes).unwrap();
}

/// Random appends, snapshots and ends, some in the middle of what they do; disks that fail their syncs.
#[test]
fn nothing_acknowledged_is_lost() {
    let (mut starts, mut ends_in_the_middle, mut unanswered_kept) = (0, 0, 0);
    for seed in 0..300 {
        let faults = Faults { syncs_fail: if seed % 3 == 0 { 0.02 } else { 0.0 }, ..Faults::none() };
        let simulation = Simulation::new(seed, faults);
        let mut chance = SmallRng::seed_from_u64(seed);
        let history = Arc::new(Mutex::new(History::default()));
        let mut failed_before = 0;
        for _ in 0..8 {
            let world = simulation.process("node");
            starts += 1;
            if chance.random_bool(0.7) {
                let at = chance.random_range(0..60);
                if chance.random_bool(0.5) { simulation.crash_at("node", at) } else { simulation.kill_at("node", at) }
            }
            let (history, of_life) = (history.clone(), SmallRng::seed_from_u64(chance.random()));
            // As a task of the process, so that it ends with it.
            let life = world.spawn("life", live(world.clone(), history, of_life));
            let lived = simulation.run(life);
            ends_in_the_middle += usize::from(!matches!(lived, Ok(Ok(()))));
            // After a failed sync memory holds what the medium does not: the machine is started anew.
            let lies = failed_syncs(&simulation) > std::mem::replace(&mut failed_before, failed_syncs(&simulation));
            if chance.random_bool(0.5) || lies { simulation.crash("node") } else { simulation.kill("node") }
        }
        simulation.set_faults(Faults::none());
        let world = simulation.process("node");
        let node = simulation.run(async { Node::open(&world) });
        let mut history = history.lock().unwrap();
        history.check(&topics(&node.image));
        unanswered_kept += history.unanswered_kept;
    }
    // The test is worth nothing if these did not happen.
    assert!(starts > 2000 && ends_in_the_middle > 500 && unanswered_kept > 20);
}

fn failed_syncs(simulation: &Simulation) -> u64 {
    simulation.faults().iter().find(|(name, _)| *name == "sync failed").map_or(0, |(_, count)| *count)
}

/// What a node has said and done in all its lives.
#[derive(Default)]
struct History {
    next: u32,
    acknowledged: Vec<u32>,
    /// Appends that were never answered: each must be there as a whole or not at all.
    unanswered: Vec<Vec<u32>>,
    unanswered_kept: usize,
}

impl History {
    fn ask(&mut self, count: u32) -> Vec<u32> {
        let numbers: Vec<u32> = (self.next..self.next + count).collect();
        self.next += count;
        self.unanswered.push(numbers.clone());
        numbers
    }

    fn answer(&mut self) {
        self.acknowledged.extend(self.unanswered.pop().unwrap_or_default());
    }

    fn check(&mut self, found: &[u32]) {
        for number in &self.acknowledged {
            assert!(found.contains(number), "t{number} was acknowledged; there are {found:?}");
        }
        for append in self.unanswered.drain(..) {
            let there = append.iter().filter(|number| found.contains(number)).count();
            assert!(there == 0 || there == append.len(), "{append:?} was torn; there are {found:?}");
            self.unanswered_kept += usize::from(there > 0);
            // From here on everybody has seen it.
            self.acknowledged.extend(append.iter().filter(|_| there > 0));
        }
        assert_eq!(found.len(), self.acknowledged.len(), "there is what nobody wrote: {found:?}");
    }
}

/// A life of a node: opens, appends, snapshots, and perhaps stops, or ends in the middle.
async fn live(world: World, history: Arc<Mutex<History>>, mut chance: SmallRng) -> Result<(), String> {
    let options =
        LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: OPEN_SEGMENTS_MAX, journal_bytes: 0 };
    let dir = LogDir::open(&world, Path::new(DIR), options).map_err(|error| error.to_string())?;
    let settings = Settings { snapshot_after_bytes: 700, segment_bytes: 1500, ..settings() };
    let opened = MetadataLog::open(&dir, voter(&dir), settings);
    let Opened { mut log, mut image } = opened.map_err(|error| error.to_string())?;
    history.lock().unwrap().check(&topics(&image));
    for _ in 0..chance.random_range(1..20) {
        let count = chance.random_range(1..5);
        let numbers = history.lock().unwrap().ask(count);
        let records: Vec<MetadataRecord> = numbers.iter().map(|number| topic(*number)).collect();
        let position = log.append(&records, &image).await.map_err(|error| error.to_string())?;
        history.lock().unwrap().answer();
        image.apply_all(&records, position).unwrap();
        log.snapshot_if_due(&image).map_err(|error| error.to_string())?;
    }
    if chance.random_bool(0.3) {
        log.close().and_then(|()| dir.mark_clean(1)).map_err(|error| error.to_string())?;
    }
    Ok(())
}
