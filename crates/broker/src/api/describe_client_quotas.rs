//! DescribeClientQuotas (key 48), v0 and v1: the quotas whose entity matches a filter (KIP-546).

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_metadata::{Map, QuotaEntity};
use kampa_protocol::messages::describe_client_quotas::{
    ComponentData, DescribeClientQuotasRequest, DescribeClientQuotasResponse, EntityData, EntryData, ValueData,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: DescribeClientQuotasRequest,
    _: &Context,
) -> Answer<DescribeClientQuotasResponse> {
    let filter = match filter(&request) {
        Ok(filter) => filter,
        Err((error, sentence)) => {
            return Answer::Now(DescribeClientQuotasResponse {
                error_code: error.0,
                error_message: Some(sentence.into()),
                entries: None,
                ..Default::default()
            });
        }
    };
    let image = broker.image();
    let matching = image.quotas.iter().filter(|(entity, _)| filter.matches(entity));
    let entries = Some(matching.map(|(entity, quotas)| entry(entity, quotas)).collect());
    Answer::Now(DescribeClientQuotasResponse { error_message: Some(Text::default()), entries, ..Default::default() })
}

/// What an entity must be to be told of.
struct Filter {
    wanted: BTreeMap<Text, Wanted>,
    /// Nothing but the kinds above.
    strict: bool,
}

/// What is wanted of one kind.
enum Wanted {
    Named(Text),
    Default,
    Any,
}

/// Match types on the wire.
const EXACT: i8 = 0;
const DEFAULT: i8 = 1;
const SPECIFIED: i8 = 2;

fn filter(request: &DescribeClientQuotasRequest) -> Result<Filter, (ErrorCode, String)> {
    let invalid = |sentence: &str| Err((ErrorCode::INVALID_REQUEST, sentence.to_owned()));
    let mut wanted = BTreeMap::new();
    for ComponentData { entity_type: kind, match_type, r#match: name, .. } in &request.components {
        if kind.is_empty() {
            return invalid("Invalid empty entity type.");
        }
        if wanted.contains_key(kind) {
            return invalid(&format!("Entity type {kind} cannot appear more than once in the filter."));
        }
        if ![QuotaEntity::USER, QuotaEntity::CLIENT_ID, QuotaEntity::IP].contains(&kind.as_str()) {
            return Err((ErrorCode::UNSUPPORTED_VERSION, format!("Unsupported entity type {kind}")));
        }
        let of_kind = match (*match_type, name) {
            (EXACT, Some(name)) => Wanted::Named(name.clone()),
            (EXACT, None) => return invalid("Request specified MATCH_TYPE_EXACT, but set match string to null."),
            (DEFAULT, None) => Wanted::Default,
            (DEFAULT, Some(_)) => {
                return invalid("Request specified MATCH_TYPE_DEFAULT, but also specified a match string.");
            }
            (SPECIFIED, None) => Wanted::Any,
            (SPECIFIED, Some(_)) => {
                return invalid("Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.");
            }
            (other, _) => return invalid(&format!("Unknown match type {other}")),
        };
        wanted.insert(kind.clone(), of_kind);
    }
    if wanted.contains_key(QuotaEntity::IP) && wanted.len() > 1 {
        return invalid(
            "Invalid entity filter component combination. IP filter component should not be used with user or \
             clientId filter component.",
        );
    }
    Ok(Filter { wanted, strict: request.strict })
}

impl Filter {
    fn matches(&self, entity: &QuotaEntity) -> bool {
        let one = |(kind, wanted): (&Text, &Wanted)| match (wanted, entity.name(kind)) {
            (Wanted::Named(wanted), Some(Some(name))) => wanted == name,
            (Wanted::Default, Some(None)) | (Wanted::Any, Some(_)) => true,
            _ => false,
        };
        (!self.strict || entity.parts().len() == self.wanted.len()) && self.wanted.iter().all(one)
    }
}

fn entry(entity: &QuotaEntity, quotas: &Map<Text, f64>) -> EntryData {
    let part = |(kind, name): &(Text, Option<Text>)| EntityData {
        entity_type: kind.clone(),
        entity_name: name.clone(),
        ..Default::default()
    };
    let value = |(key, value): (&Text, &f64)| ValueData { key: key.clone(), value: *value, ..Default::default() };
    EntryData {
        entity: entity.parts().iter().map(part).collect(),
        values: quotas.iter().map(value).collect(),
        ..Default::default()
    }
}
