//! One thread runs everything: whatever is ready, in an order the seed chooses; time passes by itself a little with every step
//! and jumps to the next event when nothing is ready.
//!
//! A *domain* is what stands still together when an inline disk operation stalls: a process's tasks, or one control plane's.
//! Invariant: no future is polled or dropped, and no waker is called, while a lock of the simulation is held.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Wake, Waker};

use parking_lot::Mutex;

use super::chance::Chance;
use super::faults::{Fault, Faults, Struck};
use super::net::{Delivery, Network};
use super::slab::{Key, Slab};
use super::trace::{Trace, hash_bytes};

/// Everything of one simulation. Locks are taken in the order of the fields.
pub(crate) struct Sim {
    pub(crate) seed: u64,
    pub(crate) hosts: Mutex<super::Hosts>,
    pub(crate) net: Mutex<Network>,
    pub(crate) core: Mutex<Core>,
}

/// Time, chance and tasks.
pub(crate) struct Core {
    now: u64,
    /// How much of its own time the task that runs now has spent in a disk that stalls.
    stall: u64,
    events: BTreeMap<Due, Event>,
    event_count: u64,
    ready: Vec<Key>,
    tasks: Slab<TaskSlot>,
    domains: Vec<Domain>,
    driver_queued: bool,
    current: Option<Current>,
    /// Tasks of ended processes: dropped once nothing is being polled, for who is polled may hold a lock they want.
    graveyard: Vec<BoxFuture>,
    steps: u64,
    pub(crate) limit_steps: u64,
    pub(crate) limit_nanos: u64,
    pub(crate) chance: Chance,
    pub(crate) faults: Faults,
    pub(crate) struck: Struck,
    pub(crate) trace: Trace,
}

/// When an event is due; the number keeps those of one moment apart and in order.
pub(crate) type Due = (u64, u64);

pub(crate) enum Event {
    Wake(Waker),
    Queue(Key),
    Thaw(DomainId),
    Deliver(Delivery),
    GiveUp(Delivery),
}

pub(crate) type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DomainId(u32);

/// Tasks of an offload have no domain: a stall inside is waited for by the offload itself.
pub(crate) const OFFLOAD: DomainId = DomainId(u32::MAX);

struct Domain {
    frozen_until: u64,
    parked: Vec<Key>,
}

struct TaskSlot {
    name: &'static str,
    /// Which run of which process it belongs to, and that process's name.
    process: u32,
    process_name: Arc<str>,
    domain: DomainId,
    /// Taken out while it is polled.
    future: Option<BoxFuture>,
    waker: Waker,
    queued: bool,
    aborted: bool,
}

/// Who runs now: the driver has no task.
#[derive(Clone)]
struct Current {
    task: &'static str,
    process_name: Arc<str>,
    domain: DomainId,
}

/// The driver's place among the keys of tasks.
const DRIVER: Key = Key { index: u32::MAX, generation: 0 };

/// What the loop does next, outside of the lock.
enum Step {
    PollDriver,
    Poll { key: Key, future: BoxFuture, waker: Waker },
    Drop(Vec<BoxFuture>),
    Fire(Event),
    Stuck,
}

/// What the loop hands back after polling.
enum Back {
    Pending(Key, BoxFuture),
    Done(Key),
    Driver,
}

impl Core {
    pub(crate) fn new(seed: u64, faults: Faults) -> Core {
        Core {
            now: 0,
            stall: 0,
            events: BTreeMap::new(),
            event_count: 0,
            ready: Vec::new(),
            tasks: Slab::new(),
            domains: Vec::new(),
            driver_queued: false,
            current: None,
            graveyard: Vec::new(),
            steps: 0,
            limit_steps: STEPS_MAX,
            limit_nanos: NANOS_MAX,
            chance: Chance::new(seed),
            faults,
            struck: Struck::default(),
            trace: Trace::new(seed),
        }
    }

    /// The time as whoever runs now sees it: what it has spent in a stalled disk included.
    pub(crate) fn now(&self) -> u64 {
        self.now + self.stall
    }

    /// Lets the current task spend time standing still.
    pub(crate) fn spend(&mut self, nanos: u64) {
        self.stall += nanos;
    }

    /// What the current task has spent so far, taken off: the offload waits for it itself.
    pub(crate) fn take_stall(&mut self) -> u64 {
        std::mem::take(&mut self.stall)
    }

