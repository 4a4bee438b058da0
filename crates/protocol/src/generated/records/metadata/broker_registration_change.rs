// Made by `cargo xtask codegen` from schema/records/metadata/broker-registration-change.kafka: edit that instead.

//! Something about a broker's registration has changed; what is not named stays (KIP-841, KIP-858, KIP-1066).

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson, Uuid};

/// Versions 0-3.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BrokerRegistrationChangeRecord {
    pub broker_id: i32,
    pub broker_epoch: i64,
    /// 1 fenced, -1 not any more, 0 unchanged.
    /// Tag 0.
    pub fenced: i8,
    /// 1 it has begun, 0 unchanged.
    /// Since version 1, tag 1.
    pub in_controlled_shutdown: i8,
    /// Since version 2, tag 2.
    pub log_dirs: Vec<Uuid>,
    /// Version 3, tag 3.
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for BrokerRegistrationChangeRecord {
    const NAME: &'static str = "BrokerRegistrationChangeRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=3;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let mut fenced = 0;
        let mut in_controlled_shutdown = 0;
        let mut log_dirs = Vec::new();
        let mut cordoned_log_dirs = None;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => fenced = r.i8()?,
                1 if version >= 1 => in_controlled_shutdown = r.i8()?,
                1 => return Err(r.error(DecodeErrorKind::Tag(1))),
                2 if version >= 2 => log_dirs = r.array(true, Reader::uuid)?,
                2 => return Err(r.error(DecodeErrorKind::Tag(2))),
                3 if version == 3 => cordoned_log_dirs = r.array_opt(true, true, Reader::uuid)?,
                3 => return Err(r.error(DecodeErrorKind::Tag(3))),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { broker_id, broker_epoch, fenced, in_controlled_shutdown, log_dirs, cordoned_log_dirs, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.broker_id);
        w.i64(self.broker_epoch);
        if version < 1 && self.in_controlled_shutdown != 0 {
            return Err(EncodeError::NotCarried { field: "in_controlled_shutdown", version });
        }
        if version < 2 && !self.log_dirs.is_empty() {
            return Err(EncodeError::NotCarried { field: "log_dirs", version });
        }
        if version != 3 && self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::NotCarried { field: "cordoned_log_dirs", version });
        }
        let mut tags = w.tags(
            usize::from(self.fenced != 0)
                + usize::from(version >= 1 && self.in_controlled_shutdown != 0)
                + usize::from(version >= 2 && !self.log_dirs.is_empty())
                + usize::from(version == 3 && self.cordoned_log_dirs.is_some()),
            &self.unknown_tags,
        );
        if self.fenced != 0 {
            tags.put(w, 0, |w| {
                w.i8(self.fenced);
                Ok(())
            })?;
        }
        if version >= 1 && self.in_controlled_shutdown != 0 {
            tags.put(w, 1, |w| {
                w.i8(self.in_controlled_shutdown);
                Ok(())
            })?;
        }
        if version >= 2 && !self.log_dirs.is_empty() {
            tags.put(w, 2, |w| {
                w.array(&self.log_dirs, true, |w, one| {
                    w.uuid(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if version == 3 && self.cordoned_log_dirs.is_some() {
            tags.put(w, 3, |w| {
                w.array_opt(self.cordoned_log_dirs.as_ref(), true, |w, one| {
                    w.uuid(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for BrokerRegistrationChangeRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("brokerId", &self.broker_id, version);
        to.put("brokerEpoch", &self.broker_epoch, version);
        if self.fenced != 0 {
            to.put("fenced", &self.fenced, version);
        }
        if version >= 1 && self.in_controlled_shutdown != 0 {
            to.put("inControlledShutdown", &self.in_controlled_shutdown, version);
        }
        if version >= 2 && !self.log_dirs.is_empty() {
            to.put("logDirs", &self.log_dirs, version);
        }
        if version == 3 && self.cordoned_log_dirs.is_some() {
            to.put("cordonedLogDirs", &self.cordoned_log_dirs, version);
        }
        to.into()
    }
}
