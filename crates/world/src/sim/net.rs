//! The simulated network: connections between hosts as two queues of packets each, with delays, cuts, partitions and bounds.
//!
//! Packets of one direction arrive in order, as TCP has it; what is lost on the way is only late. A receiver that does not read
//! stops its sender after [`BUFFER_BYTES`].
//! Invariant: wakers are called after the network's lock was let go.

mod stream;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::task::Waker;

use bytes::Bytes;

use super::executor::{Core, Event, Sim};
use super::faults::Fault;
use super::slab::{Key, Slab};
use super::trace::hash_bytes;
use super::{Process, host_address};

pub(crate) use stream::{Listener, ReadHalf, Stream, WriteHalf, connect, resolve};

pub(crate) struct Network {
    connections: Slab<Connection>,
    listeners: BTreeMap<ListenKey, Listening>,
    blocked: BTreeSet<(u32, u32)>,
    slowed: BTreeMap<(u32, u32), u32>,
    /// Hosts with power.
    up: BTreeSet<u32>,
    next_port: u16,
    listener_count: u64,
}

/// Host, port and the address it is bound to.
type ListenKey = (u32, u16, IpAddr);

struct Listening {
    number: u64,
    process: u32,
    backlog: usize,
    waiting: VecDeque<Key>,
    accepters: Vec<Waker>,
}

struct Connection {
    ends: [End; 2],
}

/// One end of a connection, with what is on its way to it.
struct End {
    process: u32,
    host: u32,
    address: SocketAddr,
    in_flight: VecDeque<Packet>,
    arrived: VecDeque<Bytes>,
    /// Bytes in flight and arrived together: what the other end has sent and this one has not read.
    unread_bytes: usize,
    last_at: u64,
    /// A partition keeps its packets since this moment.
    held_since: Option<u64>,
    /// The other end will send no more.
    at_end: bool,
    broken: Option<io::ErrorKind>,
    /// This end has said that it sends no more.
    finished: bool,
    /// The application has let go of it.
    closed: bool,
    /// Its host lost power: it answers nothing.
    gone: bool,
    /// It writes to an end that is gone and will learn it.
    doomed: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

struct Packet {
    at: u64,
    load: Load,
}

enum Load {
    Bytes(Bytes),
    End,
    Break(io::ErrorKind),
}

/// Something is due at one end of a connection.
#[derive(Clone, Copy)]
pub(crate) struct Delivery {
    connection: Key,
    to: usize,
    /// For giving up: the partition that was meant.
    since: u64,
}

/// Wakers to call once the lock is let go.
#[derive(Default)]
struct Wakes(Vec<Waker>);

impl Wakes {
    fn add(&mut self, waker: Option<Waker>) {
        self.0.extend(waker);
    }

    fn call(self) {
        self.0.into_iter().for_each(Waker::wake);
    }
}

/// What becomes of an attempt to connect.
enum Knock {
    Accepted(Key),
    Refused,
    /// Nobody answers: try again.
    Lost,
}

impl Network {
    pub(crate) fn new() -> Network {
        Network {
            connections: Slab::new(),
            listeners: BTreeMap::new(),
            blocked: BTreeSet::new(),
            slowed: BTreeMap::new(),
            up: BTreeSet::new(),
            next_port: FIRST_FREE_PORT,
            listener_count: 0,
        }
    }

    pub(crate) fn slow(&mut self, from: u32, to: u32, factor: u32) {
        self.slowed.insert((from, to), factor.max(1));
    }

    pub(crate) fn host_up(&mut self, host: u32) {
        self.up.insert(host);
    }

    fn free_port(&mut self) -> u16 {
        let port = self.next_port;
        self.next_port = if port == u16::MAX { FIRST_FREE_PORT } else { port + 1 };
        port
    }

    /// How long a packet takes, in nanoseconds.
    fn latency(&self, core: &mut Core, from: u32, to: u32, bytes: usize) -> u64 {
        let mut nanos = bytes as u64 * NANOS_PER_BYTE;
        if from == to {
            return nanos + core.chance.between(5_000, 50_000);
        }
        nanos += core.chance.between(50_000, 600_000);
        if let Some(factor) = self.slowed.get(&(from, to)) {
            nanos *= u64::from(*factor);
        }
        if core.strikes(Fault::PacketDelayed) {
            nanos += core.chance.below(core.faults.packet_delay_max.as_nanos() as u64 + 1);
        }
        nanos
    }

