//! Client quotas: what a client may use, and for how long its connection is muted when it used more.
//!
//! The quotas themselves stand in the metadata image; here is what was used lately. An answer over a quota leaves at once, says
//! how long the client should wait, and then nothing is read from its connection for as long. While no quota of a kind is set,
//! a request costs one relaxed load.

mod limits;
mod meters;
mod usage;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use kampa_metadata::{MetadataImage, QuotaEntity, Quotas as Limits, quota};
use kampa_protocol::Text;
use kampa_world::World;
use parking_lot::Mutex;

pub use limits::Payer;
use limits::limit;
pub use meters::Window;
use meters::{Meters, Rate, TokenBucket};
pub use usage::{MutationUsage, Usage};

pub struct Quotas {
    world: World,
    image: Arc<ArcSwap<MetadataImage>>,
    /// A bit for each kind that anybody has a quota of.
    in_force: AtomicU8,
    produced: Mutex<Meters<Payer, Rate>>,
    fetched: Mutex<Meters<Payer, Rate>>,
    busy: Mutex<Meters<Payer, Rate>>,
    mutations: Mutex<Meters<Payer, TokenBucket>>,
    connections: Mutex<Meters<IpAddr, Rate>>,
    addresses: ArcSwap<Addresses>,
}

/// Connections a second by address.
#[derive(Default)]
struct Addresses {
    by_address: BTreeMap<IpAddr, f64>,
    others: Option<f64>,
}

/// What there are quotas of, each with its bit and its name in the metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaKind {
    Produce = 1,
    Fetch = 2,
    Request = 4,
    Mutation = 8,
    Connection = 16,
}

/// One payer's use of one quota, for whoever shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct QuotaUse {
    pub kind: QuotaKind,
    pub payer: Payer,
    /// Use per second; of mutations the tokens that are left.
    pub rate: f64,
    /// Milliseconds, on average over the answers that were throttled.
    pub throttle_time_ms: f64,
}

impl QuotaKind {
    const ALL: [QuotaKind; 5] =
        [QuotaKind::Produce, QuotaKind::Fetch, QuotaKind::Request, QuotaKind::Mutation, QuotaKind::Connection];

    fn key(self) -> &'static str {
        match self {
            QuotaKind::Produce => quota::PRODUCER_BYTE_RATE,
            QuotaKind::Fetch => quota::CONSUMER_BYTE_RATE,
            QuotaKind::Request => quota::REQUEST_PERCENTAGE,
            QuotaKind::Mutation => quota::CONTROLLER_MUTATION_RATE,
            QuotaKind::Connection => quota::CONNECTION_CREATION_RATE,
        }
    }
}

impl Quotas {
    /// `mutations` has a window of its own.
    pub fn new(world: &World, image: Arc<ArcSwap<MetadataImage>>, window: Window, mutations: Window) -> Arc<Quotas> {
        let quotas = Arc::new(Quotas {
            world: world.clone(),
            in_force: AtomicU8::new(0),
            produced: Mutex::new(Meters::new(window)),
            fetched: Mutex::new(Meters::new(window)),
            busy: Mutex::new(Meters::new(window)),
            mutations: Mutex::new(Meters::new(mutations)),
            connections: Mutex::new(Meters::new(window)),
            addresses: ArcSwap::default(),
            image,
        });
        let limits = quotas.image.load().quotas.clone();
        quotas.changed(&limits);
        quotas
    }

    /// The quotas of the metadata are these from now on.
    pub fn changed(self: &Arc<Quotas>, limits: &Limits) {
        let has = |kind: &QuotaKind| limits.values().any(|of_entity| of_entity.contains_key(kind.key()));
        let bits = QuotaKind::ALL.iter().filter(|kind| has(kind)).fold(0, |bits, kind| bits | *kind as u8);
        let addresses = Addresses::of(limits);
        let hosts = Addresses::hosts(limits);
        self.addresses.store(Arc::new(addresses));
        self.in_force.store(bits, Ordering::Relaxed);
        if !hosts.is_empty() {
            let quotas = self.clone();
            self.world.spawn("addresses of quotas", async move { quotas.look_up(hosts).await });
        }
    }

    /// Whether anybody has such a quota.
    pub fn is_in_force(&self, kind: QuotaKind) -> bool {
        self.in_force.load(Ordering::Relaxed) & kind as u8 != 0
    }

    /// What one request uses, if there is anything to count.
    pub fn usage(self: &Arc<Quotas>, client_id: Option<&Text>, request_bytes: usize) -> Option<Arc<Usage>> {
        const OF_REQUESTS: u8 = QuotaKind::Produce as u8 | QuotaKind::Fetch as u8 | QuotaKind::Request as u8;
        let counts = self.in_force.load(Ordering::Relaxed) & OF_REQUESTS != 0;
        counts.then(|| Arc::new(Usage::new(self.clone(), client_id, request_bytes)))
    }

