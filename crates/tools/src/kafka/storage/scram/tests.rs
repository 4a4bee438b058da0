//! Credentials on the command line. What Apache's tool makes of them is in the golden file of `format`'s tests.

use expect_test::{Expect, expect};
use kampa_world::World;

use super::{base64, credential};
use crate::kafka::storage::Refused;

fn check(argument: &str, expected: Expect) {
    let made = World::run(1, async |world| credential(&world, argument)).expect("a runtime");
    let shown = match made {
        Ok(made) => {
            let keys = (made.stored_key.len(), made.server_key.len());
            let salt = made.salt.len();
            format!("{} {} {}, salt of {salt} bytes, keys of {keys:?}", made.name, made.mechanism, made.iterations)
        }
        Err(Refused::Terse(sentence)) => sentence,
        Err(other) => format!("{other:?}"),
    };
    expected.assert_eq(&shown);
}

#[test]
fn passwords_salted_and_not() {
    check("SCRAM-SHA-256=[name=alice,password=x]", expect!["alice 1 4096, salt of 32 bytes, keys of (32, 32)"]);
    check(
        r#" SCRAM-SHA-512=[iterations=16384,password="p=w",salt="N3E=",name=al ice] "#,
        expect!["al ice 2 16384, salt of 2 bytes, keys of (64, 64)"],
    );
    check("SCRAM-SHA-512=[name=,salt=,saltedpassword=YCE,]", expect![" 2 4096, salt of 0 bytes, keys of (64, 64)"]);
}

#[test]
fn what_is_no_credential_is_said() {
    check("x", expect!["Failed to find equals sign in SCRAM argument 'x'"]);
    check("SCRAM-SHA-1=[name=a]", expect!["The add-scram mechanism SCRAM-SHA-1 is not supported."]);
    check("SCRAM-SHA-256=name=a]", expect!["Expected configuration string to start with ["]);
    check("SCRAM-SHA-256=[name=a", expect!["Expected configuration string to end with ]"]);
    check("SCRAM-SHA-256=[]", expect!["No equals sign found in SCRAM component: "]);
    check("SCRAM-SHA-256=[,]", expect!["You must supply 'name' to add-scram"]);
    check("SCRAM-SHA-256=[name=a]", expect!["You must supply one of 'password' or 'saltedpassword' to add-scram"]);
    check(
        "SCRAM-SHA-256=[name=a,saltedpassword=eA==]",
        expect!["You must supply 'salt' with 'saltedpassword' to add-scram"],
    );
    check("SCRAM-SHA-256=[name=a,saltedpassword=eA=,salt=eA==]", expect!["Failed to decode given saltedPassword: eA="]);
    check("SCRAM-SHA-256=[name=a,password=x,salt=e]", expect!["Failed to decode given salt: e"]);
    check("SCRAM-SHA-256=[name=a,password=x,wish=1,aim=2]", expect!["Unknown SCRAM configurations: aim, wish"]);
    check(
        "SCRAM-SHA-256=[name=a,password=x,iterations=4095]",
        expect!["The 'iterations' value must be >= 4096 for add-scram using SCRAM_SHA_256"],
    );
    check(
        "SCRAM-SHA-512=[name=a,password=x,iterations=16385]",
        expect!["The 'iterations' value must be <= 16384 for add-scram using SCRAM_SHA_512"],
    );
    check("SCRAM-SHA-512=[name=a,password=x,iterations=many]", expect!["Failed to parse iterations count: many"]);
    check(
        "SCRAM-SHA-256=[name=a,password=]",
        expect![[
            r#"Died(Thrown(Thrown { class: "java.lang.IllegalArgumentException", message: Some("Empty key") }))"#
        ]],
    );
}

#[test]
fn base64_as_java_decodes_it() {
    let check = |text: &str, bytes: Option<&[u8]>| assert_eq!(base64(text).as_deref(), bytes, "{text:?}");
    check("", Some(b""));
    check("eA==", Some(b"x"));
    check("eA", Some(b"x"));
    check("N3E=", Some(b"7q"));
    check("+/+/", Some(&[0xfb, 0xff, 0xbf]));
    for wrong in ["e", "eA=", "eA===", "N3E==", "=", "-_-_", "e A=", "eA==eA=="] {
        check(wrong, None);
    }
}
