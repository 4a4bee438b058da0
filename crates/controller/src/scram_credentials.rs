//! AlterUserScramCredentials: what a user proves its password with, set and removed user by user (KIP-554).
//!
//! Clients send the salted password; what is kept are the two keys made of it, of which neither lets anybody log in.

use std::collections::BTreeMap;

use aws_lc_rs::{digest, hmac};
use bytes::Bytes;
use kampa_protocol::messages::alter_user_scram_credentials::{
    AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, AlterUserScramCredentialsResult,
    ScramCredentialUpsertion,
};
use kampa_protocol::records::metadata::{MetadataRecord, RemoveUserScramCredentialRecord, UserScramCredentialRecord};
use kampa_protocol::{ErrorCode, Text};

use crate::decision::RECORDS_PER_REQUEST_MAX;
use crate::{Controller, Decision, Refusal};

/// metadata.version 3.5-IV2: credentials in the metadata log (KIP-900).
const SCRAM_SINCE: i16 = 11;
/// Fewer rounds make passwords cheap to guess.
pub const ITERATIONS_MIN: i32 = 4096;
/// More rounds make logins dear.
pub const ITERATIONS_MAX: i32 = 16384;

impl Controller {
    /// Decides about credentials; nobody's may be altered twice in one request.
    ///
    /// Answers by user: UNACCEPTABLE_CREDENTIAL (no name, too few or too many iterations), UNSUPPORTED_SASL_MECHANISM,
    /// RESOURCE_NOT_FOUND (nothing to delete), DUPLICATE_RESOURCE, UNSUPPORTED_VERSION below metadata.version 3.5-IV2,
    /// UNKNOWN_SERVER_ERROR for a password that is empty, and for all if that would be too many records.
    pub fn alter_scram_credentials(
        &self,
        request: &AlterUserScramCredentialsRequest,
    ) -> Decision<AlterUserScramCredentialsResponse> {
        let mut altered = Altered::default();
        for deletion in &request.deletions {
            altered.once(&deletion.name, || self.delete(&deletion.name, deletion.mechanism));
        }
        for upsertion in &request.upsertions {
            altered.once(&upsertion.name, || self.upsert(upsertion));
        }
        let Altered { users, mut outcomes } = altered;
        let too_many = outcomes.values().filter(|outcome| outcome.is_ok()).count() > RECORDS_PER_REQUEST_MAX;
        let (mut records, mut results) = (Vec::new(), Vec::with_capacity(users.len()));
        for user in users {
            let outcome = outcomes.remove(user).filter(|_| !too_many);
            let refusal = match outcome.unwrap_or_else(|| Err(Refusal::bare(ErrorCode::UNKNOWN_SERVER_ERROR))) {
                Ok(record) => {
                    records.push(record);
                    Refusal::bare(ErrorCode::NONE)
                }
                Err(refusal) => refusal,
            };
            results.push(AlterUserScramCredentialsResult {
                user: user.clone(),
                error_code: refusal.code.0,
                error_message: refusal.message,
                ..Default::default()
            });
        }
        self.decided(records, AlterUserScramCredentialsResponse { results, ..Default::default() })
    }

    fn delete(&self, user: &Text, mechanism: i8) -> Result<MetadataRecord, Refusal> {
        self.check_scram(user, mechanism)?;
        if !self.image().security.scram.contains_key(&(user.clone(), mechanism)) {
            let sentence = "Attempt to delete a user credential that does not exist";
            return Err(Refusal::new(ErrorCode::RESOURCE_NOT_FOUND, sentence));
        }
        Ok(RemoveUserScramCredentialRecord { name: user.clone(), mechanism, ..Default::default() }.into())
    }

