//! The service for plans: the targets of participants, which days are working days, and who decided it.
//! Completion and pace belong to standings.

use longhu_core::fold::shard::Shard;
use longhu_core::plan::{Calendar, Targets};
use longhu_core::register::{InForce, Register};
use longhu_proto::plan::{calendar_to_wire, targets_to_wire};
use longhu_proto::scalar::position_to_wire;
use longhu_proto::status::refusal;
use longhu_proto::wire::plan::v1 as wire;
use longhu_proto::wire::plan::v1::plan_service_server::PlanService;
use tonic::{Code, Request, Response, Status};

use crate::query::position_tokens::reflected;
use crate::query::reader::{Needs, Reader};
use crate::query::refusals::contest_not_found;

/// The default number of participants in an answer.
const PAGE: usize = 100;
/// The most participants in an answer.
const PAGE_MAX: usize = 1_000;
/// The most targets in an answer. A participant may have 2,000, and the last participant's are never cut off.
const TARGETS_MAX: usize = 20_000;

/// The service.
#[derive(Clone)]
pub struct PlanQueries {
    reader: Reader,
}

impl PlanQueries {
    pub(crate) fn new(reader: Reader) -> PlanQueries {
        PlanQueries { reader }
    }
}

#[tonic::async_trait]
impl PlanService for PlanQueries {
    async fn list_targets(
        &self,
        request: Request<wire::ListTargetsRequest>,
    ) -> Result<Response<wire::ListTargetsResponse>, Status> {
        let request = request.into_inner();
        self.reader.reaches(request.min_position).await?;
        let look = move |shard: &Shard| {
            let (targets, next_page_token) = list(shard.register(), &request)?;
            let position = Some(reflected(shard));
            Ok(wire::ListTargetsResponse { position, targets, next_page_token })
        };
        self.reader.look(Needs::Counts, look).await?.map(Response::new)
    }

    async fn get_calendar(
        &self,
        request: Request<wire::GetCalendarRequest>,
    ) -> Result<Response<wire::GetCalendarResponse>, Status> {
        let request = request.into_inner();
        self.reader.reaches(request.min_position).await?;
        let look = move |shard: &Shard| {
            let calendar = shard.register().calendar(&request.id);
            let calendar = calendar.ok_or_else(|| calendar_not_found(&request.id))?;
            Ok(wire::GetCalendarResponse {
                position: Some(reflected(shard)),
                calendar: Some(calendar_in_force(calendar)),
            })
        };
        self.reader.look(Needs::Counts, look).await?.map(Response::new)
    }

    async fn list_calendars(
        &self,
        request: Request<wire::ListCalendarsRequest>,
    ) -> Result<Response<wire::ListCalendarsResponse>, Status> {
        self.reader.reaches(request.into_inner().min_position).await?;
        let look = |shard: &Shard| wire::ListCalendarsResponse {
            position: Some(reflected(shard)),
            calendars: shard.register().calendars().map(calendar_in_force).collect(),
        };
        self.reader.look(Needs::Counts, look).await.map(Response::new)
    }
}

fn calendar_not_found(id: &str) -> Status {
    let message = format!(
        "there is no calendar `{id}`; `longhu calendar show` lists all, `longhu calendar apply FILE` adds one"
    );
    refusal(Code::NotFound, "CALENDAR_NOT_FOUND", message)
}

/// The targets for a request, and the token of the next page.
fn list(
    register: &Register,
    request: &wire::ListTargetsRequest,
) -> Result<(Vec<wire::TargetsInForce>, String), Status> {
    let contest = request.contest.as_str();
    if register.contest(contest).is_none() {
        return Err(contest_not_found(contest));
    }
    if !request.participant.is_empty() {
        let one = register.aim(contest, &request.participant).ok_or_else(|| {
            let message = format!(
                "`{}` has never had targets in `{contest}`; `longhu targets show {contest}` lists who has",
                request.participant
            );
            refusal(Code::NotFound, "TARGETS_NOT_FOUND", message)
        })?;
        return Ok((vec![targets_in_force(one)], String::new()));
    }
    let after = resume(contest, &request.page_token)?;
    let page = match request.page_size as usize {
        0 => PAGE,
        size => size.min(PAGE_MAX),
    };
    let mut left =
        register.targets_after(contest, after).filter(|targets| !targets.value.targets.is_empty()).peekable();
    let (mut found, mut size) = (Vec::new(), 0);
    while found.len() < page && size < TARGETS_MAX {
        let Some(targets) = left.next() else { break };
        size += targets.value.targets.len();
        found.push(targets_in_force(targets));
    }
    let last = found.last().and_then(|last| last.targets.as_ref());
    let next = last.filter(|_| left.peek().is_some());
    let next = next.map_or_else(String::new, |last| token(contest, &last.participant));
    Ok((found, next))
}

/// The token of the page after a participant. It needs no pinned version, because a participant's place in
/// the list never changes.
fn token(contest: &str, last: &str) -> String {
    format!("{}.{last}", fingerprint(contest))
}

