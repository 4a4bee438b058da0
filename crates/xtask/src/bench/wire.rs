//! The few requests a benchmark sends itself, written out by hand: no client of ours takes part in measuring ourselves.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};

/// Whether somebody answers an ApiVersions request there.
pub fn answers(address: SocketAddr) -> bool {
    ask(address, API_VERSIONS, 0, &[]).is_ok()
}

/// Topics with one replica; they must not be there yet.
pub fn create_topics(address: SocketAddr, names: &[String], partitions: i32) -> Result<()> {
    let mut body = count(names.len())?;
    for name in names {
        body.extend(string(name)?);
        body.extend(partitions.to_be_bytes());
        body.extend(1_i16.to_be_bytes());
        // Neither assignments nor configs.
        body.extend([0; 8]);
    }
    body.extend(TIMEOUT_MS.to_be_bytes());
    body.push(0);
    let answer = ask(address, CREATE_TOPICS, 2, &body)?;
    check(&answer, names, 2).context("create topics")
}

pub fn delete_topics(address: SocketAddr, names: &[String]) -> Result<()> {
    let mut body = count(names.len())?;
    for name in names {
        body.extend(string(name)?);
    }
    body.extend(TIMEOUT_MS.to_be_bytes());
    let answer = ask(address, DELETE_TOPICS, 1, &body)?;
    check(&answer, names, 0).context("delete topics")
}

/// A batch of small records for the first partition of each topic, from one idempotent producer that has written `before` to each.
pub fn produce(address: SocketAddr, names: &[String], records: u8, before: i32) -> Result<()> {
    let batch = batch(records, before);
    // No transaction, acks=all.
    let mut body = (-1_i16).to_be_bytes().to_vec();
    body.extend((-1_i16).to_be_bytes());
    body.extend(TIMEOUT_MS.to_be_bytes());
    body.extend(count(names.len())?);
    for name in names {
        body.extend(string(name)?);
        body.extend(1_i32.to_be_bytes());
        body.extend(0_i32.to_be_bytes());
        body.extend(count(batch.len())?);
        body.extend(&batch);
    }
    let answer = ask(address, PRODUCE, 3, &body)?;
    let mut rest = answer.get(4..).context("the answer is too short")?;
    for _ in names {
        let name_len = number(rest.get(..2).context("the answer is cut")?).max(0) as usize;
        // The name, how many partitions, and one: index, error, offset, time.
        let partition = rest.get(2 + name_len + 4..2 + name_len + 4 + 22).context("the answer is cut")?;
        let error = number(&partition[4..6]);
        ensure!(error == 0, "produce: error {error}");
        rest = &rest[2 + name_len + 4 + 22..];
    }
    Ok(())
}

/// In the format of every log: docs of Kafka's message format, version 2.
fn batch(records: u8, base_sequence: i32) -> Vec<u8> {
    let mut checked = 0_i16.to_be_bytes().to_vec();
    checked.extend((i32::from(records) - 1).to_be_bytes());
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64);
    checked.extend(now_ms.to_be_bytes());
    checked.extend(now_ms.to_be_bytes());
    checked.extend(PRODUCER_ID.to_be_bytes());
    checked.extend(0_i16.to_be_bytes());
    checked.extend(base_sequence.to_be_bytes());
    checked.extend(i32::from(records).to_be_bytes());
    for delta in 0..records {
        // Numbers below 64, each a byte: twice as much, as zigzag has it; -1 for no key.
        let mut record = vec![0, 0, delta * 2, 1, VALUE.len() as u8 * 2];
        record.extend(VALUE);
        record.push(0);
        checked.push(record.len() as u8 * 2);
        checked.extend(record);
    }
    let mut batch = 0_i64.to_be_bytes().to_vec();
    // After it come the leader's epoch, the format and the checksum.
    batch.extend((checked.len() as i32 + 9).to_be_bytes());
    batch.extend((-1_i32).to_be_bytes());
    batch.push(2);
    batch.extend(crc32c(&checked).to_be_bytes());
    batch.extend(checked);
    batch
}

fn crc32c(bytes: &[u8]) -> u32 {
    let bit = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0x82f6_3b78 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit))
}