    fn upsert(&self, wanted: &ScramCredentialUpsertion) -> Result<MetadataRecord, Refusal> {
        let mechanism = self.check_scram(&wanted.name, wanted.mechanism)?;
        let unacceptable = |sentence: &str| Err(Refusal::new(ErrorCode::UNACCEPTABLE_CREDENTIAL, sentence));
        if wanted.iterations < ITERATIONS_MIN {
            return unacceptable("Too few iterations");
        }
        if wanted.iterations > ITERATIONS_MAX {
            return unacceptable("Too many iterations");
        }
        if wanted.salted_password.is_empty() {
            // Java has no empty keys; Kafka trips over one with this answer.
            return Err(Refusal::bare(ErrorCode::UNKNOWN_SERVER_ERROR));
        }
        Ok(mechanism.credential(wanted).into())
    }

    fn check_scram(&self, user: &Text, mechanism: i8) -> Result<Mechanism, Refusal> {
        if self.image().features.metadata_version() < SCRAM_SINCE {
            let sentence = "The current metadata.version does not support SCRAM";
            return Err(Refusal::new(ErrorCode::UNSUPPORTED_VERSION, sentence));
        }
        if user.is_empty() {
            return Err(Refusal::new(ErrorCode::UNACCEPTABLE_CREDENTIAL, "Username must not be empty"));
        }
        let unknown = || Refusal::new(ErrorCode::UNSUPPORTED_SASL_MECHANISM, "Unknown SCRAM mechanism");
        Mechanism::from_wire(mechanism).ok_or_else(unknown)
    }
}

/// What a request does to each user, in the order in which it first names them.
#[derive(Default)]
struct Altered<'a> {
    users: Vec<&'a Text>,
    outcomes: BTreeMap<&'a Text, Result<MetadataRecord, Refusal>>,
}

impl<'a> Altered<'a> {
    /// Alters a user; one altered before is refused, and what was decided then is taken back.
    fn once(&mut self, user: &'a Text, alter: impl FnOnce() -> Result<MetadataRecord, Refusal>) {
        match self.outcomes.get_mut(user) {
            None => {
                self.users.push(user);
                self.outcomes.insert(user, alter());
            }
            Some(Err(_)) => {}
            Some(twice) => {
                let sentence = "A user credential cannot be altered twice in the same request";
                *twice = Err(Refusal::new(ErrorCode::DUPLICATE_RESOURCE, sentence));
            }
        }
    }
}

/// What is kept of a salted password; `None` for a mechanism that nobody knows.
pub fn scram_credential(of: &ScramCredentialUpsertion) -> Option<UserScramCredentialRecord> {
    Mechanism::from_wire(of.mechanism).map(|mechanism| mechanism.credential(of))
}

/// How a password is proven (RFC 5802, RFC 7677).
#[derive(Clone, Copy)]
enum Mechanism {
    Sha256,
    Sha512,
}

impl Mechanism {
    fn from_wire(mechanism: i8) -> Option<Mechanism> {
        match mechanism {
            1 => Some(Mechanism::Sha256),
            2 => Some(Mechanism::Sha512),
            _ => None,
        }
    }

    fn credential(self, of: &ScramCredentialUpsertion) -> UserScramCredentialRecord {
        let (stored_key, server_key) = self.keys(&of.salted_password);
        UserScramCredentialRecord {
            name: of.name.clone(),
            mechanism: of.mechanism,
            salt: of.salt.clone(),
            stored_key,
            server_key,
            iterations: of.iterations,
            ..Default::default()
        }
    }

    /// The stored key and the server key of a salted password.
    fn keys(self, salted_password: &[u8]) -> (Bytes, Bytes) {
        let (hash, signing) = match self {
            Mechanism::Sha256 => (&digest::SHA256, hmac::HMAC_SHA256),
            Mechanism::Sha512 => (&digest::SHA512, hmac::HMAC_SHA512),
        };
        let key = hmac::Key::new(signing, salted_password);
        let client_key = hmac::sign(&key, b"Client Key");
        let stored_key = digest::digest(hash, client_key.as_ref());
        let server_key = hmac::sign(&key, b"Server Key");
        (Bytes::copy_from_slice(stored_key.as_ref()), Bytes::copy_from_slice(server_key.as_ref()))
    }
}

#[cfg(test)]
mod tests;
