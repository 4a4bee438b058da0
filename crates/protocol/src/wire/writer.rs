//! Writes fields into a rope. Small things are copied into one growing buffer; record payloads are linked between.

use std::ops::RangeInclusive;

use bytes::Bytes;

use super::{EncodeError, TEXT_BYTES_MAX, UnknownTag};
use crate::{Records, Rope, Text, Uuid};

/// Literal bytes in one buffer, and payloads linked at places in it. Cut into chunks once, at the end.
#[derive(Default)]
pub struct Writer {
    literal: Vec<u8>,
    links: Vec<Link>,
    framed: bool,
}

struct Link {
    /// How many literal bytes stand before it.
    at: usize,
    payload: Bytes,
}

impl Writer {
    pub fn new() -> Writer {
        Writer::default()
    }

    /// With room for so many literal bytes.
    pub fn with_capacity(bytes: usize) -> Writer {
        Writer { literal: Vec::with_capacity(bytes), ..Writer::default() }
    }

    /// A frame as it goes over a socket: four bytes of size stand before everything written; `finish` fills them in.
    pub fn framed() -> Writer {
        let mut literal = Vec::with_capacity(FRAME_BYTES_AT_FIRST);
        literal.extend([0; 4]);
        Writer { literal, framed: true, ..Writer::default() }
    }

    /// Bytes written so far, payloads included.
    pub fn len(&self) -> usize {
        self.literal.len() + self.links.iter().map(|link| link.payload.len()).sum::<usize>()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn finish(mut self) -> Rope {
        if self.framed {
            // A frame beyond 2 GiB cannot be said; limits far below keep it from being built.
            let size = i32::try_from(self.len() - 4).unwrap_or(i32::MAX);
            self.literal[..4].copy_from_slice(&size.to_be_bytes());
        }
        let literal = Bytes::from(self.literal);
        if self.links.is_empty() {
            return Rope::new(vec![literal]);
        }
        let mut chunks = Vec::with_capacity(2 * self.links.len() + 1);
        let mut from = 0;
        for link in self.links {
            if link.at > from {
                chunks.push(literal.slice(from..link.at));
            }
            from = link.at;
            chunks.push(link.payload);
        }
        if from < literal.len() {
            chunks.push(literal.slice(from..));
        }
        Rope::new(chunks)
    }

    pub fn bool(&mut self, value: bool) {
        self.literal.push(u8::from(value));
    }

    pub fn i8(&mut self, value: i8) {
        self.literal.push(value as u8);
    }

    pub fn i16(&mut self, value: i16) {
        self.put(&value.to_be_bytes());
    }

    pub fn u16(&mut self, value: u16) {
        self.put(&value.to_be_bytes());
    }

    pub fn i32(&mut self, value: i32) {
        self.put(&value.to_be_bytes());
    }

    pub fn u32(&mut self, value: u32) {
        self.put(&value.to_be_bytes());
    }

    pub fn i64(&mut self, value: i64) {
        self.put(&value.to_be_bytes());
    }

    pub fn f64(&mut self, value: f64) {
        self.put(&value.to_be_bytes());
    }

    pub fn uuid(&mut self, value: Uuid) {
        self.put(&value.0);
    }

    /// Bytes as they are, without a length.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        self.literal.extend_from_slice(bytes);
    }

    pub fn varint(&mut self, value: u32) {
        let (bytes, length) = varint(value);
        self.put(&bytes[..length]);
    }

    pub fn text(&mut self, value: &Text, flexible: bool) -> Result<(), EncodeError> {
        let length = value.len();
        if length > TEXT_BYTES_MAX {
            return Err(EncodeError::TooLong { length });
        }
        if flexible {
            self.varint(length as u32 + 1);
        } else {
            self.i16(length as i16);
        }
        self.put(value.as_bytes());
        Ok(())
    }

    pub fn text_null(&mut self, flexible: bool) {
        if flexible { self.varint(0) } else { self.i16(-1) }
    }

    pub fn text_opt(&mut self, value: Option<&Text>, flexible: bool) -> Result<(), EncodeError> {
        match value {
            Some(value) => self.text(value, flexible),
            None => {
                self.text_null(flexible);
                Ok(())
            }
        }
    }

    pub fn bytes(&mut self, value: &Bytes, flexible: bool) -> Result<(), EncodeError> {
        self.length(value.len(), flexible)?;
        self.payload(value);
        Ok(())
    }

    pub fn bytes_opt(&mut self, value: Option<&Bytes>, flexible: bool) -> Result<(), EncodeError> {
        match value {
            Some(value) => self.bytes(value, flexible),
            None => {
                self.null(flexible);
                Ok(())
            }
        }
    }

    pub fn records(&mut self, value: &Records, flexible: bool) -> Result<(), EncodeError> {
        self.length(value.len(), flexible)?;
        for piece in &value.0 {
            self.payload(piece);
        }
        Ok(())
    }

    pub fn records_opt(&mut self, value: Option<&Records>, flexible: bool) -> Result<(), EncodeError> {
        match value {
            Some(value) => self.records(value, flexible),
            None => {
                self.null(flexible);
                Ok(())
            }
        }
    }

