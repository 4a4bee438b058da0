//! One storage run: lives of a process on one machine, until enough was done and it has died often enough; then everything is read
//! and checked.

use std::time::Duration;

use kampa_protocol::Text;
use kampa_world::World;
use kampa_world::sim::{Chance, Control, Faults, Simulation};

use super::audit;
use super::check;
use super::hands::{self, Hand};
use super::history::{Event, History, MACHINE, Recorder};
use super::node::{Image, Node};
use super::plan::{Plan, Weather};
use super::producers::Producers;
use crate::report::Report;

/// Runs a seed. With `trace_lines_max` the last so many events are kept as text.
pub fn run(seed: u64, trace_lines_max: usize) -> (Report, History) {
    let plan = Plan::of(seed);
    let simulation = Simulation::new(seed, Faults::none());
    simulation.keep_trace(trace_lines_max);
    simulation.limit_steps(STEPS_MAX);
    simulation.limit_time(TIME_MAX);
    let recorder = Recorder::new(simulation.control());
    let driver = Driver {
        control: simulation.control(),
        recorder: recorder.clone(),
        plan: plan.clone(),
        image: Image::default(),
        producers: Producers::default(),
        chance: Chance::new(seed ^ DRIVER_SALT),
        crashes: 0,
        failed_syncs_before: 0,
        after_power_cut: false,
        refusals: 0,
    };
    simulation.run(driver.drive());
    let history = recorder.take();
    let acknowledged = |event: &Event| if let Event::Committed { count, .. } = event { u64::from(*count) } else { 0 };
    let read = |event: &Event| if let Event::Read(read) = event { read.seen.len() as u64 } else { 0 };
    let report = Report {
        seed,
        weather: format!("{:?}", plan.weather),
        operations: history.operations,
        acknowledged: history.events.iter().map(acknowledged).sum(),
        read: history.events.iter().map(read).sum(),
        lasted: Duration::from_nanos(simulation.now().nanos()),
        faults: simulation.faults().into_iter().filter(|(name, _)| !NEVER_HERE.contains(name)).collect(),
        counts: history.counts().clone(),
        trace_hash: simulation.trace_hash(),
        events: simulation.events(),
        violations: check::check(&history),
        trace: simulation.trace(),
    };
    (report, history)
}

struct Driver {
    control: Control,
    recorder: Recorder,
    plan: Plan,
    image: Image,
    producers: Producers,
    chance: Chance,
    crashes: u64,
    /// Syncs that had failed when power was cut last.
    failed_syncs_before: u64,
    after_power_cut: bool,
    refusals: u32,
}

/// How a life is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ending {
    power_cut: bool,
    /// In place of this change of the disk, or when its work is done.
    doom: Option<u64>,
    /// It is asked to stop cleanly when its work is done; doomed, it is asked and gone before it has.
    stops: bool,
}

/// How a life ended by itself.
enum End {
    Worked,
    Stopped,
    Refused(String),
}

impl Driver {
    async fn drive(mut self) {
        for number in 0..self.plan.topics.len() {
            let wish = self.plan.topics[number].clone();
            let topic = Text::from(format!("lasting-{number}"));
            hands::make_places(&self.recorder, &self.image, topic, &wish, self.plan.dirs, &mut self.chance);
        }
        let each = self.plan.operations / (self.plan.crashes + 1);
        for _ in 0..LIVES_MAX {
            let done = self.recorder.operations();
            if done >= self.plan.operations && self.crashes >= self.plan.crashes {
                break;
            }
            let until = done + self.chance.between(each / 4 + 1, each + each / 2);
            self.live(until).await;
        }
        if self.recorder.operations() < self.plan.operations || self.crashes < self.plan.crashes {
            let (done, crashes) = (self.recorder.operations(), self.crashes);
            self.wrong(format!("after {LIVES_MAX} lives there are but {done} operations and {crashes} crashes"));
        }
        self.conclude().await;
    }

    fn wrong(&self, what: String) {
        self.recorder.add(Event::Wrong { what });
    }

