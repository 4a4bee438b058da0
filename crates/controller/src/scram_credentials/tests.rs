//! Requests as scripts: users separated by ` + `; the answers are those that Apache Kafka 4.4.0 gave to the same requests.

use std::fmt::Write;

use bytes::Bytes;
use expect_test::{Expect, expect};
use kampa_protocol::ErrorCode;
use kampa_protocol::messages::alter_user_scram_credentials::*;
use kampa_protocol::records::metadata::MetadataRecord;

use super::Mechanism;
use crate::tests::Cluster;

fn check(cluster: &mut Cluster, script: &str, expected: Expect) {
    let mut told = String::new();
    for line in script.lines().map(str::trim) {
        let mut request = AlterUserScramCredentialsRequest::default();
        for part in line.split(" + ") {
            add(&mut request, &part.split_whitespace().collect::<Vec<_>>());
        }
        let decided = cluster.controller.alter_scram_credentials(&request);
        for result in &decided.answer.results {
            let message = result.error_message.as_ref().map(|message| format!(" {message}")).unwrap_or_default();
            let what = if result.error_code == 0 { "ok" } else { ErrorCode(result.error_code).name() };
            let _ = writeln!(told, "{}: {what}{message}", result.user);
        }
        for record in &decided.records {
            let what = match record {
                MetadataRecord::UserScramCredential(r) => format!("{} {} {}", r.name, r.mechanism, r.iterations),
                MetadataRecord::RemoveUserScramCredential(r) => format!("{} {} removed", r.name, r.mechanism),
                other => panic!("a {}", other.name()),
            };
            let _ = writeln!(told, "  {what}");
            cluster.controller.replay(record);
        }
    }
    expected.assert_eq(&told);
}

/// `set alice 1 4096 [password]` or `delete alice 1`
fn add(request: &mut AlterUserScramCredentialsRequest, words: &[&str]) {
    let (name, mechanism) = (words[1].trim_matches('\'').into(), words[2].parse().unwrap());
    if words[0] == "delete" {
        return request.deletions.push(ScramCredentialDeletion { name, mechanism, ..Default::default() });
    }
    let password = words.get(4).map_or("salted", |password| password.trim_matches('\''));
    request.upsertions.push(ScramCredentialUpsertion {
        name,
        mechanism,
        iterations: words[3].parse().unwrap(),
        salt: Bytes::from_static(b"salt"),
        salted_password: Bytes::copy_from_slice(password.as_bytes()),
        ..Default::default()
    });
}

