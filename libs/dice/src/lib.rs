//! Repeatable random numbers: splitmix64 from a seed, with weighted choices. It does not use the system's
//! random source and uses no floats, so a seed gives the same bank on every machine.

/// A generator of random numbers.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same seed and purpose give the same numbers; another purpose gives others.
    pub fn new(seed: u64, purpose: u64) -> Dice {
        let mut dice = Dice(seed ^ purpose.wrapping_mul(0xd6e8_feb8_6659_fd93));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 if `limit` is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// An index below `count`; 0 if `count` is 0.
    pub fn index(&mut self, count: usize) -> usize {
        self.below(count as u64) as usize
    }

    /// True with probability one in `of`.
    pub fn once_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    /// A random item, all equally likely.
    pub fn one_of<'t, T, const N: usize>(&mut self, of: &'t [T; N]) -> &'t T {
        &of[self.index(N)]
    }

    /// Shuffles a list.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.index(at + 1));
        }
    }
}

/// A weighted random choice.
#[derive(Clone, Debug)]
pub struct Weights(Vec<u64>);

impl Weights {
    /// One choice for each weight, with that probability.
    pub fn new(weights: impl IntoIterator<Item = u64>) -> Weights {
        let sums = weights.into_iter().scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Weights(sums.collect())
    }

    /// The index of a random choice; 0 if there is none.
    pub fn choose(&self, dice: &mut Dice) -> usize {
        let thrown = dice.below(self.0.last().copied().unwrap_or(0));
        self.0.partition_point(|sum| *sum <= thrown).min(self.0.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_come_by_their_weights_and_impossible_ones_never() {
        let weights = Weights::new([1, 0, 3]);
        let mut dice = Dice::new(7, 1);
        let mut counts = [0; 3];
        for _ in 0..4_000 {
            counts[weights.choose(&mut dice)] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!(counts[2] > 2 * counts[0] && counts[0] > 800, "{counts:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers_for_one_purpose_and_others_for_another() {
        let throws = |seed, purpose| {
            let mut dice = Dice::new(seed, purpose);
            [(); 8].map(|()| dice.below(1_000_000))
        };
        assert_eq!(throws(1, 2), throws(1, 2));
        assert_ne!(throws(1, 2), throws(1, 3));
        assert_ne!(throws(1, 2), throws(2, 2));
    }
}
