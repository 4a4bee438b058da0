//! What Java's generators give, taken from a JVM.

use super::*;

#[test]
fn the_same_seed_gives_what_java_gives() {
    let letters = |mut below: Box<dyn FnMut(u32) -> u32>, bound| -> String {
        (0..20).map(|_| char::from(b'A' + below(bound) as u8)).collect()
    };
    let (mut split, mut random) = (SplittableRandom::new(0), Random::new(0));
    assert_eq!(letters(Box::new(move |bound| split.below(bound)), 26), "YQHHNEBSEPDNSEIFGAMS");
    assert_eq!(letters(Box::new(move |bound| random.below(bound)), 26), "SSXVNJHPDQDXVCRASTVY");
    let (mut split, mut random) = (SplittableRandom::new(0), Random::new(0));
    assert_eq!(letters(Box::new(move |bound| split.below(bound)), 4), SPLIT_OF_FOUR);
    assert_eq!(letters(Box::new(move |bound| random.below(bound)), 4), RANDOM_OF_FOUR);
}

const SPLIT_OF_FOUR: &str = "BBDCCBDBBDDDBBACAABB";
const RANDOM_OF_FOUR: &str = "CDACCBCACDBBBCDDDADA";
