//! kafka-console-consumer: records of topics on standard output, one after the other.
//!
//! Standard output and exit codes are Apache's; on stderr its sentences, without the stacks beneath them. Interrupted, it
//! leaves its group and says how much it has read, as Apache's does.

mod coordinator_records;
mod deserializers;
mod formatter;
mod given;

use std::collections::VecDeque;
use std::time::Duration;

use kampa_client::consumer::{Consumer, ConsumerRecord};
use kampa_client::{Error, TopicPartition};
use kampa_world::{Either, race};

use super::ended::uncaught;
use super::thrown::{self, Died, Thrown};
use crate::{Call, Outcome, Stop, unread};
use given::{From, Given, What};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    let given = given::read(&call).map_err(|died| uncaught(&call, died))?;
    consume(&call, &given).await.map_err(|died| match died {
        Died::Stopped(stop) => stop,
        Died::Thrown(thrown) => {
            tell(&call, "Unknown error when running consumer: ", &thrown);
            Stop::Exit(1)
        }
    })
}

async fn consume(call: &Call, given: &Given) -> Result<(), Died> {
    let (client, consumer) = given.consumer.consumer(call).await?;
    begin(&consumer, &given.what).map_err(|error| Thrown::of_client(&error))?;
    let mut reading = Reading { call, given, consumer: &consumer, count: 0, waiting: VecDeque::new() };
    let interrupted = super::interrupts::next();
    let ended = match race(interrupted, reading.read()).await {
        Either::Left(code) => Err(Stop::Exit(code).into()),
        Either::Right(ended) => ended,
    };
    let count = reading.count;
    reading.go_back();
    // What cannot be committed or left now was said, or nobody waits for it any more.
    drop(consumer.close().await);
    client.close().await;
    call.streams.out.flush();
    call.streams.err.line(format_args!("Processed a total of {count} messages"));
    if given.tells_events {
        call.streams.out.line("shutdown_complete");
    }
    ended
}

/// As Apache's tool logs an exception.
fn tell(call: &Call, words: &str, thrown: &Thrown) {
    thrown::log(&call.world, &call.streams, "ERROR", words, "org.apache.kafka.tools.consumer.ConsoleConsumer");
    call.streams.err.line(thrown);
}

/// Sets the consumer upon what was asked for.
fn begin(consumer: &Consumer, what: &What) -> Result<(), Error> {
    match what {
        What::Topic(topic) => consumer.subscribe(&[topic]),
        What::Matching(pattern) => consumer.subscribe_matching(pattern),
        What::Partition { topic, partition, from } => {
            let one = TopicPartition::new(topic, *partition);
            consumer.assign(std::slice::from_ref(&one))?;
            match from {
                From::Beginning => consumer.seek_to_beginning(&[one]),
                From::End => consumer.seek_to_end(&[one]),
                From::Offset(offset) => consumer.seek(&one, *offset),
            }
        }
    }
}

struct Reading<'a> {
    call: &'a Call,
    given: &'a Given,
    consumer: &'a Consumer,
    count: u64,
    /// Polled and not printed yet.
    waiting: VecDeque<ConsumerRecord>,
}

impl Reading<'_> {
    async fn read(&mut self) -> Result<(), Died> {
        let streams = &self.call.streams;
        let count_max = self.given.count_max.clone()?;
        while count_max.is_none_or(|most| self.count < most) {
            let record = match self.next().await {
                Ok(record) => record,
                Err(thrown) => {
                    tell(self.call, "Error processing message, terminating consumer process: ", &thrown);
                    return Ok(());
                }
            };
            self.count += 1;
            let mut line = Vec::new();
            let written = self.given.formatter.write(&record, &mut line);
            streams.out.bytes(&line);
            match written {
                Ok(()) => {}
                Err(thrown) if self.given.skips_errors => {
                    tell(self.call, "Error processing message, skipping this message: ", &thrown);
                }
                Err(thrown) => return Err(thrown.into()),
            }
            if streams.out.is_closed() {
                streams.err.line("Unable to write to standard out, closing consumer.");
                return Ok(());
            }
        }
        Ok(())
    }

    /// The next record, or why there is none.
    async fn next(&mut self) -> Result<ConsumerRecord, Thrown> {
        let begun = self.call.world.now();
        let patience = self.given.timeout.unwrap_or(POLL_MAX);
        loop {
            if let Some(record) = self.waiting.pop_front() {
                return Ok(record);
            }
            self.call.streams.out.flush();
            let polled = self.consumer.poll(patience.min(POLL_MAX)).await;
            self.waiting.extend(polled.map_err(|error| Thrown::of_client(&error))?);
            let is_late = self.given.timeout.is_some_and(|limit| self.call.world.now().since(begun) >= limit);
            if self.waiting.is_empty() && is_late {
                return Err(Thrown {
                    class: "org.apache.kafka.common.errors.TimeoutException".to_owned(),
                    message: None,
                });
            }
        }
    }

    /// What was polled and not printed is not to be committed.
    fn go_back(&mut self) {
        unread::go_back(self.consumer, &self.waiting);
        self.waiting.clear();
    }
}

/// Without a timeout a poll waits for so long, and then again.
const POLL_MAX: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests;
