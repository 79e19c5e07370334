//! A list of exact sums: 64 bits each while every sum fits, 128 bits each from the first that does not. For
//! nearly every bank this halves the memory that is read.

/// Sums by index.
#[derive(Clone, Debug)]
pub struct Sums(Width);

#[derive(Clone, Debug)]
enum Width {
    Narrow(Vec<i64>),
    Wide(Vec<i128>),
}

impl Default for Sums {
    fn default() -> Self {
        Sums::zeros(0)
    }
}

impl Sums {
    /// A list of zeros.
    pub fn zeros(count: usize) -> Sums {
        Sums(Width::Narrow(vec![0; count]))
    }

    /// Appends zeros.
    pub fn grow(&mut self, more: usize) {
        match &mut self.0 {
            Width::Narrow(sums) => sums.resize(sums.len() + more, 0),
            Width::Wide(sums) => sums.resize(sums.len() + more, 0),
        }
    }

    /// A sum.
    #[inline]
    pub fn get(&self, at: usize) -> i128 {
        match &self.0 {
            Width::Narrow(sums) => i128::from(sums[at]),
            Width::Wide(sums) => sums[at],
        }
    }

    /// Adds to a sum.
    #[inline]
    pub fn add(&mut self, at: usize, more: i128) {
        if let Width::Narrow(sums) = &mut self.0 {
            let sum = i64::try_from(more).ok().and_then(|more| sums[at].checked_add(more));
            match sum {
                Some(sum) => return sums[at] = sum,
                None => self.widen(),
            }
        }
        if let Width::Wide(sums) = &mut self.0 {
            sums[at] += more;
        }
    }

    /// Sets a sum.
    pub fn set(&mut self, at: usize, sum: i128) {
        self.add(at, sum - self.get(at));
    }

    #[cold]
    fn widen(&mut self) {
        if let Width::Narrow(sums) = &self.0 {
            self.0 = Width::Wide(sums.iter().map(|sum| i128::from(*sum)).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_stay_exact_when_one_of_them_outgrows_64_bits() {
        let mut sums = Sums::zeros(3);
        sums.add(0, -7);
        sums.add(1, i128::from(i64::MAX));
        sums.add(1, 1);
        sums.grow(1);
        sums.add(3, i128::from(i64::MIN) * 5);
        sums.set(0, 9);
        let all: Vec<i128> = (0..4).map(|at| sums.get(at)).collect();
        assert_eq!(all, [9, i128::from(i64::MAX) + 1, 0, i128::from(i64::MIN) * 5]);
    }
}
