//! Which quota holds for a client, and with whom it shares it. Pure: the metadata's quotas in, one of them out.

use kampa_metadata::{QuotaEntity, Quotas};
use kampa_protocol::Text;

/// Whose use is counted together. `None` is everybody's: a quota of a user counts all its client ids as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Payer {
    pub user: Option<Text>,
    pub client_id: Option<Text>,
}

/// The quota `key` of a client by the most specific entity that has one: user before client id, names before defaults, both
/// before one. A client without a client id has no quota of client ids, not even the default one.
pub fn limit(quotas: &Quotas, key: &str, user: &Text, client_id: &Text) -> Option<(Payer, f64)> {
    let named = |name: &Text| Some(Some(name.clone()));
    let (default, absent) = (Some(None), None);
    let with_client_id = !client_id.is_empty();
    let levels = [
        (named(user), named(client_id)),
        (named(user), default.clone()),
        (named(user), absent.clone()),
        (default.clone(), named(client_id)),
        (default.clone(), default.clone()),
        (default.clone(), absent.clone()),
        (absent.clone(), named(client_id)),
        (absent, default),
    ];
    let possible = levels.into_iter().filter(|(_, of_client)| with_client_id || of_client.is_none());
    possible.into_iter().find_map(|(of_user, of_client)| {
        let payer = Payer {
            user: of_user.is_some().then(|| user.clone()),
            client_id: of_client.is_some().then(|| client_id.clone()),
        };
        Some((payer, *quotas.get(&entity(of_user, of_client))?.get(key)?))
    })
}

/// A kind that the entity does not name is `None`, its default `Some(None)`.
fn entity(user: Option<Option<Text>>, client_id: Option<Option<Text>>) -> QuotaEntity {
    let of_client = client_id.map(|name| (Text::from_static(QuotaEntity::CLIENT_ID), name));
    let of_user = user.map(|name| (Text::from_static(QuotaEntity::USER), name));
    QuotaEntity::new(of_client.into_iter().chain(of_user))
}

#[cfg(test)]
mod tests;