/// Of these topics, how many say where their first partition ends (those that somebody leads), and the sum of the ends.
pub fn list_ends(address: SocketAddr, names: &[String]) -> Result<(usize, i64)> {
    // From a client, not from a replica.
    let mut body = (-1_i32).to_be_bytes().to_vec();
    body.extend(count(names.len())?);
    for name in names {
        body.extend(string(name)?);
        body.extend(1_i32.to_be_bytes());
        body.extend(0_i32.to_be_bytes());
        body.extend(LATEST.to_be_bytes());
    }
    let answer = ask(address, LIST_OFFSETS, 1, &body)?;
    let mut rest = answer.get(4..).context("the answer is too short")?;
    let (mut led, mut sum) = (0, 0);
    for _ in names {
        let name_len = number(rest.get(..2).context("the answer is cut")?).max(0) as usize;
        // The name, how many partitions, and one: index, error, timestamp, offset.
        let partition = rest.get(2 + name_len + 4..2 + name_len + 4 + 22).context("the answer is cut")?;
        if number(&partition[4..6]) == 0 {
            led += 1;
            sum += partition[14..22].try_into().map_or(0, i64::from_be_bytes);
        }
        rest = &rest[2 + name_len + 4 + 22..];
    }
    Ok((led, sum))
}

/// Throttle time, then for each topic its name, an error and maybe a message whose length has so many bytes.
fn check(answer: &[u8], names: &[String], message_length_bytes: usize) -> Result<()> {
    let mut rest = answer.get(8..).context("the answer is too short")?;
    let mut take = |n: usize| -> Result<&[u8]> {
        let (taken, left) = rest.split_at_checked(n).context("the answer is cut")?;
        rest = left;
        Ok(taken)
    };
    for _ in names {
        let name_len = number(take(2)?);
        let name = String::from_utf8_lossy(take(name_len.max(0) as usize)?).into_owned();
        let error = number(take(2)?);
        let message_len = number(take(message_length_bytes)?);
        let message = String::from_utf8_lossy(take(message_len.max(0) as usize)?).into_owned();
        ensure!(error == 0, "{name}: error {error} {message}");
    }
    Ok(())
}

fn number(bytes: &[u8]) -> i16 {
    bytes.try_into().map_or(0, i16::from_be_bytes)
}

/// One request on a connection of its own; the answer without its correlation id.
fn ask(address: SocketAddr, key: i16, version: i16, body: &[u8]) -> Result<Vec<u8>> {
    let mut request = Vec::new();
    request.extend(key.to_be_bytes());
    request.extend(version.to_be_bytes());
    request.extend(CORRELATION_ID.to_be_bytes());
    request.extend(string("bench")?);
    request.extend(body);
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_MAX)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    stream.set_nodelay(true)?;
    let mut frame = i32::try_from(request.len())?.to_be_bytes().to_vec();
    frame.extend(request);
    stream.write_all(&frame)?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(i32::from_be_bytes(length))?;
    ensure!(length <= ANSWER_BYTES_MAX, "an answer of {length} bytes");
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer)?;
    match answer.split_first_chunk() {
        Some((id, rest)) if *id == CORRELATION_ID.to_be_bytes() => Ok(rest.to_vec()),
        _ => bail!("an answer to something else"),
    }
}

fn string(text: &str) -> Result<Vec<u8>> {
    let mut bytes = i16::try_from(text.len())?.to_be_bytes().to_vec();
    bytes.extend(text.as_bytes());
    Ok(bytes)
}

fn count(n: usize) -> Result<Vec<u8>> {
    Ok(i32::try_from(n)?.to_be_bytes().to_vec())
}

const PRODUCE: i16 = 0;
const LIST_OFFSETS: i16 = 2;
/// The timestamp that asks for the end.
const LATEST: i64 = -1;
const API_VERSIONS: i16 = 18;
const CREATE_TOPICS: i16 = 19;
const DELETE_TOPICS: i16 = 20;
/// Whoever that may be.
const PRODUCER_ID: i64 = 4_000_000;
const VALUE: &[u8] = b"thirty bytes, more or less it is";
const CORRELATION_ID: i32 = 7;
/// What a broker may take for a thousand topics.
const TIMEOUT_MS: i32 = 20_000;
/// A little more than that.
const ANSWER_MAX: Duration = Duration::from_secs(25);
/// Far more than any answer asked for here.
const ANSWER_BYTES_MAX: usize = 1 << 20;