    /// One life of the process.
    async fn live(&mut self, until: u64) {
        let ending = self.choose_ending();
        let world = self.begin_life();
        self.control.set_faults(self.plan.weather.faults());
        if let Some(operations) = ending.doom.filter(|_| !ending.stops) {
            self.doom(ending.power_cut, operations);
        }
        let life = Life {
            recorder: self.recorder.clone(),
            plan: self.plan.clone(),
            image: self.image.clone(),
            producers: self.producers.clone(),
            chance: Chance::new(self.chance.next()),
            control: self.control.clone(),
            ending,
            until,
        };
        let there = world.clone();
        let ended = world.spawn("life", async move { life.live(&there).await }).await;
        self.control.set_faults(Faults::none());
        self.control.set_disk_capacity(MACHINE, CAPACITY_BYTES);
        if !self.control.is_running(MACHINE) {
            return self.account(ending.power_cut);
        }
        match ended {
            Ok(End::Stopped) => {
                self.recorder.count("clean stop");
                self.control.kill(MACHINE);
            }
            Ok(End::Refused(why)) => {
                self.refused(why);
                self.end_now(ending.power_cut);
            }
            Ok(End::Worked) => {
                self.refusals = 0;
                self.end_now(ending.power_cut);
            }
            Err(_) => self.wrong("a life ended in the middle, and the process goes on".to_owned()),
        }
    }

    fn choose_ending(&mut self) -> Ending {
        let power_cut = self.chance.coin();
        let soon = |chance: &mut Chance| match chance.below(3) {
            // While it starts, perhaps.
            0 => chance.below(30),
            1 => chance.below(300),
            _ => chance.below(1_500),
        };
        match self.chance.below(10) {
            0..3 => Ending { power_cut, doom: None, stops: false },
            3..7 => Ending { power_cut, doom: Some(soon(&mut self.chance)), stops: false },
            7..9 => Ending { power_cut, doom: None, stops: true },
            _ => Ending { power_cut, doom: Some(self.chance.below(60)), stops: true },
        }
    }

    fn doom(&self, power_cut: bool, operations: u64) {
        if power_cut {
            self.control.crash_at(MACHINE, operations);
        } else {
            self.control.kill_at(MACHINE, operations);
        }
    }

    fn begin_life(&mut self) -> World {
        if self.memory_lies() || self.chance.happens(0.05) {
            self.cut_power_of_nobody();
        }
        if self.chance.coin() {
            self.image.elect();
        }
        self.producers.begin_life(std::mem::take(&mut self.after_power_cut));
        self.recorder.add(Event::Started);
        self.control.process(MACHINE)
    }

    fn end_now(&mut self, power_cut: bool) {
        if power_cut || self.memory_lies() {
            self.control.crash(MACHINE);
            self.account(true);
        } else {
            self.control.kill(MACHINE);
            self.account(false);
        }
    }

    /// The process has ended without wanting to.
    fn account(&mut self, power_cut: bool) {
        self.crashes += 1;
        if power_cut {
            self.failed_syncs_before = self.failed_syncs();
            self.after_power_cut = true;
        }
        self.recorder.add(if power_cut { Event::PowerCut } else { Event::Killed });
    }

    /// Cuts the power while no process runs: what the last one left in memory may be lost.
    fn cut_power_of_nobody(&mut self) {
        drop(self.control.process(MACHINE));
        self.control.crash(MACHINE);
        self.failed_syncs_before = self.failed_syncs();
        self.after_power_cut = true;
        self.recorder.add(Event::PowerCut);
        self.recorder.count("power cut of a machine at rest");
    }

    /// Whether a sync has failed since the last power cut: then memory holds what the disk does not, and an operator restarts the
    /// machine.
    fn memory_lies(&self) -> bool {
        self.failed_syncs() > self.failed_syncs_before
    }

    fn failed_syncs(&self) -> u64 {
        self.control.faults().iter().find(|(name, _)| *name == "sync failed").map_or(0, |(_, count)| *count)
    }

    fn refused(&mut self, why: String) {
        self.refusals += 1;
        self.recorder.count("refused to start");
        if !self.plan.weather.may_fail() || self.refusals >= REFUSALS_MAX {
            self.wrong(format!("the process does not start: {why}"));
        }
    }

