//! `--add-scram`: credentials that a cluster begins with, `SCRAM-SHA-256=[name=alice,password=secret]` (KIP-900).

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use kampa_client::admin::{ScramMechanism, scram_salt};
use kampa_controller::{ITERATIONS_MAX, ITERATIONS_MIN, scram_credential};
use kampa_protocol::messages::alter_user_scram_credentials::ScramCredentialUpsertion;
use kampa_protocol::records::metadata::UserScramCredentialRecord;
use kampa_world::World;

use super::Refused;
use crate::kafka::thrown::Thrown;

/// The credential that an argument gives.
pub(super) fn credential(world: &World, argument: &str) -> Result<UserScramCredentialRecord, Refused> {
    let argument = argument.trim();
    let (name, parts) = argument
        .split_once('=')
        .ok_or_else(|| terse(format!("Failed to find equals sign in SCRAM argument '{argument}'")))?;
    let mechanism = ScramMechanism::from_name(name)
        .ok_or_else(|| terse(format!("The add-scram mechanism {name} is not supported.")))?;
    let parts =
        parts.strip_prefix('[').ok_or_else(|| terse("Expected configuration string to start with [".to_owned()))?;
    let parts =
        parts.strip_suffix(']').ok_or_else(|| terse("Expected configuration string to end with ]".to_owned()))?;
    let given = Given::read(parts).map_err(Refused::Terse)?;
    given.credential(world, mechanism)
}

/// What stands between the brackets.
struct Given {
    name: String,
    salt: Option<Vec<u8>>,
    iterations: i32,
    proof: Proof,
}

enum Proof {
    Password(String),
    Salted(Vec<u8>),
}

impl Given {
    fn read(parts: &str) -> Result<Given, String> {
        let mut found = BTreeMap::new();
        for part in java_split(parts) {
            let (key, value) =
                part.split_once('=').ok_or_else(|| format!("No equals sign found in SCRAM component: {part}"))?;
            let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            found.insert(key, bare.unwrap_or(value));
        }
        let name = found.remove("name").ok_or("You must supply 'name' to add-scram")?.to_owned();
        let salt = found.remove("salt");
        let salt = salt.map(|text| base64(text).ok_or_else(|| format!("Failed to decode given salt: {text}")));
        let salt = salt.transpose()?;
        let iterations = found.remove("iterations").map_or(Ok(ITERATIONS_MIN), |text| {
            text.parse().map_err(|_| format!("Failed to parse iterations count: {text}"))
        })?;
        let proof = match (found.remove("password"), found.remove("saltedpassword")) {
            (Some(password), _) => Proof::Password(password.to_owned()),
            (None, None) => return Err("You must supply one of 'password' or 'saltedpassword' to add-scram".to_owned()),
            (None, Some(_)) if salt.is_none() => {
                return Err("You must supply 'salt' with 'saltedpassword' to add-scram".to_owned());
            }
            (None, Some(text)) => {
                Proof::Salted(base64(text).ok_or_else(|| format!("Failed to decode given saltedPassword: {text}"))?)
            }
        };
        if !found.is_empty() {
            let unknown: Vec<&str> = found.into_keys().collect();
            return Err(format!("Unknown SCRAM configurations: {}", unknown.join(", ")));
        }
        Ok(Given { name, salt, iterations, proof })
    }

    fn credential(self, world: &World, mechanism: ScramMechanism) -> Result<UserScramCredentialRecord, Refused> {
        let called = mechanism.name().replace('-', "_");
        let bound = |is: &str, bound| {
            Err(terse(format!("The 'iterations' value must be {is} {bound} for add-scram using {called}")))
        };
        if self.iterations < ITERATIONS_MIN {
            return bound(">=", ITERATIONS_MIN);
        }
        if self.iterations > ITERATIONS_MAX {
            return bound("<=", ITERATIONS_MAX);
        }
        let salt = self.salt.map_or_else(|| scram_salt(world), Into::into);
        let salted_password = match self.proof {
            // Java has no empty keys.
            Proof::Password(password) if password.is_empty() => None,
            Proof::Password(password) => NonZeroU32::new(self.iterations.unsigned_abs())
                .and_then(|iterations| mechanism.salted(iterations, &salt, &password)),
            Proof::Salted(salted) => Some(salted.into()).filter(|salted: &bytes::Bytes| !salted.is_empty()),
        };
        let upsertion = salted_password.map(|salted_password| ScramCredentialUpsertion {
            name: self.name.into(),
            mechanism: mechanism as i8,
            iterations: self.iterations,
            salt,
            salted_password,
            ..Default::default()
        });
        upsertion.and_then(|upsertion| scram_credential(&upsertion)).ok_or_else(|| Thrown::illegal("Empty key").into())
    }
}

fn terse(sentence: String) -> Refused {
    Refused::Terse(sentence)
}

/// Between commas, as Java splits: without the empty ones at the end.
fn java_split(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = text.split(',').collect();
    while parts.len() > 1 && parts.last() == Some(&"") {
        parts.pop();
    }
    if text.contains(',') && parts == [""] { Vec::new() } else { parts }
}

/// Bytes of base64 with or without its padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if digits.len() % 4 == 1 || (padding > 0 && (padding > 2 || !text.len().is_multiple_of(4))) {
        return None;
    }
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(digits.len() * 3 / 4), 0u32, 0);
    for digit in digits.bytes() {
        let six = DIGITS.iter().position(|known| *known == digit)? as u32;
        (bits, held) = (bits << 6 | six, held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests;
