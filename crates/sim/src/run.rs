//! One run: everything is set up from a seed, runs until enough was asked, settles, is read to the last record and checked.

use std::time::Duration;

use kampa_protocol::Text;
use kampa_world::sim::{Chance, Simulation};

use crate::actors::admin;
use crate::audit;
use crate::check;
use crate::client::Client;
use crate::client::producer::BACKOFF;
use crate::crew::Crew;
use crate::history::{Event, History, Recorder};
use crate::house::House;
use crate::plan::{Part, Plan, RECOVERY_MAX};
use crate::report::Report;
use crate::stage::{NODE, Stage, Topic};
use crate::storm::Storm;

/// Runs a seed. With `trace_lines_max` the last so many events are kept as text.
pub fn run(seed: u64, trace_lines_max: usize) -> (Report, History) {
    let plan = Plan::of(seed);
    let simulation = Simulation::new(seed, plan.weather.faults());
    simulation.keep_trace(trace_lines_max);
    simulation.limit_steps(STEPS_MAX);
    simulation.limit_time(TIME_MAX);
    let recorder = Recorder::default();
    let stage = Stage::new(simulation.control(), recorder.clone(), plan.meets_zstd());
    simulation.run(drive(stage, plan.clone(), Chance::new(seed ^ DRIVER_SALT)));
    let history = recorder.take();
    let report = Report {
        seed,
        weather: format!("{:?}", plan.weather),
        operations: history.operations,
        acknowledged: history.events.iter().map(acknowledged).sum(),
        read: history.count_of(|event| matches!(event, Event::Read { .. })),
        lasted: Duration::from_nanos(simulation.now().nanos()),
        faults: simulation.faults().into_iter().filter(|(name, _)| !NEVER_HERE.contains(name)).collect(),
        counts: history.counts().clone(),
        trace_hash: simulation.trace_hash(),
        events: simulation.events(),
        violations: check::check(&history),
        trace: simulation.trace(),
    };
    (report, history)
}

fn acknowledged(event: &Event) -> u64 {
    if let Event::Acked { count, .. } = event { u64::from(*count) } else { 0 }
}

async fn drive(stage: Stage, plan: Plan, mut chance: Chance) {
    stage.recorder.add(Event::OffsetsTopic { synced: plan.synced_by_default });
    let house = House::new(stage.clone(), plan.given.clone(), plan.config.clone());
    let crew = Crew::new(stage.clone(), plan.roles.clone(), plan.synced_by_default);
    let keeper = house.keep(chance.next());
    // The node's host must be there before anybody asks for its address.
    while !stage.control.is_running(NODE) {
        stage.control.sleep(Duration::from_millis(1)).await;
    }
    let driver = stage.control.process("driver");
    let mut client = stage.client_on(driver, "driver");
    make_topics(&stage, &plan, &mut client).await;
    crew.enter_all();
    let storm = Storm {
        stage: stage.clone(),
        house: house.clone(),
        crew: crew.clone(),
        weather: plan.weather,
        chance: Chance::new(chance.next()),
    };
    let raging = stage.control.spawn("storm", async move { drop(storm.rage().await) });
    let until = stage.control.now() + WORK_MAX;
    while stage.recorder.operations() < plan.operations && stage.control.now() < until {
        stage.control.sleep(Duration::from_millis(100)).await;
    }
    stage.end();
    // The storm belongs to no process, so nothing but its own end ends it.
    let _ = raging.await;
    settle(&stage, &house, &crew).await;
    let groups = groups(&plan);
    audit::run(&stage, &mut client, &groups, RECOVERY_MAX).await;
    if plan.stops_at_the_end {
        if !house.stop_for_good(RECOVERY_MAX).await {
            stage.recorder.wrong("the node does not stop".to_owned());
        }
        house.cut_power_of_nobody();
        house.let_start();
        client.hang_up();
        audit::run(&stage, &mut client, &groups, RECOVERY_MAX).await;
    }
    audit::leftovers(&stage).await;
    keeper.abort();
}

async fn make_topics(stage: &Stage, plan: &Plan, client: &mut Client) {
    for wish in &plan.topics {
        let mut name = wish.clone();
        // A create that ended nobody knows how leaves its name alone.
        for attempt in 0.. {
            if let Ok(Ok(id)) = admin::create(client, &name).await {
                let synced = wish.is_synced(plan.synced_by_default);
                let retained = wish.is_retained();
                stage.add_topic(Topic { name: name.name, id, partitions: wish.partitions, synced, retained });
                break;
            }
            client.pause(BACKOFF).await;
            name.name = Text::from(format!("{}-{attempt}", wish.name));
        }
    }
}

/// Waits until the node serves and everybody has come to an end.
async fn settle(stage: &Stage, house: &House, crew: &Crew) {
    // After a failing disk, the node is started once more on a sound one.
    if stage.recorder.disk_may_fail() {
        house.kill();
    }
    let until = stage.control.now() + RECOVERY_MAX;
    if !house.serves_within(RECOVERY_MAX).await {
        stage.recorder.wrong(format!("the node does not serve within {} s", RECOVERY_MAX.as_secs()));
    }
    while !crew.at_work().is_empty() {
        if stage.control.now() > until {
            let names = crew.at_work().join(", ");
            return stage.recorder.wrong(format!("not at an end within {} s: {names}", RECOVERY_MAX.as_secs()));
        }
        stage.control.sleep(Duration::from_millis(50)).await;
    }
}

/// All groups that commit offsets in a plan.
fn groups(plan: &Plan) -> Vec<Text> {
    let mut groups: Vec<Text> = plan
        .roles
        .iter()
        .filter_map(|role| match &role.part {
            Part::IsMember { group, .. } => Some(group.clone()),
            Part::Reads => Some(Text::from(format!("{}-offsets", role.name))),
            _ => None,
        })
        .collect();
    groups.sort();
    groups.dedup();
    groups
}

/// Simulated time in which clients send their requests; a run that gets nowhere ends all the same.
const WORK_MAX: Duration = Duration::from_secs(1800);
/// Past this a run hangs.
const TIME_MAX: Duration = Duration::from_secs(4 * 3600);
/// Far more than the longest run takes.
const STEPS_MAX: u64 = 50_000_000;
/// The driver draws from another row of numbers than the plan and the simulation.
const DRIVER_SALT: u64 = 0x6472_6976_6572;
/// Storage runs have them; a node's storm does not order them.
const NEVER_HERE: [&str; 2] = ["open failed", "rename, removal or listing failed"];
