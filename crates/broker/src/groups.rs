//! The group coordinator's rooms: one shard per led partition of `__consumer_offsets`, its log, its timer, its askers.
//!
//! What is decided is `kampa_coordinators`' business; here decisions become records in the log, records are replayed at
//! append in log order, and answers leave when everything appended so far is committed. Loading after a start is the
//! same replay over the whole log.
//!
//! Invariant: a shard's durable state is what its log says.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;
use kampa_coordinators::groups::encode_record;
use kampa_coordinators::{DeletedTopic, Effects, GroupAnswer, GroupSettings, GroupShard, Now, ReplyTo, partition_for};
use kampa_formats::batch::{BatchBuilder, BatchOptions, NewRecord};
use kampa_protocol::ErrorCode;
use kampa_replication::{Origin, Partition};
use kampa_world::World;
use parking_lot::{Mutex, RwLock};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use tokio::sync::oneshot;

mod load;
mod timer;

use timer::Timer;

/// All rooms of this node. Cloning shares them.
#[derive(Clone)]
pub struct Groups {
    inner: Arc<Inner>,
}

struct Inner {
    world: World,
    settings: GroupSettings,
    rooms: RwLock<BTreeMap<i32, Arc<Room>>>,
    /// How many partitions the offsets topic has, open here or not; unset until one is. Growing the topic would move groups away
    /// from their logs, so the first count stays until the node starts anew, as in Kafka.
    partitions: OnceLock<i32>,
    timer: Timer,
}

/// One shard and what belongs to it.
struct Room {
    index: i32,
    partition: Partition,
    state: Mutex<State>,
}

struct State {
    shard: GroupShard,
    /// Its log is still being replayed.
    loading: bool,
    waiting: HashMap<ReplyTo, oneshot::Sender<GroupAnswer>, FixedState>,
    next_reply: u64,
    chance: SmallRng,
}

/// Records in one batch of the offsets partition, in bytes, if they may be split (`offsets.load.buffer.size` is as large).
const BATCH_BYTES_MAX: usize = 1024 * 1024;

impl Groups {
    /// No rooms yet; they come with the partitions this node leads. Timers run until the node stops.
    pub fn new(world: &World, settings: GroupSettings) -> Groups {
        let inner = Inner {
            world: world.clone(),
            settings,
            rooms: RwLock::default(),
            partitions: OnceLock::new(),
            timer: Timer::default(),
        };
        let groups = Groups { inner: Arc::new(inner) };
        let timed = groups.clone();
        world.spawn("group timers", async move { timed.run_timers().await });
        groups
    }

    /// Opens the room of a partition of `__consumer_offsets`, which has `partitions` in all, and loads it in the background.
    pub fn open(&self, partition: Partition, partitions: i32) {
        let index = partition.id().index;
        self.inner.partitions.get_or_init(|| partitions);
        let state = State {
            shard: GroupShard::new(self.inner.settings.clone()),
            loading: true,
            waiting: HashMap::default(),
            next_reply: 0,
            chance: SmallRng::seed_from_u64(self.inner.world.seed()),
        };
        let room = Arc::new(Room { index, partition, state: Mutex::new(state) });
        self.inner.rooms.write().insert(index, room.clone());
        if room.is_empty_log() {
            // Nothing to load: the first group of a fresh node is not made to wait.
            self.loaded(&room);
            return;
        }
        let groups = self.clone();
        self.inner.world.spawn("load groups", async move {
            match load::replay(&room).await {
                Ok(()) => groups.loaded(&room),
                // The room stays closed: clients are told to look elsewhere instead of being told something wrong.
                Err(e) => tracing::error!(partition = room.index, error = %e, "load groups"),
            }
        });
    }

    /// Closes every room: who waits is answered.
    pub fn close(&self) {
        let rooms = std::mem::take(&mut *self.inner.rooms.write());
        rooms.into_values().for_each(|room| self.close_room(&room));
    }

    /// Closes the room of a partition of `__consumer_offsets` that this node leads no more.
    pub fn close_one(&self, index: i32) {
        let room = self.inner.rooms.write().remove(&index);
        room.into_iter().for_each(|room| self.close_room(&room));
    }

    fn close_room(&self, room: &Arc<Room>) {
        let mut state = room.state.lock();
        let effects = state.shard.on_unloaded(self.now());
        self.carry_out(room, &mut state, effects);
    }

    /// Which partition of `__consumer_offsets` a group belongs to, of as many as there are.
    pub fn partition_of(group_id: &str, partitions: i32) -> i32 {
        partition_for(group_id, partitions)
    }

    /// Asks the shard of a group and waits for the answer, however long the decision lets it wait.
    ///
    /// NOT_COORDINATOR if another node coordinates the group or nobody does yet, COORDINATOR_LOAD_IN_PROGRESS while its log
    /// is replayed.
    pub async fn ask<F>(&self, group_id: &str, question: F) -> Result<GroupAnswer, ErrorCode>
    where
        F: FnOnce(&mut GroupShard, ReplyTo, Now, &mut SmallRng) -> Effects,
    {
        let answered = {
            let room = self.room(group_id)?;
            let mut state = room.state.lock();
            let state = state.ready()?;
            let reply_to = ReplyTo(state.next_reply);
            state.next_reply += 1;
            let (sender, answered) = oneshot::channel();
            state.waiting.insert(reply_to, sender);
            let effects = question(&mut state.shard, reply_to, self.now(), &mut state.chance);
            self.carry_out(&room, state, effects);
            answered
        };
        answered.await.map_err(|_| ErrorCode::NOT_COORDINATOR)
    }

