//! How long a group takes to share out its partitions again: many members join, one leaves, one dies.
//!
//! ```text
//! cargo run --release -p kampa-client --example rebalance -- localhost:9092 100 400 range
//! ```
//! A rebalance has ended when every member is in the same generation and all partitions are somebody's. Each member has
//! connections of its own, as it would as a process. Settings are the defaults but for the session's timeout, which is printed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kampa_client::admin::{CreateTopics, NewTopic};
use kampa_client::consumer::{Called, Consumer, RebalanceListener};
use kampa_client::{Assignor, Client, ConsumerSettings, Error, OffsetReset, Settings, TopicPartition};
use kampa_world::{Monotonic, World};
use parking_lot::Mutex;

fn main() {
    let mut words = std::env::args().skip(1);
    let mut word = |default: &str| words.next().unwrap_or_else(|| default.to_owned());
    let (servers, members, partitions) = (word("localhost:9092"), word("100"), word("400"));
    let assignor = word("range");
    let assignor = Assignor::named(&assignor).unwrap_or_else(|| panic!("{assignor} is no assignor"));
    let members = members.parse().expect("a number of members");
    let partitions = partitions.parse().expect("a number of partitions");
    let run = World::run(2, move |world| async move { run(world, &servers, members, partitions, assignor).await });
    if let Err(error) = run.expect("a runtime") {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

/// Who has which partitions, and since which generation.
#[derive(Default)]
struct Group {
    held: BTreeMap<usize, (i32, Vec<TopicPartition>)>,
}

async fn run(world: World, servers: &str, members: usize, partitions: i32, assignor: Assignor) -> Result<(), Error> {
    let settings = Settings { api_timeout_ms: 120_000, ..Settings::bootstrap(servers) };
    let client = Client::on(world.clone(), settings)?;
    let name = format!("rebalance-{:x}", world.seed());
    let topic = NewTopic { name: name.clone(), partitions: Some(partitions), ..Default::default() };
    for (_, made) in client.admin().create_topics(&[topic], &CreateTopics::default()).await {
        made?;
    }
    let group = Arc::new(Mutex::new(Group::default()));
    println!(
        "{members} members, {partitions} partitions, {}, session.timeout.ms={SESSION_TIMEOUT_MS}",
        assignor.name()
    );

    let begun = world.now();
    let mut tasks = Vec::new();
    for number in 0..members {
        let settings = ConsumerSettings {
            group_id: Some(name.clone()),
            assignors: vec![assignor],
            auto_offset_reset: OffsetReset::Earliest,
            session_timeout_ms: SESSION_TIMEOUT_MS,
            ..ConsumerSettings::default()
        };
        let consumer = client.consumer(settings)?;
        consumer.on_rebalance(Watching { number, group: group.clone() });
        consumer.subscribe(&[&name])?;
        let stop = Arc::new(tokio::sync::Notify::new());
        tasks.push((world.spawn("member", member(consumer, stop.clone())), stop));
    }
    let mut generation = settled(&world, &group, members, partitions, 0).await;
    show("joining", &world, begun, 0);

    let begun = world.now();
    let (leaving, stop) = tasks.pop().expect("a member");
    stop.notify_one();
    drop(leaving.await);
    group.lock().held.remove(&(members - 1));
    generation = settled(&world, &group, members - 1, partitions, generation).await;
    show("one leaving", &world, begun, 0);

    let begun = world.now();
    let (dying, _) = tasks.pop().expect("a member");
    dying.abort();
    group.lock().held.remove(&(members - 2));
    settled(&world, &group, members - 2, partitions, generation).await;
    show("one dying", &world, begun, SESSION_TIMEOUT_MS);

    for (task, stop) in tasks {
        stop.notify_one();
        drop(task.await);
    }
    client.close().await;
    Ok(())
}

fn show(what: &str, world: &World, begun: Monotonic, of_which_ms: u64) {
    let took = world.now().since(begun).as_millis();
    let note = if of_which_ms > 0 { format!(", {of_which_ms} of them the session's") } else { String::new() };
    println!("{what:<12} {took:>6} ms{note}");
}

/// Reads until it is stopped, then leaves the group.
async fn member(consumer: Consumer, stop: Arc<tokio::sync::Notify>) {
    loop {
        let poll = consumer.poll(Duration::from_secs(1));
        match kampa_world::race(stop.notified(), poll).await {
            kampa_world::Either::Left(()) => break,
            kampa_world::Either::Right(Ok(_)) => {}
            kampa_world::Either::Right(Err(error)) => eprintln!("{error}"),
        }
    }
    if let Err(error) = consumer.close().await {
        eprintln!("{error}");
    }
}

/// Waits until so many members are in one generation after that one and hold all partitions; gives the generation.
async fn settled(world: &World, group: &Mutex<Group>, members: usize, partitions: i32, after: i32) -> i32 {
    loop {
        {
            let group = group.lock();
            let newest = group.held.values().map(|(generation, _)| *generation).max().unwrap_or(0);
            let count: usize = group.held.values().map(|(_, held)| held.len()).sum();
            let together = group.held.values().all(|(generation, _)| *generation == newest);
            if newest > after && together && group.held.len() == members && count == partitions as usize {
                return newest;
            }
        }
        world.sleep(Duration::from_millis(1)).await;
    }
}

struct Watching {
    number: usize,
    group: Arc<Mutex<Group>>,
}

impl RebalanceListener for Watching {
    fn assigned<'a>(&'a self, consumer: &'a Consumer, _: &'a [TopicPartition]) -> Called<'a> {
        let generation = consumer.group_metadata().map_or(0, |(_, _, generation)| generation);
        self.group.lock().held.insert(self.number, (generation, consumer.assignment()));
        Box::pin(async {})
    }
}

/// Shorter than the default of 45 s, so that a death is noticed while one waits.
const SESSION_TIMEOUT_MS: u64 = 10_000;
