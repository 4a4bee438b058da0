//! Which partitions a line means: `orders`, `orders:0,1`.

use super::Command;
use super::description::Partition;
use crate::kafka::thrown::{Died, Thrown};

impl Command<'_> {
    /// Of `--topic`: those that are named with partitions first, then all partitions of the others.
    pub(super) async fn named_partitions(&self) -> Result<Vec<Partition>, Died> {
        let (with, without): (Vec<&str>, Vec<&str>) =
            self.given.values("topic").into_iter().partition(|topic| topic.contains(':'));
        let mut found = Vec::new();
        for argument in with {
            found.extend(partitions(argument)?);
        }
        if !without.is_empty() {
            let names = without.into_iter().map(str::to_owned).collect();
            for topic in self.topics(names).await? {
                found.extend(topic.partitions.iter().map(|one| (topic.name.clone(), one.partition)));
            }
        }
        Ok(found)
    }
}

/// `orders:0,1`.
pub(super) fn partitions(argument: &str) -> Result<Vec<Partition>, Thrown> {
    let parts: Vec<&str> = argument.trim_end_matches(':').split(':').collect();
    let [topic, numbers] = parts.as_slice() else {
        let words = format!("Invalid topic arg '{argument}', expected topic name and partitions");
        return Err(Thrown::illegal(words));
    };
    let number = |number: &str| {
        let wrong = || Thrown::illegal(format!("Invalid partition '{number}' specified in topic arg '{argument}''"));
        number.parse().map(|number| ((*topic).to_owned(), number)).map_err(|_| wrong())
    };
    numbers.trim_end_matches(',').split(',').map(number).collect()
}
