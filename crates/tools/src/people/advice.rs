//! What went wrong, and what to do about it.

use kampa_client::Error;
use kampa_protocol::ErrorCode;

/// The error as a sentence; a second line says what to do, where there is something.
pub fn sentence(error: &Error) -> String {
    match advice(error) {
        Some(advice) => format!("{error}\n  {advice}"),
        None => error.to_string(),
    }
}

fn advice(error: &Error) -> Option<&'static str> {
    match error {
        Error::Unreachable { .. } => Some(
            "Is a node running there? `kampa server` starts one here; --server or KAMPA_SERVER names another. `kampa doctor` looks closer.",
        ),
        Error::Disconnected { .. } => {
            Some("A node that speaks TLS or asks for a login closes such connections: see --client-config.")
        }
        Error::Broker { code, .. } => of_code(*code),
        _ => None,
    }
}

fn of_code(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION => {
            "`kampa topic list` shows what is there, `kampa topic create` makes one."
        }
        ErrorCode::TOPIC_ALREADY_EXISTS => "`kampa topic show` tells what it is like; --if-missing lets it stand.",
        ErrorCode::INVALID_TOPIC_EXCEPTION => "Names have letters, digits, '.', '_' and '-', 249 of them at most.",
        ErrorCode::INVALID_REPLICATION_FACTOR => {
            "A replica needs a broker of its own: `kampa cluster show` counts them."
        }
        ErrorCode::INVALID_PARTITIONS => {
            "A topic has at least one partition, and never loses any: the new count must be larger."
        }
        ErrorCode::INVALID_CONFIG => "`kampa config show topic NAME --all` lists settings with what they take.",
        ErrorCode::NON_EMPTY_GROUP => "Its members must stop first: `kampa group show` names them.",
        ErrorCode::UNKNOWN_MEMBER_ID => {
            "The group has members that would overwrite this: stop them first; `kampa group show` names them."
        }
        ErrorCode::GROUP_ID_NOT_FOUND => "`kampa group list` shows the groups there are.",
        ErrorCode::GROUP_SUBSCRIBED_TO_TOPIC => {
            "A member reads that topic: stop it first; `kampa group show` names it."
        }
        ErrorCode::OFFSET_OUT_OF_RANGE => "`kampa topic show` tells where each partition begins and ends.",
        ErrorCode::POLICY_VIOLATION => {
            "A rule of the cluster forbids it, for example: records of compacted topics are not trimmed."
        }
        ErrorCode::THROTTLING_QUOTA_EXCEEDED => "A quota holds changes back: try again in a while.",
        ErrorCode::NOT_ENOUGH_REPLICAS => "Too few replicas are in sync: `kampa topic show` names them.",
        _ => return None,
    })
}
