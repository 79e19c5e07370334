//! Applying an organisation: one stream is one change set, applied as a whole or not at all. Entries that
//! change nothing are not appended. A feed that would empty the bank is refused unless the caller confirms
//! it.

use jiff::civil::Date;
use longhu_core::control::{Decision, Payload};
use longhu_core::organisation::{Feed, HandOver, Organisation};
use longhu_core::register::Register;
use longhu_core::types::violation::{Violation, check_id};
use longhu_proto::control::to_wire;
use longhu_proto::organisation::{
    code_from_wire, code_to_wire, employee_from_wire, employee_to_wire, hand_over_from_wire,
    hand_over_to_wire, unit_from_wire, unit_to_wire,
};
use longhu_proto::status::{invalid, retry_later};
use longhu_proto::wire::control::v1 as wire;
use longhu_proto::wire::organisation::v1 as organisation;
use longhu_runtime::{Principal, wire_errors};
use tonic::{Code, Status, Streaming};

use super::{ControlApi, emptying};
use crate::decider::Plan;
use crate::projector_link::not_configured;
use crate::pseudonym::Keyring;

/// The most entries of one call.
pub(crate) const ENTRIES_MAX: usize = 1_000_000;

/// The most differences in one answer.
const DIFFERENCES_MAX: usize = 1_000;

/// An organisation as received.
#[derive(Default)]
struct Call {
    feed: Feed,
    validate_only: bool,
    allow_empty: bool,
}

/// The result of a plan.
#[derive(Default)]
struct Found {
    counts: Counts,
    /// For a check that writes nothing: what would change, up to a limit, and all entries.
    differences: Vec<wire::OrganisationDifference>,
    entries: Vec<wire::ControlEntry>,
}

/// The numbers of entries that are new, that differ, and that change nothing.
#[derive(Clone, Copy, Default)]
struct Counts {
    added: u32,
    changed: u32,
    unchanged: u32,
}

impl ControlApi {
    pub(super) async fn organisation(
        &self,
        principal: &Principal,
        mut requests: Streaming<wire::ApplyOrganisationRequest>,
    ) -> Result<wire::ApplyOrganisationResponse, Status> {
        let _permit = self.organisations.try_acquire().map_err(|_| busy())?;
        let mut call = Call::default();
        while let Some(request) = requests.message().await.map_err(wire_errors::rewrite)? {
            call.add(request, &self.keys).map_err(|violation| invalid(&[violation]))?;
        }
        if call.feed.is_empty() {
            let reason = "the call names no unit, employee, hand-over or code; give some";
            return Err(invalid(&[Violation::new("units", "NO_ENTRIES", reason)]));
        }
        let today = self.clock.day_of(self.clock.recorded());
        let plan = move |register: &Register| plan(register, call, today);
        let decided = self.decider.decide(&principal.name, plan).await?;
        let position = decided.token();
        let Found { counts: Counts { added, changed, unchanged }, differences, entries } = decided.found;
        let mut response = wire::ApplyOrganisationResponse {
            added,
            changed,
            unchanged,
            position,
            differences,
            ..wire::ApplyOrganisationResponse::default()
        };
        if !entries.is_empty() {
            self.preview(entries, &mut response).await;
        }
        Ok(response)
    }

    /// Asks what entries would change in the contests. If the projector does not answer, the change can still
    /// be made.
    async fn preview(
        &self,
        entries: Vec<wire::ControlEntry>,
        response: &mut wire::ApplyOrganisationResponse,
    ) {
        let asked = match &self.projector {
            Some(projector) => projector.preview(entries).await,
            None => Err(not_configured("ranks the contests")),
        };
        match asked {
            Ok(preview) => response.contests = preview.contests,
            Err(status) => response.contests_unknown = status.message().to_owned(),
        }
    }
}

impl Call {
    fn add(&mut self, request: wire::ApplyOrganisationRequest, keys: &Keyring) -> Result<(), Violation> {
        self.validate_only |= request.validate_only;
        self.allow_empty |= request.allow_empty;
        let feed = &mut self.feed;
        add("units", &mut feed.units, &request.units, unit_from_wire)?;
        add("employees", &mut feed.employees, &request.employees, employee_from_wire)?;
        add("hand_overs", &mut feed.hand_overs, &request.hand_overs, |one| hand_over(one, keys))?;
        add("codes", &mut feed.codes, &request.codes, code_from_wire)?;
        if feed.len() > ENTRIES_MAX {
            let reason = format!("more than {ENTRIES_MAX} entries in one call; apply them in parts");
            return Err(Violation::new("employees", "TOO_MANY", reason));
        }
        Ok(())
    }
}

