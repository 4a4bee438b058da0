//! TCP: listening, connecting, and streams that read and write bytes. Frames, limits and order are `transport`'s.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::sim::Process;
use crate::{real, sim};

/// The network this process is on. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Net {
    side: NetSide,
}

#[derive(Clone, Debug)]
enum NetSide {
    Real,
    Simulated(Arc<Process>),
}

/// What to ask of a listening socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenOptions {
    /// Connections the operating system holds until they are accepted.
    pub backlog: u32,
    /// Take the port although connections of a former process linger there.
    pub reuse_address: bool,
    /// Socket send buffer in bytes; 0 leaves the operating system's choice.
    pub send_buffer_bytes: usize,
    /// Socket receive buffer in bytes; 0 leaves the operating system's choice.
    pub receive_buffer_bytes: usize,
}

impl Default for ListenOptions {
    /// A backlog of 50 (Kafka's `socket.listen.backlog.size`), address reuse, the system's buffers.
    fn default() -> Self {
        ListenOptions { backlog: 50, reuse_address: true, send_buffer_bytes: 0, receive_buffer_bytes: 0 }
    }
}

impl Net {
    pub(crate) fn real() -> Net {
        Net { side: NetSide::Real }
    }

    pub(crate) fn simulated(process: Arc<Process>) -> Net {
        Net { side: NetSide::Simulated(process) }
    }

    /// Listens on an address; port 0 takes a free one. `[::]` takes IPv4 connections too, other IPv6 addresses do not.
    pub async fn listen(&self, address: SocketAddr, options: ListenOptions) -> io::Result<Listener> {
        match &self.side {
            NetSide::Real => Ok(Listener { side: ListenerSide::Real(real::net::listen(address, options)?) }),
            NetSide::Simulated(process) => {
                let listener = sim::net::Listener::listen(process, address, options)?;
                Ok(Listener { side: ListenerSide::Simulated(listener) })
            }
        }
    }

    /// Connects. The wait for a host that does not answer is the operating system's (minutes): set a timeout.
    pub async fn connect(&self, address: SocketAddr) -> io::Result<Stream> {
        match &self.side {
            NetSide::Real => real::net::connect(address).await.map(Stream::real),
            NetSide::Simulated(process) => sim::net::connect(process, address).await.map(Stream::simulated),
        }
    }

    /// The addresses of a host name, in the order to try them; never empty. In the simulation a process's name is its host name.
    pub async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let found = match &self.side {
            NetSide::Real => real::net::resolve(host, port).await?,
            NetSide::Simulated(process) => sim::net::resolve(process, host, port),
        };
        if found.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("host {host} has no address")));
        }
        Ok(found)
    }
}

/// A listening socket. Dropping it stops listening; accepted streams live on.
#[derive(Debug)]
pub struct Listener {
    side: ListenerSide,
}

#[derive(Debug)]
enum ListenerSide {
    Real(tokio::net::TcpListener),
    Simulated(sim::net::Listener),
}

impl Listener {
    /// Where it listens, with the port that was taken.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.side {
            ListenerSide::Real(listener) => listener.local_addr(),
            ListenerSide::Simulated(listener) => Ok(listener.local_addr()),
        }
    }

    /// The next connection and who made it. Safe to drop and call again. An error (too many open files) concerns this connection
    /// only: log it, wait a little, go on.
    pub async fn accept(&self) -> io::Result<(Stream, SocketAddr)> {
        match &self.side {
            ListenerSide::Real(listener) => {
                real::net::accept(listener).await.map(|(stream, peer)| (Stream::real(stream), peer))
            }
            ListenerSide::Simulated(listener) => {
                listener.accept().await.map(|(stream, peer)| (Stream::simulated(stream), peer))
            }
        }
    }
}

/// A connection, with small writes sent at once (no delay). Dropping it closes it.
#[derive(Debug)]
pub struct Stream {
    side: StreamSide,
}

#[derive(Debug)]
enum StreamSide {
    Real(tokio::net::TcpStream),
    Simulated(sim::net::Stream),
}

impl Stream {
    fn real(stream: tokio::net::TcpStream) -> Stream {
        Stream { side: StreamSide::Real(stream) }
    }

    fn simulated(stream: sim::net::Stream) -> Stream {
        Stream { side: StreamSide::Simulated(stream) }
    }

    /// Who is at the other end.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.side {
            StreamSide::Real(stream) => stream.peer_addr(),
            StreamSide::Simulated(stream) => stream.peer_addr(),
        }
    }

    /// Our end's address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.side {
            StreamSide::Real(stream) => stream.local_addr(),
            StreamSide::Simulated(stream) => stream.local_addr(),
        }
    }

    /// Two halves that may live in two tasks. The connection closes when both are gone.
    pub fn into_split(self) -> (ReadHalf, WriteHalf) {
        match self.side {
            StreamSide::Real(stream) => {
                let (read, write) = stream.into_split();
                (ReadHalf { side: ReadSide::Real(read) }, WriteHalf { side: WriteSide::Real(write) })
            }
            StreamSide::Simulated(stream) => {
                let (read, write) = stream.into_split();
                (ReadHalf { side: ReadSide::Simulated(read) }, WriteHalf { side: WriteSide::Simulated(write) })
            }
        }
    }
}

/// The receiving half of a connection.
#[derive(Debug)]
pub struct ReadHalf {
    side: ReadSide,
}

