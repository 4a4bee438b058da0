//! UnregisterBroker and UnregisterController: nodes that will not come back are forgotten.
//!
//! As in Kafka, a broker that runs may be unregistered, too, this one included: its partitions lose their leader, and it is back
//! in service when it starts anew.

use kampa_protocol::ErrorCode;
use kampa_protocol::records::metadata::{MetadataRecord, UnregisterBrokerRecord, UnregisterControllerRecord};

use crate::partition_change::{Election, Proposal};
use crate::{Controller, Decision, Refusal};

impl Controller {
    /// Forgets a broker, after its leaderships and its places in ISRs. BROKER_ID_NOT_REGISTERED if there is none.
    pub fn unregister_broker(&self, id: i32) -> Decision<Result<(), Refusal>> {
        let Some(broker) = self.image().brokers.get(&id) else {
            let sentence = format!("Broker ID {id} is not currently registered");
            return Decision::only(Err(Refusal::new(ErrorCode::BROKER_ID_NOT_REGISTERED, sentence)));
        };
        let mut records: Vec<MetadataRecord> = Vec::new();
        for topic in self.image().topics.iter() {
            let unclean = self.elects_uncleanly(&topic.name);
            for (index, partition) in topic.partitions.iter().filter(|(_, partition)| partition.isr.contains(&id)) {
                let mut proposal = Proposal::of(self, &topic.name, partition);
                proposal.leaving = Some(id);
                proposal.isr.retain(|replica| *replica != id);
                proposal.election = if unclean { Election::Unclean } else { Election::Online };
                records.extend(proposal.into_record(topic.id, *index).map(MetadataRecord::from));
            }
        }
        let gone = UnregisterBrokerRecord { broker_id: id, broker_epoch: broker.epoch, ..Default::default() };
        records.push(gone.into());
        self.decided(records, Ok(()))
    }

    /// Forgets a controller. INVALID_REQUEST for the active one, which is this node, CONTROLLER_ID_NOT_REGISTERED if there is none,
    /// UNSUPPORTED_VERSION before metadata.version 4.4-IV2.
    pub fn unregister_controller(&self, id: i32) -> Decision<Result<(), Refusal>> {
        let refusal = |code, sentence: String| Decision::only(Err(Refusal::new(code, sentence)));
        if id == self.node_id {
            let sentence = "Controller cannot unregister itself while it is active.";
            return refusal(ErrorCode::INVALID_REQUEST, sentence.to_owned());
        }
        if self.image().features.metadata_version() < CONTROLLER_UNREGISTRATION {
            let sentence = "The current MetadataVersion is too old to support controller unregistration.";
            return refusal(ErrorCode::UNSUPPORTED_VERSION, sentence.to_owned());
        }
        if !self.image().controllers.contains_key(&id) {
            let sentence = format!("Controller ID {id} is not currently registered.");
            return refusal(ErrorCode::CONTROLLER_ID_NOT_REGISTERED, sentence);
        }
        let gone = UnregisterControllerRecord { controller_id: id, ..Default::default() };
        self.decided(vec![gone.into()], Ok(()))
    }
}

/// metadata.version 4.4-IV2: controllers can be unregistered.
const CONTROLLER_UNREGISTRATION: i16 = 33;
