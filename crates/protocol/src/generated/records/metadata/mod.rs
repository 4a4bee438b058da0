// Made by `cargo xtask codegen` from the files in schema/: edit those instead.

//! Schemas of `records/metadata`.

use bytes::Bytes;

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, frame};
use crate::{Json, ToJson};

pub mod abort_transaction;
pub mod access_control_entry;
pub mod begin_transaction;
pub mod broker_registration_change;
pub mod clear_elr;
pub mod client_quota;
pub mod config;
pub mod delegation_token;
pub mod end_transaction;
pub mod feature_level;
pub mod fence_broker;
pub mod no_op;
pub mod partition;
pub mod partition_change;
pub mod producer_ids;
pub mod register_broker;
pub mod register_controller;
pub mod remove_access_control_entry;
pub mod remove_delegation_token;
pub mod remove_topic;
pub mod remove_user_scram_credential;
pub mod topic;
pub mod unfence_broker;
pub mod unregister_broker;
pub mod unregister_controller;
pub mod user_scram_credential;
pub mod zk_migration_state;

pub use abort_transaction::AbortTransactionRecord;
pub use access_control_entry::AccessControlEntryRecord;
pub use begin_transaction::BeginTransactionRecord;
pub use broker_registration_change::BrokerRegistrationChangeRecord;
pub use clear_elr::ClearElrRecord;
pub use client_quota::ClientQuotaRecord;
pub use config::ConfigRecord;
pub use delegation_token::DelegationTokenRecord;
pub use end_transaction::EndTransactionRecord;
pub use feature_level::FeatureLevelRecord;
pub use fence_broker::FenceBrokerRecord;
pub use no_op::NoOpRecord;
pub use partition::PartitionRecord;
pub use partition_change::PartitionChangeRecord;
pub use producer_ids::ProducerIdsRecord;
pub use register_broker::RegisterBrokerRecord;
pub use register_controller::RegisterControllerRecord;
pub use remove_access_control_entry::RemoveAccessControlEntryRecord;
pub use remove_delegation_token::RemoveDelegationTokenRecord;
pub use remove_topic::RemoveTopicRecord;
pub use remove_user_scram_credential::RemoveUserScramCredentialRecord;
pub use topic::TopicRecord;
pub use unfence_broker::UnfenceBrokerRecord;
pub use unregister_broker::UnregisterBrokerRecord;
pub use unregister_controller::UnregisterControllerRecord;
pub use user_scram_credential::UserScramCredentialRecord;
pub use zk_migration_state::ZkMigrationStateRecord;

/// Any record of this group; what is on disk says which.
#[derive(Clone, Debug, PartialEq)]
pub enum MetadataRecord {
    RegisterBroker(RegisterBrokerRecord),
    UnregisterBroker(UnregisterBrokerRecord),
    Topic(TopicRecord),
    Partition(PartitionRecord),
    Config(ConfigRecord),
    PartitionChange(PartitionChangeRecord),
    FenceBroker(FenceBrokerRecord),
    UnfenceBroker(UnfenceBrokerRecord),
    RemoveTopic(RemoveTopicRecord),
    DelegationToken(DelegationTokenRecord),
    UserScramCredential(UserScramCredentialRecord),
    FeatureLevel(FeatureLevelRecord),
    ClientQuota(ClientQuotaRecord),
    ProducerIds(ProducerIdsRecord),
    BrokerRegistrationChange(BrokerRegistrationChangeRecord),
    AccessControlEntry(AccessControlEntryRecord),
    RemoveAccessControlEntry(RemoveAccessControlEntryRecord),
    NoOp(NoOpRecord),
    ZkMigrationState(ZkMigrationStateRecord),
    RemoveUserScramCredential(RemoveUserScramCredentialRecord),
    BeginTransaction(BeginTransactionRecord),
    EndTransaction(EndTransactionRecord),
    AbortTransaction(AbortTransactionRecord),
    RemoveDelegationToken(RemoveDelegationTokenRecord),
    RegisterController(RegisterControllerRecord),
    ClearElr(ClearElrRecord),
    UnregisterController(UnregisterControllerRecord),
}