    /// Whether this fault strikes now; counts it if it does.
    pub(crate) fn strikes(&mut self, fault: Fault) -> bool {
        let strikes = self.chance.happens(self.faults.probability(fault));
        if strikes {
            self.count(fault);
        }
        strikes
    }

    pub(crate) fn count(&mut self, fault: Fault) {
        self.struck.count(fault);
        self.note("fault", fault as u64, 0, |text| write!(text, "{fault:?}"));
    }

    /// Adds an event to the trace: what, of which thing, with which content.
    pub(crate) fn note(
        &mut self,
        what: &'static str,
        thing: u64,
        content: u64,
        text: impl FnOnce(&mut String) -> std::fmt::Result,
    ) {
        let now = self.now();
        let current = &self.current;
        self.trace.event([now, hash_bytes(what.as_bytes()), thing, content], || {
            let mut line = format!("{:>14.6} ms ", now as f64 / 1e6);
            match current {
                Some(current) => _ = write!(line, "{}/{}: {what} ", current.process_name, current.task),
                None => _ = write!(line, "-: {what} "),
            }
            _ = text(&mut line);
            line
        });
    }

    pub(crate) fn schedule(&mut self, at: u64, event: Event) -> Due {
        self.event_count += 1;
        let due = (at, self.event_count);
        self.events.insert(due, event);
        due
    }

    pub(crate) fn cancel(&mut self, due: Due) -> Option<Event> {
        self.events.remove(&due)
    }

    fn replace_waker(&mut self, due: Due, waker: &Waker) -> Option<Waker> {
        match self.events.get_mut(&due) {
            Some(Event::Wake(old)) if !old.will_wake(waker) => Some(std::mem::replace(old, waker.clone())),
            _ => None,
        }
    }

    pub(crate) fn new_domain(&mut self) -> DomainId {
        self.domains.push(Domain { frozen_until: 0, parked: Vec::new() });
        DomainId((self.domains.len() - 1) as u32)
    }

    fn wake(&mut self, key: Key) {
        let queued = match self.tasks.get_mut(key) {
            Some(slot) => &mut slot.queued,
            None if key == DRIVER => &mut self.driver_queued,
            None => return,
        };
        if std::mem::replace(queued, true) {
            return;
        }
        if self.stall == 0 {
            self.ready.push(key);
        } else {
            // Who wakes has stood still before it does.
            self.schedule(self.now(), Event::Queue(key));
        }
    }

    pub(crate) fn is_running(&mut self, key: Key) -> bool {
        self.tasks.get_mut(key).is_some()
    }

    /// Has a task dropped when its turn comes.
    pub(crate) fn abort(&mut self, key: Key) {
        if let Some(slot) = self.tasks.get_mut(key) {
            slot.aborted = true;
            self.wake(key);
        }
    }

    /// Ends all tasks of a process.
    pub(crate) fn end_tasks_of(&mut self, process: u32) {
        let keys: Vec<Key> =
            self.tasks.iter().filter(|(_, slot)| slot.process == process).map(|(key, _)| key).collect();
        for key in keys {
            self.graveyard.extend(self.tasks.remove(key).and_then(|slot| slot.future));
        }
    }

    /// Takes everything that may hold the simulation itself.
    pub(crate) fn take_all(&mut self) -> (Vec<BoxFuture>, BTreeMap<Due, Event>) {
        let keys: Vec<Key> = self.tasks.iter().map(|(key, _)| key).collect();
        let mut futures = std::mem::take(&mut self.graveyard);
        futures.extend(keys.into_iter().filter_map(|key| self.tasks.remove(key)?.future));
        (futures, std::mem::take(&mut self.events))
    }

    fn step(&mut self, back: Option<Back>) -> Step {
        self.settle_stall();
        self.current = None;
        match back {
            Some(Back::Pending(key, future)) => match self.tasks.get_mut(key) {
                Some(slot) => slot.future = Some(future),
                // Its process ended while it ran.
                None => self.graveyard.push(future),
            },
            Some(Back::Done(key)) => drop(self.tasks.remove(key)),
            Some(Back::Driver) | None => {}
        }
        if !self.graveyard.is_empty() {
            return Step::Drop(std::mem::take(&mut self.graveyard));
        }
        loop {
            if let Some((&due, _)) = self.events.first_key_value() {
                if self.ready.is_empty() {
                    self.now = self.now.max(due.0);
                }
                if due.0 <= self.now {
                    let (_, event) = self.events.pop_first().expect("was there a line ago");
                    match event {
                        Event::Thaw(domain) => self.thaw(domain),
                        Event::Queue(key) => self.ready.push(key),
                        event => return Step::Fire(event),
                    }
                    continue;
                }
            } else if self.ready.is_empty() {
                return Step::Stuck;
            }
            if let Some(step) = self.pick() {
                return step;
            }
        }
    }

