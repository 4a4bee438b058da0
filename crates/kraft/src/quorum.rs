//! What the quorum tells itself in control records: who leads, who votes, where a snapshot begins and ends (KIP-595, KIP-853).
//!
//! Under `kraft.version` 1 the voters stand in the log. Under 0 they are configured and stand in `quorum-state`: logs of older
//! clusters, and of those with `controller.quorum.voters`, which stay as they are.

use std::io;

use bytes::Bytes;
use kampa_formats::batch::control::{ControlRecord, ControlType};
use kampa_formats::quorum_state::QuorumState;
use kampa_protocol::records::control::{
    KRaftVersionRecord, LeaderChangeMessage, SnapshotFooterRecord, SnapshotHeaderRecord, VotersRecord,
    leader_change_message, voters_record,
};
use kampa_protocol::{Message, Text, Uuid, wire};

use crate::batches::invalid;

/// One voter (KIP-853).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voter {
    /// `node.id`.
    pub node_id: i32,
    /// The id of the directory the metadata log lies in.
    pub directory_id: Uuid,
    /// Where its controller listens: listener name, host, port.
    pub endpoints: Vec<(Text, Text, u16)>,
}

/// Who votes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quorum {
    /// 1 when the voters stand in the log, 0 when they are configured.
    pub kraft_version: i16,
    /// As the log says; under `kraft_version` 0, this node.
    pub voters: Vec<Voter>,
}

impl Quorum {
    /// What a new cluster begins with: this node alone, in the log.
    pub(crate) fn of_one(voter: Voter) -> Quorum {
        Quorum { kraft_version: KRAFT_VERSION, voters: vec![voter] }
    }

    /// A quorum that its log says nothing of: this node alone, by its settings.
    pub(crate) fn as_configured(voter: Voter) -> Quorum {
        Quorum { kraft_version: 0, voters: vec![voter] }
    }

    /// Takes in what a control record says.
    pub(crate) fn apply(&mut self, record: &ControlRecord) -> io::Result<()> {
        match record.kind {
            ControlType::KraftVersion => {
                self.kraft_version = decode::<KRaftVersionRecord>(record)?.kraft_version;
            }
            ControlType::KraftVoters => {
                self.voters = decode::<VotersRecord>(record)?.voters.into_iter().map(Voter::from).collect();
            }
            _ => {}
        }
        Ok(())
    }

    /// The election's outcome as the file has it.
    pub(crate) fn elected(&self, leader_id: i32, leader_epoch: i32) -> QuorumState {
        let voters = || self.voters.iter().map(|voter| voter.node_id).collect();
        QuorumState {
            leader_id,
            leader_epoch,
            voted_id: -1,
            voted_directory_id: Uuid::ZERO,
            current_voters: (self.kraft_version == 0).then(voters),
        }
    }

    /// What stands in the log of the quorum, if it does.
    pub(crate) fn records(&self) -> io::Result<Vec<(ControlType, Bytes)>> {
        if self.kraft_version == 0 {
            return Ok(Vec::new());
        }
        let version = KRaftVersionRecord { kraft_version: self.kraft_version, ..Default::default() };
        let mut records = vec![(ControlType::KraftVersion, encode(&version)?)];
        // Nobody is said to vote where that is to be found out from others.
        if !self.voters.is_empty() {
            records.push(self.voters_record()?);
        }
        Ok(records)
    }

    /// Who votes, as a record.
    pub(crate) fn voters_record(&self) -> io::Result<(ControlType, Bytes)> {
        let voters = VotersRecord { voters: self.voters.iter().map(told).collect(), ..Default::default() };
        Ok((ControlType::KraftVoters, encode(&voters)?))
    }
}

/// A node leads, elected by itself.
pub(crate) fn leader_change(node_id: i32) -> io::Result<(ControlType, Bytes)> {
    let itself = || leader_change_message::Voter { voter_id: node_id, ..Default::default() };
    let change = LeaderChangeMessage {
        leader_id: node_id,
        voters: vec![itself()],
        granting_voters: vec![itself()],
        ..Default::default()
    };
    Ok((ControlType::LeaderChange, encode(&change)?))
}

/// A snapshot begins.
pub(crate) fn snapshot_header(last_contained_log_timestamp: i64) -> io::Result<(ControlType, Bytes)> {
    let header = SnapshotHeaderRecord { last_contained_log_timestamp, ..Default::default() };
    Ok((ControlType::SnapshotHeader, encode(&header)?))
}

/// The time of the last record that a snapshot stands for, in ms.
pub(crate) fn header_timestamp(record: &ControlRecord) -> io::Result<i64> {
    Ok(decode::<SnapshotHeaderRecord>(record)?.last_contained_log_timestamp)
}

/// A snapshot ends.
pub(crate) fn snapshot_footer() -> io::Result<(ControlType, Bytes)> {
    Ok((ControlType::SnapshotFooter, encode(&SnapshotFooterRecord::default())?))
}

fn told(voter: &Voter) -> voters_record::Voter {
    let endpoint = |(name, host, port): &(Text, Text, u16)| voters_record::Endpoint {
        name: name.clone(),
        host: host.clone(),
        port: *port,
        ..Default::default()
    };
    voters_record::Voter {
        voter_id: voter.node_id,
        voter_directory_id: voter.directory_id,
        endpoints: voter.endpoints.iter().map(endpoint).collect(),
        kraft_version_feature: voters_record::KRaftVersionFeature {
            min_supported_version: 0,
            max_supported_version: KRAFT_VERSION,
            ..Default::default()
        },
        ..Default::default()
    }
}

impl From<voters_record::Voter> for Voter {
    fn from(voter: voters_record::Voter) -> Voter {
        let endpoint = |e: voters_record::Endpoint| (e.name.detached(), e.host.detached(), e.port);
        Voter {
            node_id: voter.voter_id,
            directory_id: voter.voter_directory_id,
            endpoints: voter.endpoints.into_iter().map(endpoint).collect(),
        }
    }
}

// All of these messages are at version 0, which is also what they say of themselves.
fn encode<M: Message>(message: &M) -> io::Result<Bytes> {
    let encoded = wire::encode_whole(message, 0);
    encoded.map(|rope| rope.into_bytes()).map_err(|error| io::Error::other(format!("{}: {error}", M::NAME)))
}

fn decode<M: Message>(record: &ControlRecord) -> io::Result<M> {
    wire::decode_whole(&record.value, 0)
        .map_err(|error| invalid(format!("{} at offset {}: {error}", M::NAME, record.offset)))
}

/// The highest level of `kraft.version`, which new clusters get.
const KRAFT_VERSION: i16 = 1;
