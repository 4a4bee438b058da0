//! A world of its own: several processes on one thread, in virtual time, from one seed.
//!
//! Whatever happens (who runs next, how long a packet takes, what a power cut leaves of a file) the seed decides, so a run can be
//! repeated to the last event, and [`Control::trace_hash`] tells whether it was. Code under simulation must keep its side: no other
//! clock, thread or chance than its [`World`]'s, no iteration over randomly hashed maps, no blocking on another thread.
//!
//! ```
//! use std::time::Duration;
//! use kampa_world::sim::{Faults, Simulation};
//! use kampa_world::{ListenOptions, OpenOptions};
//!
//! let simulation = Simulation::new(7, Faults::rough());
//! let node = simulation.process("node1");
//! node.spawn("server", {
//!     let node = node.clone();
//!     async move {
//!         let listener = node.net().listen("0.0.0.0:9092".parse().unwrap(), ListenOptions::default()).await.unwrap();
//!         while let Ok((stream, _peer)) = listener.accept().await {
//!             drop(stream);
//!         }
//!     }
//! });
//! let client = simulation.process("client");
//! simulation.run(async {
//!     client.sleep(Duration::from_secs(1)).await;
//!     let address = client.net().resolve("node1", 9092).await.unwrap()[0];
//!     let _ = client.net().connect(address).await;
//!     simulation.crash("node1");                       // power is cut: unsynced writes may be lost
//!     let node = simulation.process("node1");          // the same disk and address
//!     node.disk().open("/data", OpenOptions::CREATE).unwrap();
//! });
//! println!("{:x} {:?}", simulation.trace_hash(), simulation.faults());
//! ```

mod chance;
pub(crate) mod disk;
mod executor;
mod faults;
pub(crate) mod net;
mod process;
mod slab;
mod trace;

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use executor::{Core, Sim};
use parking_lot::Mutex;

pub use chance::Chance;
use faults::Fault;
pub use faults::Faults;
pub(crate) use process::{Machine, Process, StopTask};

use crate::{Disk, Monotonic, Task, World};

/// A simulated world. Dropping it ends every process in it.
pub struct Simulation {
    control: Control,
}

/// Everything that can be done to a simulation from outside or, as a clone, from a task inside.
#[derive(Clone)]
pub struct Control {
    sim: Arc<Sim>,
}

/// The hosts by number. A host outlives the processes that run on it, one after another.
#[derive(Default)]
pub(crate) struct Hosts {
    hosts: Vec<Host>,
    processes: u32,
    /// The wall clock of the first process, at the start.
    epoch_ms: i64,
}

struct Host {
    name: Arc<str>,
    disk: Arc<disk::Medium>,
    running: Option<Arc<Process>>,
    skew_ms: i64,
}

impl Simulation {
    /// A world without processes, at time zero.
    pub fn new(seed: u64, faults: Faults) -> Simulation {
        let sim = Sim {
            seed,
            hosts: Mutex::new(Hosts { epoch_ms: EPOCH_MS, ..Hosts::default() }),
            net: Mutex::new(net::Network::new()),
            core: Mutex::new(Core::new(seed, faults)),
        };
        Simulation { control: Control { sim: Arc::new(sim) } }
    }

    /// Runs until `driver` is done and gives its output. May be called again to go on from there; between two runs all
    /// stands still. Panics when nothing is ready and nothing will happen, or over the limits, naming the tasks that wait; any
    /// panic inside is followed by the seed, the time and the task on stderr.
    pub fn run<F: Future>(&self, driver: F) -> F::Output {
        self.control.sim.run(driver)
    }

    /// Runs for this long.
    pub fn run_for(&self, wait: Duration) {
        self.run(self.sleep(wait));
    }

    /// A handle for tasks inside, such as one that kills at random.
    pub fn control(&self) -> Control {
        self.control.clone()
    }
}

impl Deref for Simulation {
    type Target = Control;

    fn deref(&self) -> &Control {
        &self.control
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        let sim = &self.control.sim;
        // Processes hold the simulation, and it them.
        let hosts = std::mem::take(&mut sim.hosts.lock().hosts);
        for process in hosts.iter().filter_map(|host| host.running.as_ref()) {
            process.alive.store(false, Ordering::Relaxed);
        }
        let net = std::mem::replace(&mut *sim.net.lock(), net::Network::new());
        drop((hosts, net));
        // Dropping a task may start or wake others: until there are none.
        loop {
            let (futures, events) = sim.core.lock().take_all();
            if futures.is_empty() && events.is_empty() {
                break;
            }
            drop((futures, events));
        }
    }
}

impl Control {
    fn of(sim: Arc<Sim>) -> Control {
        Control { sim }
    }

