//! Flags, pairs and files, the strongest last.

use expect_test::{Expect, expect};
use kampa_world::World;

use super::read;
use crate::arguments::Server;

/// Arguments of `kampa server`, and what comes of them.
fn check(arguments: Server, expected: Expect) {
    let shown = World::run(1, |world| async move { shown(&world, &arguments) }).expect("a runtime");
    expected.assert_eq(&shown);
}

fn shown(world: &World, arguments: &Server) -> String {
    match read(world, arguments) {
        Ok(settings) => {
            let listeners: Vec<_> = settings.config.listeners.iter().map(ToString::to_string).collect();
            let advertised: Vec<_> = settings.config.advertised_listeners.iter().map(ToString::to_string).collect();
            let host = super::host_name(world);
            format!(
                "listens {listeners:?}\nadvertises {advertised:?}\ndata {:?}\nhttp {:?}\n{}",
                settings.config.log_dirs,
                settings.config.http_listeners,
                settings.warnings.join("\n")
            )
            .replace(&format!("{host}:19092"), "this-machine:19092")
        }
        Err(sentences) => format!("no start:\n{}", sentences.join("\n")),
    }
}

#[test]
fn nothing_is_needed() {
    check(
        Server::default(),
        expect![[r#"
        listens ["PLAINTEXT://localhost:9092", "CONTROLLER://localhost:9093"]
        advertises ["PLAINTEXT://localhost:9092"]
        data ["./kampa-data"]
        http [("127.0.0.1", 8090)]
    "#]],
    );
}

#[test]
fn flags_win() {
    let set = vec!["listeners=PLAINTEXT://:1,CONTROLLER://:2".to_owned(), "num.io.threads=9".to_owned()];
    let flags = Server {
        set,
        data_dir: Some("/data".into()),
        listen: Some("0.0.0.0:19092".into()),
        http: Some("off".into()),
        ..Default::default()
    };
    check(
        flags,
        expect![[r#"
        listens ["PLAINTEXT://:19092", "CONTROLLER://localhost:19093"]
        advertises ["PLAINTEXT://this-machine:19092"]
        data ["/data"]
        http []
        --set: num.io.threads has no effect: it tunes a part that only Apache Kafka has"#]],
    );
    check(
        Server { listen: Some("[::1]:0".into()), advertise: Some("kafka.example.org".into()), ..Default::default() },
        expect![[r#"
            listens ["PLAINTEXT://[::1]:0", "CONTROLLER://localhost:0"]
            advertises ["PLAINTEXT://kafka.example.org:0"]
            data ["./kampa-data"]
            http [("127.0.0.1", 8090)]
        "#]],
    );
    check(
        Server { advertise: Some("kafka.example.org:443".into()), ..Default::default() },
        expect![[r#"
        listens ["PLAINTEXT://localhost:9092", "CONTROLLER://localhost:9093"]
        advertises ["PLAINTEXT://kafka.example.org:443"]
        data ["./kampa-data"]
        http [("127.0.0.1", 8090)]
    "#]],
    );
}

#[test]
fn what_is_wrong_is_told_with_where_it_stands() {
    check(
        Server { listen: Some("here".into()), ..Default::default() },
        expect![[r#"
        no start:
        --listen here: HOST:PORT is wanted"#]],
    );
    check(
        Server { config: Some("/nonexistent/server.properties".into()), ..Default::default() },
        expect![[r#"
        no start:
        /nonexistent/server.properties: No such file or directory (os error 2)"#]],
    );
    check(
        Server { set: vec!["num.partition=1".into()], ..Default::default() },
        expect![[r#"
        no start:
        --set: num.partition is not a setting; did you mean num.partitions?"#]],
    );
    check(
        Server { http: Some("8090".into()), ..Default::default() },
        expect![[r#"
        no start:
        --http: Invalid value 8090 for configuration kampa.http.listeners: host:port or off is wanted"#]],
    );
}
