//! What a simulated process holds of the network: its listeners and its ends of connections.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    BUFFER_BYTES, Delivery, Event, Fault, GIVE_UP_NANOS_MAX, GIVE_UP_NANOS_MIN, Key, Knock, ListenKey, Listening, Load,
    Network, Process, hash_bytes, host_address, host_of,
};
use crate::ListenOptions;

#[derive(Debug)]
pub(crate) struct Listener {
    process: Arc<Process>,
    key: ListenKey,
    number: u64,
}

impl Listener {
    pub(crate) fn listen(process: &Arc<Process>, address: SocketAddr, options: ListenOptions) -> io::Result<Listener> {
        process.check_alive()?;
        if host_of(address.ip(), process.host) != Some(process.host) {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        let mut net = process.sim.net.lock();
        let port = if address.port() == 0 { net.free_port() } else { address.port() };
        let taken = net.listeners.keys().any(|&(host, taken, ip)| {
            let overlap = ip == address.ip() || ip.is_unspecified() || address.ip().is_unspecified();
            host == process.host && taken == port && overlap
        });
        if taken {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        net.listener_count += 1;
        let number = net.listener_count;
        let key = (process.host, port, address.ip());
        let listening = Listening {
            number,
            process: process.index,
            backlog: options.backlog.max(1) as usize,
            waiting: Default::default(),
            accepters: Vec::new(),
        };
        net.listeners.insert(key, listening);
        Ok(Listener { process: process.clone(), key, number })
    }

    pub(crate) fn local_addr(&self) -> SocketAddr {
        SocketAddr::new(self.key.2, self.key.1)
    }

    pub(crate) async fn accept(&self) -> io::Result<(Stream, SocketAddr)> {
        poll_fn(|context| self.poll_accept(context)).await
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<(Stream, SocketAddr)>> {
        self.process.check_alive()?;
        let mut net = self.process.sim.net.lock();
        let Network { listeners, connections, .. } = &mut *net;
        let Some(listening) = listeners.get_mut(&self.key).filter(|found| found.number == self.number) else {
            return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
        };
        while let Some(connection) = listening.waiting.pop_front() {
            if let Some(found) = connections.get_mut(connection) {
                let peer = found.ends[0].address;
                return Poll::Ready(Ok((Stream::new(self.process.clone(), connection, 1), peer)));
            }
        }
        listening.accepters.retain(|waker| !waker.will_wake(context.waker()));
        listening.accepters.push(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut net = self.process.sim.net.lock();
        if net.listeners.get(&self.key).is_none_or(|found| found.number != self.number) {
            return;
        }
        let Some(listening) = net.listeners.remove(&self.key) else { return };
        let mut core = self.process.sim.core.lock();
        for connection in listening.waiting {
            net.close(&mut core, connection, 1);
        }
    }
}

pub(crate) async fn connect(process: &Arc<Process>, to: SocketAddr) -> io::Result<Stream> {
    let sim = &process.sim;
    let ip = if to.ip().is_loopback() { to.ip() } else { host_address(process.host) };
    let local = SocketAddr::new(ip, sim.net.lock().free_port());
    let there = host_of(to.ip(), process.host).unwrap_or(process.host);
    for attempt in 0..CONNECT_ATTEMPTS {
        process.check_alive()?;
        wait_latency(process, process.host, there).await;
        let (knock, wakes) = sim.net.lock().knock(&mut sim.core.lock(), process, local, to);
        wakes.call();
        match knock {
            Knock::Accepted(connection) => {
                // From here on it is closed if the caller goes away.
                let stream = Stream::new(process.clone(), connection, 0);
                wait_latency(process, there, process.host).await;
                return Ok(stream);
            }
            Knock::Refused => {
                wait_latency(process, there, process.host).await;
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            Knock::Lost => {
                let at = sim.core.lock().now() + (CONNECT_RETRY.as_nanos() as u64) * (1 << attempt);
                sim.sleep_until(at).await;
            }
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// A process's name is its host's; numbers are themselves; nobody else is known.
pub(crate) fn resolve(process: &Process, host: &str, port: u16) -> Vec<SocketAddr> {
    let known = process.sim.hosts.lock().find(host).map(host_address);
    let ip = match host {
        "localhost" => Some(IpAddr::from([127, 0, 0, 1])),
        host => host.parse().ok().or(known),
    };
    ip.map(|ip| SocketAddr::new(ip, port)).into_iter().collect()
}

async fn wait_latency(process: &Process, from: u32, to: u32) {
    let at = {
        let net = process.sim.net.lock();
        let mut core = process.sim.core.lock();
        core.now() + net.latency(&mut core, from, to, 0)
    };
    process.sim.sleep_until(at).await;
}

/// One end of a connection; closed when dropped.
#[derive(Debug)]
struct Socket {
    process: Arc<Process>,
    connection: Key,
    side: usize,
}

impl Drop for Socket {
    fn drop(&mut self) {
        let sim = &self.process.sim;
        sim.net.lock().close(&mut sim.core.lock(), self.connection, self.side);
    }
}

impl Socket {
    /// Takes what has arrived, at most `room` bytes; 0 is the end, `None` says nothing has arrived, and the waker is kept.
    fn take(&self, waker: Option<&Waker>, room: usize, put: &mut dyn FnMut(&[u8])) -> io::Result<Option<usize>> {
        self.process.check_alive()?;
        let sim = &self.process.sim;
        let mut net = sim.net.lock();
        let Some(found) = net.connections.get_mut(self.connection) else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let [one, other] = &mut found.ends;
        let (end, peer) = if self.side == 0 { (one, other) } else { (other, one) };
        if end.arrived.is_empty() {
            return match (end.broken, end.at_end) {
                (Some(kind), _) => Err(kind.into()),
                (None, true) => Ok(Some(0)),
                (None, false) => {
                    if let Some(waker) = waker {
                        end.reader = Some(waker.clone());
                    }
                    Ok(None)
                }
            };
        }
        let mut room = room;
        if room > 1 {
            let mut core = sim.core.lock();
            if core.strikes(Fault::ShortTransfer) {
                room = core.chance.between(1, room.min(SHORT_BYTES_MAX) as u64) as usize;
            }
        }
        let mut taken = 0;
        while let Some(front) = end.arrived.front_mut()
            && taken < room
        {
            let count = front.len().min(room - taken);
            put(&front[..count]);
            taken += count;
            if count == front.len() {
                end.arrived.pop_front();
            } else {
                let _ = front.split_to(count);
            }
        }
        end.unread_bytes -= taken;
        let writer = peer.writer.take();
        drop(net);
        if let Some(writer) = writer {
            writer.wake();
        }
        Ok(Some(taken))
    }

    /// Whether [`Socket::take`] would give something or an end or an error.
    fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.process.check_alive()?;
        let mut net = self.process.sim.net.lock();
        let Some(found) = net.connections.get_mut(self.connection) else {
            return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
        };
        let end = &mut found.ends[self.side];
        if !end.arrived.is_empty() || end.at_end || end.broken.is_some() {
            return Poll::Ready(Ok(()));
        }
        end.reader = Some(context.waker().clone());
        Poll::Pending
    }

    /// How many of `want` bytes may be sent now; `None` says none, and the waker is kept.
    fn room(&self, waker: Option<&Waker>, want: usize) -> io::Result<Option<usize>> {
        self.process.check_alive()?;
        let sim = &self.process.sim;
        let mut net = sim.net.lock();
        let Some(found) = net.connections.get_mut(self.connection) else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let [one, other] = &mut found.ends;
        let (end, peer) = if self.side == 0 { (one, other) } else { (other, one) };
        if let Some(kind) = end.broken {
            return Err(kind.into());
        }
        if end.finished {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let room = BUFFER_BYTES.saturating_sub(peer.unread_bytes);
        if room == 0 {
            if let Some(waker) = waker {
                end.writer = Some(waker.clone());
            }
            return Ok(None);
        }
        let count = room.min(want);
        let mut core = sim.core.lock();
        if count > 1 && core.strikes(Fault::ShortTransfer) {
            return Ok(Some(core.chance.between(1, count.min(SHORT_BYTES_MAX) as u64) as usize));
        }
        Ok(Some(count))
    }

    /// Sends bytes for which there is room.
    fn send(&self, bytes: Bytes) {
        let sim = &self.process.sim;
        let mut net = sim.net.lock();
        let mut core = sim.core.lock();
        let to = 1 - self.side;
        core.note("send", u64::from(self.connection.index), hash_bytes(&bytes), |text| {
            std::fmt::Write::write_fmt(
                text,
                format_args!("{} B on {}.{}", bytes.len(), self.connection.index, self.side),
            )
        });
        net.send(&mut core, self.connection, to, Load::Bytes(bytes));
        let Some(found) = net.connections.get_mut(self.connection) else { return };
        let host = found.ends[to].host;
        if found.ends[to].gone {
            // Nobody is there any more. A host that is up again says so; else the sender's patience ends some time.
            found.ends[self.side].doomed = true;
            let patience = match net.up.contains(&host) {
                true => core.chance.between(100_000, 2_000_000),
                false => core.chance.between(GIVE_UP_NANOS_MIN, GIVE_UP_NANOS_MAX),
            };
            let give_up = Event::GiveUp(Delivery { connection: self.connection, to, since: 0 });
            let at = core.now() + patience;
            core.schedule(at, give_up);
        } else if core.strikes(Fault::ConnectionCut) {
            net.cut(&mut core, self.connection);
        }
    }

    /// Sends what fits of some chunks, without a copy; 0 if nothing does.
    fn send_chunks(&self, waker: Option<&Waker>, chunks: &[Bytes]) -> io::Result<usize> {
        let want = chunks.iter().map(Bytes::len).sum();
        if want == 0 {
            return Ok(0);
        }
        let Some(count) = self.room(waker, want)? else { return Ok(0) };
        let mut left = count;
        for chunk in chunks {
            let part = chunk.len().min(left);
            if part > 0 {
                self.send(chunk.slice(..part));
                left -= part;
            }
        }
        Ok(count)
    }

    fn poll_send(&self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        match self.room(Some(context.waker()), bytes.len())? {
            Some(count) => {
                self.send(Bytes::copy_from_slice(&bytes[..count]));
                Poll::Ready(Ok(count))
            }
            None => Poll::Pending,
        }
    }

    /// Says that nothing more follows.
    fn finish(&self) {
        let sim = &self.process.sim;
        let mut net = sim.net.lock();
        let Some(found) = net.connections.get_mut(self.connection) else { return };
        let end = &mut found.ends[self.side];
        if end.finished || end.gone || end.broken.is_some() {
            return;
        }
        end.finished = true;
        net.send(&mut sim.core.lock(), self.connection, 1 - self.side, Load::End);
    }

    fn address_of(&self, side: usize) -> io::Result<SocketAddr> {
        self.process.check_alive()?;
        match self.process.sim.net.lock().connections.get_mut(self.connection) {
            Some(found) => Ok(found.ends[side].address),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

/// Both directions of a connection.
#[derive(Debug)]
pub(crate) struct Stream {
    socket: Socket,
}

impl Stream {
    fn new(process: Arc<Process>, connection: Key, side: usize) -> Stream {
        Stream { socket: Socket { process, connection, side } }
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.address_of(1 - self.socket.side)
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.address_of(self.socket.side)
    }

    pub(crate) fn into_split(self) -> (ReadHalf, WriteHalf) {
        let socket = Arc::new(self.socket);
        (ReadHalf { socket: socket.clone() }, WriteHalf { socket })
    }
}

#[derive(Debug)]
pub(crate) struct ReadHalf {
    socket: Arc<Socket>,
}

impl ReadHalf {
    pub(crate) async fn readable(&self) -> io::Result<()> {
        poll_fn(|context| self.socket.poll_readable(context)).await
    }

    pub(crate) fn try_read_buf(&self, buffer: &mut BytesMut) -> io::Result<Option<usize>> {
        let room = buffer.capacity() - buffer.len();
        self.socket.take(None, room, &mut |bytes| buffer.put_slice(bytes))
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.address_of(1 - self.socket.side)
    }
}

/// Dropping it says that nothing more follows, as the real one does.
#[derive(Debug)]
pub(crate) struct WriteHalf {
    socket: Arc<Socket>,
}

impl WriteHalf {
    pub(crate) async fn write_all_vectored(&self, chunks: &[Bytes]) -> io::Result<()> {
        let mut rest: Vec<Bytes> = chunks.iter().filter(|chunk| !chunk.is_empty()).cloned().collect();
        while !rest.is_empty() {
            let mut sent = poll_fn(|context| match self.socket.send_chunks(Some(context.waker()), &rest) {
                Ok(0) => Poll::Pending,
                sent => Poll::Ready(sent),
            })
            .await?;
            let whole = rest.iter().take_while(|chunk| match sent.checked_sub(chunk.len()) {
                Some(left) => {
                    sent = left;
                    true
                }
                None => false,
            });
            let whole = whole.count();
            rest.drain(..whole);
            if let Some(first) = rest.first_mut() {
                let _ = first.split_to(sent);
            }
        }
        Ok(())
    }

    pub(crate) fn try_write_vectored(&self, chunks: &[Bytes]) -> io::Result<usize> {
        self.socket.send_chunks(None, chunks)
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.address_of(1 - self.socket.side)
    }
}

impl Drop for WriteHalf {
    fn drop(&mut self) {
        self.socket.finish();
    }
}

fn poll_read(socket: &Socket, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
    let room = buffer.remaining();
    if room == 0 {
        return Poll::Ready(Ok(()));
    }
    match socket.take(Some(context.waker()), room, &mut |bytes| buffer.put_slice(bytes))? {
        Some(_) => Poll::Ready(Ok(())),
        None => Poll::Pending,
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        poll_read(&self.socket, context, buffer)
    }
}

impl AsyncRead for ReadHalf {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        poll_read(&self.socket, context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.socket.poll_send(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.finish();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for WriteHalf {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.socket.poll_send(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.finish();
        Poll::Ready(Ok(()))
    }
}

/// A short transfer takes at most this: enough to cut a header, a length or a record in two.
const SHORT_BYTES_MAX: usize = 64;

/// The first wait for an answer to an attempt to connect; each further one is twice as long.
const CONNECT_RETRY: Duration = Duration::from_secs(1);

/// Attempts before a connect times out: two minutes in all.
const CONNECT_ATTEMPTS: u32 = 7;
