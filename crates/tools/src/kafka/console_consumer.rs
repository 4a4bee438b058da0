//! kafka-console-consumer: records of topics on standard output, one after the other.
//!
//! Standard output and exit codes are Apache's; on stderr its sentences, without the stacks beneath them. Interrupted, it
//! leaves its group and says how much it has read, as Apache's does.

mod coordinator_records;
mod deserializers;
mod formatter;
mod given;

pub(super) use given::{load, pairs};

use std::collections::VecDeque;
use std::time::Duration;

use kampa_client::consumer::{Consumer, ConsumerRecord};
use kampa_client::{Client, Error, TopicPartition};
use kampa_world::{Either, race};

use crate::{Call, Outcome, Stop, unread};
use given::{From, Given, What};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    let given = given::read(&call)?;
    let client = Client::on(call.world.clone(), given.settings.clone()).map_err(|e| unknown(&e))?;
    let consumer = client.consumer(given.consumer.clone()).map_err(|e| unknown(&e))?;
    begin(&consumer, &given.what).map_err(|e| unknown(&e))?;
    let mut reading = Reading { call: &call, given: &given, consumer: &consumer, count: 0, waiting: VecDeque::new() };
    let interrupted = super::interrupts::next();
    let ended = match race(interrupted, reading.read()).await {
        Either::Left(code) => Err(Stop::Exit(code)),
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
    async fn read(&mut self) -> Outcome {
        let streams = &self.call.streams;
        while self.given.count_max.is_none_or(|most| self.count < most) {
            let record = match self.next().await {
                Ok(record) => record,
                Err(why) => {
                    streams
                        .err
                        .line(format_args!("ERROR Error processing message, terminating consumer process: \n{why}"));
                    return Ok(());
                }
            };
            self.count += 1;
            let mut line = Vec::new();
            let written = self.given.formatter.write(&record, &mut line);
            streams.out.bytes(&line);
            if let Err(why) = written {
                if !self.given.skips_errors {
                    return Err(Stop::Failed(format!("ERROR Unknown error when running consumer: \n{why}")));
                }
                streams.err.line(format_args!("ERROR Error processing message, skipping this message: \n{why}"));
            }
            if streams.out.is_closed() {
                streams.err.line("Unable to write to standard out, closing consumer.");
                return Ok(());
            }
        }
        Ok(())
    }

    /// The next record, or why there is none.
    async fn next(&mut self) -> Result<ConsumerRecord, String> {
        let begun = self.call.world.now();
        let patience = self.given.timeout.unwrap_or(POLL_MAX);
        loop {
            if let Some(record) = self.waiting.pop_front() {
                return Ok(record);
            }
            self.call.streams.out.flush();
            let polled = self.consumer.poll(patience.min(POLL_MAX)).await.map_err(|error| error.to_string())?;
            self.waiting.extend(polled);
            let is_late = self.given.timeout.is_some_and(|limit| self.call.world.now().since(begun) >= limit);
            if self.waiting.is_empty() && is_late {
                return Err("org.apache.kafka.common.errors.TimeoutException".to_owned());
            }
        }
    }

    /// What was polled and not printed is not to be committed.
    fn go_back(&mut self) {
        unread::go_back(self.consumer, &self.waiting);
        self.waiting.clear();
    }
}

fn unknown(error: &Error) -> Stop {
    Stop::Failed(format!("ERROR Unknown error when running consumer: \n{error}"))
}

/// Without a timeout a poll waits for so long, and then again.
const POLL_MAX: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests;
