//! When which room wants to be woken: one timer for all of them, and no work while nothing is due.

use std::collections::{BTreeMap, BTreeSet};

use kampa_world::{Monotonic, World, race};
use parking_lot::Mutex;
use tokio::sync::Notify;

#[derive(Default)]
pub struct Timer {
    wanted: Mutex<Wanted>,
    earlier: Notify,
}

#[derive(Default)]
struct Wanted {
    order: BTreeSet<(i64, i32)>,
    by_room: BTreeMap<i32, i64>,
}

impl Timer {
    /// When room `index` wants to be woken, in milliseconds of the monotonic clock; `None` for never. Replaces what was
    /// set before.
    pub fn set(&self, index: i32, wake_at_ms: Option<i64>) {
        let mut wanted = self.wanted.lock();
        if wanted.by_room.get(&index).copied() == wake_at_ms {
            return;
        }
        let next_before = wanted.order.first().copied();
        if let Some(before) = wanted.by_room.remove(&index) {
            wanted.order.remove(&(before, index));
        }
        if let Some(at) = wake_at_ms {
            wanted.by_room.insert(index, at);
            wanted.order.insert((at, index));
            if next_before.is_none_or(|(next, _)| at < next) {
                self.earlier.notify_one();
            }
        }
    }

    /// Waits until a room is due and takes its wish off the list.
    pub async fn due(&self, world: &World) -> i32 {
        loop {
            let next = {
                let mut wanted = self.wanted.lock();
                let now_ms = i64::try_from(world.now().millis()).unwrap_or(i64::MAX);
                match wanted.order.first().copied() {
                    Some((at, index)) if at <= now_ms => {
                        wanted.order.pop_first();
                        wanted.by_room.remove(&index);
                        return index;
                    }
                    next => next,
                }
            };
            match next {
                None => self.earlier.notified().await,
                Some((at, _)) => {
                    let at = Monotonic::from_millis(u64::try_from(at).unwrap_or(0));
                    race(self.earlier.notified(), world.sleep_until(at)).await;
                }
            }
        }
    }
}