impl MetadataRecord {
    /// The record's type number.
    pub fn number(&self) -> i16 {
        match self {
            Self::RegisterBroker(_) => 0,
            Self::UnregisterBroker(_) => 1,
            Self::Topic(_) => 2,
            Self::Partition(_) => 3,
            Self::Config(_) => 4,
            Self::PartitionChange(_) => 5,
            Self::FenceBroker(_) => 7,
            Self::UnfenceBroker(_) => 8,
            Self::RemoveTopic(_) => 9,
            Self::DelegationToken(_) => 10,
            Self::UserScramCredential(_) => 11,
            Self::FeatureLevel(_) => 12,
            Self::ClientQuota(_) => 14,
            Self::ProducerIds(_) => 15,
            Self::BrokerRegistrationChange(_) => 17,
            Self::AccessControlEntry(_) => 18,
            Self::RemoveAccessControlEntry(_) => 19,
            Self::NoOp(_) => 20,
            Self::ZkMigrationState(_) => 21,
            Self::RemoveUserScramCredential(_) => 22,
            Self::BeginTransaction(_) => 23,
            Self::EndTransaction(_) => 24,
            Self::AbortTransaction(_) => 25,
            Self::RemoveDelegationToken(_) => 26,
            Self::RegisterController(_) => 27,
            Self::ClearElr(_) => 28,
            Self::UnregisterController(_) => 29,
        }
    }

