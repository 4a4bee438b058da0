//! `quorum-state`: what a raft replica must not forget, beside the metadata log: whom it voted for and in which epoch.
//!
//! ```text
//! version 1 (kraft.version 1)
//! {"leaderId":1,"leaderEpoch":1,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}
//! version 0 (kraft.version 0)
//! {"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}
//! ```

use kampa_protocol::Uuid;

use crate::json::Json;

/// Name of the file in the metadata log's directory.
pub const FILE_NAME: &str = "quorum-state";

/// A replica's election state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuorumState {
    /// Leader of the epoch, -1 while unknown.
    pub leader_id: i32,
    /// The epoch, -1 before any.
    pub leader_epoch: i32,
    /// Who has our vote in the epoch, -1 nobody.
    pub voted_id: i32,
    /// The voted's directory; zero when unknown, and always in version 0.
    pub voted_directory_id: Uuid,
    /// Version 0 names the voters in the file; in version 1 they are in the log.
    pub current_voters: Option<Vec<i32>>,
}

/// Text that is no such file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuorumStateError {
    /// No JSON object.
    #[error("the file is no JSON object")]
    NotJson,
    /// Written by a later Kafka.
    #[error("version {0}, not 0 or 1")]
    Version(i64),
    /// Absent or of another kind.
    #[error("field {0} is missing or malformed")]
    Field(&'static str),
}

/// The file: version 0 when the voters are in it, else version 1.
pub fn encode(state: &QuorumState) -> String {
    let QuorumState { leader_id, leader_epoch, voted_id, voted_directory_id, current_voters } = state;
    let Some(voters) = current_voters else {
        return format!(
            r#"{{"leaderId":{leader_id},"leaderEpoch":{leader_epoch},"votedId":{voted_id},"votedDirectoryId":"{voted_directory_id}","data_version":1}}"#
        );
    };
    let voters: Vec<String> = voters.iter().map(|id| format!(r#"{{"voterId":{id}}}"#)).collect();
    format!(
        r#"{{"clusterId":"","leaderId":{leader_id},"leaderEpoch":{leader_epoch},"votedId":{voted_id},"appliedOffset":0,"currentVoters":[{}],"data_version":0}}"#,
        voters.join(",")
    )
}

/// The reverse of [`encode`].
pub fn decode(file: &[u8]) -> Result<QuorumState, QuorumStateError> {
    let json = std::str::from_utf8(file).ok().and_then(Json::parse).ok_or(QuorumStateError::NotJson)?;
    let version = json.member("data_version").and_then(Json::number).ok_or(QuorumStateError::Field("data_version"))?;
    if !(0..=1).contains(&version) {
        return Err(QuorumStateError::Version(version));
    }
    let number = |name| {
        let number = json.member(name).and_then(Json::number).and_then(|number| number.try_into().ok());
        number.ok_or(QuorumStateError::Field(name))
    };
    Ok(QuorumState {
        leader_id: number("leaderId")?,
        leader_epoch: number("leaderEpoch")?,
        voted_id: number("votedId")?,
        voted_directory_id: if version == 0 { Uuid::ZERO } else { directory_id(&json)? },
        current_voters: if version == 0 { Some(voters(&json)?) } else { None },
    })
}

fn directory_id(json: &Json) -> Result<Uuid, QuorumStateError> {
    let text = json.member("votedDirectoryId").and_then(Json::text);
    text.and_then(|text| text.parse().ok()).ok_or(QuorumStateError::Field("votedDirectoryId"))
}

fn voters(json: &Json) -> Result<Vec<i32>, QuorumStateError> {
    let list = match json.member("currentVoters") {
        Some(Json::Null) => &[],
        voters => voters.and_then(Json::list).ok_or(QuorumStateError::Field("currentVoters"))?,
    };
    let id = |voter: &Json| voter.member("voterId").and_then(Json::number).and_then(|id| id.try_into().ok());
    list.iter().map(|voter| id(voter).ok_or(QuorumStateError::Field("voterId"))).collect()
}

#[cfg(test)]
mod tests;
