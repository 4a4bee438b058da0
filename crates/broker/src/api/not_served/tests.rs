//! Every API that is not served, asked all the same: the answer carries UNSUPPORTED_VERSION.

use std::collections::HashMap;
use std::fmt::Write as _;

use bytes::Bytes;
use expect_test::expect;
use kampa_protocol::{ApiKey, ErrorCode, RequestHeader, Writer};
use kampa_schema::examples::{self, Case};
use kampa_schema::model::Message;
use kampa_world::sim::{Faults, Simulation};

use crate::apis::{Door, served};
use crate::testing::{Client, House};

#[test]
fn what_is_not_served_says_so_in_every_version() {
    let schemas = kampa_schema::read_all(&kampa_schema::root()).expect("the schemas parse");
    let messages: HashMap<String, Message> =
        schemas.into_iter().flat_map(|schema| schema.messages).map(|one| (one.name.clone(), one)).collect();
    let simulation = Simulation::new(1, Faults::none());
    let (node, clients) = (simulation.process("node"), simulation.process("clients"));
    let told = simulation.run(async {
        let house = House::start(&node, "/data", "").await;
        let (port, _) = house.ports();
        let mut told = String::new();
        for key in ApiKey::all().filter(|key| served(*key, Door::Clients { listener: 0 }).is_none()) {
            let Some(message) = messages.get(&format!("{}Request", key.name())) else { continue };
            let mut heard = Vec::new();
            for version in key.versions().into_iter().flatten() {
                let mut client = Client::connect(&clients, "node", port).await.expect("the node accepts");
                let mut w = Writer::framed();
                RequestHeader::new(key, version, 1, None).encode(&mut w).expect("a header");
                w.put(&examples::bytes(message, version, Case::Full));
                client.send_bytes(w.finish().into_bytes()).await.expect("sent");
                heard.push(match client.receive_frame().await {
                    Ok(answer) if says_unsupported(&answer) => format!("v{version}"),
                    Ok(_) => format!("v{version} answered"),
                    Err(_) => format!("v{version} closed"),
                });
            }
            let _ = writeln!(told, "{} {}", key.name(), heard.join(" "));
        }
        told
    });
    expect![[r#"
        SaslHandshake v0 v1
        AddPartitionsToTxn v0 v1 v2 v3 v4 v5
        AddOffsetsToTxn v0 v1 v2 v3 v4
        EndTxn v0 v1 v2 v3 v4 v5
        WriteTxnMarkers v1 closed v2 closed
        TxnOffsetCommit v0 v1 v2 v3 v4 v5 v6
        SaslAuthenticate v0 v1 v2
        Vote v0 closed v1 closed v2 closed
        BeginQuorumEpoch v0 closed v1 closed
        EndQuorumEpoch v0 closed v1 closed
        AlterPartition v2 closed v3 closed
        Envelope v0 closed
        FetchSnapshot v0 closed v1 closed
        BrokerRegistration v0 closed v1 closed v2 closed v3 closed v4 closed
        BrokerHeartbeat v0 closed v1 closed v2 closed
        DescribeTransactions v0
        ListTransactions v0 v1 v2
        AllocateProducerIds v0 closed
        ConsumerGroupHeartbeat v0 v1
        ConsumerGroupDescribe v0 v1
        ControllerRegistration v0 closed
        AssignReplicasToDirs v0 closed
        ShareGroupHeartbeat v1
        ShareGroupDescribe v1
        ShareFetch v1 v2
        ShareAcknowledge v1 v2
        UpdateRaftVoter v0 closed
        InitializeShareGroupState v0 closed
        ReadShareGroupState v0 closed
        WriteShareGroupState v0 closed v1 closed
        DeleteShareGroupState v0 closed
        ReadShareGroupStateSummary v0 closed v1 closed
        StreamsGroupHeartbeat v0 v1
        StreamsGroupDescribe v0 v1
        DescribeShareGroupOffsets v0 v1
        AlterShareGroupOffsets v0
        DeleteShareGroupOffsets v0
        StreamsGroupTopologyDescriptionUpdate v0
    "#]]
    .assert_eq(&told);
}

fn says_unsupported(answer: &Bytes) -> bool {
    answer[4..].windows(2).any(|two| two == ErrorCode::UNSUPPORTED_VERSION.0.to_be_bytes())
}
