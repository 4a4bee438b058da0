//! kafka-configs: the settings of topics, brokers, loggers, groups and client metrics; quotas; SCRAM credentials.

mod alter;
mod describe;
mod options;
mod quotas;
mod text;

use kampa_client::admin::Admin;
use kampa_client::{Error, ErrorCode};

use super::connect::{Servers, connect, load};
use super::thrown::{Died, Thrown};
use crate::{Call, Outcome, Stop};
use options::Entities;

pub async fn run(call: Call) -> Outcome {
    work(&call).await.map_err(|died| match died {
        Died::Stopped(stop) => stop,
        // What is the command line's fault is said without its class.
        Died::Thrown(thrown) if FAULTS.contains(&thrown.simple_class()) || thrown.class.starts_with("joptsimple.") => {
            call.streams.err.line(thrown.message());
            Stop::Exit(1)
        }
        Died::Thrown(thrown) => {
            let arguments = call.arguments.join(" ");
            call.streams.err.line(format_args!("Error while executing config command with args '{arguments}'"));
            call.streams.err.line(thrown);
            Stop::Exit(1)
        }
    })
}

async fn work(call: &Call) -> Result<(), Died> {
    let (given, entities) = options::read(call).await?;
    let properties = load(&call.world, given.value("command-config")?)?;
    let servers = match (given.value("bootstrap-server")?, given.value("bootstrap-controller")?) {
        (Some(servers), _) => Servers::Brokers(servers),
        (None, controllers) => Servers::Controllers(controllers.unwrap_or_default()),
    };
    let asked = Asked { call, admin: connect(call, servers, properties).await?.admin(), entities };
    let done = match given.has("alter") {
        true if asked.entities.kinds.len() != asked.entities.names.len() => {
            Err(Thrown::illegal("An entity name must be specified for every entity type").into())
        }
        true => asked.alter(&given).await,
        false => asked.describe(given.has("all")).await,
    };
    asked.admin.client().close().await;
    done
}

/// What is asked, and of which cluster.
struct Asked<'a> {
    call: &'a Call,
    admin: Admin,
    entities: Entities,
}

impl Asked<'_> {
    /// What a call ends with, as its cause.
    fn cause(&self, error: &Error, name: &str) -> Thrown {
        let of_controllers = !self.admin.client().settings().bootstrap_controllers.is_empty();
        match error {
            Error::Unsupported { .. } if of_controllers => {
                let words =
                    "This Admin API is not yet supported when communicating directly with the controller quorum.";
                Thrown::of_code(ErrorCode::UNSUPPORTED_ENDPOINT_TYPE, Some(words.to_owned()))
            }
            error => Thrown::of(error, name),
        }
    }

    /// The same as the tool sees it: wrapped by the future it waited for.
    fn failed(&self, error: &Error, name: &str) -> Thrown {
        self.cause(error, name).executed()
    }
}

/// Exceptions that are said by their message.
const FAULTS: [&str; 6] = [
    "UnsupportedVersionException",
    "IllegalArgumentException",
    "NumberFormatException",
    "InvalidConfigurationException",
    "InvalidTopicException",
    "InitializeBootstrapException",
];

#[cfg(test)]
mod tests;
