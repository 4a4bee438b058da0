//! The node's host through its lives: somebody keeps the node running, whoever makes it stop.
//!
//! Says in the history when a life begins and how it ended. A node that gives up its disk is helped as an operator would: the
//! host loses power, for after a failed sync memory holds what the disk does not.

use std::sync::Arc;
use std::time::Duration;

use kampa_broker::{Loggers, Node};
use kampa_configs::{BrokerConfig, Given};
use kampa_world::sim::Chance;
use kampa_world::{Either, Task, World, race};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::history::Event;
use crate::stage::{NODE, Stage};

/// Cloning shares it.
#[derive(Clone)]
pub struct House {
    stage: Stage,
    given: Given,
    config: BrokerConfig,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Asks the running node to stop cleanly.
    stop: Option<oneshot::Sender<()>>,
    serving: bool,
    /// Nobody starts it.
    held_down: bool,
    /// How a life ends that somebody ordered to end in the middle of things.
    doom: Option<Event>,
    /// How this life ended has been written down.
    accounted: bool,
    refusals: u32,
    /// Syncs that had failed when power was cut last.
    failed_syncs_before: u64,
}

/// How a life ended by itself.
enum End {
    Stopped,
    Refused(String),
    /// The node cannot go on.
    GaveUp,
}

impl House {
    /// An empty host.
    pub fn new(stage: Stage, given: Given, config: BrokerConfig) -> House {
        House { stage, given, config, state: Arc::default() }
    }

    /// Begins to keep the node running, for ever.
    pub fn keep(&self, seed: u64) -> Task<()> {
        let house = self.clone();
        self.stage.control.spawn("keeper", async move {
            let mut chance = Chance::new(seed);
            loop {
                house.live(&mut chance).await;
                house.stage.control.sleep(Duration::from_millis(chance.between(1, 3000))).await;
            }
        })
    }

    /// Whether it serves.
    pub fn is_serving(&self) -> bool {
        self.state.lock().serving
    }

    /// Waits until it serves; false if it does not in time.
    pub async fn serves_within(&self, wait: Duration) -> bool {
        self.within(wait, |house| house.is_serving()).await
    }

    /// Kills its process, unless its disk has failed a sync: then its host loses power.
    pub fn kill(&self) {
        self.end_now(if self.memory_lies() { Event::PowerCut } else { Event::NodeKilled });
    }

    /// Cuts its power.
    pub fn cut_power(&self) {
        self.end_now(Event::PowerCut);
    }

    fn end_now(&self, how: Event) {
        if !self.stage.control.is_running(NODE) {
            return;
        }
        let mut state = self.state.lock();
        state.accounted = true;
        drop(state);
        let is_power_cut = how == Event::PowerCut;
        self.account(how);
        if is_power_cut { self.stage.control.crash(NODE) } else { self.stage.control.kill(NODE) }
    }

    /// As [`House::kill`] or [`House::cut_power`], in place of one of the next changes of its disk.
    pub fn doom(&self, power_cut: bool, operations: u64) {
        if !self.stage.control.is_running(NODE) {
            return;
        }
        let power_cut = power_cut || self.memory_lies();
        self.state.lock().doom = Some(if power_cut { Event::PowerCut } else { Event::NodeKilled });
        if power_cut {
            self.stage.control.crash_at(NODE, operations);
        } else {
            self.stage.control.kill_at(NODE, operations);
        }
    }

    /// Asks it to stop cleanly; it is started again later.
    pub fn stop(&self) {
        if let Some(stop) = self.state.lock().stop.take() {
            // It may have ended by itself meanwhile.
            let _ = stop.send(());
        }
    }

    /// Stops it cleanly and leaves it so; false if it does not stop in time.
    pub async fn stop_for_good(&self, wait: Duration) -> bool {
        self.state.lock().held_down = true;
        self.stop();
        self.within(wait, |house| !house.stage.control.is_running(NODE)).await
    }

    /// Lets it be started again.
    pub fn let_start(&self) {
        self.state.lock().held_down = false;
    }

    /// Cuts the power of the host while no process runs: what the last one left in memory may be lost.
    pub fn cut_power_of_nobody(&self) {
        let control = &self.stage.control;
        if !control.is_running(NODE) {
            drop(control.process(NODE));
            self.account(Event::PowerCut);
            control.crash(NODE);
        }
    }

