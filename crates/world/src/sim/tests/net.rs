//! Connections through delays, cuts, partitions and the end of who is at the other end.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::sim::{Faults, Simulation};
use crate::{ListenOptions, Listener, ReadHalf, Stream, World, WriteHalf};

const SECOND: Duration = Duration::from_secs(1);

async fn listen(world: &World) -> Listener {
    world.net().listen("0.0.0.0:9092".parse().unwrap(), ListenOptions::default()).await.unwrap()
}

async fn address(world: &World) -> SocketAddr {
    world.net().resolve("server", 9092).await.unwrap()[0]
}

/// Two processes and a connection between them: the client's end, the server's end.
fn connected(simulation: &Simulation) -> (World, World, Stream, Stream) {
    let (server, client) = (simulation.process("server"), simulation.process("client"));
    let (ours, theirs) = simulation.run(async {
        let listener = listen(&server).await;
        let accepted = server.spawn("accept", async move { listener.accept().await.unwrap() });
        let ours = client.net().connect(address(&client).await).await.unwrap();
        let (theirs, peer) = accepted.await.unwrap();
        assert_eq!((peer, theirs.peer_addr().unwrap()), (ours.local_addr().unwrap(), peer));
        (ours, theirs)
    });
    (client, server, ours, theirs)
}

async fn read_all(read: &mut ReadHalf) -> Result<Vec<u8>, ErrorKind> {
    let mut bytes = BytesMut::new();
    while read.read_buf(&mut bytes).await.map_err(|error| error.kind())? > 0 {}
    Ok(bytes.to_vec())
}

async fn send(write: &mut WriteHalf, bytes: &'static [u8]) -> Result<(), ErrorKind> {
    write.write_all_vectored(&[Bytes::from_static(bytes)]).await.map_err(|error| error.kind())
}

#[test]
fn bytes_arrive_whole_and_in_order_however_they_are_split() {
    for seed in 0..20 {
        let simulation = Simulation::new(seed, Faults { connection_cuts: 0.0, ..Faults::rough() });
        // Refused connects are another test's.
        simulation.set_faults(Faults { connects_refused: 0.0, connection_cuts: 0.0, ..Faults::rough() });
        let (client, _server, ours, theirs) = connected(&simulation);
        let sent: Vec<u8> = (0..600_000u32).map(|i| (i % 251) as u8).collect();
        let chunks: Vec<Bytes> = sent.chunks(7_777).map(Bytes::copy_from_slice).collect();
        let (mut read, write) = theirs.into_split();
        let (_ours_read, mut ours_write) = ours.into_split();
        client.spawn("sender", async move {
            ours_write.write_all_vectored(&chunks).await.unwrap();
            ours_write.write_all(&chunks[0]).await.unwrap();
        });
        let received = simulation.run(read_all(&mut read)).unwrap();
        assert!(received[..600_000] == sent && received[600_000..] == sent[..7_777], "seed {seed}");
        drop(write);
    }
}

#[test]
fn who_does_not_read_stops_who_writes() {
    let simulation = Simulation::new(1, Faults::none());
    let (client, _server, mut ours, mut theirs) = connected(&simulation);
    let task = client.spawn("sender", async move {
        ours.write_all(&[7; 1_000_000]).await.unwrap();
        ours
    });
    simulation.run_for(SECOND * 10);
    assert!(!task.is_finished());
    simulation.run(async {
        let mut buffer = vec![0; 1_000_000];
        theirs.read_exact(&mut buffer).await.unwrap();
        assert!(buffer.iter().all(|byte| *byte == 7));
        drop(task.await.unwrap());
        assert_eq!(theirs.read(&mut buffer).await.unwrap(), 0);
    });
}