    fn is_blocked(&self, from: u32, to: u32) -> bool {
        !self.blocked.is_empty() && self.blocked.contains(&(from, to))
    }

    /// Sends something to one end.
    fn send(&mut self, core: &mut Core, connection: Key, to: usize, load: Load) {
        let Some(ends) = self.connections.get_mut(connection).map(|connection| &connection.ends) else { return };
        let (from_host, to_host) = (ends[1 - to].host, ends[to].host);
        let bytes = if let Load::Bytes(bytes) = &load { bytes.len() } else { 0 };
        let latency = self.latency(core, from_host, to_host, bytes);
        let Some(connection_now) = self.connections.get_mut(connection) else { return };
        let end = &mut connection_now.ends[to];
        let at = end.last_at.max(core.now() + latency);
        end.last_at = at;
        end.unread_bytes += bytes;
        end.in_flight.push_back(Packet { at, load });
        if !end.gone {
            core.schedule(at, Event::Deliver(Delivery { connection, to, since: 0 }));
        }
    }

    /// Both ends will see the connection broken; some of what is on its way is lost.
    fn cut(&mut self, core: &mut Core, connection: Key) {
        for to in 0..2 {
            let Some(found) = self.connections.get_mut(connection) else { return };
            let in_flight = &mut found.ends[to].in_flight;
            let kept = core.chance.between(0, in_flight.len() as u64) as usize;
            in_flight.truncate(kept);
            self.send(core, connection, to, Load::Break(io::ErrorKind::ConnectionReset));
        }
    }

    /// An attempt to connect arrives at its host.
    fn knock(&mut self, core: &mut Core, process: &Process, local: SocketAddr, to: SocketAddr) -> (Knock, Wakes) {
        let silent = |knock| (knock, Wakes::default());
        let Some(host) = host_of(to.ip(), process.host) else { return silent(Knock::Lost) };
        if self.is_blocked(process.host, host) || self.is_blocked(host, process.host) {
            core.count(Fault::PacketHeld);
            return silent(Knock::Lost);
        }
        let bound = [to.ip(), IpAddr::from([0, 0, 0, 0]), IpAddr::from([0; 16])]
            .into_iter()
            .map(|address| (host, to.port(), address))
            .find(|key| self.listeners.contains_key(key));
        let Some(listening) = bound.and_then(|key| self.listeners.get_mut(&key)) else {
            // A host without power does not even refuse.
            return silent(if self.up.contains(&host) { Knock::Refused } else { Knock::Lost });
        };
        if core.strikes(Fault::ConnectRefused) {
            return silent(Knock::Refused);
        }
        if listening.waiting.len() >= listening.backlog {
            return silent(Knock::Lost);
        }
        let ends = [End::new(process.index, process.host, local), End::new(listening.process, host, to)];
        let connection = self.connections.insert_with(|_| Connection { ends });
        listening.waiting.push_back(connection);
        core.note("connect", u64::from(connection.index), u64::from(to.port()), |text| {
            std::fmt::Write::write_fmt(text, format_args!("{local} to {to}"))
        });
        (Knock::Accepted(connection), Wakes(std::mem::take(&mut listening.accepters)))
    }

    /// The application or the operating system closes one end.
    fn close(&mut self, core: &mut Core, connection: Key, side: usize) {
        let Some(found) = self.connections.get_mut(connection) else { return };
        let end = &mut found.ends[side];
        if end.closed || end.gone {
            return;
        }
        end.closed = true;
        let load = match (end.broken, end.arrived.is_empty(), end.finished) {
            (Some(_), ..) => None,
            // Bytes nobody will read: the other end is told so.
            (None, false, _) => Some(Load::Break(io::ErrorKind::ConnectionReset)),
            (None, true, false) => Some(Load::End),
            (None, true, true) => None,
        };
        end.arrived.clear();
        end.finished = true;
        if let Some(load) = load {
            self.send(core, connection, 1 - side, load);
        }
        self.forget_if_over(connection);
    }

