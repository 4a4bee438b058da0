//! Reads fields off a shared buffer. Texts, bytes and records are slices of it, not copies.
//!
//! Nothing is allocated on the word of a length field: room is made for what the remaining bytes could fill.

use std::ops::RangeInclusive;

use bytes::Bytes;

use super::{ARRAY_ELEMENTS_MAX, DecodeError, DecodeErrorKind, TAGGED_FIELDS_MAX, TEXT_BYTES_MAX, UnknownTag};
use crate::{Records, Text, Uuid};

/// A place in a buffer. `flexible` in its methods means the newer encoding, with compact lengths; `nullable`, that the
/// version may say null.
pub struct Reader<'a> {
    all: &'a Bytes,
    at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(all: &'a Bytes) -> Reader<'a> {
        Reader { all, at: 0 }
    }

    /// In bytes from the start of the buffer.
    pub fn position(&self) -> usize {
        self.at
    }

    pub fn remaining(&self) -> usize {
        self.all.len() - self.at
    }

    /// What has not been read yet, as a slice of the buffer.
    pub fn rest(&self) -> Bytes {
        self.all.slice(self.at..)
    }

    /// Refuses a buffer with something left in it.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.remaining() {
            0 => Ok(()),
            left => Err(self.error(DecodeErrorKind::Trailing(left))),
        }
    }

    pub fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError { at: self.at, kind }
    }

    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        Ok(self.take::<1>()?[0] != 0)
    }

    pub fn i8(&mut self) -> Result<i8, DecodeError> {
        Ok(i8::from_be_bytes(self.take()?))
    }

    pub fn i16(&mut self) -> Result<i16, DecodeError> {
        Ok(i16::from_be_bytes(self.take()?))
    }

    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes(self.take()?))
    }

    pub fn i32(&mut self) -> Result<i32, DecodeError> {
        Ok(i32::from_be_bytes(self.take()?))
    }

    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_be_bytes(self.take()?))
    }

    pub fn i64(&mut self) -> Result<i64, DecodeError> {
        Ok(i64::from_be_bytes(self.take()?))
    }

    pub fn f64(&mut self) -> Result<f64, DecodeError> {
        Ok(f64::from_be_bytes(self.take()?))
    }

    pub fn uuid(&mut self) -> Result<Uuid, DecodeError> {
        Ok(Uuid(self.take()?))
    }

    /// At most five bytes, of the fifth only four bits count; needless leading zeros are accepted. All as Kafka does.
    pub fn varint(&mut self) -> Result<u32, DecodeError> {
        let first = self.take::<1>()?[0];
        if first < 0x80 {
            return Ok(u32::from(first));
        }
        let mut value = u32::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let byte = self.take::<1>()?[0];
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.error(DecodeErrorKind::Varint))
    }

    pub fn text(&mut self, flexible: bool) -> Result<Text, DecodeError> {
        Ok(self.text_opt(flexible, false)?.unwrap_or_default())
    }

    pub fn text_opt(&mut self, flexible: bool, nullable: bool) -> Result<Option<Text>, DecodeError> {
        let length = if flexible { self.compact_length()? } else { i32::from(self.i16()?) };
        if length > TEXT_BYTES_MAX as i32 {
            return Err(self.error(DecodeErrorKind::TextTooLong(length)));
        }
        Ok(self.slice_opt(length, nullable)?.map(Text::from_wire))
    }

    pub fn bytes(&mut self, flexible: bool) -> Result<Bytes, DecodeError> {
        Ok(self.bytes_opt(flexible, false)?.unwrap_or_default())
    }

    pub fn bytes_opt(&mut self, flexible: bool, nullable: bool) -> Result<Option<Bytes>, DecodeError> {
        let length = self.length(flexible)?;
        self.slice_opt(length, nullable)
    }

    pub fn records(&mut self, flexible: bool) -> Result<Records, DecodeError> {
        Ok(Records::from(self.bytes(flexible)?))
    }

    pub fn records_opt(&mut self, flexible: bool, nullable: bool) -> Result<Option<Records>, DecodeError> {
        Ok(self.bytes_opt(flexible, nullable)?.map(Records::from))
    }

    pub fn array<T>(
        &mut self,
        flexible: bool,
        element: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        Ok(self.array_opt(flexible, false, element)?.unwrap_or_default())
    }

    pub fn array_opt<T>(
        &mut self,
        flexible: bool,
        nullable: bool,
        mut element: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<Vec<T>>, DecodeError> {
        let Some(count) = self.array_count(flexible, nullable)? else { return Ok(None) };
        let backed = self.remaining() / size_of::<T>().max(1);
        let mut elements = Vec::with_capacity(count.min(backed.max(1)));
        for _ in 0..count {
            elements.push(element(self)?);
        }
        Ok(Some(elements))
    }

    /// A struct that may be absent: a byte below zero says so.
    pub fn struct_opt<T>(
        &mut self,
        nullable: bool,
        inner: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.i8()? >= 0 {
            return inner(self).map(Some);
        }
        if nullable { Ok(None) } else { Err(self.error(DecodeErrorKind::Null)) }
    }

    /// A struct in a tagged field that may be null: there a number says so, zero being null.
    pub fn tagged_struct_opt<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.varint()? as i32 > 0 { inner(self).map(Some) } else { Ok(None) }
    }

    /// The tagged fields at the end of a flexible struct. `known` reads a field it has a name for and says so.
    /// The size of a known field is not looked at, as in Kafka: its type decides where it ends.
    pub fn tags(
        &mut self,
        mut known: impl FnMut(u32, &mut Self) -> Result<bool, DecodeError>,
    ) -> Result<Vec<UnknownTag>, DecodeError> {
        let count = self.varint()? as i32;
        if count < 0 || count as usize > self.remaining() {
            return Err(self.error(DecodeErrorKind::Truncated));
        }
        if count > TAGGED_FIELDS_MAX {
            return Err(self.error(DecodeErrorKind::TooManyTags(count)));
        }
        let mut unknown = Vec::new();
        for _ in 0..count {
            let tag = self.varint()?;
            let size = self.varint()? as i32;
            if !known(tag, self)? {
                let data = self.slice_opt(size, false)?.unwrap_or_default();
                unknown.push(UnknownTag { tag, data });
            }
        }
        Ok(unknown)
    }

    /// The end of a flexible struct that has no tagged field of its own.
    pub fn unknown_tags(&mut self) -> Result<Vec<UnknownTag>, DecodeError> {
        self.tags(|_, _| Ok(false))
    }

    pub fn check_version(&self, known: RangeInclusive<i16>, version: i16) -> Result<(), DecodeError> {
        if known.contains(&version) { Ok(()) } else { Err(self.error(DecodeErrorKind::Version(version))) }
    }

    /// The next `length` bytes, sharing the buffer.
    pub fn slice(&mut self, length: usize) -> Result<Bytes, DecodeError> {
        if length > self.remaining() {
            return Err(self.error(DecodeErrorKind::Truncated));
        }
        let slice = self.all.slice(self.at..self.at + length);
        self.at += length;
        Ok(slice)
    }

    fn slice_opt(&mut self, length: i32, nullable: bool) -> Result<Option<Bytes>, DecodeError> {
        match usize::try_from(length) {
            Ok(length) => self.slice(length).map(Some),
            Err(_) if nullable => Ok(None),
            Err(_) => Err(self.error(DecodeErrorKind::Null)),
        }
    }

    fn array_count(&mut self, flexible: bool, nullable: bool) -> Result<Option<usize>, DecodeError> {
        let count = self.length(flexible)?;
        if count < 0 {
            return if nullable { Ok(None) } else { Err(self.error(DecodeErrorKind::Null)) };
        }
        if count as usize > self.remaining() {
            return Err(self.error(DecodeErrorKind::Truncated));
        }
        if count > ARRAY_ELEMENTS_MAX {
            return Err(self.error(DecodeErrorKind::ArrayTooLong(count)));
        }
        Ok(Some(count as usize))
    }

    fn length(&mut self, flexible: bool) -> Result<i32, DecodeError> {
        if flexible { self.compact_length() } else { self.i32() }
    }

    /// One more than the length, zero being null. Kafka subtracts in wrapping 32 bits, so a huge one is null too.
    fn compact_length(&mut self) -> Result<i32, DecodeError> {
        Ok((self.varint()? as i32).wrapping_sub(1))
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.all.get(self.at..).and_then(|rest| rest.first_chunk::<N>()) {
            Some(bytes) => {
                self.at += N;
                Ok(*bytes)
            }
            None => Err(self.error(DecodeErrorKind::Truncated)),
        }
    }
}