#[test]
fn nobody_listens() {
    let simulation = Simulation::new(1, Faults::none());
    let (server, client) = (simulation.process("server"), simulation.process("client"));
    simulation.run(async {
        let to = address(&client).await;
        let kind = async |world: &World| world.net().connect(to).await.unwrap_err().kind();
        assert_eq!(kind(&client).await, ErrorKind::ConnectionRefused);
        let local: SocketAddr = "127.0.0.1:9092".parse().unwrap();
        let listener = server.net().listen(local, ListenOptions::default()).await.unwrap();
        assert_eq!(kind(&client).await, ErrorKind::ConnectionRefused, "loopback is not for others");
        assert!(server.net().connect(local).await.is_ok());
        let again = server.net().listen("0.0.0.0:9092".parse().unwrap(), ListenOptions::default()).await;
        assert_eq!(again.unwrap_err().kind(), ErrorKind::AddrInUse);
        drop(listener);
        assert_eq!(server.net().connect(local).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
        assert_eq!(client.net().resolve("nobody", 1).await.unwrap_err().kind(), ErrorKind::NotFound);
        simulation.crash("server");
        assert_eq!(kind(&client).await, ErrorKind::TimedOut);
    });
}

#[test]
fn a_partition_holds_and_healing_lets_go() {
    let simulation = Simulation::new(1, Faults::none());
    let (client, _server, ours, theirs) = connected(&simulation);
    let (mut read, _write) = theirs.into_split();
    let (_read, mut write) = ours.into_split();
    simulation.run(async {
        simulation.partition(&["server"]);
        send(&mut write, b"held").await.unwrap();
        let mut bytes = BytesMut::new();
        assert!(client.timeout(SECOND * 5, read.read_buf(&mut bytes)).await.is_err());
        let connecting = client.net().connect(address(&client).await);
        assert!(client.timeout(SECOND * 5, connecting).await.is_err());
        simulation.heal();
        assert_eq!(client.timeout(SECOND, read.read_buf(&mut bytes)).await.unwrap().unwrap(), 4);

        simulation.block("client", "server");
        send(&mut write, b"never").await.unwrap();
        assert_eq!(read_all(&mut read).await, Err(ErrorKind::TimedOut), "one gives up in the end");
    });
}

#[test]
fn a_cut_connection_breaks_at_both_ends() {
    let simulation = Simulation::new(1, Faults::none());
    let (_client, _server, ours, theirs) = connected(&simulation);
    let (mut read, mut write) = theirs.into_split();
    let (mut ours_read, mut ours_write) = ours.into_split();
    simulation.run(async {
        simulation.cut("client", "server");
        assert_eq!(read_all(&mut read).await, Err(ErrorKind::ConnectionReset));
        assert_eq!(read_all(&mut ours_read).await, Err(ErrorKind::ConnectionReset));
        assert_eq!(send(&mut write, b"x").await, Err(ErrorKind::ConnectionReset));
        assert_eq!(send(&mut ours_write, b"x").await, Err(ErrorKind::ConnectionReset));
    });
}

#[test]
fn what_arrives_before_a_break_has_no_gap() {
    for seed in 0..200 {
        let simulation = Simulation::new(seed, Faults::none());
        let (client, _server, ours, theirs) = connected(&simulation);
        simulation.set_faults(Faults { connection_cuts: 0.02, ..Faults::none() });
        let sent: Vec<u8> = (0..60_000u32).map(|i| (i % 251) as u8).collect();
        let chunks: Vec<Bytes> = sent.chunks(997).map(Bytes::copy_from_slice).collect();
        let (mut read, _write) = theirs.into_split();
        let (_read, mut write) = ours.into_split();
        client.spawn("sender", async move { write.write_all_vectored(&chunks).await });
        simulation.run(async {
            let mut received = BytesMut::new();
            // Whoever reads on after an error must not find bytes behind a gap either.
            for _ in 0..2 {
                while read.read_buf(&mut received).await.is_ok_and(|count| count > 0) {}
                simulation.sleep(SECOND).await;
            }
            assert!(sent.starts_with(&received), "seed {seed}");
        });
    }
}

#[test]
fn a_killed_process_closes_and_a_lost_host_is_silent() {
    let simulation = Simulation::new(1, Faults::none());
    let (client, _server, ours, theirs) = connected(&simulation);
    simulation.run(async {
        let (mut read, _write) = ours.into_split();
        let (_, mut theirs) = theirs.into_split();
        send(&mut theirs, b"last words").await.unwrap();
        simulation.kill("server");
        assert_eq!(read_all(&mut read).await.unwrap(), b"last words");

        let server = simulation.process("server");
        let listener = listen(&server).await;
        let stream = client.net().connect(address(&client).await).await.unwrap();
        let accepted = listener.accept().await.unwrap();
        simulation.crash("server");
        let (mut read, mut write) = stream.into_split();
        let mut bytes = BytesMut::new();
        assert!(
            client.timeout(SECOND * 100, read.read_buf(&mut bytes)).await.is_err(),
            "who only reads learns nothing"
        );
        simulation.process("server");
        send(&mut write, b"hello?").await.unwrap();
        let answer = client.timeout(SECOND, read.read_buf(&mut bytes)).await.unwrap();
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::ConnectionReset, "who speaks to one that forgot is told");
        drop(accepted);
    });
}

#[test]
fn who_closes_with_bytes_unread_resets() {
    let simulation = Simulation::new(1, Faults::none());
    let (client, _server, ours, theirs) = connected(&simulation);
    simulation.run(async {
        let (mut read, mut write) = ours.into_split();
        send(&mut write, b"unread").await.unwrap();
        client.sleep(SECOND).await;
        drop(theirs);
        assert_eq!(read_all(&mut read).await, Err(ErrorKind::ConnectionReset));
    });
}

#[test]
fn a_slow_link_is_slow() {
    let simulation = Simulation::new(1, Faults::none());
    let (client, _server, mut ours, mut theirs) = connected(&simulation);
    simulation.slow("client", "server", 10_000);
    simulation.run(async {
        let before = client.now();
        ours.write_all(b"x").await.unwrap();
        theirs.read_u8().await.unwrap();
        assert!(client.now() - before >= Duration::from_millis(500));
    });
}
