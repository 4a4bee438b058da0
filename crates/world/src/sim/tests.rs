//! The simulation itself: time and tasks, the network, the disk through power cuts, and that a seed means one run.

mod disk;
mod net;
mod run;
mod time;
