//! What is known of an API without knowing its messages. The facts are generated into the table of `ApiKey`.

use std::fmt;
use std::ops::RangeInclusive;

use crate::ApiKey;
use crate::generated::apis::TABLE;

/// Who an API is for: a client of brokers, or whoever talks to a controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    Broker,
    Controller,
}

/// One API of the table.
pub(crate) struct Api {
    pub(crate) key: ApiKey,
    pub(crate) name: &'static str,
    /// Lowest and highest version, unstable ones included; none when the API is gone.
    pub(crate) versions: Option<(i16, i16)>,
    pub(crate) latest_unstable: bool,
    pub(crate) flexible_from: Option<i16>,
    pub(crate) listeners: &'static [Listener],
    /// Set for the one API whose answer must be readable before versions are agreed on.
    pub(crate) response_header: Option<i16>,
}

impl ApiKey {
    /// Every key there is, those of removed APIs included, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = ApiKey> {
        TABLE.iter().map(|api| api.key)
    }

    /// As in Kafka's own listings: `Produce`, `OffsetForLeaderEpoch`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The versions that are promised to stay; none when the API was removed and only its number is left.
    pub fn versions(self) -> Option<RangeInclusive<i16>> {
        let row = self.row();
        row.versions.map(|(lowest, highest)| lowest..=highest - i16::from(row.latest_unstable))
    }

    /// Also the version still in the making, which Kafka offers only with `unstable.api.versions.enable`.
    pub fn versions_with_unstable(self) -> Option<RangeInclusive<i16>> {
        self.row().versions.map(|(lowest, highest)| lowest..=highest)
    }

    pub fn latest_unstable(self) -> bool {
        self.row().latest_unstable
    }

    /// The first version with compact lengths and tagged fields (KIP-482).
    pub fn flexible_from(self) -> Option<i16> {
        self.row().flexible_from
    }

    pub fn listeners(self) -> &'static [Listener] {
        self.row().listeners
    }

    pub fn is_for(self, listener: Listener) -> bool {
        self.listeners().contains(&listener)
    }

    pub fn request_header_version(self, version: i16) -> i16 {
        if self.flexible_from().is_some_and(|first| version >= first) { 2 } else { 1 }
    }

    pub fn response_header_version(self, version: i16) -> i16 {
        let by_version = i16::from(self.flexible_from().is_some_and(|first| version >= first));
        self.row().response_header.unwrap_or(by_version)
    }

    fn row(self) -> &'static Api {
        &TABLE[self as usize]
    }
}

/// A number that no API has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownApiKey(pub i16);

impl TryFrom<i16> for ApiKey {
    type Error = UnknownApiKey;

    fn try_from(number: i16) -> Result<ApiKey, UnknownApiKey> {
        let row = usize::try_from(number).ok().and_then(|at| TABLE.get(at));
        row.map(|api| api.key).ok_or(UnknownApiKey(number))
    }
}

impl From<ApiKey> for i16 {
    fn from(key: ApiKey) -> i16 {
        key as i16
    }
}

impl fmt::Display for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for UnknownApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no API has the key {}", self.0)
    }
}

impl std::error::Error for UnknownApiKey {}