    /// The record's name in its schema.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RegisterBroker(_) => RegisterBrokerRecord::NAME,
            Self::UnregisterBroker(_) => UnregisterBrokerRecord::NAME,
            Self::Topic(_) => TopicRecord::NAME,
            Self::Partition(_) => PartitionRecord::NAME,
            Self::Config(_) => ConfigRecord::NAME,
            Self::PartitionChange(_) => PartitionChangeRecord::NAME,
            Self::FenceBroker(_) => FenceBrokerRecord::NAME,
            Self::UnfenceBroker(_) => UnfenceBrokerRecord::NAME,
            Self::RemoveTopic(_) => RemoveTopicRecord::NAME,
            Self::DelegationToken(_) => DelegationTokenRecord::NAME,
            Self::UserScramCredential(_) => UserScramCredentialRecord::NAME,
            Self::FeatureLevel(_) => FeatureLevelRecord::NAME,
            Self::ClientQuota(_) => ClientQuotaRecord::NAME,
            Self::ProducerIds(_) => ProducerIdsRecord::NAME,
            Self::BrokerRegistrationChange(_) => BrokerRegistrationChangeRecord::NAME,
            Self::AccessControlEntry(_) => AccessControlEntryRecord::NAME,
            Self::RemoveAccessControlEntry(_) => RemoveAccessControlEntryRecord::NAME,
            Self::NoOp(_) => NoOpRecord::NAME,
            Self::ZkMigrationState(_) => ZkMigrationStateRecord::NAME,
            Self::RemoveUserScramCredential(_) => RemoveUserScramCredentialRecord::NAME,
            Self::BeginTransaction(_) => BeginTransactionRecord::NAME,
            Self::EndTransaction(_) => EndTransactionRecord::NAME,
            Self::AbortTransaction(_) => AbortTransactionRecord::NAME,
            Self::RemoveDelegationToken(_) => RemoveDelegationTokenRecord::NAME,
            Self::RegisterController(_) => RegisterControllerRecord::NAME,
            Self::ClearElr(_) => ClearElrRecord::NAME,
            Self::UnregisterController(_) => UnregisterControllerRecord::NAME,
        }
    }

    /// The versions this record can be written in.
    pub fn versions(&self) -> std::ops::RangeInclusive<i16> {
        match self {
            Self::RegisterBroker(_) => RegisterBrokerRecord::VERSIONS,
            Self::UnregisterBroker(_) => UnregisterBrokerRecord::VERSIONS,
            Self::Topic(_) => TopicRecord::VERSIONS,
            Self::Partition(_) => PartitionRecord::VERSIONS,
            Self::Config(_) => ConfigRecord::VERSIONS,
            Self::PartitionChange(_) => PartitionChangeRecord::VERSIONS,
            Self::FenceBroker(_) => FenceBrokerRecord::VERSIONS,
            Self::UnfenceBroker(_) => UnfenceBrokerRecord::VERSIONS,
            Self::RemoveTopic(_) => RemoveTopicRecord::VERSIONS,
            Self::DelegationToken(_) => DelegationTokenRecord::VERSIONS,
            Self::UserScramCredential(_) => UserScramCredentialRecord::VERSIONS,
            Self::FeatureLevel(_) => FeatureLevelRecord::VERSIONS,
            Self::ClientQuota(_) => ClientQuotaRecord::VERSIONS,
            Self::ProducerIds(_) => ProducerIdsRecord::VERSIONS,
            Self::BrokerRegistrationChange(_) => BrokerRegistrationChangeRecord::VERSIONS,
            Self::AccessControlEntry(_) => AccessControlEntryRecord::VERSIONS,
            Self::RemoveAccessControlEntry(_) => RemoveAccessControlEntryRecord::VERSIONS,
            Self::NoOp(_) => NoOpRecord::VERSIONS,
            Self::ZkMigrationState(_) => ZkMigrationStateRecord::VERSIONS,
            Self::RemoveUserScramCredential(_) => RemoveUserScramCredentialRecord::VERSIONS,
            Self::BeginTransaction(_) => BeginTransactionRecord::VERSIONS,
            Self::EndTransaction(_) => EndTransactionRecord::VERSIONS,
            Self::AbortTransaction(_) => AbortTransactionRecord::VERSIONS,
            Self::RemoveDelegationToken(_) => RemoveDelegationTokenRecord::VERSIONS,
            Self::RegisterController(_) => RegisterControllerRecord::VERSIONS,
            Self::ClearElr(_) => ClearElrRecord::VERSIONS,
            Self::UnregisterController(_) => UnregisterControllerRecord::VERSIONS,
        }
    }

    /// Reads a record's value: which record, which version, and the record. Nothing may be left over.
    pub fn decode_framed(value: &Bytes) -> Result<(Self, i16), DecodeError> {
        let (mut r, number, version) = frame::open(value)?;
        let record = match number {
            0 => Self::RegisterBroker(Message::decode(&mut r, version)?),
            1 => Self::UnregisterBroker(Message::decode(&mut r, version)?),
            2 => Self::Topic(Message::decode(&mut r, version)?),
            3 => Self::Partition(Message::decode(&mut r, version)?),
            4 => Self::Config(Message::decode(&mut r, version)?),
            5 => Self::PartitionChange(Message::decode(&mut r, version)?),
            7 => Self::FenceBroker(Message::decode(&mut r, version)?),
            8 => Self::UnfenceBroker(Message::decode(&mut r, version)?),
            9 => Self::RemoveTopic(Message::decode(&mut r, version)?),
            10 => Self::DelegationToken(Message::decode(&mut r, version)?),
            11 => Self::UserScramCredential(Message::decode(&mut r, version)?),
            12 => Self::FeatureLevel(Message::decode(&mut r, version)?),
            14 => Self::ClientQuota(Message::decode(&mut r, version)?),
            15 => Self::ProducerIds(Message::decode(&mut r, version)?),
            17 => Self::BrokerRegistrationChange(Message::decode(&mut r, version)?),
            18 => Self::AccessControlEntry(Message::decode(&mut r, version)?),
            19 => Self::RemoveAccessControlEntry(Message::decode(&mut r, version)?),
            20 => Self::NoOp(Message::decode(&mut r, version)?),
            21 => Self::ZkMigrationState(Message::decode(&mut r, version)?),
            22 => Self::RemoveUserScramCredential(Message::decode(&mut r, version)?),
            23 => Self::BeginTransaction(Message::decode(&mut r, version)?),
            24 => Self::EndTransaction(Message::decode(&mut r, version)?),
            25 => Self::AbortTransaction(Message::decode(&mut r, version)?),
            26 => Self::RemoveDelegationToken(Message::decode(&mut r, version)?),
            27 => Self::RegisterController(Message::decode(&mut r, version)?),
            28 => Self::ClearElr(Message::decode(&mut r, version)?),
            29 => Self::UnregisterController(Message::decode(&mut r, version)?),
            _ => return Err(r.error(DecodeErrorKind::UnknownType(number))),
        };
        r.finish()?;
        Ok((record, version))
    }

    /// Writes the value of a record.
    pub fn encode_framed(&self, version: i16) -> Result<Bytes, EncodeError> {
        let mut w = frame::begin(self.number(), version);
        match self {
            Self::RegisterBroker(record) => record.encode(&mut w, version)?,
            Self::UnregisterBroker(record) => record.encode(&mut w, version)?,
            Self::Topic(record) => record.encode(&mut w, version)?,
            Self::Partition(record) => record.encode(&mut w, version)?,
            Self::Config(record) => record.encode(&mut w, version)?,
            Self::PartitionChange(record) => record.encode(&mut w, version)?,
            Self::FenceBroker(record) => record.encode(&mut w, version)?,
            Self::UnfenceBroker(record) => record.encode(&mut w, version)?,
            Self::RemoveTopic(record) => record.encode(&mut w, version)?,
            Self::DelegationToken(record) => record.encode(&mut w, version)?,
            Self::UserScramCredential(record) => record.encode(&mut w, version)?,
            Self::FeatureLevel(record) => record.encode(&mut w, version)?,
            Self::ClientQuota(record) => record.encode(&mut w, version)?,
            Self::ProducerIds(record) => record.encode(&mut w, version)?,
            Self::BrokerRegistrationChange(record) => record.encode(&mut w, version)?,
            Self::AccessControlEntry(record) => record.encode(&mut w, version)?,
            Self::RemoveAccessControlEntry(record) => record.encode(&mut w, version)?,
            Self::NoOp(record) => record.encode(&mut w, version)?,
            Self::ZkMigrationState(record) => record.encode(&mut w, version)?,
            Self::RemoveUserScramCredential(record) => record.encode(&mut w, version)?,
            Self::BeginTransaction(record) => record.encode(&mut w, version)?,
            Self::EndTransaction(record) => record.encode(&mut w, version)?,
            Self::AbortTransaction(record) => record.encode(&mut w, version)?,
            Self::RemoveDelegationToken(record) => record.encode(&mut w, version)?,
            Self::RegisterController(record) => record.encode(&mut w, version)?,
            Self::ClearElr(record) => record.encode(&mut w, version)?,
            Self::UnregisterController(record) => record.encode(&mut w, version)?,
        }
        Ok(w.finish().into_bytes())
    }
}

