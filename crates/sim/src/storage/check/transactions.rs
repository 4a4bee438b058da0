//! Readers of committed transactions are shown the records of every transaction that was committed and of none that was not.

use super::super::history::{Event, TxnId, What};
use super::{Checker, View};
use kampa_replication::Isolation;

#[derive(Default)]
pub struct Transactions {
    /// What was decided so far.
    decided: std::collections::BTreeMap<TxnId, bool>,
}

impl Checker for Transactions {
    fn name(&self) -> &'static str {
        "transactions"
    }

    fn see(&mut self, event: &Event, view: &View, found: &mut Vec<String>) {
        match event {
            Event::Decided { txn, committed } => _ = self.decided.insert(*txn, *committed),
            Event::Read(read) if read.ask.isolation == Isolation::ReadCommitted => {
                if view.logs.log(read.place).rotten {
                    return;
                }
                let about = &view.history.places[read.place].id;
                let mut shown = read.shown.iter().peekable();
                for (offset, id, _) in &read.seen {
                    // Both are in the order of the log.
                    let is_shown = shown.next_if_eq(&id).is_some();
                    let What::Record { txn, .. } = view.history.sent[*id as usize].what else { continue };
                    let due = match txn {
                        None => true,
                        Some(txn) => self.decided.get(&txn).copied().unwrap_or(false),
                    };
                    if is_shown != due {
                        let fate = txn.map(|txn| (txn, self.decided.get(&txn)));
                        found.push(format!(
                            "{about}: record {id} at {offset} is {} to a reader of committed ones; transaction {fate:?}",
                            if is_shown { "shown" } else { "not shown" }
                        ));
                    }
                }
            }
            _ => {}
        }
    }
}
