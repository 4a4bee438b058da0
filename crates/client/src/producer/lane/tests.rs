//! A partition's batches through answers and failures, in scripts: what leaves, with which number, and what is told.

use std::time::Duration;

use expect_test::{Expect, expect};
use kampa_formats::batch::{BatchBuilder, BatchOptions, BatchView, NewRecord};
use kampa_protocol::ErrorCode;
use kampa_world::Monotonic;

use super::{Batch, Landed, Lane, Outcome, Pace, Told, Turn, Verdict};
use crate::Error;
use crate::producer::session::{ProducerId, Session};

struct Script {
    lane: Lane,
    session: Option<Session>,
    flying: Vec<(String, Batch)>,
    names: Vec<String>,
    now_ms: u64,
    told: Vec<String>,
}

/// `add a:2` makes a batch of two records; `send` sends what may leave; `ok`, `retry`, `order`, `large`, `fail` land the oldest
/// that is under way so, `cut` fails all of them; `wait 100` lets time pass.
fn check(idempotent: bool, script: &str, expected: Expect) {
    let mut session = Session::default();
    session.begin(ProducerId { id: 7, epoch: 0 });
    let mut run = Script {
        lane: Lane::new(0, 0),
        session: idempotent.then_some(session),
        flying: Vec::new(),
        names: Vec::new(),
        now_ms: 0,
        told: Vec::new(),
    };
    for step in script.split(',').map(str::trim) {
        run.step(step);
    }
    expected.assert_eq(&run.told.join("\n"));
}

impl Script {
    fn now(&self) -> Monotonic {
        Monotonic::from_millis(self.now_ms)
    }

    fn step(&mut self, step: &str) {
        let (word, rest) = step.split_once(' ').unwrap_or((step, ""));
        let broker = |code| Error::Broker { code, what: "records".to_owned(), message: None };
        match word {
            "add" => rest.split(' ').for_each(|batch| self.add(batch)),
            "send" => self.send(),
            "wait" => self.now_ms += rest.parse::<u64>().expect("milliseconds"),
            "expire" => {
                let mut told = Vec::new();
                self.lane.expire(self.now(), 1_000, &mut told);
                self.tell(told);
            }
            "ok" => self.land(Verdict::Delivered(Landed { base_offset: 0, append_time_ms: -1 })),
            "retry" => {
                let error = broker(ErrorCode::NOT_ENOUGH_REPLICAS);
                self.land(Verdict::Again { error, pause: Duration::from_millis(100) });
            }
            "order" => self.land(Verdict::OutOfOrder(broker(ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER))),
            "large" => {
                let error = broker(ErrorCode::MESSAGE_TOO_LARGE);
                self.land(Verdict::TooLarge { error, records_bytes_max: 1_000 });
            }
            "fail" => self.land(Verdict::Failed(broker(ErrorCode::INVALID_RECORD))),
            "cut" => (0..self.flying.len()).for_each(|_| self.step("retry")),
            _ => panic!("no step {step}"),
        }
    }

    fn add(&mut self, batch: &str) {
        let (name, count) = batch.split_once(':').unwrap_or((batch, "1"));
        let builder = BatchBuilder::new(BatchOptions::default());
        let (serial, life) = (self.names.len() as u64, Duration::from_secs(1));
        let mut batch = Batch::new(serial, Outcome::new("t".into(), 0), builder, self.now(), life);
        for at in 0..count.parse().expect("a count") {
            let new = NewRecord { value: Some(b"v"), ..NewRecord::default() };
            if at == 0 { drop(batch.add_first(&new)) } else { drop(batch.add(&new, 1_000, 1_000)) }
        }
        batch.is_closed = true;
        self.names.push(name.to_owned());
        self.lane.waiting.push_back(batch);
    }

    fn send(&mut self) {
        loop {
            let idempotent = self.session.is_some();
            let pace = Pace { now: self.now(), linger: Duration::ZERO, hurry: false, idempotent };
            match self.lane.turn(pace) {
                Turn::Now => {}
                Turn::At(due) => return self.told.push(format!("next at {}", due.millis())),
                Turn::Later => return,
            }
            let Some(mut batch) = self.lane.take(self.session.as_mut()) else { return };
            let name = self.name(batch.serial, batch.first);
            let header = *BatchView::check(batch.bytes()).expect("a batch").header();
            let (epoch, sequence) = (header.producer_epoch, header.base_sequence);
            self.told.push(match self.session {
                Some(_) => format!("{name} leaves as {sequence} of epoch {epoch}"),
                None => format!("{name} leaves"),
            });
            self.flying.push((name, batch));
        }
    }

    fn name(&self, serial: u64, first: u32) -> String {
        let name = &self.names[serial as usize];
        if first == 0 { name.clone() } else { format!("{name}+{first}") }
    }

    fn land(&mut self, verdict: Verdict) {
        let (name, batch) = self.flying.remove(0);
        let mut told = Vec::new();
        let free = self.lane.land(batch, verdict, self.now(), &mut told);
        if free.is_none() {
            self.told.push(format!("{name} waits again"));
        }
        self.tell(told);
        self.lane.settle(self.session.as_mut());
    }

