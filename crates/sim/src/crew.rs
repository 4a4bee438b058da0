//! The client programs of a run: each on a host of its own, where its process may be killed and begin anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_world::Task;
use kampa_world::sim::Chance;
use parking_lot::Mutex;

use crate::actors::{admin, member, producing, reading, stranger};
use crate::plan::{Part, Role};
use crate::stage::Stage;

/// Cloning shares it.
#[derive(Clone)]
pub struct Crew {
    stage: Stage,
    synced_by_default: bool,
    roles: Arc<Vec<Role>>,
    tasks: Arc<Mutex<BTreeMap<String, Task<()>>>>,
}

impl Crew {
    /// Nobody has begun yet.
    pub fn new(stage: Stage, roles: Vec<Role>, synced_by_default: bool) -> Crew {
        Crew { stage, synced_by_default, roles: Arc::new(roles), tasks: Arc::default() }
    }

    /// Lets everybody begin.
    pub fn enter_all(&self) {
        self.roles.iter().for_each(|role| self.enter(&role.name));
    }

    /// Lets one begin whose process does not run.
    pub fn enter(&self, name: &str) {
        let Some(role) = self.roles.iter().find(|role| role.name == name) else { return };
        let world = self.stage.control.process(name);
        let client = self.stage.client_on(world.clone(), name);
        let stage = self.stage.clone();
        let task = match role.part.clone() {
            Part::Produces(habits) => world.spawn("producer", producing::run(client, stage, habits)),
            Part::Reads => world.spawn("reader", reading::run(client, stage)),
            Part::IsMember { group, is_static } => world.spawn("member", member::run(client, stage, group, is_static)),
            Part::IsStrange => world.spawn("stranger", stranger::run(client, stage)),
            Part::Administers => world.spawn("admin", admin::run(client, stage, self.synced_by_default)),
        };
        self.tasks.lock().insert(name.to_owned(), task);
    }

    /// One of those that may be gone at any time; the admin alone knows what it has done.
    pub fn any(&self, chance: &mut Chance) -> Option<String> {
        let names: Vec<&String> = self
            .roles
            .iter()
            .filter(|role| !matches!(role.part, Part::Administers) && self.stage.control.is_running(&role.name))
            .map(|role| &role.name)
            .collect();
        if names.is_empty() { None } else { Some(names[chance.below(names.len() as u64) as usize].clone()) }
    }

    /// Those that have not come to their end, of those that run.
    pub fn at_work(&self) -> Vec<String> {
        let tasks = self.tasks.lock();
        tasks.iter().filter(|(_, task)| !task.is_finished()).map(|(name, _)| name.clone()).collect()
    }
}
