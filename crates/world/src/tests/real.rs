//! The real side: what its callers rely on beyond the script that both sides share.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::{Either, Elapsed, ListenOptions, Monotonic, OpenOptions, TaskFailed, World, race};

#[test]
fn clock_tasks_and_waiting() {
    World::run(1, |world| async move {
        let start = world.now();
        world.sleep(Duration::from_millis(2)).await;
        assert!(world.now() - start >= Duration::from_millis(2));
        world.sleep_until(Monotonic::ZERO).await;
        assert!(world.wall_ms() > 1_700_000_000_000);

        assert_eq!(world.timeout(Duration::from_millis(1), std::future::pending::<()>()).await, Err(Elapsed));
        assert_eq!(world.timeout(Duration::ZERO, async { 7 }).await, Ok(7));
        assert_eq!(world.timeout(Duration::MAX, async { 7 }).await, Ok(7));
        assert_eq!(race(async { 1 }, async { 2 }).await, Either::Left(1));

        assert_eq!(world.spawn("adder", async { 1 + 1 }).await, Ok(2));
        let waiting = world.spawn("waiter", std::future::pending::<()>());
        waiting.abort();
        assert_eq!(waiting.await, Err(TaskFailed::Aborted { task: "waiter" }));
        assert_eq!(world.offload(|| 5).await, 5);
        assert_ne!(world.seed(), world.seed());
        let uuid = world.uuid_bits();
        assert_eq!((uuid[6] >> 4, uuid[8] >> 6), (4, 2));
    })
    .unwrap();
}

#[test]
fn control_plane_has_its_own_thread_and_the_same_clock() {
    World::run(1, |world| async move {
        let here = std::thread::current().id();
        let before = world.now();
        let task = world
            .control_plane("control", move |inner| async move {
                let there = inner.offload(move || std::thread::current().id()).await;
                let task = inner.spawn("part", async { std::thread::current().id() });
                (inner.now(), there != here, task.await.unwrap() == std::thread::current().id())
            })
            .unwrap();
        let (after, elsewhere, together) = task.await.unwrap();
        assert!(after >= before && elsewhere && together);

        let forever = world.control_plane("forever", |_| std::future::pending::<()>()).unwrap();
        assert!(!forever.is_finished());
        forever.abort();
        assert_eq!(forever.await, Err(TaskFailed::Aborted { task: "forever" }));
    })
    .unwrap();
}

#[test]
fn connections_over_both_loopbacks() {
    World::run(1, |world| async move {
        for ip in [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)] {
            let listener = world.net().listen(SocketAddr::new(ip, 0), ListenOptions::default()).await.unwrap();
            let address = listener.local_addr().unwrap();
            let echo = world.spawn("echo", async move {
                let (stream, _) = listener.accept().await.unwrap();
                let (read, mut write) = stream.into_split();
                let mut buffer = BytesMut::new();
                loop {
                    read.readable().await.unwrap();
                    match read.try_read_buf(&mut buffer).unwrap() {
                        Some(0) => break,
                        Some(_) => write.write_all_vectored(&[buffer.split().freeze()]).await.unwrap(),
                        None => {}
                    }
                }
            });

            let stream = world.net().connect(address).await.unwrap();
            assert_eq!(stream.peer_addr().unwrap(), address);
            let (mut read, mut write) = stream.into_split();
            // More chunks than one system call takes, some of them empty, more bytes than a socket holds.
            let chunks: Vec<Bytes> = (0..200usize).map(|i| vec![i as u8; i * 100].into()).collect();
            let sent: Vec<u8> = chunks.concat();
            let writer = world.spawn("writer", async move {
                write.write_all_vectored(&chunks).await.unwrap();
                write.shutdown().await.unwrap();
            });
            let mut received = BytesMut::new();
            while read.read_buf(&mut received).await.unwrap() > 0 {}
            assert!(received == sent);
            writer.await.unwrap();
            echo.await.unwrap();
        }
        let here = world.net().resolve("localhost", 9092).await.unwrap();
        assert!(here.iter().all(|address| address.ip().is_loopback() && address.port() == 9092));
    })
    .unwrap();
}

#[test]
fn a_lock_is_held_once() {
    World::run(1, |world| async move {
        let directory = Directory::new();
        let path = directory.path.join(".lock");
        let held = world.disk().lock(&path).unwrap();
        assert!(held.is_some());
        assert!(world.disk().lock(&path).unwrap().is_none());
        drop(held);
        assert!(world.disk().lock(&path).unwrap().is_some());
    })
    .unwrap();
}

#[test]
fn many_slices_in_one_write() {
    World::run(1, |world| async move {
        let directory = Directory::new();
        let file = world.disk().open(directory.path.join("log"), OpenOptions::CREATE_NEW).unwrap();
        let parts: Vec<Vec<u8>> = (0..3000usize).map(|i| vec![i as u8; i % 7]).collect();
        let slices: Vec<&[u8]> = parts.iter().map(|part| &part[..]).collect();
        file.allocate(0, 1 << 20).unwrap();
        file.write_all_vectored_at(&slices, 10).unwrap();
        let mut back = vec![0; parts.concat().len()];
        file.read_exact_at(&mut back, 10).unwrap();
        assert!(back == parts.concat());
        assert_eq!(file.len().unwrap(), 10 + back.len() as u64);
        // Just written, so in memory, unless the file system cannot tell.
        let cached = file.try_read_at_cached(&mut back, 10).unwrap();
        assert!(cached.is_none_or(|count| count > 0));
        assert!(world.disk().free_bytes(&directory.path).unwrap() > 0);
    })
    .unwrap();
}

#[test]
fn what_the_kernel_makes_up_is_read_whole() {
    World::run(1, |world| async move {
        let zones = world.disk().read_to_string("/proc/zoneinfo").unwrap();
        assert!(zones.len() > 4096 && zones.ends_with('\n'));
        assert!(!world.disk().read_to_string("/proc/sys/kernel/hostname").unwrap().trim().is_empty());
    })
    .unwrap();
}

/// An empty directory that is removed at the end.
pub(crate) struct Directory {
    pub(crate) path: PathBuf,
}

impl Directory {
    pub(crate) fn new() -> Directory {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("kampa-world-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Directory { path }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