    /// Takes one of the ready tasks, or none if that one cannot run.
    fn pick(&mut self) -> Option<Step> {
        let draw = self.chance.next();
        // Low bits choose who, high bits how long it takes.
        let key = self.ready.swap_remove((((draw & 0xffff_ffff) * self.ready.len() as u64) >> 32) as usize);
        self.now += STEP_NANOS_MIN + (draw >> 55);
        self.steps += 1;
        if key == DRIVER {
            self.driver_queued = false;
            self.note("driver", 0, 0, |_| Ok(()));
            return Some(Step::PollDriver);
        }
        let slot = self.tasks.get_mut(key)?;
        if slot.aborted {
            return Some(Step::Drop(vec![self.tasks.remove(key)?.future?]));
        }
        if slot.domain != OFFLOAD {
            let domain = &mut self.domains[slot.domain.0 as usize];
            if domain.frozen_until > self.now {
                // Still counts as queued, so it is parked once.
                domain.parked.push(key);
                return None;
            }
        }
        slot.queued = false;
        let future = slot.future.take()?;
        let waker = slot.waker.clone();
        self.current = Some(Current { task: slot.name, process_name: slot.process_name.clone(), domain: slot.domain });
        self.note("run", u64::from(key.index), 0, |_| Ok(()));
        Some(Step::Poll { key, future, waker })
    }

    /// Who spent time in a stalled disk stands still with all its like until that time has come.
    fn settle_stall(&mut self) {
        let stall = self.take_stall();
        if let Some(current) = &self.current
            && stall > 0
            && current.domain != OFFLOAD
        {
            let until = self.now + stall;
            let id = current.domain;
            let domain = &mut self.domains[id.0 as usize];
            if until > domain.frozen_until {
                domain.frozen_until = until;
                self.schedule(until, Event::Thaw(id));
            }
        }
    }

    fn thaw(&mut self, id: DomainId) {
        let domain = &mut self.domains[id.0 as usize];
        if domain.frozen_until <= self.now {
            self.ready.append(&mut domain.parked);
        }
    }

    /// Who waits, for a message: each name with how many of it.
    pub(crate) fn waiting(&self) -> String {
        let mut names: BTreeMap<String, u64> = BTreeMap::new();
        for (_, slot) in self.tasks.iter() {
            *names.entry(format!("{}/{}", slot.process_name, slot.name)).or_default() += 1;
        }
        let names: Vec<String> = names.into_iter().map(|(name, count)| format!("{name} ×{count}")).collect();
        if names.is_empty() { "no task at all".to_owned() } else { names.join(", ") }
    }
}

