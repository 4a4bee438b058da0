//! What was counted: topics, requests, connections.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::{MS, Page};
use crate::connections::ListenerMetrics;
use crate::families::{self as f, Family};
use crate::histogram::Histogram;
use crate::metrics::{ApiMetrics, Metrics, TopicCounters, Unfit, Waits};

pub(super) fn text(page: &mut Page, metrics: &Metrics, uptime: Duration) {
    topics(page, metrics);
    requests(page, metrics);
    times(page, metrics, uptime);
    listeners(page, metrics);
    for family in [&f::PURGATORY, &f::DELAYED] {
        let mut purgatory = page.family(family);
        for (label, what) in [("Fetch", Waits::Fetch), ("Produce", Waits::Produce)] {
            purgatory.sample(&[("delayedOperation", label)], metrics.waiting[what as usize].load(Relaxed));
        }
    }
    page.one(&f::EXPIRED_PRODUCES, &[], metrics.expired_produces.load(Relaxed));
    page.one(&f::FETCH_SESSION_EVICTIONS, &[], metrics.fetch_session_evictions.load(Relaxed));
}

fn topics(page: &mut Page, metrics: &Metrics) {
    type Counter = fn(&TopicCounters) -> &AtomicU64;
    let rows: [(&'static Family, Counter); 8] = [
        (&f::MESSAGES_IN, |topic| &topic.messages_in),
        (&f::BYTES_IN, |topic| &topic.bytes_in),
        (&f::BYTES_OUT, |topic| &topic.bytes_out),
        (&f::BYTES_REJECTED, |topic| &topic.bytes_rejected),
        (&f::TOTAL_PRODUCES, |topic| &topic.produces),
        (&f::FAILED_PRODUCES, |topic| &topic.failed_produces),
        (&f::TOTAL_FETCHES, |topic| &topic.fetches),
        (&f::FAILED_FETCHES, |topic| &topic.failed_fetches),
    ];
    let topics = metrics.topics.read();
    for (family, counter) in rows {
        let mut family = page.family(family);
        family.sample(&[], counter(&metrics.all_topics).load(Relaxed));
        for (name, topic) in topics.iter() {
            family.sample(&[("topic", name)], counter(&topic.own).load(Relaxed));
        }
    }
    let rows = [
        (&f::INVALID_MAGIC, Unfit::Magic),
        (&f::INVALID_CRC, Unfit::Checksum),
        (&f::INVALID_SEQUENCE, Unfit::Sequence),
        (&f::NO_KEY, Unfit::NoKey),
    ];
    for (family, why) in rows {
        page.one(family, &[], metrics.refused[why as usize].load(Relaxed));
    }
}

fn requests(page: &mut Page, metrics: &Metrics) {
    let name = |key| (metrics.names.api)(key);
    let mut family = page.family(&f::REQUESTS);
    for (key, api) in metrics.apis() {
        for (version, count) in api.versions.iter().enumerate() {
            let count = count.load(Relaxed);
            if count > 0 {
                family.sample(&[("request", name(key)), ("version", &version.to_string())], count);
            }
        }
    }
    let mut family = page.family(&f::ERRORS);
    for (key, api) in metrics.apis() {
        let none = api.no_errors.load(Relaxed);
        let errors = api.errors.lock();
        for (error, count) in [(0, none)].into_iter().filter(|_| none > 0).chain(errors.iter().map(|(e, c)| (*e, *c))) {
            family.sample(&[("request", name(key)), ("error", (metrics.names.error)(error))], count);
        }
    }
    let mut family = page.family(&f::RESPONSE_BYTES);
    for (key, api) in metrics.apis() {
        family.sample(&[("request", name(key))], api.response_bytes.load(Relaxed));
    }
}

fn times(page: &mut Page, metrics: &Metrics, uptime: Duration) {
    type Part = fn(&ApiMetrics) -> &Histogram;
    let rows: [(&'static Family, f64, Part); 5] = [
        (&f::TOTAL_TIME, MS, |api| &api.total_time),
        (&f::LOCAL_TIME, MS, |api| &api.local_time),
        (&f::REMOTE_TIME, MS, |api| &api.remote_time),
        (&f::THROTTLE_TIME, MS, |api| &api.throttle_time),
        (&f::REQUEST_BYTES, 1.0, |api| &api.request_bytes),
    ];
    for (family, scale, part) in rows {
        let mut family = page.family(family);
        for (key, api) in metrics.apis() {
            family.summary(&[("request", (metrics.names.api)(key))], part(api), uptime, scale);
        }
    }
}

fn listeners(page: &mut Page, metrics: &Metrics) {
    let listeners = metrics.listeners.read();
    let mut each = |family: &'static Family, value: fn(&ListenerMetrics) -> u64| {
        let mut family = page.family(family);
        for (name, listener) in listeners.iter() {
            family.sample(&[("listener", name)], value(listener));
        }
    };
    // Read one after the other: a connection may have ended in between.
    each(&f::CONNECTIONS, |it| it.opened.load(Relaxed).saturating_sub(it.closed.load(Relaxed)));
    each(&f::CONNECTIONS_OPENED, |it| it.opened.load(Relaxed));
    each(&f::CONNECTIONS_CLOSED, |it| it.closed.load(Relaxed));
    each(&f::REQUESTS_RECEIVED, |it| it.requests.load(Relaxed));
    each(&f::RESPONSES_SENT, |it| it.responses.load(Relaxed));
    each(&f::BYTES_RECEIVED, |it| it.bytes_received.load(Relaxed));
    each(&f::BYTES_SENT, |it| it.bytes_sent.load(Relaxed));
    let mut family = page.family(&f::CLIENT_SOFTWARE);
    for (name, listener) in listeners.iter() {
        for (software, count) in listener.software.lock().iter() {
            let labels = [
                ("listener", &**name),
                ("client_software_name", &software.name),
                ("client_software_version", &software.version),
            ];
            family.sample(&labels, count);
        }
    }
}
