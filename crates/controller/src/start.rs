//! The first and the last decision of a node that is a cluster of one.

use kampa_metadata::{Broker, ControllerNode, SupportedFeature, feature};
use kampa_protocol::records::metadata::{
    AbortTransactionRecord, BeginTransactionRecord, EndTransactionRecord, MetadataRecord,
};

use crate::{Controller, Decision};

/// What a node says of itself when it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeStart {
    /// As a controller.
    pub controller: ControllerNode,
    /// As a broker; its epoch and state are decided here.
    pub broker: Broker,
    /// The broker epoch under which it stopped cleanly, as `.kafka_cleanshutdown` says; `None` if it did not.
    pub clean_epoch: Option<i64>,
}

impl Controller {
    /// Decides all that a starting node needs, to be written at once: what every new cluster begins with, if this one is new; the
    /// node's registrations; and leaders. The answer is the broker's epoch.
    pub fn start(&self, node: &NodeStart) -> Decision<i64> {
        let mut next = Replaying { controller: self.clone(), records: Vec::new() };
        next.take(Controller::end_open_transaction);
        next.take(Controller::bootstrap);
        next.take(|controller| controller.register_controller(&node.controller));
        let id = node.broker.id;
        next.take(|controller| {
            let known = controller.image().brokers.get(&id);
            let stopped_cleanly = known.is_some_and(|known| Some(known.epoch) == node.clean_epoch);
            controller.register_broker(&node.broker, stopped_cleanly)
        });
        next.take(|controller| controller.leave_missing_directories(id));
        let registered = next.controller.image().brokers.get(&id).cloned().unwrap_or_default();
        next.take(|controller| controller.unfence_broker(&registered));
        Decision { records: next.records, answer: registered.epoch }
    }

    /// Decides all that a stopping node leaves behind.
    pub fn stop(&self, broker_id: i32) -> Decision<()> {
        let records = self.image().brokers.get(&broker_id).map(|broker| self.retire_broker(broker));
        self.decided(records.unwrap_or_default(), ())
    }

    /// A transaction that a leader before us left open will never end.
    fn end_open_transaction(&self) -> Vec<MetadataRecord> {
        if !self.image.in_transaction() {
            return Vec::new();
        }
        let reason = Some("the leader that began it is gone".into());
        vec![AbortTransactionRecord { reason, ..Default::default() }.into()]
    }

    /// What every cluster begins with, in a metadata transaction: levels of features, and, under eligible leader replicas (KIP-966), the
    /// cluster-wide `min.insync.replicas` they are reckoned by. Nothing if the log has begun.
    fn bootstrap(&self) -> Vec<MetadataRecord> {
        let has_begun = self.image().configs.of_all_brokers().is_some() || !self.image().brokers.is_empty();
        if has_begun || !self.image().controllers.is_empty() {
            return Vec::new();
        }
        let begin = BeginTransactionRecord { name: Some("Bootstrap records".into()), ..Default::default() };
        let mut records = vec![begin.into()];
        // A formatted directory says what to begin with; it may hold users' credentials as well.
        let formatted: Vec<MetadataRecord> = self.image().to_records().collect();
        let levels = if formatted.is_empty() { SupportedFeature::new_cluster() } else { formatted };
        records.extend(levels);
        if self.begins_with_elr(&records) {
            records.push(self.min_isr_record());
        }
        records.push(EndTransactionRecord::default().into());
        records
    }

    fn begins_with_elr(&self, records: &[MetadataRecord]) -> bool {
        let is_level = |record: &MetadataRecord| {
            matches!(record, MetadataRecord::FeatureLevel(level)
                if level.name == feature::ELIGIBLE_LEADER_REPLICAS_VERSION && level.feature_level > 0)
        };
        records.iter().any(is_level)
    }
}

/// Decisions that build on each other, replayed on a copy.
struct Replaying {
    controller: Controller,
    records: Vec<MetadataRecord>,
}

impl Replaying {
    fn take(&mut self, decide: impl FnOnce(&Controller) -> Vec<MetadataRecord>) {
        let Decision { records: decided, answer: () } = self.controller.decided(decide(&self.controller), ());
        decided.iter().for_each(|record| self.controller.replay(record));
        self.records.extend(decided);
    }
}
