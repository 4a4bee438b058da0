//! Virtual time, tasks and who stands still when a disk stalls.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::sim::{Faults, Simulation};
use crate::{Either, Elapsed, Monotonic, OpenOptions, TaskFailed, race};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn sleepers_wake_in_the_order_of_time() {
    for seed in 0..20 {
        let simulation = Simulation::new(seed, Faults::none());
        let world = simulation.process("node");
        let order = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = [30, 10, 20, 0]
            .map(|wait| {
                let (world, order) = (world.clone(), order.clone());
                world.clone().spawn("sleeper", async move {
                    world.sleep(Duration::from_millis(wait)).await;
                    order.lock().push((wait, world.now().millis()));
                })
            })
            .into_iter()
            .collect();
        simulation.run(async {
            for task in tasks {
                task.await.unwrap();
            }
        });
        assert_eq!(*order.lock(), [(0, 0), (10, 10), (20, 20), (30, 30)]);
    }
}

#[test]
fn years_pass_at_once_and_clocks_agree() {
    let simulation = Simulation::new(1, Faults::none());
    simulation.limit_time(Duration::MAX);
    let world = simulation.process("node");
    simulation.run(async {
        let wall_ms = world.wall_ms();
        world.sleep(SECOND * 86400 * 365 * 3).await;
        assert_eq!(world.wall_ms() - wall_ms, 86_400_000 * 365 * 3);
        assert!(world.now() - Monotonic::ZERO >= SECOND * 86400 * 365 * 3);
    });
}

#[test]
fn a_new_process_starts_its_clock_anew_but_not_the_wall() {
    let simulation = Simulation::new(1, Faults::rough());
    let world = simulation.process("node");
    simulation.run_for(SECOND * 5);
    let wall_ms = world.wall_ms();
    simulation.kill("node");
    let world = simulation.process("node");
    assert_eq!(world.now(), Monotonic::ZERO);
    assert_eq!(world.wall_ms(), wall_ms);
    assert_eq!(simulation.now().millis(), 5000);
}

#[test]
fn racing_and_timing_out() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    simulation.run(async {
        assert_eq!(race(async { 1 }, async { 2 }).await, Either::Left(1));
        assert_eq!(world.timeout(SECOND, std::future::pending::<()>()).await, Err(Elapsed));
        assert_eq!(world.now().millis(), 1000);
        assert_eq!(world.timeout(Duration::ZERO, async { 7 }).await, Ok(7));
        assert_eq!(world.timeout(Duration::MAX, async { 7 }).await, Ok(7));
        world.yield_now().await;
    });
}

#[test]
fn tasks_end_are_aborted_and_die_with_their_process() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let sum = world.spawn("adder", async { 1 + 1 });
    let aborted = world.spawn("aborted", std::future::pending::<()>());
    let killed = world.spawn("killed", std::future::pending::<()>());
    let plane = world.control_plane("control", |world| async move { world.spawn("inner", async { 3 }).await }).unwrap();
    simulation.run(async {
        assert_eq!(sum.await, Ok(2));
        aborted.abort();
        assert_eq!(aborted.await, Err(TaskFailed::Aborted { task: "aborted" }));
        assert_eq!(plane.await, Ok(Ok(3)));
        assert!(!killed.is_finished());
        simulation.kill("node");
        assert!(killed.is_finished());
        assert_eq!(killed.await, Err(TaskFailed::Aborted { task: "killed" }));
        assert_eq!(world.spawn("late", async {}).await, Err(TaskFailed::Aborted { task: "late" }));
        assert!(world.disk().read("/x").is_err());
    });
}

#[test]
#[should_panic(expected = "deadlock: nothing is ready and nothing will happen; there are node/stuck ×2")]
fn a_deadlock_names_who_waits() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    world.spawn("stuck", std::future::pending::<()>());
    let task = world.spawn("stuck", std::future::pending::<()>());
    let _ = simulation.run(task);
}

#[test]
#[should_panic(expected = "ran over its limit")]
fn a_run_that_does_not_end_is_ended() {
    let simulation = Simulation::new(1, Faults::none());
    simulation.limit_steps(1000);
    let world = simulation.process("node");
    simulation.run(async {
        loop {
            world.yield_now().await;
        }
    });
}

