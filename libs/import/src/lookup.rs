//! The rows of one file by a key, held in memory: only the columns that templates name, about 150 bytes a row
//! with short cells. Except for the organisation, this is the only part of an import whose memory grows with
//! a file.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use longhu_files::csv_file::{Input, Row, Rows};
use longhu_files::fault::Fault;

use crate::cells::Cells;
use crate::error::Error;
use crate::plan::{LookupRule, Plan};
use crate::report::Report;

/// The most leading zeros that are tried when a key is not found.
const ZEROS_MAX: usize = 12;

/// The kept columns of one row, absent ones included.
#[derive(Debug)]
pub struct Kept(Box<[Option<Box<str>>]>);

/// What a key finds.
#[derive(Debug)]
pub enum Found {
    /// One row.
    One(Kept),
    /// Several rows; the first two are on these lines. A lookup never picks one.
    Several(u64, u64),
}

/// The rows of one file by one key.
#[derive(Debug, Default)]
pub struct Index {
    rows: HashMap<Box<str>, (u64, Found)>,
}

impl Kept {
    pub fn get(&self, slot: usize) -> Option<&str> {
        self.0.get(slot)?.as_deref()
    }
}

impl Index {
    /// Reads the file of every lookup. Rows that cannot be read are rejected.
    pub fn load_all(plan: &Plan, report: &mut Report) -> Result<Vec<Index>, Error> {
        let mut indexes = Vec::new();
        for rule in &plan.lookups {
            match plan.inputs.get(rule.input) {
                Some(input) => indexes.push(Index::load(input, rule, report)?),
                None => indexes.push(Index::default()),
            }
        }
        Ok(indexes)
    }

    fn load(input: &Input, rule: &LookupRule, report: &mut Report) -> Result<Index, Error> {
        let mut index = Index::default();
        let mut rows = Rows::all(input)?;
        while let Some(row) = rows.next_row()? {
            if let Err(fault) = index.add(input, rule, &row) {
                report.reject(input, "lookup", &row, &fault.at(""))?;
            }
        }
        Ok(index)
    }

    fn add(&mut self, input: &Input, rule: &LookupRule, row: &Row) -> Result<(), Fault> {
        let cells = Cells { input, cells: &row.cells };
        if let Some(fault) = row.fault.as_ref().filter(|_| !row.has_other_shape()) {
            return Err(fault.clone());
        }
        if let Some(when) = &rule.when
            && !when.holds(&cells)?
        {
            return Ok(());
        }
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        let Some(key) = rule.on.render(&cells)? else { return Ok(()) };
        match self.rows.entry(key.into_boxed_str()) {
            Entry::Vacant(vacant) => {
                let keep = |column: &usize| {
                    row.cells.get(*column).filter(|cell| !input.is_null(cell)).map(Box::from)
                };
                let kept = Kept(rule.columns.iter().map(keep).collect());
                vacant.insert((row.line, Found::One(kept)));
            }
            Entry::Occupied(mut occupied) => {
                let (line, found) = occupied.get_mut();
                if matches!(found, Found::One(_)) {
                    *found = Found::Several(*line, row.line);
                }
            }
        }
        Ok(())
    }

    /// A known key that differs from this unknown one only by its leading zeros.
    pub fn with_other_zeros(&self, key: &str) -> Option<String> {
        if !key.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let bare = key.trim_start_matches('0');
        let padded = (bare.len()..=bare.len() + ZEROS_MAX).map(|width| format!("{bare:0>width$}"));
        padded.filter(|other| !other.is_empty()).find(|other| self.rows.contains_key(other.as_str()))
    }

    /// What a key finds, if anything.
    pub fn find(&self, key: &str) -> Option<&Found> {
        self.rows.get(key).map(|(_, found)| found)
    }
}