    fn forget_if_over(&mut self, connection: Key) {
        if let Some(found) = self.connections.get_mut(connection)
            && found.ends.iter().all(|end| end.closed || end.gone)
        {
            self.connections.remove(connection);
        }
    }

    /// Lets what is due at one end arrive.
    fn deliver(&mut self, core: &mut Core, delivery: Delivery, wakes: &mut Wakes) {
        let Delivery { connection, to, .. } = delivery;
        let Some(found) = self.connections.get_mut(connection) else { return };
        let (from_host, to_host) = (found.ends[1 - to].host, found.ends[to].host);
        if self.is_blocked(from_host, to_host) {
            self.hold(core, connection, to);
            return;
        }
        let Some(found) = self.connections.get_mut(connection) else { return };
        let end = &mut found.ends[to];
        let now = core.now();
        let mut answer_reset = false;
        while end.in_flight.front().is_some_and(|packet| packet.at <= now) {
            let Some(packet) = end.in_flight.pop_front() else { break };
            match packet.load {
                Load::Bytes(bytes) if end.closed => {
                    end.unread_bytes -= bytes.len();
                    answer_reset = true;
                }
                // Sent by one who had not heard of the break: what comes behind a gap arrives nowhere.
                Load::Bytes(bytes) if end.broken.is_some() => end.unread_bytes -= bytes.len(),
                Load::Bytes(bytes) => {
                    core.note("deliver", u64::from(connection.index), bytes.len() as u64, |text| {
                        std::fmt::Write::write_fmt(text, format_args!("{} B to {}", bytes.len(), end.address))
                    });
                    end.arrived.push_back(bytes);
                }
                Load::End => end.at_end = true,
                Load::Break(kind) => end.broken = Some(end.broken.unwrap_or(kind)),
            }
            wakes.add(end.reader.take());
        }
        if end.broken.is_some() {
            wakes.add(end.writer.take());
        }
        if answer_reset {
            self.send(core, connection, 1 - to, Load::Break(io::ErrorKind::ConnectionReset));
        }
    }

    /// A partition keeps an end's packets; after long enough the connection breaks.
    fn hold(&mut self, core: &mut Core, connection: Key, to: usize) {
        let Some(found) = self.connections.get_mut(connection) else { return };
        let end = &mut found.ends[to];
        if end.held_since.is_some() {
            return;
        }
        let since = core.now();
        end.held_since = Some(since);
        core.count(Fault::PacketHeld);
        let patience = core.chance.between(GIVE_UP_NANOS_MIN, GIVE_UP_NANOS_MAX);
        core.schedule(since + patience, Event::GiveUp(Delivery { connection, to, since }));
    }
}

impl End {
    fn new(process: u32, host: u32, address: SocketAddr) -> End {
        End {
            process,
            host,
            address,
            in_flight: VecDeque::new(),
            arrived: VecDeque::new(),
            unread_bytes: 0,
            last_at: 0,
            held_since: None,
            at_end: false,
            broken: None,
            finished: false,
            closed: false,
            gone: false,
            doomed: false,
            reader: None,
            writer: None,
        }
    }
}

impl Sim {
    pub(crate) fn deliver(&self, delivery: Delivery) {
        let mut wakes = Wakes::default();
        self.net.lock().deliver(&mut self.core.lock(), delivery, &mut wakes);
        wakes.call();
    }

    /// The patience with a partition or with a host without power is over: both ends see the connection broken.
    pub(crate) fn give_up(&self, delivery: Delivery) {
        let mut wakes = Wakes::default();
        {
            let mut net = self.net.lock();
            let Some(found) = net.connections.get_mut(delivery.connection) else { return };
            let [one, other] = &mut found.ends;
            let (to, from) = if delivery.to == 0 { (one, other) } else { (other, one) };
            let held = to.held_since == Some(delivery.since);
            if !held && !from.doomed {
                return;
            }
            let kind = if held { io::ErrorKind::TimedOut } else { io::ErrorKind::ConnectionReset };
            for end in [to, from] {
                end.broken = Some(end.broken.unwrap_or(kind));
                wakes.add(end.reader.take());
                wakes.add(end.writer.take());
            }
        }
        wakes.call();
    }

