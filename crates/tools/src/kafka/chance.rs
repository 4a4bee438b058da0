//! Java's two generators of chance: with the same seed they give the same, so that our tools send what Apache's send.

/// `java.util.SplittableRandom` (SplitMix64).
pub struct SplittableRandom {
    state: u64,
}

impl SplittableRandom {
    pub fn new(seed: u64) -> SplittableRandom {
        SplittableRandom { state: seed }
    }

    /// Any of 0 to `bound` - 1.
    pub fn below(&mut self, bound: u32) -> u32 {
        assert!(bound > 0, "there is no number below 0");
        if bound.is_power_of_two() {
            return self.next() & (bound - 1);
        }
        // Numbers above the last whole multiple of the bound would favour the small ones.
        loop {
            let number = self.next() >> 1;
            let rest = number % bound;
            if number - rest <= i32::MAX as u32 - (bound - 1) {
                return rest;
            }
        }
    }

    fn next(&mut self) -> u32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 33)).wrapping_mul(0x62a9_d9ed_7997_05f5);
        ((mixed ^ (mixed >> 28)).wrapping_mul(0xcb24_d0a5_c88c_35b3) >> 32) as u32
    }
}

/// `java.util.Random` (a linear congruence of 48 bits).
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random { state: (seed ^ MULTIPLIER) & MASK }
    }

    /// Any of 0 to `bound` - 1.
    pub fn below(&mut self, bound: u32) -> u32 {
        assert!(bound > 0, "there is no number below 0");
        if bound.is_power_of_two() {
            return ((u64::from(bound) * u64::from(self.next())) >> 31) as u32;
        }
        loop {
            let number = self.next();
            let rest = number % bound;
            if number - rest <= i32::MAX as u32 - (bound - 1) {
                return rest;
            }
        }
    }

    /// 31 bits.
    fn next(&mut self) -> u32 {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(0xb) & MASK;
        (self.state >> 17) as u32
    }
}

const MULTIPLIER: u64 = 0x5_deec_e66d;
const MASK: u64 = (1 << 48) - 1;

#[cfg(test)]
mod tests;
