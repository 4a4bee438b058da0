//! The order of answers, as scripts: what a client sends, what comes back, in which order requests were started.

use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use expect_test::{Expect, expect};
use kampa_world::sim::{Faults, Simulation};
use kampa_world::{ListenOptions, World};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{Answer, Connection, Owed, Service, serve};
use crate::ConnectionLimits;

/// Answers a request by its first letter: `p` and `P` are overlapping (Produce), `P` waits until `go` is called,
/// `w` waits without overlapping, `s` is silent, `x` closes, `m` is echoed and mutes for a second, as `n` does silently and `W`
/// after it has waited; anything else is echoed at once.
#[derive(Default)]
struct Script {
    started: Mutex<Vec<String>>,
    go: Arc<Notify>,
}

impl Service for Script {
    type Session = ();

    fn overlaps(&self, frame: &[u8]) -> bool {
        matches!(frame.first(), Some(b'p' | b'P' | b'm'))
    }

    fn call(&self, _: &mut (), frame: Bytes) -> Answer {
        self.started.lock().push(String::from_utf8_lossy(&frame).into_owned());
        match frame.first() {
            Some(b'P' | b'w') => {
                let go = self.go.clone();
                Answer::Later(Box::pin(async move {
                    go.notified().await;
                    echo(&frame)
                }))
            }
            Some(b'W') => {
                let go = self.go.clone();
                Answer::Later(Box::pin(async move {
                    go.notified().await;
                    Answer::Muting(vec![framed(&frame)], MUTED)
                }))
            }
            Some(b'm') => Answer::Muting(vec![framed(&frame)], MUTED),
            Some(b'n') => Answer::Muting(Vec::new(), MUTED),
            Some(b's') => Answer::Silent,
            Some(b'x') => Answer::Close,
            _ => echo(&frame),
        }
    }
}

const MUTED: Duration = Duration::from_secs(1);

fn echo(frame: &[u8]) -> Answer {
    Answer::Now(vec![framed(frame)])
}

fn framed(frame: &[u8]) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_i32(frame.len() as i32);
    bytes.put_slice(frame);
    bytes.freeze()
}

/// Sends all requests at once, then calls `go` as often as said, and tells what was started before the first `go`,
/// what came back, and whether the connection was closed.
fn check(requests: &[&str], goes: usize, expected: Expect) {
    let sent: Vec<u8> = requests.iter().flat_map(|request| framed(request.as_bytes()).to_vec()).collect();
    expected.assert_eq(&exchange(sent, goes));
}

