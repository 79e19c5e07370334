//! The organisation of the simulated bank: 8 regions, 80 branches, 300 teams, 2,000 employees with names. It
//! is always the same, so that a data folder can be used again. How skilled the employees are depends on the
//! seed.

use longhu_dice::{Dice, Weights};
use longhu_proto::wire::organisation::v1::{Employee, Membership, Unit};

use crate::names::{GIVEN_FIRST, GIVEN_LAST, NUMERALS, REGIONS, SURNAMES};

/// Teams in the bank.
pub const TEAMS: usize = 300;
/// Employees in the bank.
pub const PEOPLE: usize = 2_000;
/// The seed of names. The organisation does not depend on the seed of the days.
const NAMES_SEED: u64 = 1949;

/// The bank.
#[derive(Debug)]
pub struct Bank {
    /// Units, parents first.
    pub units: Vec<Unit>,
    /// All employees.
    pub employees: Vec<Employee>,
    /// Branches, where business happens; ten in each region.
    pub branches: Vec<Branch>,
}

/// A branch and its employees.
#[derive(Debug)]
pub struct Branch {
    /// Its id.
    pub id: String,
    /// The ids of its employees.
    pub people: Vec<String>,
    /// The share of each employee in the branch's business: a few do most of it.
    pub skills: Weights,
}

impl Bank {
    /// The bank, with skills of employees given by the seed.
    pub fn new(seed: u64) -> Bank {
        let mut dice = Dice::new(NAMES_SEED, 0);
        let mut bank =
            Bank { units: Vec::new(), employees: Vec::with_capacity(PEOPLE), branches: Vec::new() };
        let branches = REGIONS.len() * REGIONS[0].1.len();
        // 60 branches of four teams and 20 of three; 200 teams of seven people and 100 of six.
        let mut teams_of = shares(TEAMS, branches);
        let mut people_of = shares(PEOPLE, TEAMS);
        dice.shuffle(&mut teams_of);
        dice.shuffle(&mut people_of);
        let mut sizes = people_of.into_iter();
        for (region, branches) in &REGIONS {
            bank.add_unit(region.1.to_owned(), "region", "", format!("{}分行", region.0));
            for branch in branches {
                let id = format!("{}-{}", region.1, branch.1);
                bank.add_unit(id.clone(), "branch", region.1, format!("{}{}支行", region.0, branch.0));
                let teams = teams_of.pop().unwrap_or_default();
                let people = bank.add_teams(&id, branch.0, sizes.by_ref().take(teams), &mut dice);
                let skills = skills(people.len(), &mut Dice::new(seed, bank.branches.len() as u64));
                bank.branches.push(Branch { id, people, skills });
            }
        }
        bank
    }

    fn add_unit(&mut self, id: String, kind: &str, parent: &str, name: String) {
        let (kind, parent) = (kind.to_owned(), parent.to_owned());
        self.units.push(Unit { id, kind, parent, name, ..Unit::default() });
    }

    /// Adds the teams and employees of a branch. Returns the ids of the employees.
    fn add_teams(
        &mut self,
        branch: &str,
        name: &str,
        sizes: impl Iterator<Item = usize>,
        dice: &mut Dice,
    ) -> Vec<String> {
        let first = self.employees.len();
        for ((number, numeral), size) in (1..).zip(NUMERALS).zip(sizes) {
            let team = format!("{branch}-t{number}");
            self.add_unit(team.clone(), "team", branch, format!("{name}营销{numeral}部"));
            for _ in 0..size {
                let employee = employee(self.employees.len() + 1, &team, dice);
                self.employees.push(employee);
            }
        }
        self.employees[first..].iter().map(|employee| employee.id.clone()).collect()
    }
}

/// Divides `whole` into nearly equal parts.
fn shares(whole: usize, parts: usize) -> Vec<usize> {
    (0..parts).map(|part| whole / parts + usize::from(part < whole % parts)).collect()
}

fn employee(number: usize, team: &str, dice: &mut Dice) -> Employee {
    // The product of two random numbers prefers the first surnames, which are the frequent ones.
    let surname = SURNAMES[dice.index(SURNAMES.len()) * dice.index(SURNAMES.len()) / SURNAMES.len()];
    let last = dice.one_of(&GIVEN_LAST);
    let first = if dice.once_in(4) { ("", "") } else { *dice.one_of(&GIVEN_FIRST) };
    Employee {
        id: format!("{}-{}{}-{number:04}", surname.1, first.1, last.1),
        name: format!("{}{}{}", surname.0, first.0, last.0),
        memberships: vec![Membership { unit: team.to_owned(), ..Membership::default() }],
    }
}

/// Skills of a branch's employees by Zipf's law, flattened at the top, in random order.
fn skills(people: usize, dice: &mut Dice) -> Weights {
    let mut weights: Vec<u64> = (0..people as u64).map(|place| 10_000 / (place + 3)).collect();
    dice.shuffle(&mut weights);
    Weights::new(weights)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use longhu_core::organisation::{Feed, Organisation};
    use longhu_proto::organisation::{employee_from_wire, unit_from_wire};

    use super::*;

    fn count(bank: &Bank, kind: &str) -> usize {
        bank.units.iter().filter(|unit| unit.kind == kind).count()
    }

    #[test]
    fn the_bank_is_as_large_as_it_says() {
        let bank = Bank::new(8);
        assert_eq!(
            (count(&bank, "region"), count(&bank, "branch"), count(&bank, "team"), bank.employees.len()),
            (8, 80, 300, 2_000)
        );
        assert_eq!(bank.branches.iter().map(|branch| branch.people.len()).sum::<usize>(), PEOPLE);
    }

    #[test]
    fn the_organisation_passes_the_check() {
        let bank = Bank::new(8);
        let units: Vec<_> = bank.units.iter().map(|unit| unit_from_wire(unit).unwrap()).collect();
        let employees: Vec<_> = bank.employees.iter().map(|e| employee_from_wire(e).unwrap()).collect();
        assert_eq!(Organisation::default().check(&Feed { units, employees, ..Feed::default() }), Ok(()));
        let names: BTreeSet<&str> = bank.employees.iter().map(|e| e.name.as_str()).collect();
        assert!(names.len() > 1_200, "only {} different names", names.len());
    }

    #[test]
    fn another_seed_gives_other_skills_in_the_same_organisation() {
        let (one, other) = (Bank::new(1), Bank::new(2));
        assert_eq!((&one.units, &one.employees), (&other.units, &other.employees));
        let first = |bank: &Bank| {
            let mut dice = Dice::new(0, 0);
            [(); 20].map(|()| bank.branches[0].skills.choose(&mut dice))
        };
        assert_ne!(first(&one), first(&other));
    }
}
