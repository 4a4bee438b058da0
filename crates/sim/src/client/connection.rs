//! One connection: frames out, frames in, in order.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use kampa_protocol::Message;
use kampa_protocol::{ApiKey, Reader, Request, RequestHeader, Text, Writer, decode_response_header};
use kampa_world::{ReadHalf, World, WriteHalf};

use super::Trouble;
use crate::history::Recorder;

/// An open connection. Answers come in the order of the requests.
pub struct Connection {
    read: ReadHalf,
    write: WriteHalf,
    arrived: BytesMut,
    next_correlation: i32,
    client_id: Text,
    recorder: Recorder,
}

/// Where every node of a run listens.
pub const PORT: u16 = 9092;

impl Connection {
    pub(super) async fn open(
        world: &World,
        server: &str,
        client_id: Text,
        recorder: Recorder,
    ) -> io::Result<Connection> {
        let address = world.net().resolve(server, PORT).await?[0];
        let (read, write) = world.net().connect(address).await?.into_split();
        Ok(Connection { read, write, arrived: BytesMut::new(), next_correlation: 0, client_id, recorder })
    }

    /// Sends a request and gives the number its answer will bear.
    pub async fn send<R: Request>(&mut self, request: &R, version: i16) -> Result<i32, Trouble> {
        self.recorder.count_operation();
        let correlation = self.next_correlation;
        self.next_correlation += 1;
        let mut w = Writer::framed();
        let header = RequestHeader::new(R::KEY, version, correlation, Some(self.client_id.clone()));
        if let Err(e) = header.encode(&mut w).and_then(|()| request.encode(&mut w, version)) {
            panic!("{} version {version} cannot be written: {e}", R::KEY);
        }
        self.write.write_all_vectored(w.finish().chunks()).await?;
        Ok(correlation)
    }

    /// Sends bytes as they are.
    pub async fn send_raw(&mut self, bytes: Bytes) -> Result<(), Trouble> {
        self.recorder.count_operation();
        Ok(self.write.write_all_vectored(&[bytes]).await?)
    }

    /// Waits until the node sends something or closes the connection; false when it has closed it.
    pub async fn is_answered(&mut self) -> bool {
        self.read.read_buf(&mut self.arrived).await.is_ok_and(|count| count > 0)
    }

    /// Waits for the next answer, which must be this one.
    pub async fn receive<R: Request>(&mut self, correlation: i32, version: i16) -> Result<R::Response, Trouble> {
        let frame = self.frame().await?;
        let decoded = decode::<R>(&frame, correlation, version);
        decoded.map_err(|what| {
            let bytes = frame.len();
            self.recorder.wrong(format!("{} version {version}, an answer of {bytes} bytes: {what}", R::KEY));
            Trouble::Garbled
        })
    }

    async fn frame(&mut self) -> Result<Bytes, Trouble> {
        loop {
            if let Some(length) = self.arrived.first_chunk::<4>() {
                let length = i32::from_be_bytes(*length);
                if !(0..=FRAME_BYTES_MAX).contains(&length) {
                    self.recorder.wrong(format!("a frame of {length} bytes"));
                    return Err(Trouble::Garbled);
                }
                if self.arrived.len() >= 4 + length as usize {
                    self.arrived.advance(4);
                    return Ok(self.arrived.split_to(length as usize).freeze());
                }
            }
            if self.read.read_buf(&mut self.arrived).await? == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
        }
    }
}

fn decode<R: Request>(frame: &Bytes, correlation: i32, version: i16) -> Result<R::Response, String> {
    let mut r = Reader::new(frame);
    let key: ApiKey = R::KEY;
    let header = decode_response_header(&mut r, key, version).map_err(|e| e.to_string())?;
    if header.correlation_id != correlation {
        return Err(format!("answer {} where {correlation} was due", header.correlation_id));
    }
    let response = R::Response::decode(&mut r, version).map_err(|e| e.to_string())?;
    r.finish().map_err(|e| e.to_string())?;
    Ok(response)
}

/// Larger than anything a run asks for.
const FRAME_BYTES_MAX: i32 = 64 << 20;
