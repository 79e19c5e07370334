//! At least one valid request for every method of every service, for the bank of the examples. If a method is
//! added without a request here, a test fails.

use longhu_core::control::Payload;
use longhu_proto::wire::control::v1 as wire;
use longhu_proto::wire::ingest::v1::IngestEventsRequest;
use longhu_proto::wire::ops::v1::PreviewOrganisationRequest;
use longhu_proto::{contest, control, descriptor_pool, organisation, plan};
use prost::Message;
use prost_reflect::{DynamicMessage, MethodDescriptor};
use serde_json::{Value, json};

use crate::corpus;
use crate::driver::{Input, Step};
use crate::messages;
use crate::mutate::{EXTREMES, shown};

/// A call: its method and its messages, and what the frames claim if that is not the truth.
#[derive(Clone)]
pub struct Call {
    /// Such as `/longhu.ingest.v1.IngestService/IngestEvents`.
    pub path: String,
    pub messages: Vec<Vec<u8>>,
    /// What the first frame claims: whether it is compressed, and its length.
    pub frame: Option<(u8, u32)>,
}

impl Call {
    /// The body: each message with its frame.
    pub fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (index, message) in self.messages.iter().enumerate() {
            let truth = (0, message.len() as u32);
            let (compressed, length) = self.frame.filter(|_| index == 0).unwrap_or(truth);
            body.push(compressed);
            body.extend_from_slice(&length.to_be_bytes());
            body.extend_from_slice(message);
        }
        body
    }
}

impl Input for Call {
    fn bytes(&self) -> usize {
        self.messages.iter().map(|message| message.len() + 5).sum()
    }

    fn shown(&self) -> String {
        let messages: Vec<String> = self.messages.iter().map(|message| shown(message)).collect();
        format!("{} frame {:?} {}", self.path, self.frame, messages.join(", "))
    }

    fn damage(&mut self, (kind, at, with): Step, others: &[Call]) {
        // Mostly from the same method, because messages of another one are soon invalid.
        let same: Vec<&Call> = others.iter().filter(|other| other.path == self.path).collect();
        let other = if with >> 60 == 0 {
            &others[with as usize % others.len()]
        } else {
            same[with as usize % same.len()]
        };
        let theirs = other.messages.first().map(Vec::as_slice).unwrap_or_default();
        if kind == 255 {
            let length = EXTREMES[at as usize % EXTREMES.len()] as u32;
            self.frame = Some(((with >> 8) as u8 % 3, length));
        } else if kind >= 250 {
            self.messages.push(theirs.to_vec());
        } else if let Some(place) = (with as usize).checked_rem(self.messages.len()) {
            messages::damage(&mut self.messages[place], (kind, at, with >> 4), theirs);
        }
    }
}

fn call(path: &str, messages: Vec<Vec<u8>>) -> Call {
    Call { path: path.to_owned(), messages, frame: None }
}

fn methods() -> impl Iterator<Item = MethodDescriptor> {
    let services = descriptor_pool().services().filter(|service| service.full_name().starts_with("longhu."));
    services.flat_map(|service| service.methods().collect::<Vec<_>>())
}

fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Requests that only read, by the name of their method.
fn questions() -> Vec<(&'static str, Value)> {
    let at = json!({"sequence": "1"});
    let board = json!({"contest": "spring-2026", "board": "branch", "page_size": 3, "figures": true});
    let day = json!({"year": 2026, "month": 2, "day": 3});
    vec![
        ("GetStandings", board.clone()),
        (
            "GetStandings",
            json!({"contest": "ebanking-2025-q4", "board": "outlet", "min_position": at, "unsealed": true}),
        ),
        (
            "GetStandings",
            json!({"contest": "spring-2026", "board": "employee", "indicator": "gold", "page_token": "1"}),
        ),
        (
            "GetParticipant",
            json!({"contest": "spring-2026", "board": "employee", "participant": "e-003", "around": 2}),
        ),
        (
            "BatchGetRanks",
            json!({"contest": "spring-2026", "board": "employee", "participants": ["e-001", "e-002", "x"]}),
        ),
        ("ListContests", json!({"page_size": 2, "page_token": "deposits"})),
        ("GetContest", json!({"contest": "spring-2026", "min_position": at})),
        ("ListLateEntries", json!({"contest": "spring-2026", "page_size": 5, "page_token": "0"})),
        (
            "GetStandingsAsKnown",
            json!({"contest": "spring-2026", "boards": ["branch"], "position": at, "rows_max": "5"}),
        ),
        (
            "GetStandingsAsKnown",
            json!({"contest": "spring-2026", "time": "2026-11-01T00:00:00Z", "participant": "e-001"}),
        ),
        ("Describe", json!({"id": "e-001", "date": day})),
        ("Tree", json!({"root": "chengdong", "depth": 3, "date": day})),
        ("ListRevisions", json!({"id": "e-001"})),
        ("ListUnresolved", json!({"min_position": at})),
        (
            "ListMismatches",
            json!({"contest": "spring-2026", "from_date": day, "until_date": day, "limit": 10}),
        ),
        (
            "ListTargets",
            json!({"contest": "ebanking-2025-q4", "participant": "", "page_size": 3, "page_token": ""}),
        ),
        ("GetCalendar", json!({"id": "cn-2025"})),
        ("ListCalendars", json!({})),
        ("GetLogStatus", json!({})),
        ("GetCheckpoint", json!({})),
        ("TailLog", json!({"from": at, "last": 3, "until": {"sequence": "2", "index": 3}})),
        ("ListDeadLetters", json!({})),
        ("ReadSourceStatus", json!({"request": {"source": "core-cards"}})),
        ("ListConflicts", json!({"source": "core-cards"})),
        ("Rebuild", json!({"contests": ["spring-2026"]})),
        ("Verify", json!({"contests": ["spring-2026"]})),
        ("GetSourceStatus", json!({"source": "core-cards", "min_position": at})),
        ("SealContest", json!({"contest": "spring-2026", "reason": "done", "validate_only": true})),
        ("ApplySource", json!({"source": {"name": "loans", "numbered": true, "horizon_days": 30}})),
        (
            "ApplyEventType",
            json!({"event_type": {"name": "fund.sold", "required_fields": ["amount"], "description": "x"}}),
        ),
    ]
}