    fn tell(&mut self, told: Vec<Told>) {
        for Told { first, count, result, .. } in told {
            let how = match result {
                Ok(_) => "delivered".to_owned(),
                Err(error) => error.to_string(),
            };
            self.told.push(format!("told of {first}..{}: {how}", first + count));
        }
    }
}

#[test]
fn the_first_goes_alone_and_the_rest_together() {
    check(
        true,
        "add a:2 b c, send, ok, send, ok, ok",
        expect![[r#"
        a leaves as 0 of epoch 0
        told of 0..2: delivered
        b leaves as 2 of epoch 0
        c leaves as 3 of epoch 0
        told of 0..1: delivered
        told of 0..1: delivered"#]],
    );
    check(
        false,
        "add a b c, send",
        expect![[r#"
        a leaves
        b leaves
        c leaves"#]],
    );
}

#[test]
fn after_a_failure_all_land_before_any_leaves_and_numbers_stay() {
    check(
        true,
        "add a, send, ok, add b c:3 d, send, retry, add e, send, order, send, order, wait 100, send",
        expect![[r#"
            a leaves as 0 of epoch 0
            told of 0..1: delivered
            b leaves as 1 of epoch 0
            c leaves as 2 of epoch 0
            d leaves as 5 of epoch 0
            b waits again
            c waits again
            d waits again
            b leaves as 1 of epoch 0
            c leaves as 2 of epoch 0
            d leaves as 5 of epoch 0
            e leaves as 6 of epoch 0"#]],
    );
}

#[test]
fn a_connection_that_ends_sends_all_again_in_order() {
    check(
        true,
        "add a, send, ok, add b c d, send, cut, send, wait 100, send, ok, ok, ok",
        expect![[r#"
        a leaves as 0 of epoch 0
        told of 0..1: delivered
        b leaves as 1 of epoch 0
        c leaves as 2 of epoch 0
        d leaves as 3 of epoch 0
        b waits again
        c waits again
        d waits again
        next at 100
        b leaves as 1 of epoch 0
        c leaves as 2 of epoch 0
        d leaves as 3 of epoch 0
        told of 0..1: delivered
        told of 0..1: delivered
        told of 0..1: delivered"#]],
    );
}

#[test]
fn a_number_that_is_missed_before_the_oldest_begins_another_epoch() {
    check(
        true,
        "add a, send, ok, add b:2 c d, send, fail, order, order, send, ok, send",
        expect![[r#"
        a leaves as 0 of epoch 0
        told of 0..1: delivered
        b leaves as 1 of epoch 0
        c leaves as 3 of epoch 0
        d leaves as 4 of epoch 0
        told of 0..2: records: INVALID_RECORD
        c waits again
        d waits again
        c leaves as 0 of epoch 1
        told of 0..1: delivered
        d leaves as 1 of epoch 1"#]],
    );
    check(
        true,
        "add a, send, ok, add b c, send, order, order, send, ok, send",
        expect![[r#"
        a leaves as 0 of epoch 0
        told of 0..1: delivered
        b leaves as 1 of epoch 0
        c leaves as 2 of epoch 0
        b waits again
        c waits again
        b leaves as 0 of epoch 1
        told of 0..1: delivered
        c leaves as 1 of epoch 1"#]],
    );
}

#[test]
fn a_batch_too_large_is_cut_and_its_halves_bear_its_numbers() {
    check(
        true,
        "add a, send, ok, add b:5 c, send, large, order, send, ok, ok, ok",
        expect![[r#"
        a leaves as 0 of epoch 0
        told of 0..1: delivered
        b leaves as 1 of epoch 0
        c leaves as 6 of epoch 0
        b waits again
        c waits again
        b leaves as 1 of epoch 0
        b+2 leaves as 3 of epoch 0
        c leaves as 6 of epoch 0
        told of 0..2: delivered
        told of 2..5: delivered
        told of 0..1: delivered"#]],
    );
    check(
        true,
        "add a, send, large",
        expect![[r#"
        a leaves as 0 of epoch 0
        told of 0..1: records: MESSAGE_TOO_LARGE"#]],
    );
}

#[test]
fn time_runs_out_where_a_batch_waits_and_where_it_is_under_way() {
    check(
        true,
        "add a, send, ok, add b, send, wait 500, add c, send, wait 500, expire, retry, ok, send",
        expect![[r#"
        a leaves as 0 of epoch 0
        told of 0..1: delivered
        b leaves as 1 of epoch 0
        c leaves as 2 of epoch 0
        told of 0..1: delivery to t-0 (delivery.timeout.ms) was not done within 1000 ms
        told of 0..1: records: NOT_ENOUGH_REPLICAS
        told of 0..1: delivered"#]],
    );
}

#[test]
fn epochs_of_an_id_end() {
    let mut session = Session::default();
    let last = ProducerId { id: 7, epoch: i16::MAX };
    session.begin(ProducerId { id: 7, epoch: i16::MAX - 1 });
    session.bump(Some(ProducerId { id: 7, epoch: 3 }));
    assert_eq!(session.current().map(|producer| producer.epoch), Some(i16::MAX - 1), "another partition was first");
    session.bump(session.current());
    assert_eq!(session.current(), Some(last));
    session.bump(Some(last));
    assert_eq!(session.current(), None, "another id is wanted");
}
