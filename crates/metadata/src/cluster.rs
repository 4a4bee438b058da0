//! Brokers and controllers as they registered.

use std::sync::Arc;

use kampa_protocol::records::metadata::{
    BrokerRegistrationChangeRecord, RegisterBrokerRecord, RegisterControllerRecord, register_broker,
    register_controller,
};
use kampa_protocol::{Text, Uuid};

use crate::Map;

/// Brokers by id.
pub type Brokers = Map<i32, Arc<Broker>>;

/// Controllers by id.
pub type Controllers = Map<i32, Arc<ControllerNode>>;

/// What stands where a directory's id is not known (KIP-858).
pub mod directory_id {
    use kampa_protocol::Uuid;

    /// The broker has not said.
    pub const UNASSIGNED: Uuid = Uuid::ZERO;
    /// In one that failed before the broker could say which.
    pub const LOST: Uuid = Uuid([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    /// In one of a broker that knew no directories yet.
    pub const MIGRATING: Uuid = Uuid([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
}

/// A broker as it registered, with what changed since.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Broker {
    /// `node.id`.
    pub id: i32,
    /// Which registration this is: the offset its record was decided at.
    pub epoch: i64,
    /// Drawn anew by every start of the process.
    pub incarnation_id: Uuid,
    /// Where it listens for clients and other brokers.
    pub endpoints: Vec<Endpoint>,
    /// Feature levels it can work with.
    pub features: Vec<FeatureRange>,
    /// `broker.rack`.
    pub rack: Option<Text>,
    /// Out of service: leads nothing and is shown to no client.
    pub fenced: bool,
    /// On its way out, handing over what it leads.
    pub in_controlled_shutdown: bool,
    /// Its log directories.
    pub log_dirs: Vec<Uuid>,
    /// Log directories that take no new replicas (KIP-1066); `None` while it has not said.
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}

/// A controller as it registered (KIP-919).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControllerNode {
    /// `node.id`.
    pub id: i32,
    /// Drawn anew by every start of the process.
    pub incarnation_id: Uuid,
    /// Where it listens.
    pub endpoints: Vec<Endpoint>,
    /// Feature levels it can work with.
    pub features: Vec<FeatureRange>,
}

/// One listener, as it is told to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// The listener's name.
    pub name: Text,
    /// As configured, never resolved.
    pub host: Text,
    /// TCP.
    pub port: u16,
    /// 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.
    pub security_protocol: i16,
}

/// Levels of a feature that a node can work with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeatureRange {
    /// The feature.
    pub name: Text,
    /// Lowest level.
    pub min: i16,
    /// Highest level.
    pub max: i16,
}

impl Broker {
    /// As the record says, holding none of its buffer.
    pub fn from_record(record: &RegisterBrokerRecord) -> Broker {
        Broker {
            id: record.broker_id,
            epoch: record.broker_epoch,
            incarnation_id: record.incarnation_id,
            endpoints: record
                .end_points
                .iter()
                .map(|e| Endpoint::new(&e.name, &e.host, e.port, e.security_protocol))
                .collect(),
            features: record
                .features
                .iter()
                .map(|f| FeatureRange::new(&f.name, f.min_supported_version, f.max_supported_version))
                .collect(),
            rack: record.rack.as_ref().map(Text::detached),
            fenced: record.fenced,
            in_controlled_shutdown: record.in_controlled_shutdown,
            log_dirs: record.log_dirs.clone(),
            cordoned_log_dirs: record.cordoned_log_dirs.clone(),
        }
    }

