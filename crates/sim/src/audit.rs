//! The last reader: when nothing goes wrong any more, looks at everything the node has, to the last record.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kampa_protocol::{ErrorCode, Text, Uuid};
use kampa_world::Monotonic;

use crate::actors::admin;
use crate::client::fetcher::{EARLIEST, Fetcher, LATEST, Poll, offset_of};
use crate::client::producer::BACKOFF;
use crate::client::{Client, Trouble, offsets};
use crate::history::{Event, Place};
use crate::plan::DATA_DIR;
use crate::stage::{NODE, Stage};

/// Looks at every topic, partition and group, again and again until all of it was seen or the time is over.
pub async fn run(stage: &Stage, client: &mut Client, groups: &[Text], wait: Duration) {
    let until = client.world.now() + wait;
    let mut troubles: BTreeMap<String, u64> = BTreeMap::new();
    loop {
        match look(stage, client, groups, until).await {
            Ok(()) => return,
            Err(e) => *troubles.entry(e.to_string()).or_default() += 1,
        }
        if client.world.now() >= until {
            return client.recorder.wrong(format!("not everything could be read in the end: {troubles:?}"));
        }
        client.pause(BACKOFF).await;
    }
}

async fn look(stage: &Stage, client: &mut Client, groups: &[Text], until: Monotonic) -> Result<(), Trouble> {
    let topics = admin::look_at_all(client).await?;
    let retained: BTreeSet<Uuid> =
        stage.topics().into_iter().filter(|topic| topic.retained).map(|topic| topic.id).collect();
    let lasting: Vec<Text> = stage.topics().into_iter().map(|topic| topic.name).collect();
    admin::look(client, &lasting).await?;
    let names: Vec<Text> = stage.recorder.topic_names();
    admin::look(client, &names).await?;
    let mut wanted = Vec::new();
    for (topic, place) in topics.iter().flat_map(|topic| topic.places()) {
        let from = offset_of(client, &topic, place, EARLIEST).await?;
        let to = offset_of(client, &topic, place, LATEST).await?;
        client.recorder.add(Event::AuditBegun { place, log_start: from, log_end: to });
        wanted.push((topic, place, from, to));
    }
    let mut fetcher = Fetcher::new(client);
    let from: Vec<(Text, Place, i64)> =
        wanted.iter().map(|(topic, place, from, _)| (topic.clone(), *place, *from)).collect();
    fetcher.assign(client, &from);
    // How far each has been read, and to where it goes.
    let mut left: BTreeMap<Place, (i64, i64)> =
        wanted.iter().filter(|(_, _, from, to)| from < to).map(|(_, place, from, to)| (*place, (*from, *to))).collect();
    while !left.is_empty() {
        let poll = Poll { wait_ms: 100, bytes_max: 8 << 20, partition_bytes_max: 1 << 20 };
        for advance in fetcher.poll(client, poll).await? {
            let rotten = client.recorder.is_rotten(advance.place);
            if advance.error == ErrorCode::OFFSET_OUT_OF_RANGE && retained.contains(&advance.place.topic_id) {
                // What was the beginning a moment ago is gone: once more.
                return Err(Trouble::Refused(advance.error));
            }
            if advance.error.is_err() && !rotten {
                return Err(client.refused("Fetch in the end", advance.error));
            }
            let Some((position, to)) = left.get_mut(&advance.place) else { continue };
            let stands = advance.position == *position;
            *position = advance.position;
            // Behind a bad batch there may be good ones, but nobody promised to find them.
            if *position >= *to || (rotten && (stands || advance.error.is_err())) {
                left.remove(&advance.place);
            }
        }
        if client.world.now() >= until {
            return Err(Trouble::TimedOut);
        }
    }
    for (_, place, _, _) in &wanted {
        client.recorder.add(Event::AuditEnded { place: *place });
    }
    for (topic, place, _, _) in &wanted {
        if !client.recorder.is_rotten(*place) {
            look_up_times(client, topic, *place, fetcher.times(*place), retained.contains(&place.topic_id)).await?;
        }
    }
    let places: Vec<(Text, Place)> = topics.iter().flat_map(|topic| topic.places()).collect();
    for group in groups {
        offsets::find_coordinator(client, group).await?;
        offsets::committed(client, group, &places).await?;
    }
    Ok(())
}

/// Asks for offsets by time: each must be the first record's that is not older.
async fn look_up_times(
    client: &mut Client,
    topic: &Text,
    place: Place,
    times: &[(i64, i64)],
    retained: bool,
) -> Result<(), Trouble> {
    let Some(newest) = times.iter().map(|(_, time)| *time).max() else { return Ok(()) };
    let (_, any) = times[client.chance.below(times.len() as u64) as usize];
    for asked in [any, any + 1, newest, newest + 1] {
        let due = times.iter().find(|(_, time)| *time >= asked).map_or(-1, |(offset, _)| *offset);
        let found = offset_of(client, topic, place, asked).await?;
        // Retention may have taken it meanwhile.
        if found != due && !(retained && found > due) {
            client.recorder.wrong(format!("{place}: offset {due} is the first of time {asked}, and {found} was told"));
        }
    }
    Ok(())
}

/// When all is quiet, nothing is left of what was deleted.
pub async fn leftovers(stage: &Stage) {
    stage.control.sleep(CLEANED_UP_AFTER).await;
    let disk = stage.control.disk(NODE);
    let mut folders = vec![DATA_DIR.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = disk.read_dir(&folder) else { continue };
        for entry in entries {
            let path = format!("{folder}/{}", entry.name);
            // A file that was being written has the name of the next attempt, if there always is one.
            let is_next_attempt = entry.name.ends_with(".tmp") && !entry.name.contains(".snapshot");
            let ends = [".deleted", "-delete", ".tmp", ".cleaned", ".swap"];
            if ends.iter().any(|end| entry.name.ends_with(end)) && !is_next_attempt {
                stage.recorder.wrong(format!("{path} is left, and nobody needs it"));
            } else if entry.is_dir && !entry.name.ends_with("-stray") {
                folders.push(path);
            }
        }
    }
}

/// Longer than files are kept after they were deleted, and than the pauses of those who look for them.
const CLEANED_UP_AFTER: Duration = Duration::from_secs(200);
