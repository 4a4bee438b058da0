//! Reads a topic from its beginning as fast as it comes, and what that costs: one line of JSON.
//!
//! `read servers=HOST:PORT topic=T records=N [threads=N] [SETTING=VALUE …]`, where a setting is one of Kafka's.
//! `bench/rdkafka-read.c` does the same with librdkafka. The clock starts with the first record, so that joining does not count.

use std::time::Duration;

use kampa_client::{Client, Error, properties};
use kampa_world::World;

fn main() {
    let words: Vec<(String, String)> = std::env::args().skip(1).filter_map(|word| pair(&word)).collect();
    let own = |key: &str| words.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    let topic = own("topic").expect("topic=T");
    let records: u64 = own("records").expect("records=N").parse().expect("a number of records");
    let threads = own("threads").map_or(1, |threads| threads.parse().expect("a number of threads"));
    let settings = words.into_iter().filter(|(key, _)| !["topic", "records", "threads"].contains(&key.as_str()));
    let settings =
        settings.map(|(key, value)| (if key == "servers" { "bootstrap.servers".to_owned() } else { key }, value));
    let configured = properties::read(settings).unwrap_or_else(|error| panic!("{error}"));
    let told = World::run(threads, |world| async move { read(world, configured, &topic, records).await });
    match told.expect("a runtime") {
        Ok(line) => println!("{line}"),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}

fn pair(word: &str) -> Option<(String, String)> {
    let (key, value) = word.split_once('=')?;
    Some((key.to_owned(), value.to_owned()))
}

async fn read(world: World, configured: properties::Configured, topic: &str, wanted: u64) -> Result<String, Error> {
    let client = Client::on(world.clone(), configured.settings)?;
    let consumer = client.consumer(configured.consumer)?;
    let partitions = consumer.partitions_for(topic).await?;
    consumer.assign(&partitions)?;
    consumer.seek_to_beginning(&partitions)?;
    let (mut records, mut bytes) = (0_u64, 0_usize);
    let mut first = None;
    while records < wanted {
        let polled = consumer.poll(Duration::from_secs(10)).await?;
        assert!(!polled.is_empty(), "{records} of {wanted} records came");
        first.get_or_insert_with(|| (world.now(), cpu_s(&world)));
        for record in polled {
            records += 1;
            bytes += record.value.map_or(0, |value| value.len());
        }
    }
    let (begun, cpu_before) = first.unwrap_or_default();
    let (took_s, cpu_s) = (world.now().since(begun).as_secs_f64(), cpu_s(&world) - cpu_before);
    consumer.close().await?;
    Ok(format!("{{\"records\":{records},\"bytes\":{bytes},\"seconds\":{took_s:.3},\"cpu_s\":{cpu_s:.3}}}"))
}

/// Processor seconds of this process, in the hundredths in which Linux counts them.
fn cpu_s(world: &World) -> f64 {
    let stat = world.disk().read("/proc/self/stat").expect("/proc/self/stat");
    let stat = String::from_utf8_lossy(&stat);
    let (_, rest) = stat.rsplit_once(')').expect("a name in brackets");
    let ticks = rest.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().expect("ticks"));
    ticks.sum::<f64>() / 100.0
}
