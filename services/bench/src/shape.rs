//! The size of the bank, and the ids of its units, employees and source.

use longhu_client::failure::Failure;

use crate::amount::Amount;
use crate::refusal::coded_usage;

/// The source's name.
pub const SOURCE: &str = "core-cards";
/// The boards, from the fewest rows to the most.
pub const BOARDS: [&str; 3] = ["branch", "team", "employee"];
const EMPLOYEES_MAX: u64 = 5_000_000;

/// The size of the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Shape {
    /// Branches.
    pub branches: u32,
    /// Teams, distributed among branches.
    pub teams: u32,
    /// Employees, distributed among teams.
    pub employees: u32,
}

impl Shape {
    /// A bank in which every branch has a team and every team has an employee.
    pub fn new(branches: Amount, teams: Amount, employees: Amount) -> Result<Shape, Failure> {
        if employees.0 > EMPLOYEES_MAX || teams > employees || branches > teams {
            let what = format!(
                "--branches {branches}, --teams {teams}, --employees {employees} do not fit together: each branch has a \
                 team, each team an employee, and there are at most {EMPLOYEES_MAX} employees"
            );
            return Err(coded_usage("BAD_BANK", what)
                .next("give no more branches than teams, no more teams than employees"));
        }
        Ok(Shape { branches: branches.0 as u32, teams: teams.0 as u32, employees: employees.0 as u32 })
    }

    /// The number of participants on all boards.
    pub fn participants(&self) -> u64 {
        u64::from(self.branches) + u64::from(self.teams) + u64::from(self.employees)
    }

    /// The team of an employee.
    pub fn team_of(&self, employee: u32) -> u32 {
        employee % self.teams
    }

    /// The branch of a team.
    pub fn branch_of(&self, team: u32) -> u32 {
        team % self.branches
    }

    /// The greatest number of rows of a board.
    pub fn size(&self, board: &str) -> u32 {
        match board {
            "branch" => self.branches,
            "team" => self.teams,
            _ => self.employees,
        }
    }
}

/// The id of a board's participant.
pub fn id(board: &str, number: u32) -> String {
    match board {
        "branch" => format!("branch-{number:05}"),
        "team" => format!("team-{number:05}"),
        _ => format!("employee-{number:06}"),
    }
}