fn add<W, T>(
    list: &str,
    to: &mut Vec<T>,
    from: &[W],
    read: impl Fn(&W) -> Result<T, Violation>,
) -> Result<(), Violation> {
    for one in from {
        let index = to.len();
        let at = |violation: Violation| Violation {
            field: format!("{list}[{index}].{}", violation.field),
            ..violation
        };
        to.push(read(one).map_err(at)?);
    }
    Ok(())
}

/// A hand-over with its customers' pseudonyms of every epoch, because events of earlier epochs have other
/// pseudonyms.
fn hand_over(hand_over: &organisation::HandOver, keys: &Keyring) -> Result<HandOver, Violation> {
    for (index, customer) in hand_over.customers.iter().enumerate() {
        check_id(&format!("customers[{index}]"), customer)?;
    }
    let customers = hand_over.customers.iter().flat_map(|customer| keys.customer_in_every_epoch(customer));
    let customers = customers.collect();
    hand_over_from_wire(&organisation::HandOver { customers, ..hand_over.clone() })
}

fn plan(register: &Register, call: Call, today: Date) -> Result<Plan<Found>, Status> {
    let organisation = register.organisation();
    let Call { feed, validate_only, allow_empty } = call;
    organisation.check(&feed).map_err(|violation| invalid(&[violation]))?;
    if !allow_empty {
        emptying::refuse(organisation, &feed.units, &feed.employees, today)?;
    }
    let mut found = Found::default();
    let mut entries = Vec::new();
    for payload in payloads(feed) {
        let (key, before) = in_force(organisation, &payload);
        if found.counts.differs(before.as_ref(), &payload) {
            if validate_only {
                found.tell(register, &key, before.as_ref(), &payload);
            } else {
                entries.push((key, payload));
            }
        }
    }
    Ok(Plan { entries, is_change_set: true, found })
}

fn payloads(feed: Feed) -> impl Iterator<Item = Payload> {
    let Feed { units, employees, hand_overs, codes } = feed;
    let units = units.into_iter().map(Payload::Unit);
    let employees = employees.into_iter().map(Payload::Employee);
    let hand_overs = hand_overs.into_iter().map(Payload::HandOver);
    units.chain(employees).chain(hand_overs).chain(codes.into_iter().map(Payload::SourceCode))
}

/// The key of an entry of the organisation, and the entry in force for it.
fn in_force(organisation: &Organisation, payload: &Payload) -> (String, Option<Payload>) {
    match payload {
        Payload::Unit(unit) => (unit.id.clone(), organisation.unit(&unit.id).cloned().map(Payload::Unit)),
        Payload::Employee(employee) => {
            let before = organisation.employee(&employee.id).cloned();
            (employee.id.clone(), before.map(Payload::Employee))
        }
        Payload::HandOver(hand_over) => {
            let before = organisation.hand_over(&hand_over.id).cloned();
            (hand_over.id.clone(), before.map(Payload::HandOver))
        }
        Payload::SourceCode(code) => {
            let before = organisation.code(&code.source, &code.code).cloned();
            (code.key(), before.map(Payload::SourceCode))
        }
        _ => (String::new(), None),
    }
}

impl Found {
    fn tell(&mut self, register: &Register, key: &str, before: Option<&Payload>, after: &Payload) {
        if self.differences.len() < DIFFERENCES_MAX {
            let difference = wire::OrganisationDifference {
                before: before.and_then(entry_to_wire),
                after: entry_to_wire(after),
            };
            self.differences.push(difference);
        }
        self.entries.push(to_wire(&Decision {
            principal: String::new(),
            key: key.to_owned(),
            revision: register.revision(after.kind(), key) + 1,
            change_set: String::new(),
            payload: after.clone(),
        }));
    }
}

fn entry_to_wire(payload: &Payload) -> Option<organisation::OrganisationEntry> {
    use organisation::organisation_entry::Entry;
    let entry = match payload {
        Payload::Unit(unit) => Entry::Unit(unit_to_wire(unit)),
        Payload::Employee(employee) => Entry::Employee(employee_to_wire(employee)),
        Payload::HandOver(hand_over) => Entry::HandOver(hand_over_to_wire(hand_over)),
        Payload::SourceCode(code) => Entry::Code(code_to_wire(code)),
        _ => return None,
    };
    Some(organisation::OrganisationEntry { entry: Some(entry) })
}

impl Counts {
    fn differs<T: PartialEq>(&mut self, in_force: Option<&T>, wanted: &T) -> bool {
        let count = match in_force {
            None => &mut self.added,
            Some(in_force) if in_force != wanted => &mut self.changed,
            Some(_) => {
                self.unchanged += 1;
                return false;
            }
        };
        *count += 1;
        true
    }
}

fn busy() -> Status {
    let message = "other organisations are being received; try again when they are done";
    retry_later(Code::ResourceExhausted, "ORGANISATION_BUSY", message, std::time::Duration::from_secs(2))
}
