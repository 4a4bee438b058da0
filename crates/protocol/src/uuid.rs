//! Kafka's 128-bit identifiers, written as 22 characters of URL-safe base64 without padding.

use std::fmt;
use std::str::FromStr;

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(pub [u8; 16]);

impl Uuid {
    /// "No id": what a topic id is before versions that carry one.
    pub const ZERO: Uuid = Uuid([0; 16]);
    /// The topic id of `__cluster_metadata`.
    pub const METADATA_TOPIC: Uuid = Uuid([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    pub fn is_zero(&self) -> bool {
        *self == Uuid::ZERO
    }

    /// Whether a fresh random id must be thrown away: Kafka keeps zero and one for itself, and avoids a leading `-`,
    /// which a command line would take for an option.
    pub fn is_reserved(&self) -> bool {
        *self == Uuid::ZERO || *self == Uuid::METADATA_TOPIC || self.0[0] >> 2 == DASH
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = u128::from_be_bytes(self.0);
        let mut text = [0u8; DIGITS];
        for (i, digit) in text.iter_mut().enumerate() {
            // 22 digits carry 132 bits: the last four are zero.
            let six = if i < DIGITS - 1 { bits >> (122 - 6 * i) } else { bits << 4 };
            *digit = ALPHABET[(six & 63) as usize];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Uuid {
    type Err = InvalidUuid;

    fn from_str(text: &str) -> Result<Uuid, InvalidUuid> {
        let digits = text.strip_suffix("==").unwrap_or(text).as_bytes();
        if digits.len() != DIGITS {
            return Err(InvalidUuid);
        }
        let mut bits: u128 = 0;
        for (i, digit) in digits.iter().enumerate() {
            let six = ALPHABET.iter().position(|a| a == digit).ok_or(InvalidUuid)? as u128;
            bits = if i < DIGITS - 1 { bits << 6 | six } else { bits << 2 | six >> 4 };
        }
        Ok(Uuid(bits.to_be_bytes()))
    }
}

/// Not 22 digits of URL-safe base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidUuid;

impl fmt::Display for InvalidUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id is 22 characters of A-Z, a-z, 0-9, - and _")
    }
}

impl std::error::Error for InvalidUuid {}

const DIGITS: usize = 22;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DASH: u8 = 62;

#[cfg(test)]
mod tests;
