//! Decisions as the log stores them. If this version does not understand any part, it is an error; nothing is
//! skipped. Later versions of a payload will be converted here, explicitly.

use longhu_core::catalogue::Field;
use longhu_core::control::{Adoption, Bank, Decision, EventType, Payload, Seal, Source};
use longhu_core::types::money::Currency;
use longhu_core::types::violation::{Violation, check_id, check_text};
use prost::Message;

use crate::scalar::{position_from_wire, position_to_wire, time_from_wire, time_to_wire};
use crate::wire::control::v1 as wire;
use crate::wire::control::v1::control_entry::Payload as WirePayload;
use crate::{DecodeError, contest, organisation, plan};

/// Encodes a decision for the log.
pub fn encode(decision: &Decision) -> Vec<u8> {
    to_wire(decision).encode_to_vec()
}

/// Decodes a stored decision. If it is a contest, it names its currency, because ingest fills it in.
pub fn decode(bytes: &[u8]) -> Result<Decision, DecodeError> {
    from_wire(&wire::ControlEntry::decode(bytes)?)
}

/// Converts a decision to its message.
pub fn to_wire(decision: &Decision) -> wire::ControlEntry {
    let payload = match &decision.payload {
        Payload::Bank(bank) => WirePayload::Bank(wire::Bank {
            id: bank.id.clone(),
            zone: bank.zone.clone(),
            currency: bank.currency.as_str().to_owned(),
        }),
        Payload::Source(source) => WirePayload::Source(source_to_wire(source)),
        Payload::EventType(kind) => WirePayload::EventType(wire::EventType {
            name: kind.name.clone(),
            required_fields: kind.required.iter().map(|field| field.name().to_owned()).collect(),
            description: kind.description.clone(),
        }),
        Payload::Unit(unit) => WirePayload::Unit(organisation::unit_to_wire(unit)),
        Payload::Employee(employee) => WirePayload::Employee(organisation::employee_to_wire(employee)),
        Payload::Contest(definition) => WirePayload::Contest(contest::to_wire(definition)),
        Payload::Seal(seal) => WirePayload::Seal(wire::Seal {
            contest: seal.contest.clone(),
            forced: seal.forced,
            reason: seal.reason.clone(),
        }),
        Payload::HandOver(hand_over) => WirePayload::HandOver(organisation::hand_over_to_wire(hand_over)),
        Payload::SourceCode(code) => WirePayload::SourceCode(organisation::code_to_wire(code)),
        Payload::Targets(targets) => WirePayload::Targets(plan::targets_to_wire(targets)),
        Payload::Calendar(calendar) => WirePayload::Calendar(plan::calendar_to_wire(calendar)),
        Payload::Adoption(adoption) => WirePayload::Adoption(wire::Adoption {
            lost_after: Some(position_to_wire(adoption.lost_after)),
            batch_hash: adoption.batch_hash.to_vec(),
            recorded_time: Some(time_to_wire(adoption.recorded)),
            adopted_time: Some(time_to_wire(adoption.adopted)),
            reason: adoption.reason.clone(),
        }),
        Payload::Close { count } => WirePayload::Close(wire::CloseChangeSet { count: *count }),
    };
    wire::ControlEntry {
        principal: decision.principal.clone(),
        key: decision.key.clone(),
        revision: decision.revision,
        change_set: decision.change_set.clone(),
        payload: Some(payload),
    }
}

