//! A set of small numbers, filled one by one and emptied at once. It is used for which pages changed. Marking
//! a number that is already marked costs one lookup.

/// Numbers that are marked.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    is_marked: Vec<bool>,
    marked: Vec<u32>,
}

impl Marks {
    /// Marks a number.
    #[inline]
    pub fn mark(&mut self, number: u32) {
        match self.is_marked.get_mut(number as usize) {
            Some(true) => {}
            Some(is_marked) => {
                *is_marked = true;
                self.marked.push(number);
            }
            None => {
                self.is_marked.resize(number as usize + 1, false);
                self.mark(number);
            }
        }
    }

    /// Removes all marks and returns the numbers in order.
    pub fn take(&mut self) -> Vec<u32> {
        let mut marked = std::mem::take(&mut self.marked);
        marked.iter().for_each(|number| self.is_marked[*number as usize] = false);
        marked.sort_unstable();
        marked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_given_once_in_order_and_then_no_more() {
        let mut marks = Marks::default();
        [5, 0, 5, 900, 0].into_iter().for_each(|number| marks.mark(number));
        assert_eq!(marks.take(), [0, 5, 900]);
        marks.mark(5);
        assert_eq!(marks.take(), [5]);
        assert_eq!(marks.take(), []);
    }
}