fn exchange(sent: Vec<u8>, goes: usize) -> String {
    World::run(1, |world| async move {
        let listener = world.net().listen(([127, 0, 0, 1], 0).into(), ListenOptions::default()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = Arc::new(Script::default());
        let (server, serving) = (service.clone(), world.clone());
        world.spawn("server", async move {
            let (stream, _) = listener.accept().await.unwrap();
            let limits = ConnectionLimits { request_bytes_max: 100, idle_max: None };
            let _ = serve(&serving, stream, server, (), limits).await;
        });
        let (mut reader, mut writer) = world.net().connect(address).await.unwrap().into_split();
        writer.write_all_vectored(&[Bytes::from(sent)]).await.unwrap();
        world.sleep(Duration::from_millis(50)).await;
        let started = service.started.lock().join(" ");
        let mut received = BytesMut::new();
        let mut closed = false;
        for turn in 0..=goes {
            if turn > 0 {
                service.go.notify_one();
            }
            while let Ok(read) = world.timeout(Duration::from_millis(50), reader.read_buf(&mut received)).await {
                closed = !matches!(read, Ok(1..));
                if closed {
                    break;
                }
            }
        }
        let state = if closed { "closed" } else { "open" };
        format!("started: {started}; answers: {}; {state}", answers(&received))
    })
    .unwrap()
}

fn answers(mut received: &[u8]) -> String {
    let mut found = Vec::new();
    while let Some((head, rest)) = received.split_first_chunk::<4>() {
        let (frame, rest) = rest.split_at(i32::from_be_bytes(*head) as usize);
        found.push(String::from_utf8_lossy(frame).into_owned());
        received = rest;
    }
    found.join(" ")
}

#[test]
fn requests_of_one_read_are_answered_in_order() {
    check(&["a", "b", "p1", "c"], 0, expect!["started: a b p1 c; answers: a b p1 c; open"]);
}

#[test]
fn a_request_that_waits_holds_back_all_behind_it() {
    check(&["w1", "a"], 0, expect!["started: w1; answers: ; open"]);
    check(&["w1", "a"], 1, expect!["started: w1; answers: w1 a; open"]);
}

#[test]
fn produce_starts_while_earlier_produce_is_owed_and_answers_stay_in_order() {
    check(&["P1", "p2", "P3", "a"], 0, expect!["started: P1 p2 P3; answers: ; open"]);
    check(&["P1", "p2", "P3", "a"], 1, expect!["started: P1 p2 P3; answers: P1 p2; open"]);
    check(&["P1", "p2", "P3", "a"], 2, expect!["started: P1 p2 P3; answers: P1 p2 P3 a; open"]);
}

#[test]
fn answers_that_are_there_at_the_same_time_leave_in_one_write() {
    World::run(1, |world| async move {
        let listener = world.net().listen(([127, 0, 0, 1], 0).into(), ListenOptions::default()).await.unwrap();
        let stream = world.net().connect(listener.local_addr().unwrap()).await.unwrap();
        let mut connection = Connection::new(stream, ConnectionLimits { request_bytes_max: 100, idle_max: None });
        let later = |name: &'static str| Owed::Later(Box::pin(async move { echo(name.as_bytes()) }));
        connection.owed.extend([later("P1"), later("P2"), Owed::Ready(vec![framed(b"p3")]), later("P4")]);
        connection.owed.push_back(Owed::Later(Box::pin(std::future::pending())));
        connection.wait(&world).await.unwrap();
        assert_eq!(answers(&connection.finished.concat()), "P1 P2 p3 P4");
        assert_eq!(connection.owed.len(), 1);
    })
    .unwrap();
}

#[test]
fn produce_waits_for_another_kind_of_request_before_it() {
    check(&["w1", "p2"], 0, expect!["started: w1; answers: ; open"]);
    check(&["w1", "p2"], 1, expect!["started: w1; answers: w1 p2; open"]);
}

#[test]
fn a_silent_request_leaves_no_hole() {
    check(&["a", "s", "b"], 0, expect!["started: a s b; answers: a b; open"]);
}

#[test]
fn what_was_answered_before_a_close_still_arrives() {
    check(&["a", "x", "b"], 0, expect!["started: a x; answers: a; closed"]);
}

#[test]
fn a_frame_over_the_limit_closes_the_connection() {
    check(&["a", &"b".repeat(101)], 0, expect!["started: a; answers: a; closed"]);
    // TLS bytes on a plain port announce a frame of 369 MB.
    expect!["started: ; answers: ; closed"].assert_eq(&exchange(vec![0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], 0));
    expect!["started: ; answers: ; closed"].assert_eq(&exchange(vec![0xff, 0xff, 0xff, 0xff], 0));
}

/// By a clock that is simulated: what had started and what was answered 900 ms and 1100 ms after a mute of a second.
fn check_muted(requests: &[&str], goes: usize, expected: Expect) {
    let simulation = Simulation::new(1, Faults::none());
    let (server, client) = (simulation.process("server"), simulation.process("client"));
    let service = Arc::new(Script::default());
    let told = simulation.run(async {
        let listener = server.net().listen(([0, 0, 0, 0], 9092).into(), ListenOptions::default()).await.unwrap();
        let (answering, serving) = (service.clone(), server.clone());
        server.spawn("server", async move {
            let (stream, _) = listener.accept().await.unwrap();
            let limits = ConnectionLimits { request_bytes_max: 100, idle_max: None };
            let _ = serve(&serving, stream, answering, (), limits).await;
        });
        let address = client.net().resolve("server", 9092).await.unwrap()[0];
        let (mut reader, mut writer) = client.net().connect(address).await.unwrap().into_split();
        let sent: Vec<u8> = requests.iter().flat_map(|request| framed(request.as_bytes()).to_vec()).collect();
        writer.write_all_vectored(&[Bytes::from(sent)]).await.unwrap();
        client.sleep(Duration::from_millis(10)).await;
        (0..goes).for_each(|_| service.go.notify_one());
        let mut received = BytesMut::new();
        let mut told = Vec::new();
        for wait_ms in [890, 200, 1000] {
            let until = client.now() + Duration::from_millis(wait_ms);
            while client.timeout(until.since(client.now()), reader.read_buf(&mut received)).await.is_ok() {}
            told.push(format!("{} / {}", service.started.lock().join(" "), answers(&received)));
        }
        told.join("; ")
    });
    expected.assert_eq(&told);
}

#[test]
fn a_muted_connection_is_answered_first_and_then_not_read() {
    check_muted(&["a", "m", "b"], 0, expect!["a m / a m; a m b / a m b; a m b / a m b"]);
    check_muted(&["m1", "m2", "b"], 0, expect!["m1 / m1; m1 m2 / m1 m2; m1 m2 b / m1 m2 b"]);
    check_muted(&["n", "b"], 0, expect!["n / ; n b / b; n b / b"]);
}

#[test]
fn what_is_owed_leaves_while_the_connection_is_muted() {
    check_muted(&["P1", "m", "b"], 1, expect!["P1 m / P1 m; P1 m b / P1 m b; P1 m b / P1 m b"]);
    check_muted(&["W", "b"], 1, expect!["W / W; W b / W b; W b / W b"]);
}
