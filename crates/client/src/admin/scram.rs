//! SCRAM credentials: who has which, and giving and taking them. A password leaves this process salted and hashed only.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use bytes::Bytes;
use kampa_protocol::messages::alter_user_scram_credentials::{
    AlterUserScramCredentialsRequest, ScramCredentialDeletion, ScramCredentialUpsertion,
};
use kampa_protocol::messages::describe_user_scram_credentials::{DescribeUserScramCredentialsRequest, UserName};
use kampa_world::World;

use super::settle::unanswered;
use super::{Admin, Each};
use crate::{Error, To};

/// The numbers are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScramMechanism {
    Unknown = 0,
    Sha256 = 1,
    Sha512 = 2,
}

impl ScramMechanism {
    pub fn name(self) -> &'static str {
        match self {
            ScramMechanism::Unknown => "UNKNOWN",
            ScramMechanism::Sha256 => "SCRAM-SHA-256",
            ScramMechanism::Sha512 => "SCRAM-SHA-512",
        }
    }

    pub fn from_name(name: &str) -> Option<ScramMechanism> {
        [ScramMechanism::Sha256, ScramMechanism::Sha512].into_iter().find(|one| one.name() == name)
    }

    /// RFC 5802's `Hi`, which is PBKDF2 with the mechanism's HMAC.
    pub fn salted(self, iterations: NonZeroU32, salt: &[u8], password: &str) -> Option<Bytes> {
        let (algorithm, length) = match self {
            ScramMechanism::Unknown => return None,
            ScramMechanism::Sha256 => (pbkdf2::PBKDF2_HMAC_SHA256, 32),
            ScramMechanism::Sha512 => (pbkdf2::PBKDF2_HMAC_SHA512, 64),
        };
        let mut hashed = vec![0; length];
        pbkdf2::derive(algorithm, iterations, salt, password.as_bytes(), &mut hashed);
        Some(hashed.into())
    }

    fn from_number(number: i8) -> ScramMechanism {
        match number {
            1 => ScramMechanism::Sha256,
            2 => ScramMechanism::Sha512,
            _ => ScramMechanism::Unknown,
        }
    }
}

/// What a cluster tells of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScramInfo {
    pub mechanism: ScramMechanism,
    pub iterations: i32,
}

/// A credential given (or replaced) or taken away.
#[derive(Clone, Debug, PartialEq)]
pub enum ScramAlteration {
    Upsert { user: String, info: ScramInfo, password: String },
    Delete { user: String, mechanism: ScramMechanism },
}

impl ScramAlteration {
    fn user(&self) -> &str {
        match self {
            ScramAlteration::Upsert { user, .. } | ScramAlteration::Delete { user, .. } => user,
        }
    }
}

impl Admin {
    /// No users named means everybody who has a credential.
    pub async fn describe_scram_credentials(&self, users: &[String]) -> Result<Each<String, Vec<ScramInfo>>, Error> {
        let named = users.iter().map(|user| UserName { name: user.into(), ..Default::default() }).collect();
        let request = DescribeUserScramCredentialsRequest { users: Some(named), ..Default::default() };
        let response = self.client.call(self.any(), request).await?;
        Error::check_with(response.error_code, response.error_message.as_deref(), || {
            "the SCRAM credentials".to_owned()
        })?;
        Ok(response
            .results
            .into_iter()
            .map(|one| {
                let what = || format!("the SCRAM credentials of user {}", one.user);
                let told = Error::check_with(one.error_code, one.error_message.as_deref(), what);
                let infos = one.credential_infos.iter().map(|info| ScramInfo {
                    mechanism: ScramMechanism::from_number(info.mechanism),
                    iterations: info.iterations,
                });
                let infos = told.map(|()| infos.collect());
                (one.user.into(), infos)
            })
            .collect())
    }

    pub async fn alter_scram_credentials(&self, alterations: &[ScramAlteration]) -> Each<String, ()> {
        let mut users: Vec<String> = Vec::new();
        for one in alterations {
            if !users.iter().any(|user| user == one.user()) {
                users.push(one.user().to_owned());
            }
        }
        let again = |_: &String, code| self.controller_moved(code);
        self.settle("altering SCRAM credentials", users, again, |left: Vec<String>| async move {
            let mut request = AlterUserScramCredentialsRequest::default();
            for one in alterations.iter().filter(|one| left.iter().any(|user| user == one.user())) {
                match one {
                    ScramAlteration::Upsert { user, info, password } => {
                        request.upsertions.push(upsertion(self.client.world(), user, *info, password)?);
                    }
                    ScramAlteration::Delete { user, mechanism } => {
                        let mechanism = *mechanism as i8;
                        request.deletions.push(ScramCredentialDeletion {
                            name: user.into(),
                            mechanism,
                            ..Default::default()
                        });
                    }
                }
            }
            let response = self.client.call(To::Controller, request).await?;
            Ok(left
                .into_iter()
                .map(|user| {
                    let what = || format!("the SCRAM credentials of user {user}");
                    let one = response.results.iter().find(|one| one.user == user.as_str());
                    let done = one
                        .ok_or_else(|| unanswered(&what()))
                        .and_then(|one| Error::check_with(one.error_code, one.error_message.as_deref(), what));
                    (user, done)
                })
                .collect())
        })
        .await
    }
}

fn upsertion(world: &World, user: &str, info: ScramInfo, password: &str) -> Result<ScramCredentialUpsertion, Error> {
    // Kafka bounds the count at 16384; hashing more would only burn this process's time before the cluster says no.
    let iterations =
        u32::try_from(info.iterations).ok().filter(|count| *count <= ITERATIONS_MAX).and_then(NonZeroU32::new);
    let refused = |wanted: &str| Error::Setting {
        key: "iterations".to_owned(),
        value: info.iterations.to_string(),
        wanted: wanted.to_owned(),
    };
    let iterations = iterations.ok_or_else(|| refused("a number of 1 to 16384 is wanted"))?;
    let salt = scram_salt(world);
    let salted_password = info.mechanism.salted(iterations, &salt, password);
    let salted_password = salted_password.ok_or_else(|| refused("a mechanism to salt for is wanted"))?;
    Ok(ScramCredentialUpsertion {
        name: user.into(),
        mechanism: info.mechanism as i8,
        iterations: info.iterations,
        salt,
        salted_password,
        ..Default::default()
    })
}

/// A salt nobody has.
pub fn scram_salt(world: &World) -> Bytes {
    let mut salt = Vec::with_capacity(SALT_BYTES);
    salt.extend(world.uuid_bits());
    salt.extend(world.uuid_bits());
    salt.into()
}

/// As Kafka's own mechanisms allow.
const ITERATIONS_MAX: u32 = 16_384;
const SALT_BYTES: usize = 32;