    /// As a record, which read again gives the same broker.
    pub fn to_record(&self) -> RegisterBrokerRecord {
        RegisterBrokerRecord {
            broker_id: self.id,
            incarnation_id: self.incarnation_id,
            broker_epoch: self.epoch,
            end_points: self
                .endpoints
                .iter()
                .map(|e| register_broker::BrokerEndpoint {
                    name: e.name.clone(),
                    host: e.host.clone(),
                    port: e.port,
                    security_protocol: e.security_protocol,
                    ..Default::default()
                })
                .collect(),
            features: self
                .features
                .iter()
                .map(|f| register_broker::BrokerFeature {
                    name: f.name.clone(),
                    min_supported_version: f.min,
                    max_supported_version: f.max,
                    ..Default::default()
                })
                .collect(),
            rack: self.rack.clone(),
            fenced: self.fenced,
            in_controlled_shutdown: self.in_controlled_shutdown,
            log_dirs: self.log_dirs.clone(),
            cordoned_log_dirs: self.cordoned_log_dirs.clone(),
            ..RegisterBrokerRecord::default()
        }
    }

    /// What the record changes; all else stays.
    pub(crate) fn change(&mut self, record: &BrokerRegistrationChangeRecord) {
        match record.fenced {
            1 => self.fenced = true,
            -1 => self.fenced = false,
            _ => {}
        }
        // There is no way back from a controlled shutdown but to register again.
        self.in_controlled_shutdown |= record.in_controlled_shutdown == 1;
        if !record.log_dirs.is_empty() {
            self.log_dirs.clone_from(&record.log_dirs);
        }
        if record.cordoned_log_dirs.is_some() {
            self.cordoned_log_dirs.clone_from(&record.cordoned_log_dirs);
        }
    }

    /// Where it listens under a listener's name.
    pub fn endpoint(&self, listener: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.name == *listener)
    }

    /// Whether it may lead partitions.
    pub fn is_active(&self) -> bool {
        !self.fenced && !self.in_controlled_shutdown
    }

    /// Whether a replica that the metadata places in this directory is within the broker's reach. One that it has not placed is, one
    /// that was lost is not; a broker that named no directories keeps all replicas it has.
    pub fn has_online(&self, directory: Uuid) -> bool {
        match directory {
            directory_id::UNASSIGNED | directory_id::MIGRATING => true,
            directory_id::LOST => false,
            id => self.log_dirs.is_empty() || self.log_dirs.contains(&id),
        }
    }

    /// Whether it may be given new replicas: some log directory is not cordoned.
    pub fn takes_replicas(&self) -> bool {
        let cordoned = self.cordoned_log_dirs.as_deref().unwrap_or_default();
        self.log_dirs.is_empty() || self.log_dirs.iter().any(|dir| !cordoned.contains(dir))
    }
}

impl ControllerNode {
    /// As the record says, holding none of its buffer.
    pub fn from_record(record: &RegisterControllerRecord) -> ControllerNode {
        ControllerNode {
            id: record.controller_id,
            incarnation_id: record.incarnation_id,
            endpoints: record
                .end_points
                .iter()
                .map(|e| Endpoint::new(&e.name, &e.host, e.port, e.security_protocol))
                .collect(),
            features: record
                .features
                .iter()
                .map(|f| FeatureRange::new(&f.name, f.min_supported_version, f.max_supported_version))
                .collect(),
        }
    }

    /// As a record, which read again gives the same controller.
    pub fn to_record(&self) -> RegisterControllerRecord {
        RegisterControllerRecord {
            controller_id: self.id,
            incarnation_id: self.incarnation_id,
            end_points: self
                .endpoints
                .iter()
                .map(|e| register_controller::ControllerEndpoint {
                    name: e.name.clone(),
                    host: e.host.clone(),
                    port: e.port,
                    security_protocol: e.security_protocol,
                    ..Default::default()
                })
                .collect(),
            features: self
                .features
                .iter()
                .map(|f| register_controller::ControllerFeature {
                    name: f.name.clone(),
                    min_supported_version: f.min,
                    max_supported_version: f.max,
                    ..Default::default()
                })
                .collect(),
            ..RegisterControllerRecord::default()
        }
    }
}

impl Endpoint {
    fn new(name: &Text, host: &Text, port: u16, security_protocol: i16) -> Endpoint {
        Endpoint { name: name.detached(), host: host.detached(), port, security_protocol }
    }
}

impl FeatureRange {
    fn new(name: &Text, min: i16, max: i16) -> FeatureRange {
        FeatureRange { name: name.detached(), min, max }
    }
}