impl ToJson for MetadataRecord {
    fn to_json(&self, version: i16) -> Json {
        match self {
            Self::RegisterBroker(record) => record.to_json(version),
            Self::UnregisterBroker(record) => record.to_json(version),
            Self::Topic(record) => record.to_json(version),
            Self::Partition(record) => record.to_json(version),
            Self::Config(record) => record.to_json(version),
            Self::PartitionChange(record) => record.to_json(version),
            Self::FenceBroker(record) => record.to_json(version),
            Self::UnfenceBroker(record) => record.to_json(version),
            Self::RemoveTopic(record) => record.to_json(version),
            Self::DelegationToken(record) => record.to_json(version),
            Self::UserScramCredential(record) => record.to_json(version),
            Self::FeatureLevel(record) => record.to_json(version),
            Self::ClientQuota(record) => record.to_json(version),
            Self::ProducerIds(record) => record.to_json(version),
            Self::BrokerRegistrationChange(record) => record.to_json(version),
            Self::AccessControlEntry(record) => record.to_json(version),
            Self::RemoveAccessControlEntry(record) => record.to_json(version),
            Self::NoOp(record) => record.to_json(version),
            Self::ZkMigrationState(record) => record.to_json(version),
            Self::RemoveUserScramCredential(record) => record.to_json(version),
            Self::BeginTransaction(record) => record.to_json(version),
            Self::EndTransaction(record) => record.to_json(version),
            Self::AbortTransaction(record) => record.to_json(version),
            Self::RemoveDelegationToken(record) => record.to_json(version),
            Self::RegisterController(record) => record.to_json(version),
            Self::ClearElr(record) => record.to_json(version),
            Self::UnregisterController(record) => record.to_json(version),
        }
    }
}

impl From<RegisterBrokerRecord> for MetadataRecord {
    fn from(record: RegisterBrokerRecord) -> Self {
        Self::RegisterBroker(record)
    }
}

impl From<UnregisterBrokerRecord> for MetadataRecord {
    fn from(record: UnregisterBrokerRecord) -> Self {
        Self::UnregisterBroker(record)
    }
}

impl From<TopicRecord> for MetadataRecord {
    fn from(record: TopicRecord) -> Self {
        Self::Topic(record)
    }
}

