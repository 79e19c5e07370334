//! The part of an organisation that is needed to check a feed: everyone it names, and all units above them.
//! Most feeds are small, and copying the organisation of a whole bank would take longer than the check.

use crate::organisation::feed::Feed;
use crate::organisation::in_force::Organisation;

impl Organisation {
    /// The excerpt needed to check a feed, before the feed is applied.
    pub(super) fn excerpt(&self, feed: &Feed) -> Organisation {
        let mut excerpt = Organisation::default();
        let mut open: Vec<&str> = Vec::new();
        for unit in &feed.units {
            open.push(&unit.id);
            open.extend(unit.named_units());
        }
        for employee in &feed.employees {
            open.push(&employee.id);
            open.extend(employee.memberships.iter().map(|membership| membership.unit.as_str()));
        }
        for hand_over in &feed.hand_overs {
            open.extend([hand_over.id.as_str(), &hand_over.from, &hand_over.to]);
            self.hand_overs_from(&hand_over.from)
                .for_each(|other| drop(excerpt.put_hand_over(other.clone())));
        }
        let meanings = feed.codes.iter().flat_map(|code| &code.meanings);
        open.extend(meanings.map(|meaning| meaning.id.as_str()));
        while let Some(id) = open.pop() {
            if let Some(employee) = self.employee(id) {
                excerpt.put_employee(employee.clone());
            }
            if let Some(hand_over) = self.hand_over(id) {
                excerpt.put_hand_over(hand_over.clone());
            }
            if let Some(unit) = self.unit(id).filter(|_| excerpt.unit(id).is_none()) {
                excerpt.put_unit(unit.clone());
                open.extend(unit.named_units());
            }
        }
        excerpt
    }
}