    /// Nothing goes wrong any more: everything is read, before and after a clean stop and a power cut.
    async fn conclude(&mut self) {
        for round in 0..2 {
            let world = self.begin_life();
            let (recorder, image, plan) = (self.recorder.clone(), self.image.clone(), self.plan.clone());
            let (control, mut chance) = (self.control.clone(), Chance::new(self.chance.next()));
            let there = world.clone();
            let ended = world.spawn("life", async move {
                let node = match Node::start(&there, &recorder, &image, &plan, false).await {
                    Ok(node) => node,
                    Err(why) => return recorder.wrong(format!("the process does not start in the end: {why}")),
                };
                let chores = node.keep(&plan);
                audit::run(&node, &mut chance).await;
                if round == 1 {
                    audit::leftovers(&node, &control, &chores).await;
                }
                if !node.stop(&chores).await && node.is_whole() {
                    recorder.wrong("the process does not stop in the end".to_owned());
                }
            });
            if ended.await.is_err() {
                self.wrong("the process ended in the end".to_owned());
            }
            self.control.kill(MACHINE);
            self.cut_power_of_nobody();
        }
    }
}

/// What a life needs.
struct Life {
    recorder: Recorder,
    plan: Plan,
    image: Image,
    producers: Producers,
    chance: Chance,
    control: Control,
    ending: Ending,
    until: u64,
}

impl Life {
    async fn live(mut self, world: &World) -> End {
        let may_fail = self.plan.weather.may_fail();
        let node = match Node::start(world, &self.recorder, &self.image, &self.plan, may_fail).await {
            Ok(node) => node,
            Err(why) => return End::Refused(why),
        };
        let chores = node.keep(&self.plan);
        let hands: Vec<_> = (0..HANDS)
            .map(|_| {
                let hand = Hand {
                    node: node.clone(),
                    image: self.image.clone(),
                    producers: self.producers.clone(),
                    plan: self.plan.clone(),
                    chance: Chance::new(self.chance.next()),
                };
                world.spawn("hand", hand.work(self.until))
            })
            .collect();
        let storm = world.spawn("storm", self.storm(world));
        for hand in hands {
            let _ = hand.await;
        }
        storm.abort();
        self.control.set_disk_capacity(MACHINE, CAPACITY_BYTES);
        if !self.ending.stops {
            return End::Worked;
        }
        if let Some(operations) = self.ending.doom {
            if self.ending.power_cut {
                self.control.crash_at(MACHINE, operations);
            } else {
                self.control.kill_at(MACHINE, operations);
            }
        }
        if node.stop(&chores).await { End::Stopped } else { End::Worked }
    }

    /// What happens to the disk besides what it does by itself.
    fn storm(&mut self, world: &World) -> impl Future<Output = ()> + Send + 'static {
        let (control, recorder, image) = (self.control.clone(), self.recorder.clone(), self.image.clone());
        let (weather, mut chance) = (self.plan.weather, Chance::new(self.chance.next()));
        let pause_ms_max = 100 * self.plan.pause_ms_max;
        let world = world.clone();
        async move {
            if !matches!(weather, Weather::FullDisk | Weather::Rot) {
                return;
            }
            loop {
                world.sleep(Duration::from_millis(chance.below(pause_ms_max))).await;
                hands::trouble(&control, &recorder, &image, weather, &mut chance);
                world.sleep(Duration::from_millis(chance.below(pause_ms_max))).await;
                control.set_disk_capacity(MACHINE, CAPACITY_BYTES);
            }
        }
    }
}

/// What works at the same time.
const HANDS: u64 = 3;
/// A run that gets nowhere ends all the same.
const LIVES_MAX: u64 = 60;
/// On a disk that fails now and then, a start that fails so often in a row has another reason.
const REFUSALS_MAX: u32 = 25;
/// Past this a run hangs.
const TIME_MAX: Duration = Duration::from_secs(4 * 3600);
/// Far more than the longest run takes.
const STEPS_MAX: u64 = 20_000_000;
/// As large as the simulator makes disks.
const CAPACITY_BYTES: u64 = 1 << 40;
/// The driver draws from another row of numbers than the plan and the simulation.
const DRIVER_SALT: u64 = 0x6472_6976_6572;
/// There is no network, and rot is the driver's doing.
const NEVER_HERE: [&str; 7] = [
    "partition",
    "link slowed",
    "connection cut",
    "connect refused",
    "packet delayed",
    "packet held by a partition",
    "short transfer",
];