#[test]
fn a_stalled_write_freezes_its_process_and_nobody_else() {
    let faults = Faults { disk_stalls: 1.0, disk_stall_max: SECOND * 10, ..Faults::none() };
    let simulation = Simulation::new(3, Faults::none());
    let node = simulation.process("node");
    let other = simulation.process("other");
    let ticks = |world: &crate::World| {
        let count = Arc::new(Mutex::new(0));
        let (world, counted) = (world.clone(), count.clone());
        world.clone().spawn("ticker", async move {
            loop {
                world.sleep(Duration::from_millis(1)).await;
                *counted.lock() += 1;
            }
        });
        count
    };
    let (frozen, free) = (ticks(&node), ticks(&other));
    let control = node.control_plane("control", {
        |world| async move {
            let mut longest = Duration::ZERO;
            for _ in 0..15_000 {
                let before = world.now();
                world.sleep(Duration::from_millis(1)).await;
                longest = longest.max(world.now() - before);
            }
            longest
        }
    });
    let writer = node.spawn("writer", {
        let node = node.clone();
        let control = simulation.control();
        async move {
            let file = node.disk().open("/log", OpenOptions::CREATE).unwrap();
            control.set_faults(faults);
            let before = node.now();
            file.write_all_at(b"x", 0).unwrap();
            let stalled = node.now() - before;
            // The same through the pool: only the answer is late.
            node.offload(move || file.write_all_at(b"x", 0)).await.unwrap();
            (stalled, node.now() - before - stalled)
        }
    });
    let (inline, offloaded) = simulation.run(writer).unwrap();
    let (frozen, free) = (*frozen.lock(), *free.lock());
    assert!(inline > Duration::from_millis(100) && offloaded > Duration::from_millis(100), "{inline:?} {offloaded:?}");
    let near = |count: u128, wait: Duration| count.abs_diff(wait.as_millis()) < 10;
    assert!(near(frozen, offloaded), "{frozen} ticks beside {inline:?} inline and {offloaded:?} offloaded");
    assert!(near(free, inline + offloaded), "{free} ticks beside {inline:?} and {offloaded:?}");
    assert!(simulation.run(control.unwrap()).unwrap() < Duration::from_millis(2));
}

#[test]
fn tasks_of_a_process_that_ends_halfway_are_dropped_after_the_one_that_runs() {
    struct Wants(Arc<Mutex<()>>);
    impl Drop for Wants {
        fn drop(&mut self) {
            // Would never return if the task that was killed still held it.
            drop(self.0.lock());
        }
    }
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let lock = Arc::new(Mutex::new(()));
    let wants = Wants(lock.clone());
    world.spawn("waiter", async move {
        std::future::pending::<()>().await;
        drop(wants);
    });
    simulation.kill_at("node", 1);
    let writer = world.spawn("writer", {
        let world = world.clone();
        async move {
            let held = lock.lock();
            let file = world.disk().open("/log", OpenOptions::CREATE).unwrap();
            let written = file.write_all_at(b"x", 0);
            drop(held);
            assert!(written.is_err());
        }
    });
    let _ = simulation.run(writer);
}

#[test]
fn nothing_is_left_of_a_simulation() {
    let simulation = Simulation::new(1, Faults::none());
    let control = simulation.control();
    let world = simulation.process("node");
    simulation.run(async {
        let address = "127.0.0.1:1".parse().unwrap();
        let listener = world.net().listen(address, crate::ListenOptions::default()).await.unwrap();
        let inner = world.clone();
        world.spawn("server", async move {
            let accepted = listener.accept().await;
            inner.sleep(SECOND * 1000).await;
            drop(accepted);
        });
        let stream = world.net().connect(address).await.unwrap();
        world.spawn("client", async move { stream.into_split().0.readable().await });
        world.sleep(SECOND).await;
        drop(world.disk().lock("/.lock").unwrap());
    });
    drop(world);
    drop(simulation);
    assert_eq!(Arc::strong_count(&control.sim), 1);
}
