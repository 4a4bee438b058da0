//! The accept loop of one listener, and how many connections there may be.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use kampa_world::{Listener, Stream, World};
use parking_lot::Mutex;
use tracing::warn;

/// How many connections are open, in all and by address; shared by every listener of a node.
#[derive(Default)]
pub struct ConnectionCount {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    total: usize,
    by_address: BTreeMap<IpAddr, usize>,
}

/// How many connections are allowed (`max.connections`, `max.connections.per.ip` and its overrides).
#[derive(Clone, Debug)]
pub struct AcceptLimits {
    pub connections_max: usize,
    pub connections_per_address_max: usize,
    /// Addresses with a limit of their own.
    pub connections_by_address_max: Arc<BTreeMap<IpAddr, usize>>,
}

impl ConnectionCount {
    pub fn total(&self) -> usize {
        self.open.lock().total
    }

    /// A place for a connection from `address`, given back when it is dropped; `None` if there is none left.
    pub fn enter(self: &Arc<Self>, address: IpAddr, limits: &AcceptLimits) -> Option<Place> {
        let mut open = self.open.lock();
        let here = open.by_address.get(&address).copied().unwrap_or(0);
        let here_max = limits.connections_by_address_max.get(&address).copied();
        if open.total >= limits.connections_max || here >= here_max.unwrap_or(limits.connections_per_address_max) {
            return None;
        }
        open.total += 1;
        open.by_address.insert(address, here + 1);
        Some(Place { count: self.clone(), address })
    }
}

/// One connection's place in the count.
pub struct Place {
    count: Arc<ConnectionCount>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.count.open.lock();
        open.total -= 1;
        if let Some(here) = open.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

/// Accepts connections for ever and gives each a task of its own. A connection beyond the limits is closed at once; one that
/// came too soon after others from its address is held, unread, for the time that `too_soon` says, and then closed.
pub async fn accept_loop<F, C>(
    world: World,
    listener: Listener,
    count: Arc<ConnectionCount>,
    limits: impl Fn() -> AcceptLimits + Send,
    too_soon: impl Fn(IpAddr) -> Option<Duration> + Send,
    connection: F,
) where
    F: Fn(Stream, SocketAddr) -> C + Send,
    C: Future<Output = io::Result<()>> + Send + 'static,
{
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(e) => {
                // Out of file descriptors, mostly: wait for some to be given back instead of spinning.
                warn!(error = %e, "accept connection");
                world.sleep(ACCEPT_RETRY).await;
                continue;
            }
        };
        let address = peer.ip().to_canonical();
        let held = too_soon(address);
        let Some(place) = count.enter(address, &limits()) else {
            tracing::info!(%peer, open = count.total(), "connection refused: the limit of connections is reached");
            continue;
        };
        if let Some(held) = held {
            let clock = world.clone();
            world.spawn("connection too soon", async move {
                clock.sleep(held).await;
                drop((stream, place));
            });
            continue;
        }
        let serving = connection(stream, peer);
        world.spawn("connection", async move {
            if let Err(e) = serving.await {
                tracing::debug!(%peer, error = %e, "connection closed");
            }
            drop(place);
        });
    }
}

/// How long to wait after a failed accept.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);
