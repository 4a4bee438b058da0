//! The handle of a started task. Starting is [`World::spawn`](crate::World::spawn).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::{Notify, oneshot};

use crate::sim::StopTask;

/// A task that was started. Awaiting it gives its output; dropping the handle lets it run on unobserved.
#[derive(Debug)]
pub struct Task<T> {
    name: &'static str,
    side: Side<T>,
}

#[derive(Debug)]
enum Side<T> {
    Tokio(tokio::task::JoinHandle<T>),
    Thread { output: oneshot::Receiver<Result<T, TaskFailed>>, stop: Arc<Notify> },
    Simulated { output: oneshot::Receiver<T>, stop: StopTask },
}

/// A task that gave no output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskFailed {
    /// It was aborted, or its runtime (in the simulation: its process) ended.
    Aborted { task: &'static str },
    /// It panicked. Release builds abort the process instead.
    Panicked { task: &'static str, message: String },
}

impl<T> Task<T> {
    pub(crate) fn tokio(name: &'static str, handle: tokio::task::JoinHandle<T>) -> Task<T> {
        Task { name, side: Side::Tokio(handle) }
    }

    pub(crate) fn thread(
        name: &'static str,
        output: oneshot::Receiver<Result<T, TaskFailed>>,
        stop: Arc<Notify>,
    ) -> Task<T> {
        Task { name, side: Side::Thread { output, stop } }
    }

    pub(crate) fn simulated(name: &'static str, output: oneshot::Receiver<T>, stop: StopTask) -> Task<T> {
        Task { name, side: Side::Simulated { output, stop } }
    }

    /// The name it was started with.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Drops the task where it waits next. Does nothing if it has ended. Awaiting it then says [`TaskFailed::Aborted`].
    pub fn abort(&self) {
        match &self.side {
            Side::Tokio(handle) => handle.abort(),
            Side::Thread { stop, .. } => stop.notify_one(),
            Side::Simulated { stop, .. } => stop.stop(),
        }
    }

    /// Whether it has ended, one way or another. A thread of its own counts as running until its output was awaited.
    pub fn is_finished(&self) -> bool {
        match &self.side {
            Side::Tokio(handle) => handle.is_finished(),
            Side::Thread { output, .. } => output.is_terminated() || !output.is_empty(),
            Side::Simulated { stop, .. } => !stop.is_running(),
        }
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, TaskFailed>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let task = self.name;
        match &mut self.side {
            Side::Tokio(handle) => Poll::Ready(match ready!(Pin::new(handle).poll(context)) {
                Ok(output) => Ok(output),
                Err(error) if error.is_panic() => {
                    Err(TaskFailed::Panicked { task, message: panic_message(&*error.into_panic()) })
                }
                Err(_) => Err(TaskFailed::Aborted { task }),
            }),
            Side::Thread { output, .. } => {
                Poll::Ready(ready!(Pin::new(output).poll(context)).unwrap_or(Err(TaskFailed::Aborted { task })))
            }
            Side::Simulated { output, .. } => {
                Poll::Ready(ready!(Pin::new(output).poll(context)).map_err(|_| TaskFailed::Aborted { task }))
            }
        }
    }
}

impl std::fmt::Display for TaskFailed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TaskFailed::Aborted { task } => write!(f, "task {task} was aborted"),
            TaskFailed::Panicked { task, message } => write!(f, "task {task} panicked: {message}"),
        }
    }
}

impl std::error::Error for TaskFailed {}

/// What a panic said, if it said it in words.
pub(crate) fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "(no message)".to_owned()
    }
}
