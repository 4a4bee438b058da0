//! A program that reads all partitions by itself, and keeps its offsets in a group without members.

use std::time::Duration;

use kampa_protocol::{ErrorCode, Text};
use kampa_world::sim::Chance;

use crate::client::fetcher::{EARLIEST, Fetcher, Poll, offset_of};
use crate::client::producer::BACKOFF;
use crate::client::{Client, offsets};
use crate::history::Place;
use crate::stage::Stage;

/// Reads until the end.
pub async fn run(mut client: Client, stage: Stage) {
    let group = Text::from(format!("{}-offsets", client.name()));
    let mut fetcher = Fetcher::new(&mut client);
    while !stage.is_ending() && offsets::find_coordinator(&mut client, &group).await.is_err() {
        client.pause(BACKOFF).await;
    }
    while !stage.is_ending() {
        let places: Vec<(Text, Place, i64)> =
            stage.places().into_iter().map(|(topic, place)| (topic, place, 0)).collect();
        fetcher.assign(&client, &places);
        let poll = poll(&mut client.chance);
        match fetcher.poll(&mut client, poll).await {
            Ok(advances) => {
                for advance in advances.iter().filter(|advance| advance.error.is_err()) {
                    if advance.error == ErrorCode::OFFSET_OUT_OF_RANGE {
                        begin_again(&mut client, &mut fetcher, advance.place).await;
                    } else if !may_fail(&client, advance.error) {
                        client.unexpected("Fetch of a partition", advance.error);
                    }
                }
                if advances.iter().any(|advance| advance.error.is_err()) {
                    client.pause(BACKOFF).await;
                }
            }
            Err(_) => client.pause(BACKOFF).await,
        }
        match client.chance.below(40) {
            // Reads again what it read before.
            0 => {
                if let Some((_, place, position)) = fetcher.positions().max_by_key(|(_, _, position)| *position) {
                    let back = client.chance.below(position as u64 + 1) as i64;
                    fetcher.rewind(place, back.max(position - READ_AGAIN_MAX));
                }
            }
            1 => client.hang_up(),
            2 => fetcher = Fetcher::new(&mut client),
            3..10 => {
                let at: Vec<(Text, Place, i64)> =
                    fetcher.positions().map(|(topic, place, position)| (topic.clone(), place, position)).collect();
                let nobody = offsets::Committer::nobody(&group);
                if !at.is_empty() && offsets::commit(&mut client, &nobody, &at).await.is_ok() && client.chance.coin() {
                    let places: Vec<(Text, Place)> = at.into_iter().map(|(topic, place, _)| (topic, place)).collect();
                    _ = offsets::committed(&mut client, &group, &places).await;
                }
            }
            _ => {}
        }
        if client.chance.happens(0.4) {
            client.pause(Duration::from_millis(800)).await;
        }
    }
}

/// Goes on from the beginning of a partition, if that can be found out.
pub async fn begin_again(client: &mut Client, fetcher: &mut Fetcher, place: Place) {
    let topic = fetcher.positions().find(|(_, it, _)| *it == place).map(|(topic, _, _)| topic.clone());
    let since = client.recorder.now();
    if let Some(topic) = topic
        && let Ok(first) = offset_of(client, &topic, place, EARLIEST).await
    {
        fetcher.seek(place, first, since);
    }
}

/// How a reader asks, by chance: long polls mostly, small limits now and then.
pub fn poll(chance: &mut Chance) -> Poll {
    let wait_ms = if chance.happens(0.2) { 0 } else { chance.between(50, 1500) as i32 };
    let bytes_max = if chance.happens(0.2) { chance.between(1, 2000) as i32 } else { 8 << 20 };
    let partition_bytes_max = if chance.happens(0.2) { chance.between(1, 1000) as i32 } else { 1 << 20 };
    Poll { wait_ms, bytes_max, partition_bytes_max }
}

/// Whether a partition may answer so for a while.
pub fn may_fail(client: &Client, error: ErrorCode) -> bool {
    client.may_pass(error) || (error == ErrorCode::CORRUPT_MESSAGE && client.recorder.disk_may_fail())
}

/// A reader that went back to the beginning again and again would do nothing else.
const READ_AGAIN_MAX: i64 = 100;
