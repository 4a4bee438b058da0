//! What may go wrong by itself, how likely, and how often it did. Kills, power cuts and partitions are the driver's to order
//! and are counted here too.

use std::time::Duration;

/// The plan of a simulation: how likely each fault is, each time there is an occasion for it. All zero is a perfect world with
/// ordinary delays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Faults {
    /// Per packet: the connection is reset, and some of what is on its way either way is lost.
    pub connection_cuts: f64,
    /// Per attempt: a connection is refused though somebody listens.
    pub connects_refused: f64,
    /// Per packet: it is late by up to `packet_delay_max` (lost and sent again), and all behind it.
    pub packet_delays: f64,
    /// The most a packet is late.
    pub packet_delay_max: Duration,
    /// Per read or write of a stream: less is taken than could be.
    pub short_transfers: f64,
    /// Per operation that may reach the medium: it takes up to `disk_stall_max`. Outside of an offload its process stands still.
    pub disk_stalls: f64,
    /// The longest stall.
    pub disk_stall_max: Duration,
    /// Per sync: it fails, and what was unsynced will never be durable though later syncs say so.
    pub syncs_fail: f64,
    /// Per write: an I/O error after a part was written.
    pub writes_fail: f64,
    /// Per write: the disk is full after a part was written. (See also `Control::set_disk_capacity`.)
    pub disk_full: f64,
    /// Per read: an I/O error.
    pub reads_fail: f64,
    /// Per file opened or created: an I/O error.
    pub opens_fail: f64,
    /// Per rename, removal, directory created or listed: an I/O error, and nothing is changed.
    pub names_fail: f64,
    /// Per read of what is not in memory: one bit of it has rotted, for good.
    pub bit_flips: f64,
    /// Per try to read from memory: it is not there any more.
    pub evictions: f64,
    /// Each process's wall clock is off by up to this, one way or the other.
    pub clock_skew_max: Duration,
}

impl Faults {
    /// Nothing goes wrong by itself.
    pub const fn none() -> Faults {
        Faults {
            connection_cuts: 0.0,
            connects_refused: 0.0,
            packet_delays: 0.0,
            packet_delay_max: Duration::ZERO,
            short_transfers: 0.0,
            disk_stalls: 0.0,
            disk_stall_max: Duration::ZERO,
            syncs_fail: 0.0,
            writes_fail: 0.0,
            disk_full: 0.0,
            reads_fail: 0.0,
            opens_fail: 0.0,
            names_fail: 0.0,
            bit_flips: 0.0,
            evictions: 0.0,
            clock_skew_max: Duration::ZERO,
        }
    }

    /// A bad day: the network cuts and delays, the disk stalls and forgets its cache. The medium itself stays sound, so every
    /// process that is up is expected to serve.
    pub const fn rough() -> Faults {
        Faults {
            connection_cuts: 0.001,
            connects_refused: 0.05,
            packet_delays: 0.01,
            packet_delay_max: Duration::from_millis(900),
            short_transfers: 0.2,
            disk_stalls: 0.0005,
            disk_stall_max: Duration::from_secs(4),
            evictions: 0.1,
            clock_skew_max: Duration::from_millis(500),
            ..Faults::none()
        }
    }

    /// A bad day on a failing disk: as [`Faults::rough`], and syncs, reads, writes and changes of names fail and bits
    /// rot. A process is expected
    /// to give the disk up, not to go on.
    pub const fn failing_disk() -> Faults {
        Faults {
            syncs_fail: 0.01,
            writes_fail: 0.002,
            disk_full: 0.002,
            reads_fail: 0.002,
            opens_fail: 0.002,
            names_fail: 0.002,
            bit_flips: 0.02,
            ..Faults::rough()
        }
    }

    /// How likely a fault is at its occasion; those the driver orders never come by themselves.
    pub(crate) fn probability(&self, fault: Fault) -> f64 {
        match fault {
            Fault::ConnectionCut => self.connection_cuts,
            Fault::ConnectRefused => self.connects_refused,
            Fault::PacketDelayed => self.packet_delays,
            Fault::ShortTransfer => self.short_transfers,
            Fault::DiskStalled => self.disk_stalls,
            Fault::SyncFailed => self.syncs_fail,
            Fault::WriteFailed => self.writes_fail,
            Fault::DiskFull => self.disk_full,
            Fault::ReadFailed => self.reads_fail,
            Fault::OpenFailed => self.opens_fail,
            Fault::NameFailed => self.names_fail,
            Fault::BitFlipped => self.bit_flips,
            Fault::Evicted => self.evictions,
            Fault::ProcessKilled
            | Fault::PowerCut
            | Fault::WriteLost
            | Fault::WriteTorn
            | Fault::NameLost
            | Fault::Partition
            | Fault::LinkSlowed
            | Fault::PacketHeld => 0.0,
        }
    }
}

/// One kind of fault, to count it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    ProcessKilled,
    PowerCut,
    WriteLost,
    WriteTorn,
    NameLost,
    Partition,
    LinkSlowed,
    ConnectionCut,
    ConnectRefused,
    PacketDelayed,
    PacketHeld,
    ShortTransfer,
    DiskStalled,
    SyncFailed,
    WriteFailed,
    DiskFull,
    ReadFailed,
    OpenFailed,
    NameFailed,
    BitFlipped,
    Evicted,
}

/// How the report names them, in the order of [`Fault`].
const NAMES: [&str; 21] = [
    "process killed",
    "power cut",
    "unsynced write lost",
    "unsynced write torn",
    "unsynced name lost",
    "partition",
    "link slowed",
    "connection cut",
    "connect refused",
    "packet delayed",
    "packet held by a partition",
    "short transfer",
    "disk stalled",
    "sync failed",
    "write failed",
    "disk full",
    "read failed",
    "open failed",
    "rename, removal or listing failed",
    "bit flipped",
    "evicted from memory",
];

#[derive(Default)]
pub(crate) struct Struck {
    counts: [u64; NAMES.len()],
}

impl Struck {
    pub(crate) fn count(&mut self, fault: Fault) {
        self.counts[fault as usize] += 1;
    }

    pub(crate) fn report(&self) -> Vec<(&'static str, u64)> {
        NAMES.iter().copied().zip(self.counts).collect()
    }
}
