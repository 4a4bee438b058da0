//! A node and clients that speak to it: what the tests of this crate are written in.
//!
//! [`check`] runs a script on the simulated world, where a wait of a minute takes no time and every run is the same; the
//! hostile tests run a [`House`] on the real one. Requests go through the same sockets, frames and codecs as a client's.

mod admin;
mod configs;
mod disk;
mod groups;
mod quotas;
mod records;
mod script;
mod telemetry;
mod topics;

use std::io;
use std::net::SocketAddr;

use bytes::{Buf, Bytes, BytesMut};
use kampa_configs::{BrokerConfig, Given, Origin};
use kampa_protocol::{Reader, Request, RequestHeader, Text, Writer, decode_response_header};
use kampa_world::{ReadHalf, World, WriteHalf};

use crate::{Loggers, Node, StartError};

pub(crate) use script::{check, play};

/// A node that runs.
pub(crate) struct House {
    given: Given,
    pub node: Node,
}

impl House {
    /// Starts a node; `settings` as `key=value` words over small numbers that keep tests quick.
    pub async fn start(world: &World, data_dir: &str, settings: &str) -> House {
        let mut given = Given::default();
        let mut set = |key: &str, value: &str| given.insert(key, value, Origin::Set);
        set("log.dirs", data_dir);
        set("listeners", "PLAINTEXT://:0,CONTROLLER://:0");
        set("advertised.listeners", "PLAINTEXT://node:9092");
        set("offsets.topic.num.partitions", "1");
        set("group.initial.rebalance.delay.ms", "0");
        for word in settings.split_whitespace() {
            let (key, value) = word.split_once('=').expect("key=value");
            set(key, value);
        }
        let outcome = BrokerConfig::resolve(&given);
        let config = outcome.config.unwrap_or_else(|| panic!("{:?}", outcome.findings));
        let node = Node::start(world, given.clone(), config, Loggers::default()).await.expect("the node starts");
        House { given, node }
    }

    /// Starts the node again, as another process on the same machine; `settings` over those it had.
    pub async fn start_again(&mut self, world: &World, settings: &[(&str, &str)]) -> Result<(), StartError> {
        let mut given = self.given.clone();
        settings.iter().for_each(|(key, value)| given.insert(key, value, Origin::Set));
        let config = BrokerConfig::resolve(&given).config.expect("settings");
        self.node = Node::start(world, given, config, Loggers::default()).await?;
        Ok(())
    }

    /// Ports of the clients' listener and the controller's.
    pub fn ports(&self) -> (u16, u16) {
        let addresses = self.node.addresses();
        let port = |text: &String| text.parse::<SocketAddr>().expect("an address").port();
        (port(&addresses[0]), port(addresses.last().expect("a listener")))
    }
}

/// One connection to a node.
pub(crate) struct Client {
    reader: ReadHalf,
    writer: WriteHalf,
    received: BytesMut,
    next_correlation: i32,
    pub client_id: Option<Text>,
}

impl Client {
    pub async fn connect(world: &World, host: &str, port: u16) -> io::Result<Client> {
        let address = world.net().resolve(host, port).await?[0];
        let (reader, writer) = world.net().connect(address).await?.into_split();
        let client_id = Some(Text::from_static("script"));
        Ok(Client { reader, writer, received: BytesMut::new(), next_correlation: 1, client_id })
    }

    /// The whole frame of a request.
    pub fn frame<R: Request>(&mut self, request: &R, version: i16) -> Bytes {
        let mut w = Writer::framed();
        let header = RequestHeader::new(R::KEY, version, self.next_correlation, self.client_id.clone());
        self.next_correlation += 1;
        header.encode(&mut w).expect("a header");
        request.encode(&mut w, version).unwrap_or_else(|e| panic!("{} v{version}: {e}", R::NAME));
        w.finish().into_bytes()
    }

    pub async fn send<R: Request>(&mut self, request: &R, version: i16) -> io::Result<()> {
        let frame = self.frame(request, version);
        self.send_bytes(frame).await
    }

    pub async fn send_bytes(&mut self, bytes: Bytes) -> io::Result<()> {
        self.writer.write_all_vectored(&[bytes]).await
    }

    /// The next answer; an error if the connection is closed.
    pub async fn receive<R: Request>(&mut self, version: i16) -> io::Result<R::Response> {
        let frame = self.receive_frame().await?;
        Ok(decode::<R>(&frame, version))
    }

    pub async fn ask<R: Request>(&mut self, request: &R, version: i16) -> io::Result<R::Response> {
        self.send(request, version).await?;
        self.receive::<R>(version).await
    }

    pub async fn receive_frame(&mut self) -> io::Result<Bytes> {
        loop {
            if let Some(length) = self.received.first_chunk::<4>() {
                let length = i32::from_be_bytes(*length) as usize;
                if self.received.len() >= 4 + length {
                    self.received.advance(4);
                    return Ok(self.received.split_to(length).freeze());
                }
            }
            if self.reader.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// An answer must be what its version says, to the last byte.
pub(crate) fn decode<R: Request>(frame: &Bytes, version: i16) -> R::Response {
    use kampa_protocol::Message;
    let mut r = Reader::new(frame);
    decode_response_header(&mut r, R::KEY, version).expect("a response header");
    let response = R::Response::decode(&mut r, version).unwrap_or_else(|e| panic!("{} v{version}: {e}", R::NAME));
    r.finish().unwrap_or_else(|e| panic!("{} v{version}: {e}", R::NAME));
    response
}
