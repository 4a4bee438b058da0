//! What formatting left is what a first start begins with.

use kampa_metadata::SupportedFeature;
use kampa_protocol::records::metadata::{FeatureLevelRecord, UserScramCredentialRecord};

use super::*;
use crate::Quorum;

/// Levels other than a new cluster's own, and a credential.
fn begun() -> Vec<MetadataRecord> {
    let level =
        FeatureLevelRecord { name: Text::from_static("metadata.version"), feature_level: 25, ..Default::default() };
    let user = UserScramCredentialRecord {
        name: Text::from_static("alice"),
        mechanism: 1,
        iterations: 4096,
        ..Default::default()
    };
    vec![level.into(), user.into()]
}

fn told(image: &MetadataImage) -> String {
    format!("metadata.version {}, {} users", image.features.metadata_version(), image.security.scram.size())
}

#[test]
fn a_first_start_begins_with_the_records() {
    let told = simulated(async |_, world| {
        let dir = open_dir(&world);
        let quorum = Quorum { kraft_version: 1, voters: vec![voter(&dir)] };
        crate::format(&world, Path::new(DIR), begun(), &quorum).unwrap();
        let Opened { log, image } = try_open(&dir).unwrap();
        assert_eq!(log.quorum(), &quorum);
        format!("epoch {}, {}", log.epoch(), told(&image))
    });
    expect!["epoch 1, metadata.version 25, 1 users"].assert_eq(&told);
}

#[test]
fn a_bootstrap_file_alone_is_of_a_quorum_that_settings_name() {
    let told = simulated(async |_, world| {
        let dir = open_dir(&world);
        let none = Quorum::default();
        crate::format(&world, Path::new(DIR), begun(), &none).unwrap();
        let made = world.disk().read(format!("{DIR}/{FOLDER}/00000000000000000000-0000000000.checkpoint")).unwrap();
        world.disk().remove_dir_all(format!("{DIR}/{FOLDER}")).unwrap();
        world.disk().write_atomic(format!("{DIR}/bootstrap.checkpoint"), &made).unwrap();
        let Opened { log, image } = try_open(&dir).unwrap();
        format!("kraft.version {}, {}", log.quorum().kraft_version, told(&image))
    });
    expect!["kraft.version 0, metadata.version 25, 1 users"].assert_eq(&told);
}

#[test]
fn a_node_formatted_to_be_one_of_several_does_not_lead() {
    let refused = |voters: fn(&LogDir) -> Vec<Voter>| {
        simulated(async |_, world| {
            let dir = open_dir(&world);
            let quorum = Quorum { kraft_version: 1, voters: voters(&dir) };
            crate::format(&world, Path::new(DIR), SupportedFeature::new_cluster(), &quorum).unwrap();
            try_open(&dir).map(|_| ()).unwrap_err().to_string()
        })
    };
    let both = refused(|dir| vec![voter(dir), Voter { node_id: 2, ..voter(dir) }]);
    expect!["the metadata log in this directory has several voters (1, 2, by node.id), and only a quorum of one is served yet: format another directory with --standalone"].assert_eq(&both);
    let told = refused(|_| Vec::new());
    expect!["this directory was formatted without controllers (--no-initial-controllers), to join those that others know; only a quorum of one is served yet: format it with --standalone"].assert_eq(&told);
}
