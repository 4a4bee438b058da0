//! Who a producer is to the brokers: an id and an epoch. Raising the epoch begins a partition's numbers anew.

/// An id and its epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProducerId {
    pub id: i64,
    pub epoch: i16,
}

/// The producer's id, if it has one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    current: Option<ProducerId>,
}

impl Session {
    /// The id to number with, if there is one.
    pub fn current(&self) -> Option<ProducerId> {
        self.current
    }

    /// A broker gave this one.
    pub fn begin(&mut self, producer: ProducerId) {
        self.current = Some(producer);
    }

    /// Numbers given under `used` are spent: there must be a later epoch, or another id. A partition whose numbers are fine
    /// keeps its epoch, for brokers know epochs by partition.
    pub fn bump(&mut self, used: Option<ProducerId>) {
        if let Some(current) = self.current.filter(|current| Some(*current) == used) {
            let epoch = current.epoch.checked_add(1);
            // The epochs of this id are used up: without an id, one is asked for.
            self.current = epoch.map(|epoch| ProducerId { epoch, ..current });
        }
    }
}