    async fn within(&self, wait: Duration, is_so: impl Fn(&House) -> bool) -> bool {
        let until = self.stage.control.now() + wait;
        while !is_so(self) {
            if self.stage.control.now() > until {
                return false;
            }
            self.stage.control.sleep(LOOK_EVERY).await;
        }
        true
    }

    /// Whether a sync has failed since the last power cut.
    fn memory_lies(&self) -> bool {
        self.failed_syncs() > self.state.lock().failed_syncs_before
    }

    fn failed_syncs(&self) -> u64 {
        self.stage.control.faults().iter().find(|(name, _)| *name == "sync failed").map_or(0, |(_, count)| *count)
    }

    fn account(&self, how: Event) {
        let what = match how {
            Event::PowerCut => {
                self.state.lock().failed_syncs_before = self.failed_syncs();
                "node without power"
            }
            Event::NodeStopped => "node stopped",
            _ => "node killed",
        };
        self.stage.recorder.count(what);
        self.stage.recorder.add(how);
    }

    /// One life of the node.
    async fn live(&self, chance: &mut Chance) {
        if self.state.lock().held_down {
            return;
        }
        if self.memory_lies() || chance.happens(0.08) {
            self.cut_power_of_nobody();
        }
        let world = self.stage.control.process(NODE);
        self.stage.recorder.add(Event::NodeStarted);
        let (stop, asked) = oneshot::channel();
        self.state.lock().stop = Some(stop);
        let (house, there) = (self.clone(), world.clone());
        let ended = world.spawn("node", async move { house.serve(&there, asked).await }).await;
        let (accounted, doom) = {
            let mut state = self.state.lock();
            state.serving = false;
            state.stop = None;
            (std::mem::take(&mut state.accounted), state.doom.take())
        };
        let failing = self.stage.recorder.disk_may_fail();
        match ended {
            _ if accounted => {}
            // It may have noticed that it was dead before it was gone.
            _ if !self.stage.control.is_running(NODE) => self.account(doom.unwrap_or(Event::NodeKilled)),
            Err(_) => self.account(doom.unwrap_or(Event::NodeKilled)),
            Ok(end) => {
                match &end {
                    End::Stopped => {}
                    End::GaveUp if failing => {}
                    End::GaveUp => self.stage.recorder.wrong("the node gave up, and its disk is sound".to_owned()),
                    End::Refused(why) => self.refused(why, failing),
                }
                let stopped = matches!(end, End::Stopped) && !failing;
                self.account(if stopped { Event::NodeStopped } else { Event::NodeKilled });
                self.stage.control.kill(NODE);
            }
        }
    }

    async fn serve(&self, world: &World, mut asked: oneshot::Receiver<()>) -> End {
        let node = match Node::start(world, self.given.clone(), self.config.clone(), Loggers::default()).await {
            Ok(node) => node,
            Err(e) => return End::Refused(e.to_string()),
        };
        self.state.lock().refusals = 0;
        self.state.lock().serving = true;
        loop {
            match race(&mut asked, race(node.failed(), world.sleep(OFFLINE_LOOK_EVERY))).await {
                Either::Left(_) => {
                    node.stop().await;
                    return End::Stopped;
                }
                Either::Right(Either::Left(())) => return End::GaveUp,
                Either::Right(Either::Right(())) if !node.is_ready() => return End::GaveUp,
                Either::Right(Either::Right(())) => {}
            }
        }
    }

    fn refused(&self, why: &str, failing: bool) {
        let refusals = {
            let mut state = self.state.lock();
            state.refusals += 1;
            state.refusals
        };
        self.stage.recorder.count("node refused to start");
        if refusals == 1 && !failing || refusals == REFUSALS_MAX {
            self.stage.recorder.wrong(format!("the node does not start: {why}"));
        }
    }
}

/// How often the driver looks whether something has happened.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often an operator looks whether the node still uses its directory.
const OFFLINE_LOOK_EVERY: Duration = Duration::from_secs(2);
/// On a disk that fails now and then, a start that fails so often in a row has another reason.
const REFUSALS_MAX: u32 = 25;