    /// Looks at the shard of a group; what was seen is given out when it is committed.
    pub async fn read<T>(&self, group_id: &str, look: impl FnOnce(&GroupShard, Now) -> T) -> Result<T, ErrorCode> {
        let room = self.room(group_id)?;
        let (seen, end) = {
            let mut state = room.state.lock();
            let state = state.ready()?;
            (look(&state.shard, self.now()), room.partition.watermarks().log_end)
        };
        if room.partition.committed(end).await { Ok(seen) } else { Err(ErrorCode::NOT_COORDINATOR) }
    }

    /// Looks at every shard that is loaded. COORDINATOR_LOAD_IN_PROGRESS if one is not.
    pub fn read_all(&self, mut look: impl FnMut(&GroupShard)) -> Result<(), ErrorCode> {
        for room in self.inner.rooms.read().values() {
            look(&room.state.lock().ready()?.shard);
        }
        Ok(())
    }

    /// Drops the committed offsets of topics that are gone.
    pub fn topics_deleted(&self, topics: &[DeletedTopic]) {
        let rooms: Vec<_> = self.inner.rooms.read().values().cloned().collect();
        for room in rooms {
            let mut state = room.state.lock();
            let Ok(state) = state.ready() else { continue };
            let effects = state.shard.on_topics_deleted(topics);
            self.carry_out(&room, state, effects);
        }
    }

    /// Looks at every shard, and whether it is loaded: what is seen may not be committed yet.
    pub fn glance(&self, mut look: impl FnMut(&GroupShard, bool)) {
        let rooms: Vec<_> = self.inner.rooms.read().values().cloned().collect();
        for room in rooms {
            let state = room.state.lock();
            look(&state.shard, !state.loading);
        }
    }

    fn room(&self, group_id: &str) -> Result<Arc<Room>, ErrorCode> {
        let partitions = self.inner.partitions.get().ok_or(ErrorCode::NOT_COORDINATOR)?;
        let room = self.inner.rooms.read().get(&partition_for(group_id, *partitions)).cloned();
        room.ok_or(ErrorCode::NOT_COORDINATOR)
    }

    fn now(&self) -> Now {
        let monotonic_ms = i64::try_from(self.inner.world.now().millis()).unwrap_or(i64::MAX);
        Now { monotonic_ms, wall_ms: self.inner.world.wall_ms() }
    }

    fn loaded(&self, room: &Arc<Room>) {
        let mut state = room.state.lock();
        state.loading = false;
        let effects = state.shard.on_loaded(self.now());
        self.carry_out(room, &mut state, effects);
    }

    async fn run_timers(&self) {
        loop {
            let due = self.inner.timer.due(&self.inner.world).await;
            let Some(room) = self.inner.rooms.read().get(&due).cloned() else { continue };
            let mut state = room.state.lock();
            let effects = state.shard.on_time(self.now());
            self.carry_out(&room, &mut state, effects);
        }
    }

    /// Writes and replays what was decided, sets the timer, and lets the answers go when they may.
    fn carry_out(&self, room: &Arc<Room>, state: &mut State, mut effects: Effects) {
        if !effects.records.is_empty() {
            match room.append(&effects, self.now().wall_ms) {
                Ok(()) => effects.records.drain(..).for_each(|record| state.shard.replay(&record)),
                Err(error) => effects = state.shard.on_append_failed(effects, error, self.now()),
            }
        }
        self.inner.timer.set(room.index, effects.wake_at_ms);
        let answers: Vec<_> = effects
            .answers
            .into_iter()
            .filter_map(|(reply_to, answer)| Some((state.waiting.remove(&reply_to)?, answer)))
            .collect();
        if answers.is_empty() {
            return;
        }
        let watermarks = room.partition.watermarks();
        if watermarks.high_watermark >= watermarks.log_end {
            return send(answers);
        }
        let partition = room.partition.clone();
        self.inner.world.spawn("group answers", async move {
            // Without an answer, who asked is told to look for the coordinator again.
            if partition.committed(watermarks.log_end).await {
                send(answers);
            }
        });
    }
}

/// Who asked may have gone; what was decided stands.
fn send(answers: Vec<(oneshot::Sender<GroupAnswer>, GroupAnswer)>) {
    for (asker, answer) in answers {
        let _ = asker.send(answer);
    }
}

impl State {
    fn ready(&mut self) -> Result<&mut State, ErrorCode> {
        if self.loading { Err(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS) } else { Ok(self) }
    }
}

impl Room {
    fn is_empty_log(&self) -> bool {
        let watermarks = self.partition.watermarks();
        watermarks.log_start == watermarks.log_end
    }

    fn append(&self, effects: &Effects, now_ms: i64) -> Result<(), ErrorCode> {
        let mut batch = new_batch();
        for record in &effects.records {
            let (key, value) = encode_record(record).map_err(|e| {
                tracing::error!(error = %e, "encode group record");
                ErrorCode::UNKNOWN_SERVER_ERROR
            })?;
            let new = NewRecord { timestamp: now_ms, key: Some(&key), value: value.as_deref(), headers: &[] };
            if !effects.atomic && !batch.is_empty() && batch.size_bytes_with(&new) > BATCH_BYTES_MAX {
                self.write(std::mem::replace(&mut batch, new_batch()), now_ms)?;
            }
            batch.append(new);
        }
        self.write(batch, now_ms)
    }

    fn write(&self, batch: BatchBuilder, now_ms: i64) -> Result<(), ErrorCode> {
        let appended = self.partition.append_as_leader(batch.build(0).into(), Origin::Coordinator, now_ms);
        appended.map(|_| ()).map_err(|e| e.code())
    }
}

/// Kafka's coordinator numbers its batches from 0, though they have no producer.
fn new_batch() -> BatchBuilder {
    BatchBuilder::new(BatchOptions { base_sequence: 0, ..BatchOptions::default() })
}
