//! AlterClientQuotas (key 49), v0 and v1: how much users, client ids and addresses may take (KIP-546).

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use kampa_metadata::QuotaEntity;
use kampa_protocol::Text;
use kampa_protocol::messages::alter_client_quotas::{
    AlterClientQuotasRequest, AlterClientQuotasResponse, EntryData, EntryResult,
};
use kampa_world::World;

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

/// Names that are looked up for one request; each may take the resolver seconds, so those beyond count as unknown.
const HOSTS_PER_REQUEST_MAX: usize = 64;

pub fn handle(
    broker: &Arc<Broker>,
    request: AlterClientQuotasRequest,
    _: &Context,
) -> Answer<AlterClientQuotasResponse> {
    let (controller, world) = (broker.controller.clone(), broker.world.clone());
    Answer::later(async move {
        let hosts = reachable(&world, &request).await;
        let request = Arc::new(request);
        let asked = request.clone();
        let is_address = move |name: &str| name.parse::<IpAddr>().is_ok() || hosts.contains(name);
        let decided = controller.decide(move |mind, _| mind.alter_client_quotas(&asked, is_address)).await;
        decided.unwrap_or_else(|error| {
            let failed = |entry: &EntryData| EntryResult {
                error_code: error.0,
                entity: entry.entity.clone(),
                ..Default::default()
            };
            AlterClientQuotasResponse { entries: request.entries.iter().map(failed).collect(), ..Default::default() }
        })
    })
}

/// The host names among the addresses that the resolver knows.
async fn reachable(world: &World, request: &AlterClientQuotasRequest) -> BTreeSet<Text> {
    let parts = request.entries.iter().flat_map(|entry| &entry.entity);
    let names: BTreeSet<&Text> = parts
        .filter(|part| *part.entity_type == *QuotaEntity::IP)
        .filter_map(|part| part.entity_name.as_ref())
        .filter(|name| name.parse::<IpAddr>().is_err())
        .collect();
    let mut reachable = BTreeSet::new();
    for name in names.into_iter().take(HOSTS_PER_REQUEST_MAX) {
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if world.net().resolve(bare, 0).await.is_ok_and(|addresses| !addresses.is_empty()) {
            reachable.insert(name.clone());
        }
    }
    reachable
}

#[cfg(test)]
mod tests;