    /// What one request changes of the metadata. `strict`: over the quota it is refused, else done and throttled.
    pub fn mutation(self: &Arc<Quotas>, client_id: Option<&Text>, strict: bool) -> MutationUsage {
        if !self.is_in_force(QuotaKind::Mutation) {
            return MutationUsage::unlimited();
        }
        let limit = self.limit(QuotaKind::Mutation, &usage::user(), &client_id.cloned().unwrap_or_default());
        limit.map_or_else(MutationUsage::unlimited, |limit| MutationUsage::new(self.clone(), limit, strict))
    }

    /// How long a new connection is held before it is closed, if its address has opened too many; it then does not count.
    pub fn too_soon(&self, address: IpAddr) -> Option<Duration> {
        if !self.is_in_force(QuotaKind::Connection) {
            return None;
        }
        let limit = self.addresses.load().limit(address)?;
        let now_ms = self.world.now().millis();
        let mut connections = self.connections.lock();
        let window = connections.window;
        let metered = connections.of(&address, now_ms);
        let throttle_ms = metered.measure.charge(window, limit, 1.0, now_ms).min(window.sample_ms);
        if throttle_ms == 0 {
            return None;
        }
        metered.measure.record(window, -1.0, now_ms);
        Some(Duration::from_millis(metered.waits(throttle_ms)))
    }

    /// Who used what lately, of quotas of users and client ids.
    pub fn uses(&self) -> Vec<QuotaUse> {
        let now_ms = self.world.now().millis();
        let mut uses = Vec::new();
        let average = |count: u64, sum: u64| if count == 0 { 0.0 } else { sum as f64 / count as f64 };
        for (kind, meters) in
            [(QuotaKind::Produce, &self.produced), (QuotaKind::Fetch, &self.fetched), (QuotaKind::Request, &self.busy)]
        {
            let mut meters = meters.lock();
            let window = meters.window;
            uses.extend(meters.iter(now_ms).map(|(payer, metered)| QuotaUse {
                kind,
                payer: payer.clone(),
                rate: metered.measure.measure(window, now_ms).0,
                throttle_time_ms: average(metered.throttled, metered.throttled_ms),
            }));
        }
        let mut mutations = self.mutations.lock();
        let window = mutations.window;
        uses.extend(mutations.iter(now_ms).map(|(payer, metered)| QuotaUse {
            kind: QuotaKind::Mutation,
            payer: payer.clone(),
            rate: metered.measure.tokens(window),
            throttle_time_ms: average(metered.throttled, metered.throttled_ms),
        }));
        uses
    }

    fn limit(&self, kind: QuotaKind, user: &Text, client_id: &Text) -> Option<(Payer, f64)> {
        limit(&self.image.load().quotas, kind.key(), user, client_id)
    }

    /// Adds the addresses of host names to those that are written as numbers.
    async fn look_up(&self, hosts: Vec<(Text, f64)>) {
        let looked_up_for = self.addresses.load_full();
        let mut by_address = looked_up_for.by_address.clone();
        for (host, limit) in hosts {
            match self.world.net().resolve(host.trim_start_matches('[').trim_end_matches(']'), 0).await {
                Ok(found) => found.iter().for_each(|address| {
                    by_address.entry(address.ip().to_canonical()).or_insert(limit);
                }),
                Err(e) => tracing::warn!(%host, error = %e, "a quota's host has no address"),
            }
        }
        let found = Arc::new(Addresses { by_address, others: looked_up_for.others });
        // If the quotas have changed meanwhile, another look-up is on its way.
        self.addresses.compare_and_swap(&looked_up_for, found);
    }
}

impl Addresses {
    fn of(limits: &Limits) -> Addresses {
        let mut addresses = Addresses::default();
        for (name, limit) in Addresses::entities(limits) {
            match name.map(|name| name.parse::<IpAddr>()) {
                None => addresses.others = Some(limit),
                Some(Ok(address)) => _ = addresses.by_address.insert(address.to_canonical(), limit),
                Some(Err(_)) => {}
            }
        }
        addresses
    }

    fn hosts(limits: &Limits) -> Vec<(Text, f64)> {
        let names = Addresses::entities(limits).filter_map(|(name, limit)| Some((name?.clone(), limit)));
        names.filter(|(name, _)| name.parse::<IpAddr>().is_err()).collect()
    }

    fn entities(limits: &Limits) -> impl Iterator<Item = (Option<&Text>, f64)> {
        limits.iter().filter_map(|(entity, of_entity)| {
            Some((entity.name(QuotaEntity::IP)?, *of_entity.get(quota::CONNECTION_CREATION_RATE)?))
        })
    }

    fn limit(&self, address: IpAddr) -> Option<f64> {
        self.by_address.get(&address).copied().or(self.others)
    }
}

#[cfg(test)]
mod tests;
