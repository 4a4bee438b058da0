//! Kafka's own files of both versions, read and written anew; text that is none.

use super::*;
use crate::testing::fuzz;

#[test]
fn kafkas_files_of_both_versions() {
    let v1 = include_bytes!("../../golden/quorum-state-v1");
    let state = QuorumState {
        leader_id: 1,
        leader_epoch: 1,
        voted_id: -1,
        voted_directory_id: Uuid::ZERO,
        current_voters: None,
    };
    assert_eq!(decode(v1).unwrap(), state);
    assert_eq!(encode(&state).as_bytes(), v1);

    let v0 = include_bytes!("../../golden/quorum-state-v0");
    let state = QuorumState { current_voters: Some(vec![1]), ..state };
    assert_eq!(decode(v0).unwrap(), state);
    assert_eq!(encode(&state).as_bytes(), v0);
    fuzz(v0, |file| drop(decode(file)));
    fuzz(v1, |file| drop(decode(file)));
}

#[test]
fn what_is_no_such_file_is_named() {
    let check = |file: &str, want: &str| assert_eq!(decode(file.as_bytes()).unwrap_err().to_string(), want);
    check("", "the file is no JSON object");
    check("{}", "field data_version is missing or malformed");
    check(r#"{"data_version":2}"#, "version 2, not 0 or 1");
    check(r#"{"data_version":1,"leaderId":5000000000}"#, "field leaderId is missing or malformed");
    check(
        r#"{"data_version":1,"leaderId":1,"leaderEpoch":1,"votedId":1,"votedDirectoryId":"x"}"#,
        "field votedDirectoryId is missing or malformed",
    );
}

#[test]
fn a_vote_comes_back() {
    let state = QuorumState {
        leader_id: -1,
        leader_epoch: 12,
        voted_id: 3,
        voted_directory_id: "XV_9F7QARlizO8c2SaQOtw".parse().unwrap(),
        current_voters: None,
    };
    assert_eq!(decode(encode(&state).as_bytes()), Ok(state));
}