impl Sim {
    /// Runs the simulation until `driver` is done. What else was started stands still afterwards, until the next run.
    pub(crate) fn run<F: Future>(self: &Arc<Sim>, driver: F) -> F::Output {
        let mut driver = pin!(driver);
        let driver_waker = Waker::from(Arc::new(TaskWaker { sim: self.clone(), key: DRIVER }));
        let _testimony = Testimony::begin(self);
        self.core.lock().wake(DRIVER);
        let mut back = None;
        loop {
            let step = {
                let mut core = self.core.lock();
                let step = core.step(back.take());
                if core.steps > core.limit_steps || core.now > core.limit_nanos {
                    let (steps, waiting) = (core.steps, core.waiting());
                    drop(core);
                    panic!("the simulation ran over its limit after {steps} steps; there are {waiting}");
                }
                step
            };
            match step {
                Step::PollDriver => {
                    if let Poll::Ready(output) = driver.as_mut().poll(&mut Context::from_waker(&driver_waker)) {
                        let mut core = self.core.lock();
                        core.settle_stall();
                        core.current = None;
                        return output;
                    }
                    back = Some(Back::Driver);
                }
                Step::Poll { key, mut future, waker } => {
                    back = match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                        Poll::Pending => Some(Back::Pending(key, future)),
                        Poll::Ready(()) => Some(Back::Done(key)),
                    };
                }
                Step::Drop(futures) => drop(futures),
                Step::Fire(Event::Wake(waker)) => waker.wake(),
                Step::Fire(Event::Deliver(delivery)) => self.deliver(delivery),
                Step::Fire(Event::GiveUp(delivery)) => self.give_up(delivery),
                Step::Fire(Event::Thaw(_) | Event::Queue(_)) => unreachable!("handled where they are popped"),
                Step::Stuck => {
                    let waiting = self.core.lock().waiting();
                    panic!("deadlock: nothing is ready and nothing will happen; there are {waiting}");
                }
            }
        }
    }

    pub(crate) fn start(
        self: &Arc<Sim>,
        process: &super::Process,
        domain: DomainId,
        name: &'static str,
        work: BoxFuture,
    ) -> Key {
        let mut core = self.core.lock();
        let key = core.tasks.insert_with(|key| TaskSlot {
            name,
            process: process.index,
            process_name: process.name.clone(),
            domain,
            future: Some(work),
            waker: Waker::from(Arc::new(TaskWaker { sim: self.clone(), key })),
            queued: false,
            aborted: false,
        });
        core.note("spawn", u64::from(key.index), 0, |text| text.write_str(name));
        core.wake(key);
        key
    }

    /// Waits until the simulation's time has reached `at`.
    pub(crate) fn sleep_until(&self, at: u64) -> Sleep<'_> {
        Sleep { sim: self, at, due: None }
    }
}

struct TaskWaker {
    sim: Arc<Sim>,
    key: Key,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.sim.core.lock().wake(self.key);
    }
}

pub(crate) struct Sleep<'a> {
    sim: &'a Sim,
    at: u64,
    due: Option<Due>,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut core = self.sim.core.lock();
        if core.now() >= self.at {
            return Poll::Ready(());
        }
        // Wakers go after the lock.
        let _old = match self.due {
            Some(due) => core.replace_waker(due, context.waker()),
            None => {
                let due = core.schedule(self.at, Event::Wake(context.waker().clone()));
                drop(core);
                self.due = Some(due);
                return Poll::Pending;
            }
        };
        drop(core);
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(due) = self.due {
            let event = self.sim.core.lock().cancel(due);
            drop(event);
        }
    }
}

thread_local! {
    /// The simulation that this thread runs.
    static RUNNING: RefCell<Option<Arc<Sim>>> = const { RefCell::new(None) };
}

/// While it lives, a panic on this thread is followed by where the run was and with which seed to see it again.
struct Testimony;

impl Testimony {
    fn begin(sim: &Arc<Sim>) -> Testimony {
        static HOOK: Once = Once::new();
        // A hook, because release builds do not unwind.
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                before(panic);
                let running = RUNNING.try_with(|running| running.try_borrow().ok().and_then(|sim| sim.clone()));
                if let Ok(Some(sim)) = running {
                    sim.testify();
                }
            }));
        });
        let before = RUNNING.replace(Some(sim.clone()));
        assert!(before.is_none(), "a simulation runs inside another");
        Testimony
    }
}

impl Drop for Testimony {
    fn drop(&mut self) {
        RUNNING.set(None);
    }
}

impl Sim {
    fn testify(&self) {
        // If the lock is held, the simulation itself failed.
        let Some(core) = self.core.try_lock() else { return };
        for line in core.trace.lines() {
            eprintln!("{line}");
        }
        let place = match &core.current {
            Some(current) => format!("{}/{}", current.process_name, current.task),
            None => "the driver".to_owned(),
        };
        let (seed, step, millis) = (self.seed, core.steps, core.now() as f64 / 1e6);
        eprintln!("simulation: seed {seed}, step {step}, {millis:.6} ms, in {place}");
    }
}

/// A step takes at least this long and up to half a microsecond more, so that who spins sees time pass.
const STEP_NANOS_MIN: u64 = 100;

/// More steps are a run that does not come to an end: minutes of real time.
const STEPS_MAX: u64 = 200_000_000;

/// A day of simulated time: no test waits longer.
const NANOS_MAX: u64 = 24 * 3600 * 1_000_000_000;