#[test]
fn credentials_are_set_replaced_and_deleted() {
    check(
        &mut Cluster::of_one(),
        "set u1 1 4096 + set u2 2 16384
         set u1 2 8192
         set u1 1 5000
         delete u1 1
         delete u1 1
         delete u2 1",
        expect![[r#"
            u1: ok
            u2: ok
              u1 1 4096
              u2 2 16384
            u1: ok
              u1 2 8192
            u1: ok
              u1 1 5000
            u1: ok
              u1 1 removed
            u1: RESOURCE_NOT_FOUND Attempt to delete a user credential that does not exist
            u2: RESOURCE_NOT_FOUND Attempt to delete a user credential that does not exist
        "#]],
    );
}

#[test]
fn what_is_wrong_is_said() {
    check(
        &mut Cluster::of_one(),
        "set u 1 4095
         set u 1 16385
         set u 2 -1
         set u 3 4096
         set u 0 4096
         set '' 1 4096
         set '' 9 1
         set u 1 4096 ''
         delete nobody 1
         delete nobody 7
         delete '' 1
         set ok 1 4096 + set bad 1 1",
        expect![[r#"
            u: UNACCEPTABLE_CREDENTIAL Too few iterations
            u: UNACCEPTABLE_CREDENTIAL Too many iterations
            u: UNACCEPTABLE_CREDENTIAL Too few iterations
            u: UNSUPPORTED_SASL_MECHANISM Unknown SCRAM mechanism
            u: UNSUPPORTED_SASL_MECHANISM Unknown SCRAM mechanism
            : UNACCEPTABLE_CREDENTIAL Username must not be empty
            : UNACCEPTABLE_CREDENTIAL Username must not be empty
            u: UNKNOWN_SERVER_ERROR
            nobody: RESOURCE_NOT_FOUND Attempt to delete a user credential that does not exist
            nobody: UNSUPPORTED_SASL_MECHANISM Unknown SCRAM mechanism
            : UNACCEPTABLE_CREDENTIAL Username must not be empty
            ok: ok
            bad: UNACCEPTABLE_CREDENTIAL Too few iterations
              ok 1 4096
        "#]],
    );
}

#[test]
fn nobody_is_altered_twice_in_one_request() {
    check(
        &mut Cluster::of_one(),
        "set u1 1 4096
         set u3 1 4096 + set u3 2 4096
         set u9 1 4096 + set u9 1 4096 + set u9 1 4096
         delete u1 1 + delete u1 1
         delete u1 1 + set u1 2 4096
         delete u9 1 + set u9 1 4096
         set bg 1 1 + set bg 1 4096",
        expect![[r#"
            u1: ok
              u1 1 4096
            u3: DUPLICATE_RESOURCE A user credential cannot be altered twice in the same request
            u9: DUPLICATE_RESOURCE A user credential cannot be altered twice in the same request
            u1: DUPLICATE_RESOURCE A user credential cannot be altered twice in the same request
            u1: DUPLICATE_RESOURCE A user credential cannot be altered twice in the same request
            u9: RESOURCE_NOT_FOUND Attempt to delete a user credential that does not exist
            bg: UNACCEPTABLE_CREDENTIAL Too few iterations
        "#]],
    );
}

#[test]
fn an_older_cluster_has_no_credentials() {
    check(
        &mut Cluster::at_level(10),
        "set u 1 4096\ndelete u 1",
        expect![[r#"
        u: UNSUPPORTED_VERSION The current metadata.version does not support SCRAM
        u: UNSUPPORTED_VERSION The current metadata.version does not support SCRAM
    "#]],
    );
    check(
        &mut Cluster::at_level(11),
        "set u 1 4096",
        expect![[r#"
        u: ok
          u 1 4096
    "#]],
    );
}

#[test]
fn too_many_records_are_none() {
    let upsertion = |n: usize| ScramCredentialUpsertion {
        name: format!("u{n}").into(),
        mechanism: 1,
        iterations: 4096,
        salted_password: Bytes::from_static(b"salted"),
        ..Default::default()
    };
    let upsertions = (0..10_001).map(upsertion).collect();
    let request = AlterUserScramCredentialsRequest { upsertions, ..Default::default() };
    let decided = Cluster::of_one().controller.alter_scram_credentials(&request);
    let errors = decided.answer.results.iter().filter(|result| result.error_code == -1).count();
    assert_eq!((decided.records.len(), decided.answer.results.len(), errors), (0, 10_001, 10_001));
}

/// The keys of the password "pencil": RFC 7677's example, and one of SHA-512 from OpenSSL's PBKDF2 and HMAC.
#[test]
fn keys_are_those_of_the_standard() {
    check_keys(
        Mechanism::Sha256,
        "c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d",
        expect![
            "586e5df283e6dceb5c3e791d8b8528ec191e664045ce971792e2e6b5bb13e2a6 c1f3cbc1c13a9d35a14c0990eed97629ea225863e566a4314ab99f3f00e5d9d5"
        ],
    );
    check_keys(
        Mechanism::Sha512,
        "2cfe3a1c151662b1ea49d13f595674a1c666add70df15d3d02254e9905993878\
         261da7407fd11c2fee4b0a30df5154b1a752f86a13380ddd4bdd9a7c958ec769",
        expect![
            "ff41e86c08f2e525a87285eda3d634d669bae8ab6c2e5b3e09ad0014a691fab9eb26557062ff978ee011d9b23e6b87437df366cf7cd4c8747df9277d067fd330 a20870894973d9c760b240b7a95060f1e63512b5f21b81f15ecfe996c163b648d1af4132eaa2e63b3e89b46bb1592beee5f536c2e1005954521cf37278199629"
        ],
    );
}

fn check_keys(mechanism: Mechanism, salted_password: &str, expected: Expect) {
    let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    let salted: Vec<u8> = salted_password.as_bytes().chunks(2).map(byte).collect();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (stored, server) = mechanism.keys(&salted);
    expected.assert_eq(&format!("{} {}", hex(&stored), hex(&server)));
}
