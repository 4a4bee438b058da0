//! The only door to clock, disk, network, tasks, threads and chance.
//!
//! A [`World`] is handed to whoever needs the machine. It has two sides behind the same concrete types: the real one (tokio
//! and the operating system) and the simulated one ([`sim`]: one thread, virtual time, one seed). Users cannot tell which they
//! hold, carry no generics for it, and mock nothing. Above this crate only `tokio::sync` and tokio's I/O traits are used.
//!
//! Holds no knowledge of Kafka. `docs` of each method say where the sides differ.
// This crate is the door that clippy.toml sends everybody else to, so it alone calls what is banned there.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod disk;
mod net;
mod real;
pub mod sim;
mod task;
mod time;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

pub use disk::{DirEntry, DirName, Disk, File, FileLock, OpenOptions, Space};
pub use net::{ListenOptions, Listener, Net, ReadHalf, Stream, WriteHalf};
pub use task::{Task, TaskFailed};
pub use time::{Either, Elapsed, Monotonic, race};

/// A process's machine: its clock, its disk, its network, its tasks and its chance. Cloning is cheap.
#[derive(Clone)]
pub struct World {
    inner: Arc<Inner>,
}

struct Inner {
    side: Side,
    disk: Disk,
    net: Net,
}

enum Side {
    Real(real::Machine),
    Simulated(sim::Machine),
}

impl World {
    /// The real machine, with tasks on the tokio runtime this is called in. Panics outside of one.
    pub fn real() -> World {
        World::on(tokio::runtime::Handle::current())
    }

    /// The real machine, with tasks on the given runtime.
    pub fn on(runtime: tokio::runtime::Handle) -> World {
        World::of(real::Machine::new(runtime))
    }

    /// Builds the data plane's runtime, runs `main` on it to its end and takes the runtime down: what a binary's `main` calls.
    ///
    /// `threads` = 0 takes one worker per core, 1 does everything on the thread that called. What still runs in
    /// [`World::offload`] when `main` ends is waited for, half a minute at most.
    pub fn run<F, Fut>(threads: usize, main: F) -> io::Result<Fut::Output>
    where
        F: FnOnce(World) -> Fut,
        Fut: Future,
    {
        real::run(threads, main)
    }

    fn of(machine: real::Machine) -> World {
        World { inner: Arc::new(Inner { side: Side::Real(machine), disk: Disk::real(), net: Net::real() }) }
    }

    pub(crate) fn simulated(machine: sim::Machine, disk: Disk) -> World {
        let net = Net::simulated(machine.process.clone());
        World { inner: Arc::new(Inner { side: Side::Simulated(machine), disk, net }) }
    }

    /// Time since this process started. Never goes back, means nothing in another process or after a restart.
    pub fn now(&self) -> Monotonic {
        match &self.inner.side {
            Side::Real(machine) => machine.now(),
            Side::Simulated(machine) => machine.now(),
        }
    }

    /// The wall clock: milliseconds since 1970-01-01 UTC. May jump.
    pub fn wall_ms(&self) -> i64 {
        match &self.inner.side {
            Side::Real(machine) => machine.wall_ms(),
            Side::Simulated(machine) => machine.wall_ms(),
        }
    }

    /// Waits. The real clock ticks in milliseconds and rounds up.
    pub async fn sleep(&self, wait: Duration) {
        match &self.inner.side {
            Side::Real(_) => tokio::time::sleep(wait).await,
            Side::Simulated(machine) => machine.sleep(wait).await,
        }
    }

    /// Waits until [`World::now`] has reached `at`; returns at once if it has.
    pub async fn sleep_until(&self, at: Monotonic) {
        match &self.inner.side {
            Side::Real(machine) => tokio::time::sleep_until(machine.instant(at)).await,
            Side::Simulated(machine) => machine.sleep_until(at).await,
        }
    }