/// Converts a stored message to its decision.
pub fn from_wire(entry: &wire::ControlEntry) -> Result<Decision, DecodeError> {
    let not_understood = |what: String| DecodeError::NotUnderstood(what);
    let violated = |violation: Violation| DecodeError::NotUnderstood(violation.to_string());
    let payload = match &entry.payload {
        None => return Err(not_understood("a decision of a kind that this version does not know".into())),
        Some(WirePayload::Bank(bank)) => Payload::Bank(bank_from_wire(bank).map_err(violated)?),
        Some(WirePayload::Source(source)) => Payload::Source(source_from_wire(source)),
        Some(WirePayload::EventType(kind)) => {
            Payload::EventType(event_type_from_wire(kind).map_err(violated)?)
        }
        Some(WirePayload::Unit(unit)) => Payload::Unit(organisation::unit_from_wire(unit).map_err(violated)?),
        Some(WirePayload::Employee(employee)) => {
            Payload::Employee(organisation::employee_from_wire(employee).map_err(violated)?)
        }
        Some(WirePayload::Contest(definition)) => {
            let currency = Currency::parse(&definition.currency)
                .ok_or_else(|| not_understood("a contest without currency".into()))?;
            Payload::Contest(Box::new(contest::from_wire(definition, currency).map_err(violated)?))
        }
        Some(WirePayload::Seal(seal)) => Payload::Seal(Seal {
            contest: seal.contest.clone(),
            forced: seal.forced,
            reason: seal.reason.clone(),
        }),
        Some(WirePayload::HandOver(hand_over)) => {
            Payload::HandOver(organisation::hand_over_from_wire(hand_over).map_err(violated)?)
        }
        Some(WirePayload::SourceCode(code)) => {
            Payload::SourceCode(organisation::code_from_wire(code).map_err(violated)?)
        }
        Some(WirePayload::Targets(targets)) => {
            Payload::Targets(plan::targets_from_wire(targets).map_err(violated)?)
        }
        Some(WirePayload::Calendar(calendar)) => {
            Payload::Calendar(plan::calendar_from_wire(calendar).map_err(violated)?)
        }
        Some(WirePayload::Adoption(adoption)) => {
            Payload::Adoption(adoption_from_wire(adoption).map_err(violated)?)
        }
        Some(WirePayload::Close(close)) => Payload::Close { count: close.count },
    };
    Ok(Decision {
        principal: entry.principal.clone(),
        key: entry.key.clone(),
        revision: entry.revision,
        change_set: entry.change_set.clone(),
        payload,
    })
}

fn bank_from_wire(bank: &wire::Bank) -> Result<Bank, Violation> {
    let currency = Currency::parse(&bank.currency)
        .ok_or_else(|| Violation::new("currency", "BAD_CURRENCY", "a bank needs an ISO 4217 code"))?;
    Ok(Bank { id: bank.id.clone(), zone: bank.zone.clone(), currency })
}

fn adoption_from_wire(adoption: &wire::Adoption) -> Result<Adoption, Violation> {
    let missing = |field: &str| Violation::new(field, "MISSING_FIELD", "an adoption needs it");
    let time = |field: &str, time: &Option<prost_types::Timestamp>| {
        time_from_wire(field, time.as_ref().ok_or_else(|| missing(field))?)
    };
    let lost_after = adoption.lost_after.as_ref().ok_or_else(|| missing("lost_after"))?;
    Ok(Adoption {
        lost_after: position_from_wire(lost_after),
        batch_hash: adoption.batch_hash.as_slice().try_into().map_err(|_| missing("batch_hash"))?,
        recorded: time("recorded_time", &adoption.recorded_time)?,
        adopted: time("adopted_time", &adoption.adopted_time)?,
        reason: adoption.reason.clone(),
    })
}

/// Converts a source to its message.
pub fn source_to_wire(source: &Source) -> wire::Source {
    wire::Source {
        name: source.name.clone(),
        numbered: source.numbered,
        horizon_days: source.horizon_days,
        principal: source.principal.clone(),
    }
}

/// Converts a message to its source.
pub fn source_from_wire(source: &wire::Source) -> Source {
    Source {
        name: source.name.clone(),
        numbered: source.numbered,
        horizon_days: source.horizon_days,
        principal: source.principal.clone(),
    }
}

/// Converts a message to its event type: a dotted name of lower-case parts, and fields that events have.
pub fn event_type_from_wire(kind: &wire::EventType) -> Result<EventType, Violation> {
    check_id("name", &kind.name)?;
    check_text("description", &kind.description, 1024)?;
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if !kind.name.contains('.') || !kind.name.split('.').all(part) {
        let reason = format!("`{}` is not a dotted past-tense name, such as `card.issued`", kind.name);
        return Err(Violation::new("name", "BAD_NAME", reason));
    }
    let field = |(index, name): (usize, &String)| {
        Field::parse(name).ok_or_else(|| {
            let known: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
            let reason = format!("`{name}` cannot be required; use {}", known.join(", "));
            Violation::new(format!("required_fields[{index}]"), "UNKNOWN_FIELD", reason)
        })
    };
    let required = kind.required_fields.iter().enumerate().map(field).collect::<Result<_, _>>()?;
    Ok(EventType { name: kind.name.clone(), required, description: kind.description.clone() })
}
