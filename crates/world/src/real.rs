//! The real side: tokio's runtimes, the operating system's clocks and its chance. Files are in `disk`, sockets in `net`.

pub(crate) mod disk;
pub(crate) mod net;

use std::future::Future;
use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::runtime::{Builder, Handle};
use tokio::sync::{Notify, oneshot};

use crate::task::panic_message;
use crate::{Either, Monotonic, Task, TaskFailed, World, race};

/// Threads of one runtime that may block at the same time. A disk with one queue gains nothing from more, and each may hold
/// a buffer; more work waits in line.
const OFFLOAD_THREADS_MAX: usize = 16;

/// An idle blocking thread stays this long: through a burst, not through the night.
const OFFLOAD_IDLE: Duration = Duration::from_secs(2);

/// What blocks at the end of a process (a sync) gets this long.
pub(crate) const SHUTDOWN_WAIT: Duration = Duration::from_secs(30);

/// Clock, tasks and chance of one real process, seen from one of its runtimes.
pub(crate) struct Machine {
    runtime: Handle,
    start: Instant,
}

impl Machine {
    pub(crate) fn new(runtime: Handle) -> Machine {
        Machine { runtime, start: Instant::now() }
    }

    pub(crate) fn now(&self) -> Monotonic {
        Monotonic::from_nanos(u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    /// A point of our clock on tokio's. Points too far to say are a century away.
    pub(crate) fn instant(&self, at: Monotonic) -> tokio::time::Instant {
        const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
        (self.start + Duration::from_nanos(at.nanos()).min(CENTURY)).into()
    }

    pub(crate) fn wall_ms(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_millis() as i64,
            Err(before) => -(before.duration().as_millis() as i64),
        }
    }

    pub(crate) fn busy(&self) -> (Duration, usize) {
        let metrics = self.runtime.metrics();
        let workers = metrics.num_workers();
        ((0..workers).map(|worker| metrics.worker_total_busy_duration(worker)).sum(), workers)
    }

    pub(crate) fn host_name(&self) -> String {
        let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
        if name.is_empty() { "localhost".to_owned() } else { name }
    }

    pub(crate) fn seed(&self) -> u64 {
        let mut bytes = [0; 8];
        let mut filled = 0;
        while filled < bytes.len() {
            match rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty()) {
                Ok(count) => filled += count,
                Err(rustix::io::Errno::INTR) => {}
                // Identifiers that are not unique destroy data; a machine without chance cannot run us.
                Err(error) => panic!("the operating system gives no random bytes: {error}"),
            }
        }
        u64::from_ne_bytes(bytes)
    }

    pub(crate) fn spawn<F>(&self, name: &'static str, work: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        Task::tokio(name, self.runtime.spawn(work))
    }

    pub(crate) async fn offload<T, F>(&self, work: F) -> T
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        match self.runtime.spawn_blocking(work).await {
            Ok(output) => output,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime is going down and has not started the work: whoever waits goes down with it.
            Err(_) => std::future::pending().await,
        }
    }

    pub(crate) fn control_plane<F, Fut>(&self, name: &'static str, work: F) -> io::Result<Task<Fut::Output>>
    where
        F: FnOnce(World) -> Fut + Send + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: Send + 'static,
    {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(OFFLOAD_THREADS_MAX)
            .thread_keep_alive(OFFLOAD_IDLE)
            .thread_name(name)
            .build()?;
        let start = self.start;
        let (answer, output) = oneshot::channel();
        let stop = Arc::new(Notify::new());
        let stopped = stop.clone();
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let world = World::of(Machine { runtime: runtime.handle().clone(), start });
            let run = AssertUnwindSafe(|| runtime.block_on(race(stopped.notified(), async move { work(world).await })));
            let ended = match std::panic::catch_unwind(run) {
                Ok(Either::Right(output)) => Ok(output),
                Ok(Either::Left(())) => Err(TaskFailed::Aborted { task: name }),
                Err(panic) => Err(TaskFailed::Panicked { task: name, message: panic_message(&*panic) }),
            };
            runtime.shutdown_timeout(SHUTDOWN_WAIT);
            // Nobody may be waiting, and then nobody wants the answer.
            let _ = answer.send(ended);
        })?;
        Ok(Task::thread(name, output, stop))
    }
}

pub(crate) fn run<F, Fut>(threads: usize, main: F) -> io::Result<Fut::Output>
where
    F: FnOnce(World) -> Fut,
    Fut: Future,
{
    let mut builder = match threads {
        // Nobody has to be woken on another thread.
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    if threads > 1 {
        builder.worker_threads(threads);
    }
    let runtime = builder
        .enable_all()
        .max_blocking_threads(OFFLOAD_THREADS_MAX)
        .thread_keep_alive(OFFLOAD_IDLE)
        .thread_name("kampa")
        .build()?;
    let world = World::on(runtime.handle().clone());
    let output = runtime.block_on(async move { main(world).await });
    runtime.shutdown_timeout(SHUTDOWN_WAIT);
    Ok(output)
}