    /// Starts a process and gives it its world. The first of a name gets a new host with an empty disk and an address; later
    /// ones find what the one before them left. Panics if one of that name is running.
    pub fn process(&self, name: &str) -> World {
        let mut hosts = self.sim.hosts.lock();
        let number = match hosts.number(name) {
            Some(number) => number,
            None => {
                let mut core = self.sim.core.lock();
                let skew_ms_max = core.faults.clock_skew_max.as_millis() as u64;
                let skew_ms = core.chance.between(0, 2 * skew_ms_max) as i64 - skew_ms_max as i64;
                hosts.hosts.push(Host {
                    name: name.into(),
                    disk: Arc::new(disk::Medium::new()),
                    running: None,
                    skew_ms,
                });
                hosts.hosts.len() - 1
            }
        };
        let index = hosts.processes;
        hosts.processes += 1;
        let epoch_ms = hosts.epoch_ms;
        let host = &mut hosts.hosts[number];
        assert!(host.running.is_none(), "process {name} is running");
        let process =
            Arc::new(Process::new(self.sim.clone(), index, number as u32, host.name.clone(), epoch_ms + host.skew_ms));
        host.running = Some(process.clone());
        let disk = Disk::simulated(disk::Disk::new(host.disk.clone(), process.clone()));
        drop(hosts);
        self.sim.net.lock().host_up(number as u32);
        let domain = {
            let mut core = self.sim.core.lock();
            core.note("start", u64::from(index), 0, |text| std::fmt::Write::write_str(text, name));
            core.new_domain()
        };
        World::simulated(Machine::new(process, domain), disk)
    }

    /// Ends a process as `kill -9` does: its tasks are gone in the middle of what they did, its connections are closed, its
    /// files stay as written, synced or not. Nothing happens if it is not running.
    pub fn kill(&self, name: &str) {
        self.end(name, Fault::ProcessKilled);
    }

    /// Ends a process by cutting its host's power: its tasks are gone, its connections say nothing any more, and of what was not
    /// synced some may be left, some not, some torn. Nothing happens if it is not running.
    pub fn crash(&self, name: &str) {
        self.end(name, Fault::PowerCut);
    }

    /// As [`Control::kill`], but in the middle of things: in place of the `operations`-th operation from now (0 is the next one)
    /// that would change its disk. That one and all after it fail. Nothing happens if it is not running.
    pub fn kill_at(&self, name: &str, operations: u64) {
        self.end_at(name, operations, Fault::ProcessKilled);
    }

    /// As [`Control::crash`], but in the middle of things: see [`Control::kill_at`].
    pub fn crash_at(&self, name: &str, operations: u64) {
        self.end_at(name, operations, Fault::PowerCut);
    }

    fn end_at(&self, name: &str, operations: u64, how: Fault) {
        let hosts = self.sim.hosts.lock();
        if let Some(process) = hosts.number(name).and_then(|number| hosts.hosts[number].running.as_ref()) {
            *process.doom.lock() = Some((operations, how));
        }
    }

    fn end(&self, name: &str, how: Fault) {
        let (process, disk, number) = {
            let mut hosts = self.sim.hosts.lock();
            let Some(number) = hosts.number(name) else { return };
            let host = &mut hosts.hosts[number];
            let Some(process) = host.running.take() else { return };
            (process, host.disk.clone(), number as u32)
        };
        process.alive.store(false, Ordering::Relaxed);
        {
            let mut core = self.sim.core.lock();
            core.count(how);
            core.end_tasks_of(process.index);
        }
        if how == Fault::PowerCut {
            self.sim.host_lost(number, process.index);
            disk.lose_power(&mut self.sim.core.lock());
        } else {
            self.sim.process_ended(process.index);
        }
    }

    /// Whether a process of this name runs.
    pub fn is_running(&self, name: &str) -> bool {
        let hosts = self.sim.hosts.lock();
        hosts.number(name).is_some_and(|number| hosts.hosts[number].running.is_some())
    }

    /// Parts the hosts: nothing passes between one of `side` and one of the others, until [`Control::heal`]. What is on its way
    /// waits, as what TCP sends again and again; connections parted for long break.
    pub fn partition(&self, side: &[&str]) {
        let (side, count) = self.numbers(side);
        for &from in &side {
            for to in (0..count).filter(|to| !side.contains(to)) {
                self.sim.block(from, to);
                self.sim.block(to, from);
            }
        }
        self.sim.core.lock().count(Fault::Partition);
    }

    /// Lets nothing pass from one host to another; what comes the other way still arrives.
    pub fn block(&self, from: &str, to: &str) {
        self.sim.block(self.number(from), self.number(to));
        self.sim.core.lock().count(Fault::Partition);
    }

    /// Ends all partitions and slow links. What was held arrives within a second.
    pub fn heal(&self) {
        self.sim.heal();
    }

    /// Makes packets between two hosts, both ways, take this many times as long.
    pub fn slow(&self, one: &str, other: &str, factor: u32) {
        let (one, other) = (self.number(one), self.number(other));
        let mut net = self.sim.net.lock();
        net.slow(one, other, factor);
        net.slow(other, one, factor);
        drop(net);
        self.sim.core.lock().count(Fault::LinkSlowed);
    }

    /// Cuts every connection between two hosts: both ends see a reset.
    pub fn cut(&self, one: &str, other: &str) {
        self.sim.cut_between(self.number(one), self.number(other));
    }

