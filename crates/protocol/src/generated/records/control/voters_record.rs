// Made by `cargo xtask codegen` from schema/records/control/voters-record.kafka: edit that instead.

//! A control record of the metadata log: the quorum's voters from here on (KIP-853).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct VotersRecord {
    pub version: i16,
    pub voters: Vec<Voter>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for VotersRecord {
    const NAME: &'static str = "VotersRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let its_version = r.i16()?;
        let voters = r.array(true, |r| Voter::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { version: its_version, voters, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.version);
        w.array(&self.voters, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for VotersRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("version", &self.version, version);
        to.put("voters", &self.voters, version);
        to.into()
    }
}

/// In `VotersRecord::voters`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
    pub voter_directory_id: Uuid,
    pub endpoints: Vec<Endpoint>,
    pub kraft_version_feature: KRaftVersionFeature,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Voter {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let voter_id = r.i32()?;
        let voter_directory_id = r.uuid()?;
        let endpoints = r.array(true, |r| Endpoint::decode(r, version))?;
        let kraft_version_feature = KRaftVersionFeature::decode(r, version)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { voter_id, voter_directory_id, endpoints, kraft_version_feature, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.voter_id);
        w.uuid(self.voter_directory_id);
        w.array(&self.endpoints, true, |w, one| one.encode(w, version))?;
        self.kraft_version_feature.encode(w, version)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for Voter {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("voterId", &self.voter_id, version);
        to.put("voterDirectoryId", &self.voter_directory_id, version);
        to.put("endpoints", &self.endpoints, version);
        to.put("kRaftVersionFeature", &self.kraft_version_feature, version);
        to.into()
    }
}

/// In `Voter::endpoints`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Endpoint {
    pub name: Text,
    pub host: Text,
    pub port: u16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Endpoint {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let host = r.text(true)?;
        let port = r.u16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, host, port, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.text(&self.host, true)?;
        w.u16(self.port);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for Endpoint {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("host", &self.host, version);
        to.put("port", &self.port, version);
        to.into()
    }
}

/// In `Voter::kraft_version_feature`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct KRaftVersionFeature {
    pub min_supported_version: i16,
    pub max_supported_version: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl KRaftVersionFeature {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let min_supported_version = r.i16()?;
        let max_supported_version = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { min_supported_version, max_supported_version, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i16(self.min_supported_version);
        w.i16(self.max_supported_version);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for KRaftVersionFeature {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("minSupportedVersion", &self.min_supported_version, version);
        to.put("maxSupportedVersion", &self.max_supported_version, version);
        to.into()
    }
}
