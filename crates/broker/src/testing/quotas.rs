//! Quotas and credentials in the scripts.

use bytes::Bytes;
use kampa_protocol::Text;
use kampa_protocol::messages::alter_client_quotas as alter;
use kampa_protocol::messages::alter_user_scram_credentials::{
    AlterUserScramCredentialsRequest, ScramCredentialDeletion, ScramCredentialUpsertion,
};
use kampa_protocol::messages::describe_client_quotas::{ComponentData, DescribeClientQuotasRequest};
use kampa_protocol::messages::describe_user_scram_credentials::{DescribeUserScramCredentialsRequest, UserName};

use super::script::{Asked, Line, error_with};

/// `set-quota user:alice client-id:app producer_byte_rate=1000 consumer_byte_rate=-`: a kind with a name, `user:` is its
/// default; `-` removes. Field: validate=only.
pub(super) fn set(line: &Line) -> Asked {
    let part = |word: &&str| {
        let (kind, name) = word.split_once(':').expect("kind:name");
        let entity_name = (!name.is_empty()).then(|| Text::from(name));
        alter::EntityData { entity_type: kind.into(), entity_name, ..Default::default() }
    };
    let op = |(key, value): (&str, &str)| alter::OpData {
        key: key.into(),
        value: value.parse().unwrap_or(0.0),
        remove: value == "-",
        ..Default::default()
    };
    let ops = line.fields_but(&["validate", "client-id"]).map(op).collect();
    let entry = alter::EntryData { entity: line.words.iter().map(part).collect(), ops, ..Default::default() };
    let request = alter::AlterClientQuotasRequest {
        entries: vec![entry],
        validate_only: line.field("validate") == Some("only"),
        ..Default::default()
    };
    Asked::new(line, &request, |response, _| {
        let told = response.entries.iter().map(|entry| error_with(entry.error_code, entry.error_message.as_ref()));
        told.collect::<Vec<_>>().join(", ") + &throttled(response.throttle_time_ms)
    })
}

/// `quotas user:alice client-id`: a kind with a name, `user:` is its default, `user` any. Field: strict=yes.
pub(super) fn describe(line: &Line) -> Asked {
    let component = |word: &&str| {
        let (kind, match_type, name) = match word.split_once(':') {
            Some((kind, "")) => (kind, 1, None),
            Some((kind, name)) => (kind, 0, Some(Text::from(name))),
            None => (*word, 2, None),
        };
        ComponentData { entity_type: kind.into(), match_type, r#match: name, ..Default::default() }
    };
    let request = DescribeClientQuotasRequest {
        components: line.words.iter().map(component).collect(),
        strict: line.field("strict") == Some("yes"),
        ..Default::default()
    };
    Asked::new(line, &request, |response, _| {
        let Some(entries) = response.entries else {
            return error_with(response.error_code, response.error_message.as_ref());
        };
        let told = entries.iter().map(|entry| {
            let part = |part: &kampa_protocol::messages::describe_client_quotas::EntityData| {
                format!("{}:{}", part.entity_type, part.entity_name.as_deref().unwrap_or_default())
            };
            let entity: Vec<_> = entry.entity.iter().map(part).collect();
            let values: Vec<_> = entry.values.iter().map(|value| format!("{}={}", value.key, value.value)).collect();
            format!("{} {}", entity.join(" "), values.join(" "))
        });
        let told = told.collect::<Vec<_>>().join("\n");
        if told.is_empty() { "none".to_owned() } else { told }
    })
}

/// `set-scram alice sha=256 iterations=4096`, `set-scram alice sha=512 delete=yes`.
pub(super) fn set_scram(line: &Line) -> Asked {
    let (name, mechanism) = (Text::from(line.words[0]), if line.field("sha") == Some("512") { 2 } else { 1 });
    let mut request = AlterUserScramCredentialsRequest::default();
    if line.field("delete").is_some() {
        request.deletions.push(ScramCredentialDeletion { name, mechanism, ..Default::default() });
    } else {
        request.upsertions.push(ScramCredentialUpsertion {
            name,
            mechanism,
            iterations: line.number("iterations", 4096),
            salt: Bytes::from_static(b"salt"),
            salted_password: Bytes::from_static(b"salted"),
            ..Default::default()
        });
    }
    Asked::new(line, &request, |response, _| {
        let told = response.results.iter().map(|user| error_with(user.error_code, user.error_message.as_ref()));
        told.collect::<Vec<_>>().join(", ")
    })
}

/// `scram`, `scram alice bob`.
pub(super) fn scram(line: &Line) -> Asked {
    let user = |name: &&str| UserName { name: Text::from(*name), ..Default::default() };
    let users = (!line.words.is_empty()).then(|| line.words.iter().map(user).collect());
    let request = DescribeUserScramCredentialsRequest { users, ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let told = response.results.iter().map(|user| {
            let infos = user.credential_infos.iter().map(|info| format!(" {}:{}", info.mechanism, info.iterations));
            let what = error_with(user.error_code, user.error_message.as_ref().filter(|message| !message.is_empty()));
            format!("{} {what}{}", user.user, infos.collect::<String>())
        });
        let told = told.collect::<Vec<_>>().join(", ");
        if told.is_empty() { "nobody".to_owned() } else { told }
    })
}

/// What an answer says of throttling, to a tenth of a second: how long a write took is no business of a script.
pub(super) fn throttled(throttle_time_ms: i32) -> String {
    if throttle_time_ms == 0 {
        String::new()
    } else {
        format!(", throttled {} ms", (throttle_time_ms + 50) / 100 * 100)
    }
}
