//! Which quota holds for whom.

use expect_test::{Expect, expect};
use kampa_metadata::{Changes, MetadataImage};
use kampa_protocol::Text;
use kampa_protocol::records::metadata::{ClientQuotaRecord, client_quota};

use super::limit;

/// Quotas as `user:alice client-id:app=5`, `user:` is the default; told is what holds for alice's client app.
fn check(quotas: &str, expected: Expect) {
    check_client("app", quotas, expected);
}

fn check_client(client_id: &str, quotas: &str, expected: Expect) {
    let mut image = MetadataImage::default();
    let mut told = Vec::new();
    for line in quotas.lines().map(str::trim) {
        let (entity, value) = line.rsplit_once('=').unwrap();
        let part = |word: &str| {
            let (kind, name) = word.split_once(':').unwrap();
            let entity_name = (!name.is_empty()).then(|| Text::from(name));
            client_quota::EntityData { entity_type: kind.into(), entity_name, ..Default::default() }
        };
        let record = ClientQuotaRecord {
            entity: entity.split_whitespace().map(part).collect(),
            key: "producer_byte_rate".into(),
            value: value.parse().unwrap(),
            ..Default::default()
        };
        image.apply(&record.into(), &mut Changes::default()).unwrap();
        let found = limit(&image.quotas, "producer_byte_rate", &"alice".into(), &client_id.into());
        told.push(found.map_or("none".to_owned(), |(payer, limit)| {
            let name = |name: Option<Text>| name.map_or("*".to_owned(), |name| name.to_string());
            format!("{limit} of {}/{}", name(payer.user), name(payer.client_id))
        }));
    }
    expected.assert_eq(&told.join("\n"));
}

#[test]
fn the_more_specific_entity_wins() {
    check(
        "client-id:=1
         client-id:app=2
         user:=3
         user: client-id:=4
         user: client-id:app=5
         user:alice=6
         user:alice client-id:=7
         user:alice client-id:app=8",
        expect![[r#"
            1 of */app
            2 of */app
            3 of alice/*
            4 of alice/app
            5 of alice/app
            6 of alice/*
            7 of alice/app
            8 of alice/app"#]],
    );
}

#[test]
fn others_quotas_do_not_count() {
    check(
        "client-id:other=1
         user:bob=2
         user:bob client-id:app=3
         user:alice client-id:other=4
         ip:=5",
        expect![[r#"
            none
            none
            none
            none
            none"#]],
    );
}

#[test]
fn without_a_client_id_only_quotas_of_users_hold() {
    check_client(
        "",
        "client-id:=1
         user: client-id:=2
         user:alice client-id:=3
         user:=4
         user:alice=5",
        expect![[r#"
            none
            none
            none
            4 of alice/*
            5 of alice/*"#]],
    );
}
