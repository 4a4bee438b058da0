//! What this node says of itself: to the metadata as a broker and a controller, to the quorum as a voter.

use std::sync::Arc;

use kampa_configs::{BrokerConfig, Listener};
use kampa_controller::NodeStart;
use kampa_kraft::Voter;
use kampa_metadata::{Broker, ControllerNode, Endpoint, SupportedFeature};
use kampa_protocol::{Text, Uuid};
use kampa_storage::LogDir;
use kampa_world::World;

use crate::listeners::Listeners;
use crate::log_dirs::LogDirs;

/// As broker and controller. Every start is an incarnation of its own.
pub fn of(world: &World, config: &Arc<BrokerConfig>, listeners: &Listeners, dirs: &LogDirs) -> NodeStart {
    NodeStart {
        controller: ControllerNode {
            id: config.node_id,
            incarnation_id: Uuid(world.uuid_bits()),
            endpoints: listeners.controller.iter().map(endpoint).collect(),
            features: SupportedFeature::ranges(),
        },
        broker: Broker {
            id: config.node_id,
            incarnation_id: Uuid(world.uuid_bits()),
            endpoints: listeners.advertised.iter().map(endpoint).collect(),
            features: SupportedFeature::ranges(),
            rack: config.broker_rack.as_deref().map(Text::from),
            log_dirs: dirs.online().map(LogDir::directory_id).collect(),
            ..Broker::default()
        },
        clean_epoch: dirs.clean_epoch(),
    }
}

/// As the only voter of its quorum; `dir` is that of the metadata log.
pub fn voter(config: &BrokerConfig, listeners: &Listeners, dir: &LogDir) -> Voter {
    let endpoint = |listener: &Listener| (listener.name.as_str().into(), listener.host.as_str().into(), listener.port);
    Voter {
        node_id: config.node_id,
        directory_id: dir.directory_id(),
        endpoints: listeners.controller.iter().map(endpoint).collect(),
    }
}

fn endpoint(listener: &Listener) -> Endpoint {
    Endpoint {
        name: listener.name.as_str().into(),
        host: listener.host.as_str().into(),
        port: listener.port,
        security_protocol: listener.protocol.id(),
    }
}
