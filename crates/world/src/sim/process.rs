//! One run of a process on a simulated host: its clock, its tasks and its chance.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::Control;
use super::executor::{DomainId, OFFLOAD, Sim};
use super::faults::Fault;
use super::slab::Key;
use crate::{Disk, Monotonic, Task, World};

pub(crate) struct Process {
    pub(crate) sim: Arc<Sim>,
    /// Which run this is; never used again.
    pub(crate) index: u32,
    pub(crate) host: u32,
    pub(crate) name: Arc<str>,
    pub(crate) alive: AtomicBool,
    /// Nothing fails and nothing takes time for who looks from outside.
    pub(crate) faultless: bool,
    /// After how many more changes of its disk it ends, and how.
    pub(crate) doom: Mutex<Option<(u64, Fault)>>,
    start_nanos: u64,
    epoch_ms: i64,
}

/// The number of who is no process: never killed.
const OUTSIDE: u32 = u32::MAX;

impl Process {
    pub(crate) fn new(sim: Arc<Sim>, index: u32, host: u32, name: Arc<str>, epoch_ms: i64) -> Process {
        let start_nanos = sim.core.lock().now();
        let (alive, doom) = (AtomicBool::new(true), Mutex::new(None));
        Process { sim, index, host, name, alive, faultless: false, doom, start_nanos, epoch_ms }
    }

    /// Stands for the driver and its tasks.
    pub(crate) fn outside(sim: Arc<Sim>) -> Process {
        let (alive, doom) = (AtomicBool::new(true), Mutex::new(None));
        let name = "outside".into();
        Process { sim, index: OUTSIDE, host: OUTSIDE, name, alive, faultless: true, doom, start_nanos: 0, epoch_ms: 0 }
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.alive.load(Ordering::Relaxed)
    }

    /// What a handle of an ended process answers, should somebody still hold one.
    pub(crate) fn check_alive(&self) -> std::io::Result<()> {
        if self.is_alive() { Ok(()) } else { Err(std::io::Error::other("the process of this handle has ended")) }
    }
}

impl Process {
    /// Called before every change of the disk, with no lock held: the process may end here.
    pub(crate) fn may_change_disk(&self) -> std::io::Result<()> {
        let mut doom = self.doom.lock();
        let due = match &mut *doom {
            Some((0, _)) => doom.take(),
            Some((operations, _)) => {
                *operations -= 1;
                None
            }
            None => None,
        };
        drop(doom);
        if let Some((_, how)) = due {
            Control::of(self.sim.clone()).end(&self.name, how);
        }
        self.check_alive()
    }
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}#{}", self.name, self.index)
    }
}

/// A process as seen from one of its planes.
pub(crate) struct Machine {
    pub(crate) process: Arc<Process>,
    domain: DomainId,
}

impl Machine {
    pub(crate) fn new(process: Arc<Process>, domain: DomainId) -> Machine {
        Machine { process, domain }
    }

    fn sim(&self) -> &Arc<Sim> {
        &self.process.sim
    }

    pub(crate) fn now(&self) -> Monotonic {
        Monotonic::from_nanos(self.sim().core.lock().now() - self.process.start_nanos)
    }

    pub(crate) fn wall_ms(&self) -> i64 {
        self.process.epoch_ms + (self.sim().core.lock().now() / 1_000_000) as i64
    }

    pub(crate) async fn sleep(&self, wait: Duration) {
        self.sleep_until(self.now() + wait).await;
    }

    pub(crate) async fn sleep_until(&self, at: Monotonic) {
        self.sim().sleep_until(at.nanos().saturating_add(self.process.start_nanos)).await;
    }

    pub(crate) fn seed(&self) -> u64 {
        let mut core = self.sim().core.lock();
        let seed = core.chance.next();
        core.note("seed", 0, seed, |_| Ok(()));
        seed
    }

    pub(crate) fn spawn<F>(&self, name: &'static str, work: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.start(self.domain, name, work)
    }

    fn start<F>(&self, domain: DomainId, name: &'static str, work: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (answer, output) = oneshot::channel();
        // A process that has ended starts nothing more: the answer's end is dropped with the work.
        let key = self.process.is_alive().then(|| {
            let work = async move {
                // Nobody may be waiting, and then nobody wants the answer.
                let _ = answer.send(work.await);
            };
            self.sim().start(&self.process, domain, name, Box::pin(work))
        });
        Task::simulated(name, output, StopTask { sim: self.sim().clone(), key })
    }

    pub(crate) async fn offload<T, F>(&self, work: F) -> T
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let sim = self.sim().clone();
        let task = self.start(OFFLOAD, "offload", async move {
            let (before, after) = {
                let mut core = sim.core.lock();
                (core.chance.between(0, OFFLOAD_NANOS_MAX), core.chance.between(0, OFFLOAD_NANOS_MAX))
            };
            let at = sim.core.lock().now() + before;
            sim.sleep_until(at).await;
            let output = work();
            let at = {
                let mut core = sim.core.lock();
                let stall = core.take_stall();
                core.now() + stall + after
            };
            sim.sleep_until(at).await;
            output
        });
        match task.await {
            Ok(output) => output,
            // The process was killed: whoever waits has gone with it.
            Err(_) => std::future::pending().await,
        }
    }

    pub(crate) fn control_plane<F, Fut>(&self, disk: &Disk, name: &'static str, work: F) -> Task<Fut::Output>
    where
        F: FnOnce(World) -> Fut + Send + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: Send + 'static,
    {
        let domain = self.sim().core.lock().new_domain();
        let world = World::simulated(Machine::new(self.process.clone(), domain), disk.clone());
        self.start(domain, name, async move { work(world).await })
    }
}

/// Stops one task.
pub(crate) struct StopTask {
    sim: Arc<Sim>,
    key: Option<Key>,
}

impl StopTask {
    pub(crate) fn stop(&self) {
        if let Some(key) = self.key {
            self.sim.core.lock().abort(key);
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.key.is_some_and(|key| self.sim.core.lock().is_running(key))
    }
}

impl std::fmt::Debug for StopTask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.key)
    }
}

/// Handing work to another thread and back takes up to this, each way.
const OFFLOAD_NANOS_MAX: u64 = 40_000;
