// Made by `cargo xtask codegen` from schema/records/metadata/delegation-token.kafka: edit that instead.

//! There is a delegation token; its secret follows from its id.

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DelegationTokenRecord {
    /// As type:name.
    pub owner: Text,
    pub requester: Text,
    pub renewers: Vec<Text>,
    pub issue_timestamp: i64,
    pub max_timestamp: i64,
    pub expiration_timestamp: i64,
    pub token_id: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DelegationTokenRecord {
    const NAME: &'static str = "DelegationTokenRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let owner = r.text(true)?;
        let requester = r.text(true)?;
        let renewers = r.array(true, |r| r.text(true))?;
        let issue_timestamp = r.i64()?;
        let max_timestamp = r.i64()?;
        let expiration_timestamp = r.i64()?;
        let token_id = r.text(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            owner,
            requester,
            renewers,
            issue_timestamp,
            max_timestamp,
            expiration_timestamp,
            token_id,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.owner, true)?;
        w.text(&self.requester, true)?;
        w.array(&self.renewers, true, |w, one| w.text(one, true))?;
        w.i64(self.issue_timestamp);
        w.i64(self.max_timestamp);
        w.i64(self.expiration_timestamp);
        w.text(&self.token_id, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for DelegationTokenRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("owner", &self.owner, version);
        to.put("requester", &self.requester, version);
        to.put("renewers", &self.renewers, version);
        to.put("issueTimestamp", &self.issue_timestamp, version);
        to.put("maxTimestamp", &self.max_timestamp, version);
        to.put("expirationTimestamp", &self.expiration_timestamp, version);
        to.put("tokenId", &self.token_id, version);
        to.into()
    }
}
