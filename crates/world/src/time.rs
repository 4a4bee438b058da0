//! Points in time and what is built from waiting: racing and timing out. The clocks themselves are on each side.

use std::future::{Future, poll_fn};
use std::ops::{Add, AddAssign, Sub};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// Nanoseconds since the process's [`World`](crate::World) was made. Enough for 584 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Monotonic(u64);

impl Monotonic {
    /// The moment the world was made.
    pub const ZERO: Monotonic = Monotonic(0);
    /// Later than anything: "never".
    pub const MAX: Monotonic = Monotonic(u64::MAX);

    /// The point `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Monotonic {
        Monotonic(nanos)
    }

    /// The point `millis` milliseconds after the start.
    pub const fn from_millis(millis: u64) -> Monotonic {
        Monotonic(millis.saturating_mul(1_000_000))
    }

    /// Nanoseconds since the start.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Whole milliseconds since the start: the unit in which floor 2 counts.
    pub const fn millis(self) -> u64 {
        self.0 / 1_000_000
    }

    /// How long after `earlier` this is; zero if it is not after.
    pub const fn since(self, earlier: Monotonic) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Monotonic {
    type Output = Monotonic;

    /// Saturates at [`Monotonic::MAX`], so that a wait of `Duration::MAX` is "never".
    fn add(self, wait: Duration) -> Monotonic {
        Monotonic(self.0.saturating_add(u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl AddAssign<Duration> for Monotonic {
    fn add_assign(&mut self, wait: Duration) {
        *self = *self + wait;
    }
}

impl Sub for Monotonic {
    type Output = Duration;

    /// Zero if `earlier` is not earlier.
    fn sub(self, earlier: Monotonic) -> Duration {
        self.since(earlier)
    }
}

/// Which of two futures came first, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first one given.
    Left(A),
    /// The second one given.
    Right(B),
}

/// Waits for whichever is ready first and drops the other. Polls in the order written, so the outcome is the same every time;
/// nest it for more than two. What must not be lost when it loses (a half-read frame) is passed as `&mut future`.
pub async fn race<A: Future, B: Future>(a: A, b: B) -> Either<A::Output, B::Output> {
    let mut a = pin!(a);
    let mut b = pin!(b);
    poll_fn(|context| {
        if let Poll::Ready(output) = a.as_mut().poll(context) {
            return Poll::Ready(Either::Left(output));
        }
        b.as_mut().poll(context).map(Either::Right)
    })
    .await
}

/// Gives the executor one chance to choose another task.
pub(crate) async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The time given to [`World::timeout`](crate::World::timeout) passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl std::fmt::Display for Elapsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("timed out")
    }
}

impl std::error::Error for Elapsed {}

impl From<Elapsed> for std::io::Error {
    fn from(_: Elapsed) -> Self {
        std::io::ErrorKind::TimedOut.into()
    }
}
