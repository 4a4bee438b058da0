//! Ids as text.

use super::Uuid;

#[test]
fn written_and_read_as_kafka_does() {
    assert_eq!(Uuid::ZERO.to_string(), "AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(Uuid::METADATA_TOPIC.to_string(), "AAAAAAAAAAAAAAAAAAAAAQ");
    for seed in 0..64u8 {
        let id = Uuid(std::array::from_fn(|i| seed.wrapping_mul(37).wrapping_add((i as u8).wrapping_mul(91))));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(format!("{id}==").parse(), Ok(id));
    }
    for bad in ["", "AAAA", "AAAAAAAAAAAAAAAAAAAAA!", "AAAAAAAAAAAAAAAAAAAAAAA", "ÄAAAAAAAAAAAAAAAAAAAA"] {
        assert!(bad.parse::<Uuid>().is_err(), "{bad}");
    }
}
