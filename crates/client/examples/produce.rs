//! Sends a few records and says where they came to lie.
//!
//! `cargo run -p kampa-client --example produce -- localhost:9092 orders`

use kampa_client::producer::Record;
use kampa_client::{Client, Error, ProducerSettings, Settings};
use kampa_world::World;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let servers = arguments.next().unwrap_or_else(|| "localhost:9092".to_owned());
    let topic = arguments.next().unwrap_or_else(|| "orders".to_owned());
    let done = World::run(1, |world| async move { produce(world, &servers, &topic).await });
    if let Err(error) = done.expect("a runtime") {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

async fn produce(world: World, servers: &str, topic: &str) -> Result<(), Error> {
    let client = Client::on(world, Settings::bootstrap(servers))?;
    let producer = client.producer(ProducerSettings::default())?;
    // `send` waits for room only; the records travel together, and each delivery is awaited when its answer is wanted.
    let mut deliveries = Vec::new();
    for number in 0..10 {
        let record = Record::keyed(topic, format!("customer {}", number % 3), format!("order {number}"));
        deliveries.push(producer.send(record).await?);
    }
    for delivery in deliveries {
        let lies_at = delivery.await?;
        println!("{}-{} at offset {}", lies_at.topic, lies_at.partition, lies_at.offset);
    }
    producer.close().await?;
    client.close().await;
    Ok(())
}
