//! Where this node is reached, and what clients are told of every node's address.
//!
//! A client is told the addresses that brokers registered under the name of the listener it came through; names are
//! sent as configured and never resolved.

use std::io;
use std::net::SocketAddr;

use kampa_configs::{BrokerConfig, Listener};
use kampa_metadata::MetadataImage;
use kampa_protocol::Text;
use kampa_world::{ListenOptions, World};

use crate::apis::Door;
use crate::node::StartError;

/// The listeners of this node.
pub struct Listeners {
    /// For clients, in the order of `listeners`.
    pub clients: Vec<Listener>,
    /// The controller's own, if this node is one.
    pub controller: Option<Listener>,
    /// What this node tells of those for clients: names and addresses that others can reach.
    pub advertised: Vec<Listener>,
}

/// A socket that listens, and whose door it is.
pub struct Bound {
    pub name: String,
    pub door: Door,
    pub address: SocketAddr,
    pub socket: kampa_world::Listener,
}

/// A node as it is told to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reachable {
    pub id: i32,
    pub host: Text,
    pub port: u16,
    pub rack: Option<Text>,
    pub fenced: bool,
}

impl Listeners {
    /// Binds every listener. Ports that the operating system chose are known afterwards.
    pub async fn bind(world: &World, config: &BrokerConfig) -> Result<(Listeners, Vec<Bound>), StartError> {
        let options = ListenOptions {
            backlog: u32::try_from(config.socket_listen_backlog_size).unwrap_or(0),
            send_buffer_bytes: usize::try_from(config.socket_send_buffer_bytes).unwrap_or(0),
            receive_buffer_bytes: usize::try_from(config.socket_receive_buffer_bytes).unwrap_or(0),
            ..ListenOptions::default()
        };
        let (mut clients, mut controller, mut bound) = (Vec::new(), None, Vec::new());
        for listener in config.broker_listeners() {
            let door = Door::Clients { listener: clients.len() };
            clients.push(bind_one(world, listener, door, options, &mut bound).await?);
        }
        for listener in config.controller_listeners() {
            controller = Some(bind_one(world, listener, Door::Controller, options, &mut bound).await?);
        }
        let advertise = |told: &Listener| {
            let mut told = told.clone();
            if told.port == 0 {
                told.port = clients.iter().find(|client| client.name == told.name).map_or(0, |client| client.port);
            }
            if told.host.is_empty() {
                told.host = world.host_name();
            }
            told
        };
        let controller = controller.as_ref().map(advertise);
        let advertised = config.advertised_listeners.iter().map(advertise).collect();
        Ok((Listeners { clients, controller, advertised }, bound))
    }

    /// The brokers as seen through a door, by id.
    pub fn brokers(&self, image: &MetadataImage, door: Door, with_fenced: bool) -> Vec<Reachable> {
        let Some(listener) = self.listener(door) else { return Vec::new() };
        let told = |id: &i32| self.broker_at(image, *id, &listener.name);
        image.brokers.keys().filter_map(told).filter(|broker| with_fenced || !broker.fenced).collect()
    }

    /// One broker as seen through a door, unless it is fenced.
    pub fn broker(&self, image: &MetadataImage, id: i32, door: Door) -> Option<Reachable> {
        let listener = self.listener(door)?;
        self.broker_at(image, id, &listener.name).filter(|broker| !broker.fenced)
    }

    /// The controllers, by id (KIP-919).
    pub fn controllers(&self, image: &MetadataImage) -> Vec<Reachable> {
        let reachable = |controller: &std::sync::Arc<kampa_metadata::ControllerNode>| {
            let endpoint = controller.endpoints.first()?;
            let (host, port) = (endpoint.host.clone(), endpoint.port);
            Some(Reachable { id: controller.id, host, port, rack: None, fenced: false })
        };
        image.controllers.values().filter_map(reachable).collect()
    }

    fn listener(&self, door: Door) -> Option<&Listener> {
        match door {
            Door::Clients { listener } => self.clients.get(listener),
            Door::Controller => self.controller.as_ref(),
        }
    }

    fn broker_at(&self, image: &MetadataImage, id: i32, listener: &str) -> Option<Reachable> {
        let broker = image.brokers.get(&id)?;
        let endpoint = broker.endpoint(listener)?;
        let (host, port) = (endpoint.host.clone(), endpoint.port);
        Some(Reachable { id, host, port, rack: broker.rack.clone(), fenced: broker.fenced })
    }
}

/// Opens every address of a listener and says which port it got. `localhost` may lack one of its two addresses.
async fn bind_one(
    world: &World,
    listener: &Listener,
    door: Door,
    options: ListenOptions,
    bound: &mut Vec<Bound>,
) -> Result<Listener, StartError> {
    let failed = |error: io::Error| StartError::Listen {
        listener: listener.name.clone(),
        address: format!("{}:{}", listener.host, listener.port),
        error,
    };
    let addresses = match listener.addresses() {
        Some(addresses) => addresses,
        None => world.net().resolve(&listener.host, listener.port).await.map_err(failed)?,
    };
    let mut opened = listener.clone();
    let mut first_error = None;
    let already = bound.len();
    for mut address in addresses {
        address.set_port(opened.port);
        match world.net().listen(address, options).await {
            Ok(socket) => {
                let address = socket.local_addr().map_err(failed)?;
                opened.port = address.port();
                bound.push(Bound { name: listener.name.clone(), door, address, socket });
            }
            // A machine without IPv6 still has the other loopback address.
            Err(e) if e.kind() == io::ErrorKind::AddrNotAvailable && address.is_ipv6() => first_error = Some(e),
            Err(e) => return Err(failed(e)),
        }
    }
    if bound.len() == already {
        let nowhere = || io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address here");
        return Err(failed(first_error.unwrap_or_else(nowhere)));
    }
    Ok(opened)
}