    pub fn array<T>(
        &mut self,
        elements: &[T],
        flexible: bool,
        mut element: impl FnMut(&mut Self, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.length(elements.len(), flexible)?;
        for value in elements {
            element(self, value)?;
        }
        Ok(())
    }

    pub fn array_opt<T>(
        &mut self,
        elements: Option<&Vec<T>>,
        flexible: bool,
        element: impl FnMut(&mut Self, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        match elements {
            Some(elements) => self.array(elements, flexible, element),
            None => {
                self.null(flexible);
                Ok(())
            }
        }
    }

    /// A struct that may be absent: a byte says which.
    pub fn struct_opt<T>(
        &mut self,
        value: Option<&T>,
        inner: impl FnOnce(&mut Self, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        match value {
            Some(value) => {
                self.i8(1);
                inner(self, value)
            }
            None => {
                self.i8(-1);
                Ok(())
            }
        }
    }

    /// A struct in a tagged field that may be null: there a number says which.
    pub fn tagged_struct_opt<T>(
        &mut self,
        value: Option<&T>,
        inner: impl FnOnce(&mut Self, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.varint(u32::from(value.is_some()));
        value.map_or(Ok(()), |value| inner(self, value))
    }

    pub fn check_version(&self, known: RangeInclusive<i16>, version: i16) -> Result<(), EncodeError> {
        if known.contains(&version) { Ok(()) } else { Err(EncodeError::Version(version)) }
    }

    /// Begins the tagged fields at the end of a flexible struct, of which `known` have a name.
    pub fn tags<'u>(&mut self, known: usize, unknown: &'u [UnknownTag]) -> TagWriter<'u> {
        self.varint((known + unknown.len()) as u32);
        TagWriter { unknown, last: None }
    }

    /// The end of a flexible struct that has no tagged field of its own.
    pub fn unknown_tags(&mut self, unknown: &[UnknownTag]) -> Result<(), EncodeError> {
        self.tags(0, unknown).finish(self)
    }

    fn null(&mut self, flexible: bool) {
        if flexible { self.varint(0) } else { self.i32(-1) }
    }

    fn length(&mut self, length: usize, flexible: bool) -> Result<(), EncodeError> {
        let signed = i32::try_from(length).map_err(|_| EncodeError::TooLong { length })?;
        if flexible {
            self.varint(length as u32 + 1);
        } else {
            self.i32(signed);
        }
        Ok(())
    }

    fn payload(&mut self, payload: &Bytes) {
        if payload.len() < LINKED_BYTES_MIN {
            self.put(payload);
        } else {
            self.links.push(Link { at: self.literal.len(), payload: payload.clone() });
        }
    }
}

/// Writes tagged fields in the order of their tags, unknown ones between the known.
#[must_use = "the unknown tags after the last known one are written by finish"]
pub struct TagWriter<'u> {
    unknown: &'u [UnknownTag],
    last: Option<u32>,
}

impl TagWriter<'_> {
    /// One known field: its tag, the size of what `body` writes, and that.
    pub fn put(
        &mut self,
        w: &mut Writer,
        tag: u32,
        body: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.unknown_below(w, tag)?;
        w.varint(tag);
        let (start, links) = (w.literal.len(), w.links.len());
        w.literal.push(0);
        body(w)?;
        let linked: usize = w.links[links..].iter().map(|link| link.payload.len()).sum();
        let size = w.literal.len() - start - 1 + linked;
        let (bytes, length) = varint(u32::try_from(size).map_err(|_| EncodeError::TooLong { length: size })?);
        // Room was left for a size of one byte, which nearly all are; else what follows moves up.
        w.literal.splice(start..start + 1, bytes[..length].iter().copied());
        for link in &mut w.links[links..] {
            link.at += length - 1;
        }
        Ok(())
    }

    pub fn finish(mut self, w: &mut Writer) -> Result<(), EncodeError> {
        self.unknown_below(w, u32::MAX)
    }

    fn unknown_below(&mut self, w: &mut Writer, next: u32) -> Result<(), EncodeError> {
        while let Some((field, rest)) = self.unknown.split_first().filter(|(field, _)| field.tag <= next) {
            if field.tag == next || self.last.is_some_and(|last| field.tag <= last) {
                return Err(EncodeError::Tag(field.tag));
            }
            w.varint(field.tag);
            w.varint(field.data.len() as u32);
            w.put(&field.data);
            self.last = Some(field.tag);
            self.unknown = rest;
        }
        self.last = Some(next);
        Ok(())
    }
}

fn varint(mut value: u32) -> ([u8; 5], usize) {
    let mut bytes = [0; 5];
    let mut length = 0;
    while value >= 0x80 {
        bytes[length] = value as u8 | 0x80;
        value >>= 7;
        length += 1;
    }
    bytes[length] = value as u8;
    (bytes, length + 1)
}

/// Smaller payloads are copied: a piece of a vectored write costs about as much as copying this many bytes.
const LINKED_BYTES_MIN: usize = 512;
/// Room for most answers, so that they need not move while they grow.
const FRAME_BYTES_AT_FIRST: usize = 512;
