//! Other programs as children: watched, given a deadline, and never left behind. Only children of our own are ended.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// A running program; dropping it kills it.
pub struct Child {
    child: std::process::Child,
    /// Whether it leads a group of its own, which ends with it.
    leads: bool,
}

impl Child {
    /// Starts a program that gets Ctrl-C with us.
    pub fn beside(command: &mut Command) -> Result<Child> {
        Ok(Child { child: spawn(command)?, leads: false })
    }

    /// Starts a program at the head of a group: whatever it starts itself ends with it.
    pub fn leading(command: &mut Command) -> Result<Child> {
        Ok(Child { child: spawn(command.process_group(0))?, leads: true })
    }

    pub fn streams(&mut self) -> &mut std::process::Child {
        &mut self.child
    }

    /// How it ended, if it did so before the deadline.
    pub fn ended_by(&mut self, deadline: Instant) -> Result<Option<ExitStatus>> {
        loop {
            match self.child.try_wait().context("wait for a child")? {
                None if Instant::now() < deadline => thread::sleep(POLL),
                status => return Ok(status),
            }
        }
    }

    /// Ends it at once, without a word to it.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        // Nothing can be done about a child that is gone already, or about one that cannot be waited for.
        let _ = self.child.wait();
    }

    /// Asks it to stop, and kills it when it has not by then.
    pub fn stop(&mut self, within: Duration) -> Result<Option<ExitStatus>> {
        self.signal(Signal::TERM);
        let status = self.ended_by(Instant::now() + within)?;
        self.kill();
        Ok(status)
    }

    fn signal(&self, signal: Signal) {
        let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else { return };
        // It may be gone already: then there is nobody to tell.
        let _ = if self.leads { kill_process_group(pid, signal) } else { kill_process(pid, signal) };
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // A child that was waited for has given its number back, and somebody else may have it now.
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.kill();
        }
    }
}

fn spawn(command: &mut Command) -> Result<std::process::Child> {
    command.spawn().with_context(|| format!("start {}", command.get_program().display()))
}

/// How often a child is looked at: short against everything it does.
const POLL: Duration = Duration::from_millis(5);
