//! The values of one row: its cells, the variables of its repetition, and rows of other files, which are
//! looked up when a template first needs them. It reads only memory.

use std::borrow::Cow;
use std::cell::OnceCell;

use longhu_files::fault::Fault;

use crate::cells::Cells;
use crate::lookup::{Found, Index, Kept};
use crate::plan::{Plan, RowRule};
use crate::template::{At, Values};

/// A row with everything that belongs to it.
pub struct Context<'a> {
    row: Cells<'a>,
    variables: &'a [String],
    rule: &'a RowRule,
    plan: &'a Plan,
    indexes: &'a [Index],
    found: Vec<OnceCell<Result<Option<&'a Kept>, Fault>>>,
}

impl<'a> Context<'a> {
    pub fn new(
        plan: &'a Plan,
        indexes: &'a [Index],
        rule: &'a RowRule,
        row: Cells<'a>,
        variables: &'a [String],
    ) -> Context<'a> {
        let found = rule.bindings.iter().map(|_| OnceCell::new()).collect();
        Context { row, variables, rule, plan, indexes, found }
    }

    fn look_up(&self, binding: usize) -> Result<Option<&'a Kept>, Fault> {
        let Some(cell) = self.found.get(binding) else { return Ok(None) };
        if let Some(known) = cell.get() {
            return known.clone();
        }
        // A key uses only lookups bound before its own, so this ends.
        let found = self.find(binding);
        let _ = cell.set(found.clone());
        found
    }

    fn find(&self, binding: usize) -> Result<Option<&'a Kept>, Fault> {
        let Some(binding) = self.rule.bindings.get(binding) else { return Ok(None) };
        let (Some(index), Some(rule)) =
            (self.indexes.get(binding.lookup), self.plan.lookups.get(binding.lookup))
        else {
            return Ok(None);
        };
        let name = &binding.name;
        let key = match binding.key.render(self)? {
            Some(key) => key,
            None if binding.optional => return Ok(None),
            None => {
                let absent = binding.key.absent(self).join("`, `");
                let reason =
                    format!("lookup `{name}` has no key, since `{absent}` is absent; make it `optional`");
                return Err(Fault::new("LOOKUP_WITHOUT_KEY", reason));
            }
        };
        let file = self.plan.inputs.get(rule.input).map_or("", |input| input.shown.as_str());
        let written = &rule.written.0;
        match index.find(&key) {
            Some(Found::One(kept)) => Ok(Some(kept)),
            Some(Found::Several(first, second)) => {
                let reason = format!(
                    "lookup `{name}` finds several rows of {file} where {written} is `{key}`, such as lines {first} and {second}; narrow it with `when`"
                );
                Err(Fault::new("LOOKUP_AMBIGUOUS", reason))
            }
            None if binding.optional => Ok(None),
            None => {
                let hint = match index.with_other_zeros(&key) {
                    Some(other) => {
                        format!("there is `{other}`, so leading zeros may be lost: use `pad` or `add(0)`")
                    }
                    None => "add it there or make the lookup `optional`".to_owned(),
                };
                let reason =
                    format!("lookup `{name}` finds no row of {file} where {written} is `{key}`; {hint}");
                Err(Fault::new("LOOKUP_FOUND_NOTHING", reason))
            }
        }
    }
}

impl Values for Context<'_> {
    fn get(&self, at: At) -> Result<Option<Cow<'_, str>>, Fault> {
        match at {
            At::Column(_) => self.row.get(at),
            At::Variable(index) => Ok(self.variables.get(index).map(|text| Cow::Borrowed(text.as_str()))),
            At::Lookup { lookup, slot } => {
                let kept = self.look_up(lookup)?;
                Ok(kept.and_then(|kept| kept.get(slot)).map(Cow::Borrowed))
            }
        }
    }
}
