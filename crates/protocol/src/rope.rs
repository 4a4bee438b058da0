//! Bytes in several pieces, linked instead of copied: what an encoder makes, and how records travel through a message.

use std::fmt;

use bytes::Bytes;

/// An encoded message: literal bytes and linked payloads in order, ready for a vectored write.
#[derive(Clone, Default, Debug)]
pub struct Rope {
    chunks: Vec<Bytes>,
}

impl Rope {
    pub fn new(chunks: Vec<Bytes>) -> Rope {
        Rope { chunks }
    }

    pub fn chunks(&self) -> &[Bytes] {
        &self.chunks
    }

    pub fn into_chunks(self) -> Vec<Bytes> {
        self.chunks
    }

    /// In bytes, over all chunks.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Bytes::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.chunks.iter().all(Bytes::is_empty)
    }

    /// One flat copy.
    pub fn into_vec(self) -> Vec<u8> {
        self.chunks.concat()
    }

    /// One flat buffer; free when the rope is a single chunk.
    pub fn into_bytes(mut self) -> Bytes {
        if self.chunks.len() == 1 { self.chunks.swap_remove(0) } else { Bytes::from(self.into_vec()) }
    }
}

/// Record batches as they came or as they will leave: whole batches, in order, in as many pieces as they were found in.
/// What is inside them is `formats::batch`'s business. Equal when their bytes are, however they are cut.
#[derive(Clone, Default)]
pub struct Records(pub Vec<Bytes>);

impl Records {
    /// In bytes, over all pieces.
    pub fn len(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Bytes::is_empty)
    }

    /// One buffer: free when there is one piece, as in every decoded message.
    pub fn to_bytes(&self) -> Bytes {
        match self.0.as_slice() {
            [] => Bytes::new(),
            [one] => one.clone(),
            many => Bytes::from(many.concat()),
        }
    }
}

impl From<Bytes> for Records {
    fn from(bytes: Bytes) -> Records {
        Records(vec![bytes])
    }
}

impl From<Vec<Bytes>> for Records {
    fn from(pieces: Vec<Bytes>) -> Records {
        Records(pieces)
    }
}

impl PartialEq for Records {
    fn eq(&self, other: &Records) -> bool {
        self.len() == other.len() && self.0.iter().flatten().eq(other.0.iter().flatten())
    }
}

impl Eq for Records {}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Records({} bytes)", self.len())
    }
}
