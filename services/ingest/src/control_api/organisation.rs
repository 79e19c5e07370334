//! Applying an organisation: one stream, one change set, whole or not at all. What is so already is not appended, and
//! what would empty the bank is refused unless it is said to be meant.

use jiff::civil::Date;
use longhu_core::control::Payload;
use longhu_core::organisation::{Feed, HandOver};
use longhu_core::register::Register;
use longhu_core::violation::{Violation, check_id};
use longhu_proto::organisation::{code_from_wire, employee_from_wire, hand_over_from_wire, unit_from_wire};
use longhu_proto::scalar::position_to_wire;
use longhu_proto::status::{invalid, retry_later};
use longhu_proto::wire::control::v1 as wire;
use longhu_proto::wire::organisation::v1 as organisation;
use longhu_runtime::{Principal, wire_errors};
use tonic::{Code, Status, Streaming};

use super::{ControlApi, emptying};
use crate::decider::Plan;
use crate::pseudonym::Keyring;

/// The most entries of one call.
pub(crate) const ENTRIES_MAX: usize = 1_000_000;

/// An organisation as it came in.
#[derive(Default)]
struct Call {
    feed: Feed,
    validate_only: bool,
    allow_empty: bool,
}

/// How many entries are new, different, and so already.
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
        let Counts { added, changed, unchanged } = decided.found;
        let position = decided.position.map(position_to_wire);
        Ok(wire::ApplyOrganisationResponse { added, changed, unchanged, position })
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

/// A hand-over with its customers' pseudonyms of every epoch: events of earlier ones name them otherwise.
fn hand_over(hand_over: &organisation::HandOver, keys: &Keyring) -> Result<HandOver, Violation> {
    for (index, customer) in hand_over.customers.iter().enumerate() {
        check_id(&format!("customers[{index}]"), customer)?;
    }
    let customers = hand_over.customers.iter().flat_map(|customer| keys.customer_in_every_epoch(customer));
    let customers = customers.collect();
    hand_over_from_wire(&organisation::HandOver { customers, ..hand_over.clone() })
}

fn plan(register: &Register, call: Call, today: Date) -> Result<Plan<Counts>, Status> {
    let organisation = register.organisation();
    let Call { feed, validate_only, allow_empty } = call;
    organisation.check(&feed).map_err(|violation| invalid(&[violation]))?;
    if !allow_empty {
        emptying::refuse(organisation, &feed.units, &feed.employees, today)?;
    }
    let mut counts = Counts::default();
    let mut entries = Vec::new();
    for unit in feed.units {
        if counts.differs(organisation.unit(&unit.id), &unit) {
            entries.push((unit.id.clone(), Payload::Unit(unit)));
        }
    }
    for employee in feed.employees {
        if counts.differs(organisation.employee(&employee.id), &employee) {
            entries.push((employee.id.clone(), Payload::Employee(employee)));
        }
    }
    for hand_over in feed.hand_overs {
        if counts.differs(organisation.hand_over(&hand_over.id), &hand_over) {
            entries.push((hand_over.id.clone(), Payload::HandOver(hand_over)));
        }
    }
    for code in feed.codes {
        if counts.differs(organisation.code(&code.source, &code.code), &code) {
            entries.push((code.key(), Payload::SourceCode(code)));
        }
    }
    if validate_only {
        entries.clear();
    }
    Ok(Plan { entries, is_change_set: true, found: counts })
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
    let message = "other organisations are on their way in; try again when they are through";
    retry_later(Code::ResourceExhausted, "ORGANISATION_BUSY", message, std::time::Duration::from_secs(2))
}
