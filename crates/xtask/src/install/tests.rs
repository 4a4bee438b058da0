//! Versions as the tools print them.

use super::first_version;

#[test]
fn every_tool_prints_its_version_in_its_own_way() {
    for (text, version) in [
        ("v20.20.2\n", Some((20, 20))),
        ("openjdk version \"17.0.15\" 2025-04-15\n", Some((17, 0))),
        ("go version go1.26.8 linux/amd64\n", Some((1, 26))),
        ("javac 21\n", Some((21, 0))),
        ("Python 3.11.7\n", Some((3, 11))),
        ("\u{1b}[1mApache Maven 3.8.7\u{1b}[m\nMaven home: /usr/share/maven\n", Some((3, 8))),
        ("no number\n", None),
    ] {
        assert_eq!(first_version(text), version, "{text}");
    }
}
