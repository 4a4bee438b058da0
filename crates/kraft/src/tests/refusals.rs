//! What keeps the log from being opened, in the words that the operator reads.

use super::*;

fn refusal(dir: &LogDir, voter: Voter) -> String {
    match MetadataLog::open(dir, voter, settings()) {
        Ok(_) => "opened".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn another_nodes_log_is_not_led() {
    let told = simulated(async |_, world| {
        let mut node = Node::open(&world);
        node.write(&[topic(1)]).await;
        node.stop();
        let dir = open_dir(&world);
        let other_node = Voter { node_id: 2, ..voter(&dir) };
        let other_directory = Voter { directory_id: Uuid([7; 16]), ..voter(&dir) };
        let known = dir.directory_id().to_string();
        [refusal(&dir, other_node), refusal(&dir, other_directory).replace(&known, "<directory id>")].join("\n")
    });
    expect![[r#"
        the metadata log in this directory is led by 1 (voters by node.id), and this node is 2: set node.id to that of the only voter, or choose another directory
        the metadata log names directory <directory id> as node 1's, and this directory is BwcHBwcHBwcHBwcHBwcHBw (directory.id in meta.properties): choose the directory that the metadata log was written in"#]].assert_eq(&told);
}

#[test]
fn partitions_without_their_metadata_are_not_taken_for_a_new_cluster() {
    let told = simulated(async |_, world| {
        drop(open_dir(&world));
        world.disk().create_dir_all(format!("{DIR}/orders-0")).unwrap();
        let dir = open_dir(&world);
        refusal(&dir, voter(&dir))
    });
    expect!["the log directory holds the partition orders-0, but no __cluster_metadata-0 with a record in it: without it nobody knows what its partitions are. Bring it back, set metadata.log.dir to where it lies, or choose an empty directory"].assert_eq(&told);
}

#[test]
fn a_cluster_from_the_future_is_left_alone() {
    use kampa_protocol::records::metadata::FeatureLevelRecord;
    let told = simulated(async |_, world| {
        let mut node = Node::open(&world);
        let level = |name: &'static str, feature_level| {
            FeatureLevelRecord { name: Text::from_static(name), feature_level, ..Default::default() }.into()
        };
        node.write(&[level("metadata.version", 34), level("teleport.version", 1)]).await;
        node.stop();
        let dir = open_dir(&world);
        refusal(&dir, voter(&dir))
    });
    expect!["the cluster is beyond this version: metadata.version is at level 34, known are 7 to 33; teleport.version is at level 1 and is not known"].assert_eq(&told);
}