#[derive(Debug)]
enum ReadSide {
    Real(tokio::net::tcp::OwnedReadHalf),
    Simulated(sim::net::ReadHalf),
}

impl ReadHalf {
    /// Waits until there is something to read (bytes, the end or an error) without holding a buffer meanwhile. May be mistaken:
    /// [`ReadHalf::try_read_buf`] tells.
    pub async fn readable(&self) -> io::Result<()> {
        match &self.side {
            ReadSide::Real(half) => half.readable().await,
            ReadSide::Simulated(half) => half.readable().await,
        }
    }

    /// Appends what has arrived, at most the buffer's spare room (4 KiB are made if it has none): `Some(0)` is the end, `None` says
    /// nothing has arrived yet.
    pub fn try_read_buf(&self, buffer: &mut BytesMut) -> io::Result<Option<usize>> {
        make_room(buffer);
        match &self.side {
            ReadSide::Real(half) => match half.try_read_buf(buffer) {
                Ok(count) => Ok(Some(count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
                Err(error) => Err(error),
            },
            ReadSide::Simulated(half) => half.try_read_buf(buffer),
        }
    }

    /// Waits for bytes and appends them, at most the buffer's spare room (4 KiB are made if it has none). 0 is the end.
    /// Nothing is lost when this is dropped while it waits.
    pub async fn read_buf(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        make_room(buffer);
        match &mut self.side {
            ReadSide::Real(half) => half.read_buf(buffer).await,
            ReadSide::Simulated(half) => half.read_buf(buffer).await,
        }
    }

    /// Who is at the other end.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.side {
            ReadSide::Real(half) => half.peer_addr(),
            ReadSide::Simulated(half) => half.peer_addr(),
        }
    }
}

/// A full buffer would make a read of nothing look like the end of the stream.
fn make_room(buffer: &mut BytesMut) {
    /// Enough for most requests' headers; who expects more reserves more.
    const READ_ROOM_MIN_BYTES: usize = 4096;
    if buffer.capacity() == buffer.len() {
        buffer.reserve(READ_ROOM_MIN_BYTES);
    }
}

/// The sending half of a connection.
#[derive(Debug)]
pub struct WriteHalf {
    side: WriteSide,
}

#[derive(Debug)]
enum WriteSide {
    Real(tokio::net::tcp::OwnedWriteHalf),
    Simulated(sim::net::WriteHalf),
}

impl WriteHalf {
    /// Sends all chunks in order, in as few system calls as there may be, waiting where the other end does not read.
    /// Dropped halfway, an unknown part was sent: close the connection then.
    pub async fn write_all_vectored(&mut self, chunks: &[Bytes]) -> io::Result<()> {
        match &mut self.side {
            WriteSide::Real(half) => real::net::write_all_vectored(half, chunks).await,
            WriteSide::Simulated(half) => half.write_all_vectored(chunks).await,
        }
    }

    /// Sends what fits without waiting and says how many bytes that was; 0 if nothing does.
    pub fn try_write_vectored(&self, chunks: &[Bytes]) -> io::Result<usize> {
        match &self.side {
            WriteSide::Real(half) => match real::net::try_write_vectored(half, chunks) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
                written => written,
            },
            WriteSide::Simulated(half) => half.try_write_vectored(chunks),
        }
    }

    /// Tells the other end that nothing more follows.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        AsyncWriteExt::shutdown(&mut self.as_async_write()).await
    }

    /// Who is at the other end.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.side {
            WriteSide::Real(half) => half.peer_addr(),
            WriteSide::Simulated(half) => half.peer_addr(),
        }
    }

    fn as_async_write(&mut self) -> &mut (dyn AsyncWrite + Send + Unpin) {
        match &mut self.side {
            WriteSide::Real(half) => half,
            WriteSide::Simulated(half) => half,
        }
    }
}

impl Stream {
    fn as_async_read(&mut self) -> &mut (dyn AsyncRead + Send + Unpin) {
        match &mut self.side {
            StreamSide::Real(stream) => stream,
            StreamSide::Simulated(stream) => stream,
        }
    }

    fn as_async_write(&mut self) -> &mut (dyn AsyncWrite + Send + Unpin) {
        match &mut self.side {
            StreamSide::Real(stream) => stream,
            StreamSide::Simulated(stream) => stream,
        }
    }
}

impl ReadHalf {
    fn as_async_read(&mut self) -> &mut (dyn AsyncRead + Send + Unpin) {
        match &mut self.side {
            ReadSide::Real(half) => half,
            ReadSide::Simulated(half) => half,
        }
    }
}

/// Reading and writing are the side's own; one table says it for the four types.
macro_rules! reads {
    ($type:ty) => {
        impl AsyncRead for $type {
            fn poll_read(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
                buffer: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                Pin::new(self.as_async_read()).poll_read(context, buffer)
            }
        }
    };
}

macro_rules! writes {
    ($type:ty) => {
        impl AsyncWrite for $type {
            fn poll_write(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                Pin::new(self.as_async_write()).poll_write(context, bytes)
            }

            fn poll_write_vectored(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
                slices: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                Pin::new(self.as_async_write()).poll_write_vectored(context, slices)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(self.as_async_write()).poll_flush(context)
            }

            fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(self.as_async_write()).poll_shutdown(context)
            }
        }
    };
}

reads!(Stream);
reads!(ReadHalf);
writes!(Stream);
writes!(WriteHalf);
