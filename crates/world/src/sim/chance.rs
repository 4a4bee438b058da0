//! The simulation's generator. Its algorithm is named and the draws are ours, so a seed means the same run for ever.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// Chance from a seed: the simulation has one, and a driver may have its own beside it.
#[derive(Clone, Debug)]
pub struct Chance {
    generator: Xoshiro256PlusPlus,
}

impl Chance {
    /// The same seed gives the same draws.
    pub fn new(seed: u64) -> Chance {
        Chance { generator: Xoshiro256PlusPlus::seed_from_u64(seed) }
    }

    /// Any number.
    #[allow(clippy::should_implement_trait)] // It never ends, and is no collection.
    pub fn next(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// A number in 0..bound; 0 for an empty range.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// A number in low..=high.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below((high - low).saturating_add(1))
    }

    /// Whether something of this probability happens. What never happens draws nothing.
    pub fn happens(&mut self, probability: f64) -> bool {
        probability > 0.0 && (self.next() >> 11) as f64 / ((1u64 << 53) as f64) < probability
    }

    /// One or the other.
    pub fn coin(&mut self) -> bool {
        self.next() >> 63 == 1
    }
}
