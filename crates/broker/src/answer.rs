//! What a handler gives back: an answer now, later, or none.

use std::future::{Future, poll_fn};
use std::pin::Pin;

use bytes::Bytes;
use kampa_protocol::{ApiKey, EncodeError, RequestHeader, Response, Writer, encode_response_header};
use kampa_transport as transport;

use crate::apis::Observer;
use crate::quotas::Usage;

/// A handler's answer to one request.
pub enum Answer<R> {
    Now(R),
    /// Waits for something: a commit, new records, other members of a group.
    Later(Pin<Box<dyn Future<Output = Answer<R>> + Send>>),
    /// The client asked for none (Produce with acks = 0).
    Silent,
    /// What Kafka answers by closing: a failed Produce with acks = 0.
    Close,
}

impl<R: Response + Send + 'static> Answer<R> {
    pub fn later(future: impl Future<Output = R> + Send + 'static) -> Answer<R> {
        Answer::Later(Box::pin(async move { Answer::Now(future.await) }))
    }

    /// The answer as frames for the connection; `observe` sees every response before it is encoded.
    pub fn into_frames(self, header: RequestHeader, mut observer: Observer) -> transport::Answer {
        match self {
            Answer::Now(response) => encode(&header, response, observer),
            Answer::Silent => {
                let throttle = observer.throttle_silently();
                observer.finished(Finished::Silent);
                if throttle.is_zero() {
                    transport::Answer::Silent
                } else {
                    transport::Answer::Muting(Vec::new(), throttle)
                }
            }
            Answer::Close => {
                observer.finished(Finished::Closed);
                transport::Answer::Close
            }
            Answer::Later(future) => transport::Answer::Later(Box::pin(async move {
                let usage = observer.usage.clone();
                let mut answer = worked_on(future, usage.as_deref()).await;
                // A later answer may itself wait once more; it never does so for ever.
                while let Answer::Later(next) = answer {
                    answer = worked_on(next, usage.as_deref()).await;
                }
                usage.inspect(|usage| usage.resume());
                answer.into_frames(header, observer)
            })),
        }
    }
}

/// How a request ended, for the metrics.
pub enum Finished {
    Answered { bytes: usize, errors: ErrorCounts },
    Silent,
    Closed,
}

/// How often an answer says which error code; what is well is counted apart, because nearly everything is.
#[derive(Debug, Default)]
pub struct ErrorCounts {
    pub none: u64,
    /// A handful: each code once.
    pub others: Vec<(i16, u64)>,
}

impl ErrorCounts {
    fn of(response: &impl Response, version: i16) -> ErrorCounts {
        let mut counts = ErrorCounts::default();
        response.each_error(version, &mut |code| match counts.others.iter_mut().find(|(other, _)| *other == code) {
            _ if code == 0 => counts.none += 1,
            Some((_, count)) => *count += 1,
            None => counts.others.push((code, 1)),
        });
        counts
    }
}

/// Counts the time that is worked on an answer, and not the time it waits.
async fn worked_on<F: Future + Unpin>(mut future: F, usage: Option<&Usage>) -> F::Output {
    let Some(usage) = usage else { return future.await };
    poll_fn(|context| {
        usage.resume();
        let polled = Pin::new(&mut future).poll(context);
        usage.pause();
        polled
    })
    .await
}

fn encode<R: Response>(header: &RequestHeader, mut response: R, mut observer: Observer) -> transport::Answer {
    let throttle = observer.throttle(&mut response);
    match frame(header, &response) {
        Ok(pieces) => {
            let bytes = pieces.iter().map(Bytes::len).sum();
            observer.finished(Finished::Answered { bytes, errors: ErrorCounts::of(&response, header.api_version) });
            if throttle.is_zero() {
                transport::Answer::Now(pieces)
            } else {
                transport::Answer::Muting(pieces, throttle)
            }
        }
        Err(e) => {
            // An answer that its own version cannot carry is a fault of ours; the client gets a closed connection
            // instead of a lie.
            tracing::error!(api = R::NAME, version = header.api_version, error = %e, "encode response");
            observer.finished(Finished::Closed);
            transport::Answer::Close
        }
    }
}

/// A whole frame: length, response header, body.
fn frame<R: Response>(header: &RequestHeader, response: &R) -> Result<Vec<Bytes>, EncodeError> {
    let key = ApiKey::try_from(header.api_key).map_err(|_| EncodeError::Version(header.api_version))?;
    let mut writer = Writer::framed();
    encode_response_header(&mut writer, key, header.api_version, header.correlation_id);
    response.encode(&mut writer, header.api_version)?;
    Ok(writer.finish().into_chunks())
}
