//! Settings that many partitions have in common, kept once.
//!
//! Most topics say nothing of their own; with ten thousand of them, a copy for each would be most of what they cost.

use std::sync::{Arc, Weak};

use kampa_configs::BrokerConfig;
use kampa_replication::PartitionConfig;
use parking_lot::Mutex;

/// The settings in use, as far as they are shared.
#[derive(Default)]
pub struct SharedSettings {
    known: Mutex<Vec<Weak<PartitionConfig>>>,
    /// What topics have that say nothing of their own, and the broker's settings that it was made of.
    of_broker: Mutex<Option<(Arc<BrokerConfig>, Arc<PartitionConfig>)>>,
}

/// Different settings that are looked through: more than a cluster has kinds of topics; with more, some are kept twice.
const KNOWN_MAX: usize = 64;

impl SharedSettings {
    /// These settings: those that somebody has already, if they are the same.
    pub fn share(&self, config: PartitionConfig) -> Arc<PartitionConfig> {
        let mut known = self.known.lock();
        if let Some(same) = known.iter().filter_map(Weak::upgrade).find(|it| **it == config) {
            return same;
        }
        known.retain(|it| it.strong_count() > 0);
        if known.len() == KNOWN_MAX {
            known.remove(0);
        }
        let config = Arc::new(config);
        known.push(Arc::downgrade(&config));
        config
    }

    /// What follows from the broker's settings alone: made once for as long as they stay.
    pub fn of_broker(
        &self,
        broker: &Arc<BrokerConfig>,
        make: impl FnOnce() -> PartitionConfig,
    ) -> Arc<PartitionConfig> {
        let mut of_broker = self.of_broker.lock();
        match &*of_broker {
            Some((made_of, config)) if Arc::ptr_eq(made_of, broker) => config.clone(),
            _ => {
                let config = self.share(make());
                *of_broker = Some((broker.clone(), config.clone()));
                config
            }
        }
    }
}

#[cfg(test)]
mod tests;