    /// Lets `work` run for at most `wait`; then drops it. Work that is ready at once wins over a wait of zero.
    pub async fn timeout<F: Future>(&self, wait: Duration, work: F) -> Result<F::Output, Elapsed> {
        match race(work, self.sleep(wait)).await {
            Either::Left(output) => Ok(output),
            Either::Right(()) => Err(Elapsed),
        }
    }

    /// Lets other ready tasks run first. Long work calls it every hundred microseconds or so.
    pub async fn yield_now(&self) {
        match &self.inner.side {
            Side::Real(_) => tokio::task::yield_now().await,
            Side::Simulated(_) => time::yield_once().await,
        }
    }

    /// Starts a task beside the caller. The name appears in failures and in the simulator's trace.
    pub fn spawn<F>(&self, name: &'static str, work: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        match &self.inner.side {
            Side::Real(machine) => machine.spawn(name, work),
            Side::Simulated(machine) => machine.spawn(name, work),
        }
    }

    /// Runs what may block (a sync, a cold read, recovery, compression of much) away from the network tasks, on a bounded pool.
    ///
    /// The work runs to its end even when the caller is dropped. A panic in it is the caller's.
    /// In the simulation it runs after a virtual delay, and a stall of the disk inside delays only this answer.
    pub async fn offload<T, F>(&self, work: F) -> T
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        match &self.inner.side {
            Side::Real(machine) => machine.offload(work).await,
            Side::Simulated(machine) => machine.offload(work).await,
        }
    }

    /// Runs `work` on a thread of its own with a single-threaded runtime of its own, so that neither a busy core nor a stalled
    /// disk of the data plane delays it. The `World` it receives spawns and offloads on that runtime and shares this one's clock.
    ///
    /// When `work` ends, the tasks it spawned there are dropped. In the simulation it is a task that only its own stalls freeze.
    pub fn control_plane<F, Fut>(&self, name: &'static str, work: F) -> io::Result<Task<Fut::Output>>
    where
        F: FnOnce(World) -> Fut + Send + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: Send + 'static,
    {
        match &self.inner.side {
            Side::Real(machine) => machine.control_plane(name, work),
            Side::Simulated(machine) => Ok(machine.control_plane(&self.inner.disk, name, work)),
        }
    }

    /// How long the threads that run tasks were busy since the start, together, and how many they are; `None` in the
    /// simulation, where work takes no time.
    pub fn busy(&self) -> Option<(Duration, usize)> {
        match &self.inner.side {
            Side::Real(machine) => Some(machine.busy()),
            Side::Simulated(_) => None,
        }
    }

    /// This machine's name, as others may know it; `localhost` where it has none.
    pub fn host_name(&self) -> String {
        match &self.inner.side {
            Side::Real(machine) => machine.host_name(),
            Side::Simulated(machine) => machine.process.name.to_string(),
        }
    }

    /// A fresh seed for a generator, unpredictable on the real machine: the one source of chance.
    pub fn seed(&self) -> u64 {
        match &self.inner.side {
            Side::Real(machine) => machine.seed(),
            Side::Simulated(machine) => machine.seed(),
        }
    }

    /// The bits of a random (version 4) UUID.
    pub fn uuid_bits(&self) -> [u8; 16] {
        let mut bits = [0; 16];
        bits[..8].copy_from_slice(&self.seed().to_be_bytes());
        bits[8..].copy_from_slice(&self.seed().to_be_bytes());
        bits[6] = (bits[6] & 0x0f) | 0x40;
        bits[8] = (bits[8] & 0x3f) | 0x80;
        bits
    }

    /// The files this process sees.
    pub fn disk(&self) -> &Disk {
        &self.inner.disk
    }

    /// The network this process is on.
    pub fn net(&self) -> &Net {
        &self.inner.net
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.inner.side {
            Side::Real(_) => f.write_str("World(real)"),
            Side::Simulated(machine) => write!(f, "World({:?})", machine.process),
        }
    }
}

#[cfg(test)]
mod tests;