/// The last participant of the previous page.
fn resume<'t>(contest: &str, token: &'t str) -> Result<&'t str, Status> {
    if token.is_empty() {
        return Ok("");
    }
    let own = token.split_once('.').filter(|(check, _)| *check == fingerprint(contest));
    own.map(|(_, last)| last).ok_or_else(|| {
        let message = "page_token does not belong to this contest; start with an empty one";
        refusal(Code::InvalidArgument, "BAD_PAGE_TOKEN", message)
    })
}

fn fingerprint(contest: &str) -> String {
    blake3::hash(contest.as_bytes()).to_hex().chars().take(12).collect()
}

fn targets_in_force(in_force: &InForce<Targets>) -> wire::TargetsInForce {
    wire::TargetsInForce {
        targets: Some(targets_to_wire(&in_force.value)),
        revision: in_force.revision,
        principal: in_force.principal.clone(),
        position: Some(position_to_wire(in_force.position)),
    }
}

fn calendar_in_force(in_force: &InForce<Calendar>) -> wire::CalendarInForce {
    wire::CalendarInForce {
        calendar: Some(calendar_to_wire(&in_force.value)),
        revision: in_force.revision,
        principal: in_force.principal.clone(),
        position: Some(position_to_wire(in_force.position)),
    }
}

#[cfg(test)]
mod tests {
    use longhu_core::Position;
    use longhu_core::control::{Decision, Payload};
    use longhu_core::plan::Target;
    use longhu_proto::control::from_wire;
    use longhu_proto::wire::contest::v1::ContestDefinition;
    use longhu_proto::wire::control::v1::{ControlEntry, control_entry};
    use tonic_types::StatusExt;

    use super::*;

    /// Contests `c` and `d`; `c` has the participants p0 to p4, of whom p3 no longer has targets.
    fn register() -> Register {
        let mut register = Register::default();
        for id in ["c", "d"] {
            let definition = ContestDefinition {
                id: id.into(),
                currency: "CNY".into(),
                start_date: Some(longhu_proto::scalar::date_to_wire(jiff::civil::date(2026, 1, 1))),
                end_date: Some(longhu_proto::scalar::date_to_wire(jiff::civil::date(2026, 1, 31))),
                ..ContestDefinition::default()
            };
            let payload = Some(control_entry::Payload::Contest(definition));
            let entry = ControlEntry { key: id.into(), revision: 1, payload, ..ControlEntry::default() };
            register.apply(Position::new(1, 0), from_wire(&entry).unwrap());
        }
        for index in 0..5 {
            let target = Target { indicator: "cards".into(), round: String::new(), value_e4: 1 };
            let targets = if index == 3 { Vec::new() } else { vec![target] };
            let targets = Targets { contest: "c".into(), participant: format!("p{index}"), targets };
            let (principal, key, change_set) = ("hq".into(), targets.key(), String::new());
            let payload = Payload::Targets(targets);
            let decision = Decision { principal, key, revision: 1, change_set, payload };
            register.apply(Position::new(2, index), decision);
        }
        register
    }

    fn ask(participant: &str, page_size: u32, page_token: &str) -> wire::ListTargetsRequest {
        wire::ListTargetsRequest {
            contest: "c".into(),
            participant: participant.into(),
            page_size,
            page_token: page_token.into(),
            min_position: None,
        }
    }

    fn ids(found: &[wire::TargetsInForce]) -> Vec<&str> {
        found.iter().map(|one| one.targets.as_ref().unwrap().participant.as_str()).collect()
    }

    fn code(result: Result<(Vec<wire::TargetsInForce>, String), Status>) -> String {
        result.unwrap_err().get_details_error_info().unwrap().reason
    }

    #[test]
    fn pages_list_everybody_once_and_the_last_has_no_token() {
        let register = register();
        let (first, next) = list(&register, &ask("", 2, "")).unwrap();
        assert_eq!(ids(&first), ["p0", "p1"]);
        let (second, last) = list(&register, &ask("", 2, &next)).unwrap();
        assert_eq!((ids(&second), last.as_str()), (vec!["p2", "p4"], ""));
        let (all, none) = list(&register, &ask("", 0, "")).unwrap();
        assert_eq!((all.len(), none.as_str()), (4, ""));
        assert_eq!(all[1].position.unwrap().index, 1);
    }

    #[test]
    fn a_participant_is_shown_even_if_its_targets_were_removed() {
        let register = register();
        let (found, _) = list(&register, &ask("p3", 0, "")).unwrap();
        assert_eq!((ids(&found), found[0].revision, found[0].principal.as_str()), (vec!["p3"], 1, "hq"));
        assert_eq!(code(list(&register, &ask("p9", 0, ""))), "TARGETS_NOT_FOUND");
    }

    #[test]
    fn unknown_contests_and_invalid_tokens_are_refused() {
        let register = register();
        let (_, next) = list(&register, &ask("", 2, "")).unwrap();
        let other = |contest: &str, page_token: &str| wire::ListTargetsRequest {
            contest: contest.into(),
            ..ask("", 0, page_token)
        };
        assert_eq!(code(list(&register, &other("e", ""))), "CONTEST_NOT_FOUND");
        assert_eq!(code(list(&register, &other("d", &next))), "BAD_PAGE_TOKEN");
        assert_eq!(code(list(&register, &other("c", "p1"))), "BAD_PAGE_TOKEN");
        assert!(list(&register, &other("d", "")).unwrap().0.is_empty());
    }
}
