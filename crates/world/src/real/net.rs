//! Sockets of the operating system.

use std::io::{self, IoSlice};
use std::net::SocketAddr;

use bytes::Bytes;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};

use crate::ListenOptions;

/// Chunks handed to one system call. An answer rarely has more, and this many descriptors fit on the stack.
const CHUNKS_PER_WRITE: usize = 64;

pub(crate) fn listen(address: SocketAddr, options: ListenOptions) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM.nonblocking(), Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.set_reuse_address(options.reuse_address)?;
    // Accepted sockets inherit these.
    if options.send_buffer_bytes > 0 {
        socket.set_send_buffer_size(options.send_buffer_bytes)?;
    }
    if options.receive_buffer_bytes > 0 {
        socket.set_recv_buffer_size(options.receive_buffer_bytes)?;
    }
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(options.backlog).unwrap_or(i32::MAX))?;
    TcpListener::from_std(socket.into())
}

pub(crate) async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

pub(crate) async fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    loop {
        match listener.accept().await {
            // The other end gave up before we took it: nobody's trouble.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => return Err(error),
            Ok((stream, peer)) => {
                // Fails only on a connection that is gone already; its first read will tell.
                let _ = stream.set_nodelay(true);
                return Ok((stream, peer));
            }
        }
    }
}

pub(crate) async fn resolve(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let mut found = Vec::new();
    for address in tokio::net::lookup_host((host, port)).await? {
        // The resolver answers once per line that names the host.
        if !found.contains(&address) {
            found.push(address);
        }
    }
    Ok(found)
}

pub(crate) async fn write_all_vectored(half: &mut OwnedWriteHalf, chunks: &[Bytes]) -> io::Result<()> {
    let mut from = Cursor::default();
    loop {
        let mut slices = [IoSlice::new(&[]); CHUNKS_PER_WRITE];
        let count = from.fill(chunks, &mut slices);
        if count == 0 {
            return Ok(());
        }
        match half.write_vectored(&slices[..count]).await? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => from.advance(chunks, written),
        }
    }
}

pub(crate) fn try_write_vectored(half: &OwnedWriteHalf, chunks: &[Bytes]) -> io::Result<usize> {
    let mut slices = [IoSlice::new(&[]); CHUNKS_PER_WRITE];
    let count = Cursor::default().fill(chunks, &mut slices);
    if count == 0 { Ok(0) } else { half.try_write_vectored(&slices[..count]) }
}

/// A place in a list of chunks: a chunk and a byte of it.
#[derive(Default)]
struct Cursor {
    chunk: usize,
    byte: usize,
}

impl Cursor {
    /// Describes what comes next, and says in how many slices. Empty chunks are left out.
    fn fill<'a>(&self, chunks: &'a [Bytes], slices: &mut [IoSlice<'a>]) -> usize {
        let mut count = 0;
        let mut byte = self.byte;
        for chunk in chunks.iter().skip(self.chunk) {
            if count == slices.len() {
                break;
            }
            if byte < chunk.len() {
                slices[count] = IoSlice::new(&chunk[byte..]);
                count += 1;
            }
            byte = 0;
        }
        count
    }

    fn advance(&mut self, chunks: &[Bytes], mut written: usize) {
        while let Some(chunk) = chunks.get(self.chunk) {
            let left = chunk.len() - self.byte;
            if written < left {
                self.byte += written;
                return;
            }
            written -= left;
            self.chunk += 1;
            self.byte = 0;
        }
    }
}