/// The requests that send the examples' organisation, contests, plans and events, in that order.
pub fn found() -> Vec<Call> {
    let control = "/longhu.control.v1.ControlService";
    let (mut whole, mut rest, mut targets) =
        (wire::ApplyOrganisationRequest::default(), Vec::new(), Vec::new());
    for decision in corpus::decisions() {
        match decision.payload {
            Payload::Unit(unit) => whole.units.push(organisation::unit_to_wire(&unit)),
            Payload::Employee(one) => whole.employees.push(organisation::employee_to_wire(&one)),
            Payload::Calendar(calendar) => {
                let calendar = Some(plan::calendar_to_wire(&calendar));
                let request = wire::ApplyCalendarRequest { calendar, validate_only: false };
                rest.push(call(&format!("{control}/ApplyCalendar"), vec![request.encode_to_vec()]));
            }
            Payload::Contest(definition) => {
                let contest = Some(contest::to_wire(&definition));
                let request = wire::ApplyContestRequest { contest, validate_only: false };
                rest.push(call(&format!("{control}/ApplyContest"), vec![request.encode_to_vec()]));
            }
            Payload::Targets(one) => targets.push(wire::ParticipantTargets {
                participant: one.participant.clone(),
                targets: plan::targets_to_wire(&one).targets,
            }),
            _ => {}
        }
    }
    whole.allow_empty = true;
    // If two examples have the same unit or employee, the first one is used.
    whole.units.sort_by(|a, b| a.id.cmp(&b.id));
    whole.units.dedup_by(|a, b| a.id == b.id);
    whole.employees.sort_by(|a, b| a.id.cmp(&b.id));
    whole.employees.dedup_by(|a, b| a.id == b.id);
    let mut calls = vec![call(&format!("{control}/ApplyOrganisation"), vec![whole.encode_to_vec()])];
    calls.extend(rest);
    let contest = "ebanking-2025-q4".to_owned();
    let targets = wire::ApplyTargetsRequest { contest, participants: targets, validate_only: false };
    calls.push(call(&format!("{control}/ApplyTargets"), vec![targets.encode_to_vec()]));
    let events: Vec<_> = corpus::emitted();
    for some in events.chunks(20) {
        let request = IngestEventsRequest { events: some.to_vec() }.encode_to_vec();
        calls.push(call("/longhu.ingest.v1.IngestService/IngestEvents", vec![request.clone()]));
        calls.push(call("/longhu.ingest.v1.IngestService/StreamEvents", vec![request.clone(), request]));
    }
    calls
}

/// All requests.
pub fn all() -> Vec<Call> {
    let mut calls = found();
    let single = |event| IngestEventsRequest { events: vec![event] }.encode_to_vec();
    calls.extend(
        corpus::emitted()
            .into_iter()
            .map(|event| call("/longhu.ingest.v1.IngestService/IngestEvents", vec![single(event)])),
    );
    let entries: Vec<_> = corpus::decisions().iter().map(control::to_wire).skip(2).take(5).collect();
    let preview = PreviewOrganisationRequest { entries }.encode_to_vec();
    let preview = vec![(("PreviewOrganisation"), preview)];
    let questions = questions().into_iter().map(|(name, request)| {
        let method =
            methods().find(|method| method.name() == name).unwrap_or_else(|| panic!("no method {name}"));
        let message = DynamicMessage::deserialize(method.input(), request).unwrap();
        (name, message.encode_to_vec())
    });
    for (name, message) in questions.chain(preview) {
        let method = methods().find(|method| method.name() == name).unwrap();
        calls.push(call(&path(&method), vec![message]));
    }
    let missing: Vec<String> = methods()
        .map(|method| path(&method))
        .filter(|path| !calls.iter().any(|call| call.path == *path))
        .collect();
    assert!(missing.is_empty(), "no right request of {missing:?}");
    calls
}