impl From<PartitionRecord> for MetadataRecord {
    fn from(record: PartitionRecord) -> Self {
        Self::Partition(record)
    }
}

impl From<ConfigRecord> for MetadataRecord {
    fn from(record: ConfigRecord) -> Self {
        Self::Config(record)
    }
}

impl From<PartitionChangeRecord> for MetadataRecord {
    fn from(record: PartitionChangeRecord) -> Self {
        Self::PartitionChange(record)
    }
}

impl From<FenceBrokerRecord> for MetadataRecord {
    fn from(record: FenceBrokerRecord) -> Self {
        Self::FenceBroker(record)
    }
}

impl From<UnfenceBrokerRecord> for MetadataRecord {
    fn from(record: UnfenceBrokerRecord) -> Self {
        Self::UnfenceBroker(record)
    }
}

impl From<RemoveTopicRecord> for MetadataRecord {
    fn from(record: RemoveTopicRecord) -> Self {
        Self::RemoveTopic(record)
    }
}

impl From<DelegationTokenRecord> for MetadataRecord {
    fn from(record: DelegationTokenRecord) -> Self {
        Self::DelegationToken(record)
    }
}

impl From<UserScramCredentialRecord> for MetadataRecord {
    fn from(record: UserScramCredentialRecord) -> Self {
        Self::UserScramCredential(record)
    }
}

impl From<FeatureLevelRecord> for MetadataRecord {
    fn from(record: FeatureLevelRecord) -> Self {
        Self::FeatureLevel(record)
    }
}

impl From<ClientQuotaRecord> for MetadataRecord {
    fn from(record: ClientQuotaRecord) -> Self {
        Self::ClientQuota(record)
    }
}

impl From<ProducerIdsRecord> for MetadataRecord {
    fn from(record: ProducerIdsRecord) -> Self {
        Self::ProducerIds(record)
    }
}

impl From<BrokerRegistrationChangeRecord> for MetadataRecord {
    fn from(record: BrokerRegistrationChangeRecord) -> Self {
        Self::BrokerRegistrationChange(record)
    }
}

impl From<AccessControlEntryRecord> for MetadataRecord {
    fn from(record: AccessControlEntryRecord) -> Self {
        Self::AccessControlEntry(record)
    }
}

impl From<RemoveAccessControlEntryRecord> for MetadataRecord {
    fn from(record: RemoveAccessControlEntryRecord) -> Self {
        Self::RemoveAccessControlEntry(record)
    }
}

impl From<NoOpRecord> for MetadataRecord {
    fn from(record: NoOpRecord) -> Self {
        Self::NoOp(record)
    }
}

impl From<ZkMigrationStateRecord> for MetadataRecord {
    fn from(record: ZkMigrationStateRecord) -> Self {
        Self::ZkMigrationState(record)
    }
}

impl From<RemoveUserScramCredentialRecord> for MetadataRecord {
    fn from(record: RemoveUserScramCredentialRecord) -> Self {
        Self::RemoveUserScramCredential(record)
    }
}

impl From<BeginTransactionRecord> for MetadataRecord {
    fn from(record: BeginTransactionRecord) -> Self {
        Self::BeginTransaction(record)
    }
}

impl From<EndTransactionRecord> for MetadataRecord {
    fn from(record: EndTransactionRecord) -> Self {
        Self::EndTransaction(record)
    }
}

impl From<AbortTransactionRecord> for MetadataRecord {
    fn from(record: AbortTransactionRecord) -> Self {
        Self::AbortTransaction(record)
    }
}

impl From<RemoveDelegationTokenRecord> for MetadataRecord {
    fn from(record: RemoveDelegationTokenRecord) -> Self {
        Self::RemoveDelegationToken(record)
    }
}

impl From<RegisterControllerRecord> for MetadataRecord {
    fn from(record: RegisterControllerRecord) -> Self {
        Self::RegisterController(record)
    }
}

impl From<ClearElrRecord> for MetadataRecord {
    fn from(record: ClearElrRecord) -> Self {
        Self::ClearElr(record)
    }
}

impl From<UnregisterControllerRecord> for MetadataRecord {
    fn from(record: UnregisterControllerRecord) -> Self {
        Self::UnregisterController(record)
    }
}
