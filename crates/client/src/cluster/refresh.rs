//! Asking for the cluster's metadata, not more often than is good for the brokers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use kampa_protocol::messages::metadata::MetadataRequestTopic;
use kampa_protocol::messages::{DescribeClusterRequest, MetadataRequest};
use kampa_protocol::{ErrorCode, Text, Uuid};
use kampa_world::Monotonic;

use super::{ClusterNode, ClusterView};
use crate::{Client, Error, To};

/// Which topics to ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topics<'a> {
    /// None: only the nodes.
    None,
    /// Every topic there is.
    All,
    /// These, as they are.
    Named(&'a [&'a str]),
    /// These; the broker makes those that are not there, if it is allowed to (`auto.create.topics.enable`).
    NamedOrCreated(&'a [&'a str]),
    /// These, by their ids.
    Ids(&'a [Uuid]),
}

impl Client {
    /// Asks for the nodes and these topics, and gives all that is known then. What is wrong with a topic stands at the topic.
    pub async fn metadata(&self, topics: Topics<'_>) -> Result<Arc<ClusterView>, Error> {
        if !self.inner.settings.bootstrap_controllers.is_empty() {
            return self.controllers().await;
        }
        let (version, answer) = self.call_with(To::Any, |version| request(topics, version)).await?;
        if ErrorCode(answer.error_code) == ErrorCode::REBOOTSTRAP_REQUIRED {
            self.show(ClusterView::default());
        }
        Error::check(answer.error_code, || format!("Metadata version {version}"))?;
        let (now, is_of_all) = (self.world().now(), topics == Topics::All);
        self.inner.view.rcu(|view| Arc::new(view.with(&answer, is_of_all, now)));
        self.inner.stale.store(false, Ordering::Release);
        self.forget_gone_nodes();
        Ok(self.cached())
    }

    /// What is known, without asking.
    pub fn cached(&self) -> Arc<ClusterView> {
        self.inner.view.load_full()
    }

    /// Says that what is known has proved wrong: whoever needs it next asks again, after a pause.
    pub fn invalidate(&self) {
        self.inner.stale.store(true, Ordering::Release);
    }

    /// What is known, asked for again if it is old, was found wrong, or lacks what `suffices` looks for.
    pub(crate) async fn fresh(
        &self,
        topics: Topics<'_>,
        suffices: impl Fn(&ClusterView) -> bool,
    ) -> Result<Arc<ClusterView>, Error> {
        let view = self.cached();
        if self.is_fresh(&view) && suffices(&view) {
            return Ok(view);
        }
        // One asks; those who come meanwhile look at its answer.
        let _asking = self.inner.asking.lock().await;
        let view = self.cached();
        if self.is_fresh(&view) && suffices(&view) {
            return Ok(view);
        }
        let pause = Duration::from_millis(self.inner.settings.retry_backoff_ms);
        if view.heard != Monotonic::ZERO {
            self.world().sleep_until(view.heard + pause).await;
        }
        self.metadata(topics).await
    }

    fn is_fresh(&self, view: &ClusterView) -> bool {
        let age_max = Duration::from_millis(self.inner.settings.metadata_max_age_ms);
        let is_known = view.heard != Monotonic::ZERO;
        let is_stale = self.inner.stale.load(Ordering::Acquire);
        is_known && !is_stale && self.world().now().since(view.heard) < age_max
    }

    /// A controller serves no Metadata; DescribeCluster tells the controllers and which of them leads.
    async fn controllers(&self) -> Result<Arc<ClusterView>, Error> {
        const CONTROLLERS: i8 = 2;
        let request = DescribeClusterRequest { endpoint_type: CONTROLLERS, ..Default::default() };
        let answer = self.call(To::Any, request).await?;
        let message = answer.error_message.as_deref();
        Error::check_with(answer.error_code, message, || "DescribeCluster of the controllers".to_owned())?;
        let nodes = answer.brokers.iter().map(|node| {
            let (host, port) = (node.host.to_string(), u16::try_from(node.port).unwrap_or(0));
            let rack = node.rack.as_ref().map(ToString::to_string);
            (node.broker_id, Arc::new(ClusterNode { id: node.broker_id, host, port, rack }))
        });
        self.show(ClusterView {
            cluster_id: Some(answer.cluster_id.to_string()),
            nodes: nodes.collect(),
            controller: (answer.controller_id >= 0).then_some(answer.controller_id),
            heard: self.world().now(),
            ..ClusterView::default()
        });
        self.inner.stale.store(false, Ordering::Release);
        Ok(self.cached())
    }

    fn show(&self, view: ClusterView) {
        self.inner.view.store(Arc::new(view));
    }
}

fn request(topics: Topics<'_>, version: i16) -> Result<MetadataRequest, Error> {
    let named = |name: &&str| MetadataRequestTopic { name: Some(Text::from(*name)), ..Default::default() };
    let by_id = |id: &Uuid| MetadataRequestTopic { topic_id: *id, name: None, ..Default::default() };
    let asked = match topics {
        Topics::All if version == 0 => Some(Vec::new()),
        Topics::All => None,
        Topics::None => Some(Vec::new()),
        Topics::Named(names) | Topics::NamedOrCreated(names) => Some(names.iter().map(named).collect()),
        Topics::Ids(ids) => Some(ids.iter().map(by_id).collect()),
    };
    // Before version 4 nobody could say no.
    let may_create = matches!(topics, Topics::NamedOrCreated(_)) || version < 4;
    Ok(MetadataRequest { topics: asked, allow_auto_topic_creation: may_create, ..Default::default() })
}
