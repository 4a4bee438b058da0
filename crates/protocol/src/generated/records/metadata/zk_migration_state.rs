// Made by `cargo xtask codegen` from schema/records/metadata/zk-migration-state.kafka: edit that instead.

//! How far a cluster has come on its way from ZooKeeper (KIP-866). History: 0 in a cluster that never had it.

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ZkMigrationStateRecord {
    /// 0 none, 1 before, 2 under way, 3 after.
    pub zk_migration_state: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ZkMigrationStateRecord {
    const NAME: &'static str = "ZkMigrationStateRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let zk_migration_state = r.i8()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { zk_migration_state, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i8(self.zk_migration_state);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ZkMigrationStateRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("zkMigrationState", &self.zk_migration_state, version);
        to.into()
    }
}
