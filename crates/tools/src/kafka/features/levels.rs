//! What each metadata.version of Kafka 4.4 is called, and which levels of the other features came with it.

use super::super::thrown::Thrown;

/// The level and its name, oldest first. The last is not for production yet.
const METADATA: &[(i16, &str)] = &[
    (7, "3.3-IV3"),
    (8, "3.4-IV0"),
    (9, "3.5-IV0"),
    (10, "3.5-IV1"),
    (11, "3.5-IV2"),
    (12, "3.6-IV0"),
    (13, "3.6-IV1"),
    (14, "3.6-IV2"),
    (15, "3.7-IV0"),
    (16, "3.7-IV1"),
    (17, "3.7-IV2"),
    (18, "3.7-IV3"),
    (19, "3.7-IV4"),
    (20, "3.8-IV0"),
    (21, "3.9-IV0"),
    (22, "4.0-IV0"),
    (23, "4.0-IV1"),
    (24, "4.0-IV2"),
    (25, "4.0-IV3"),
    (26, "4.1-IV0"),
    (27, "4.1-IV1"),
    (28, "4.2-IV0"),
    (29, "4.2-IV1"),
    (30, "4.3-IV0"),
    (31, "4.4-IV0"),
    (32, "4.4-IV1"),
    (33, "4.4-IV2"),
    (34, "4.5-IV0"),
];

/// The name of what new clusters begin with.
pub const LATEST: &str = "4.4-IV2";

/// A feature's levels: the level, and the metadata.version from which on it is the default.
pub struct Feature {
    pub name: &'static str,
    levels: &'static [(i16, i16)],
}

/// All but metadata.version, in Kafka's order.
pub const FEATURES: [Feature; 6] = [
    Feature { name: "kraft.version", levels: &[(0, 7), (1, 21)] },
    Feature { name: "transaction.version", levels: &[(0, 7), (1, 24), (2, 24)] },
    Feature { name: "group.version", levels: &[(0, 7), (1, 22)] },
    Feature { name: "eligible.leader.replicas.version", levels: &[(0, 7), (1, 26)] },
    Feature { name: "share.version", levels: &[(0, 7), (1, 28), (2, 31)] },
    Feature { name: "streams.version", levels: &[(0, 7), (1, 29)] },
];

impl Feature {
    pub fn default_at(&self, metadata: i16) -> i16 {
        self.levels.iter().rev().find(|(_, since)| *since <= metadata).map_or(0, |(level, _)| *level)
    }

    pub fn has(&self, level: i16) -> bool {
        self.levels.iter().any(|(known, _)| *known == level)
    }

    /// The metadata.version that a level cannot do without, where there is one.
    pub fn needs(&self, level: i16) -> Option<i16> {
        (self.name == "eligible.leader.replicas.version" && level == 1).then_some(23)
    }
}

pub fn name(level: i16) -> Option<&'static str> {
    METADATA.iter().find(|(known, _)| *known == level).map(|(_, name)| *name)
}

/// The level of `4.0-IV1`, or the last of `4.0`, `4.0.2`.
pub fn of_release(release: &str) -> Result<i16, Thrown> {
    let mut parts = release.split('.');
    let key = match (parts.next(), parts.next(), parts.next()) {
        (Some(major), Some(minor), Some(_)) => format!("{major}.{minor}"),
        _ => release.to_owned(),
    };
    let is_it = |name: &str| name == key || name.split('-').next() == Some(&key);
    METADATA.iter().rev().find(|(_, name)| is_it(name)).map(|(level, _)| *level).ok_or_else(|| {
        let names: Vec<&str> = METADATA.iter().map(|(_, name)| *name).collect();
        Thrown::illegal(format!(
            "Unknown metadata.version '{release}'. Supported metadata.version are: {}",
            names.join(", ")
        ))
    })
}