    /// How much a host's disk holds, in bytes; full is an error to who writes.
    pub fn set_disk_capacity(&self, name: &str, bytes: u64) {
        self.set_volume_capacity(name, "", bytes);
    }

    /// From now on a volume of its own lies at `path` of a host's disk, with space of its own. To be said before there are files.
    pub fn mount(&self, name: &str, path: impl AsRef<Path>) {
        self.medium(name).mount(path.as_ref());
    }

    /// As [`Control::set_disk_capacity`], for the volume at `path`.
    pub fn set_volume_capacity(&self, name: &str, path: impl AsRef<Path>, bytes: u64) {
        self.medium(name).set_capacity(path.as_ref(), bytes);
    }

    /// Whether the volume at `path` fails from now on: every operation on it is an I/O error, and what was not synced, a sync after
    /// it has come back does not bring to the medium.
    pub fn set_volume_broken(&self, name: &str, path: impl AsRef<Path>, broken: bool) {
        self.medium(name).set_broken(path.as_ref(), broken);
    }

    /// A host's files, for looking and for meddling: works whether its process runs or not, and nothing fails.
    pub fn disk(&self, name: &str) -> Disk {
        let process = Process::outside(self.sim.clone());
        Disk::simulated(disk::Disk::new(self.medium(name), Arc::new(process)))
    }

    /// Lets one bit of a file rot, on the medium too.
    pub fn flip_bit(&self, name: &str, path: impl AsRef<Path>, byte: u64, bit: u8) -> std::io::Result<()> {
        self.medium(name).flip_bit(path.as_ref(), byte, bit)?;
        self.sim.core.lock().count(Fault::BitFlipped);
        Ok(())
    }

    /// Changes the plan from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.sim.core.lock().faults = faults;
    }

    /// How often each fault struck, all kinds named.
    pub fn faults(&self) -> Vec<(&'static str, u64)> {
        self.sim.core.lock().struck.report()
    }

    /// Time since the simulation began, for all processes.
    pub fn now(&self) -> Monotonic {
        Monotonic::from_nanos(self.sim.core.lock().now())
    }

    /// Waits, as the driver or as a task that belongs to no process.
    pub async fn sleep(&self, wait: Duration) {
        let at = self.now() + wait;
        self.sim.sleep_until(at.nanos()).await;
    }

    /// Starts a task that belongs to no process and so survives them all.
    pub fn spawn<F>(&self, name: &'static str, work: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let process = Arc::new(Process::outside(self.sim.clone()));
        let domain = self.sim.core.lock().new_domain();
        Machine::new(process, domain).spawn(name, work)
    }

    /// A fresh number from the simulation's chance: for a driver's own choices.
    pub fn draw(&self) -> u64 {
        self.sim.core.lock().chance.next()
    }

    /// What this simulation was made from.
    pub fn seed(&self) -> u64 {
        self.sim.seed
    }

    /// A hash over every event so far. The same seed and the same code give the same.
    pub fn trace_hash(&self) -> u64 {
        self.sim.core.lock().trace.hash()
    }

    /// How many events there were: steps, operations, packets, faults.
    pub fn events(&self) -> u64 {
        self.sim.core.lock().trace.events()
    }

    /// Keeps the last `lines_max` events as text: for [`Control::trace`], and on stderr when the run fails.
    pub fn keep_trace(&self, lines_max: usize) {
        self.sim.core.lock().trace.keep(lines_max);
    }

    /// The events kept.
    pub fn trace(&self) -> Vec<String> {
        self.sim.core.lock().trace.lines().cloned().collect()
    }

    /// Over this many steps a run panics. 200 million unless said.
    pub fn limit_steps(&self, steps: u64) {
        self.sim.core.lock().limit_steps = steps;
    }

    /// Past this point of simulated time a run panics. A day unless said.
    pub fn limit_time(&self, at: Duration) {
        self.sim.core.lock().limit_nanos = u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
    }

    fn number(&self, name: &str) -> u32 {
        let number = self.sim.hosts.lock().number(name);
        number.unwrap_or_else(|| panic!("there was never a process {name}")) as u32
    }

    fn numbers(&self, names: &[&str]) -> (Vec<u32>, u32) {
        let numbers = names.iter().map(|name| self.number(name)).collect();
        (numbers, self.sim.hosts.lock().hosts.len() as u32)
    }

    fn medium(&self, name: &str) -> Arc<disk::Medium> {
        let number = self.number(name);
        self.sim.hosts.lock().hosts[number as usize].disk.clone()
    }
}

impl Hosts {
    fn number(&self, name: &str) -> Option<usize> {
        self.hosts.iter().position(|host| &*host.name == name)
    }

    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.number(name).map(|number| number as u32)
    }
}

/// The address of a host on the simulated network.
pub(crate) fn host_address(host: u32) -> IpAddr {
    let [.., high, low] = (host + 1).to_be_bytes();
    Ipv4Addr::new(10, 0, high, low).into()
}

/// 2026-01-01 UTC: a wall clock that looks like one.
const EPOCH_MS: i64 = 1_767_225_600_000;

#[cfg(test)]
mod tests;