    pub(crate) fn block(&self, from: u32, to: u32) {
        self.net.lock().blocked.insert((from, to));
    }

    pub(crate) fn heal(&self) {
        let mut net = self.net.lock();
        let mut core = self.core.lock();
        net.blocked.clear();
        net.slowed.clear();
        let held: Vec<(Key, usize)> = net
            .connections
            .iter()
            .flat_map(|(key, connection)| [(key, 0, &connection.ends[0]), (key, 1, &connection.ends[1])])
            .filter(|(_, _, end)| end.held_since.is_some())
            .map(|(key, to, _)| (key, to))
            .collect();
        for (connection, to) in held {
            let at = core.now() + core.chance.between(1_000_000, RESEND_NANOS_MAX);
            core.schedule(at, Event::Deliver(Delivery { connection, to, since: 0 }));
            if let Some(found) = net.connections.get_mut(connection) {
                found.ends[to].held_since = None;
            }
        }
    }

    pub(crate) fn cut_between(&self, one: u32, other: u32) {
        let mut net = self.net.lock();
        let between: Vec<Key> = net
            .connections
            .iter()
            .filter(|(_, connection)| {
                let hosts = [connection.ends[0].host, connection.ends[1].host];
                hosts == [one, other] || hosts == [other, one]
            })
            .map(|(key, _)| key)
            .collect();
        let mut core = self.core.lock();
        for connection in between {
            net.cut(&mut core, connection);
            core.count(Fault::ConnectionCut);
        }
    }

    /// A process has ended: the operating system closes what it held.
    pub(crate) fn process_ended(&self, process: u32) {
        let mut net = self.net.lock();
        let mut core = self.core.lock();
        net.listeners.retain(|_, listening| listening.process != process);
        for (connection, side) in net.ends_of(process) {
            net.close(&mut core, connection, side);
        }
    }

    /// A host has lost power: nobody is left to close anything.
    pub(crate) fn host_lost(&self, host: u32, process: u32) {
        let mut net = self.net.lock();
        net.up.remove(&host);
        net.listeners.retain(|_, listening| listening.process != process);
        for (connection, side) in net.ends_of(process) {
            if let Some(found) = net.connections.get_mut(connection) {
                found.ends[side].gone = true;
            }
            net.forget_if_over(connection);
        }
    }
}

impl Network {
    fn ends_of(&self, process: u32) -> Vec<(Key, usize)> {
        let ends =
            self.connections.iter().flat_map(|(key, found)| [(key, 0, &found.ends[0]), (key, 1, &found.ends[1])]);
        ends.filter(|(_, _, end)| end.process == process).map(|(key, side, _)| (key, side)).collect()
    }
}

/// Which host an address belongs to, seen from another.
fn host_of(address: IpAddr, from: u32) -> Option<u32> {
    match address {
        address if address.is_loopback() || address.is_unspecified() => Some(from),
        IpAddr::V4(address) => match address.octets() {
            [10, 0, high, low] => u32::from(u16::from_be_bytes([high, low])).checked_sub(1),
            _ => None,
        },
        IpAddr::V6(_) => None,
    }
}

/// What may be sent and not yet read on one direction of a connection: as a socket's buffers, so that senders feel a reader that
/// does not keep up.
const BUFFER_BYTES: usize = 256 * 1024;

/// A gigabyte a second.
const NANOS_PER_BYTE: u64 = 1;

/// Where free ports begin.
const FIRST_FREE_PORT: u16 = 32_768;

/// A connection that gets no packet through breaks after this or more.
const GIVE_UP_NANOS_MIN: u64 = 10_000_000_000;

/// And after this at the latest. Real ones take a quarter of an hour; nobody above relies on it, all have timeouts.
const GIVE_UP_NANOS_MAX: u64 = 60_000_000_000;

/// What a partition held is sent again within this time.
const RESEND_NANOS_MAX: u64 = 900_000_000;
