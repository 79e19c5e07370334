//! Who may call what, in one table. It is read before a body is: whoever may not call is told so without a byte of the
//! request having been looked at. A method that is not in the table cannot be called.

use crate::principal::Role;
use Role::{Adapter, Admin, Approver, Designer, Operator, Service, Viewer};

/// What a call is for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Events: the log itself records them, with their source.
    Event,
    /// A decision: its intent is recorded before it is in the log, and its outcome after.
    Decision,
    /// It reads what is served.
    Read,
    /// It takes out the log or lists of it.
    Export,
    /// It folds the log again.
    Replay,
}

impl Kind {
    /// Its name in documents and in the audit log.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Event => "event",
            Kind::Decision => "decision",
            Kind::Read => "read",
            Kind::Export => "export",
            Kind::Replay => "replay",
        }
    }
}

/// A method, and who may call it.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// The service and the method, as on the wire without the first slash: `longhu.ops.v1.LogService/TailLog`.
    pub name: &'static str,
    /// One of these is enough.
    pub roles: &'static [Role],
    /// What it is for the audit log.
    pub kind: Kind,
}

/// Everybody but services.
const PEOPLE: &[Role] = &[Adapter, Viewer, Designer, Approver, Operator, Admin];
const SENDS: &[Role] = &[Adapter, Admin];
const DESIGNS: &[Role] = &[Designer, Admin];
const OPERATES: &[Role] = &[Operator, Admin];

const fn method(name: &'static str, roles: &'static [Role], kind: Kind) -> Method {
    Method { name, roles, kind }
}

/// Every method of every service.
pub const METHODS: &[Method] = &[
    method("longhu.ingest.v1.IngestService/IngestEvents", SENDS, Kind::Event),
    method("longhu.ingest.v1.IngestService/StreamEvents", SENDS, Kind::Event),
    method("longhu.ingest.v1.IngestService/GetSourceStatus", PEOPLE, Kind::Read),
    method("longhu.control.v1.ControlService/ApplyContest", DESIGNS, Kind::Decision),
    method("longhu.control.v1.ControlService/SealContest", &[Approver, Admin], Kind::Decision),
    method("longhu.control.v1.ControlService/ApplyOrganisation", OPERATES, Kind::Decision),
    method("longhu.control.v1.ControlService/ApplyTargets", DESIGNS, Kind::Decision),
    method("longhu.control.v1.ControlService/ApplyCalendar", DESIGNS, Kind::Decision),
    method("longhu.control.v1.ControlService/ApplySource", &[Adapter, Operator, Admin], Kind::Decision),
    method("longhu.control.v1.ControlService/ApplyEventType", DESIGNS, Kind::Decision),
    method("longhu.standings.v1.StandingsService/GetStandings", PEOPLE, Kind::Read),
    method("longhu.standings.v1.StandingsService/GetParticipant", PEOPLE, Kind::Read),
    method("longhu.standings.v1.StandingsService/BatchGetRanks", PEOPLE, Kind::Read),
    method("longhu.standings.v1.StandingsService/ListContests", PEOPLE, Kind::Read),
    method("longhu.standings.v1.StandingsService/GetContest", PEOPLE, Kind::Read),
    method("longhu.standings.v1.StandingsService/ListLateEntries", PEOPLE, Kind::Read),
    method("longhu.standings.v1.StandingsService/GetStandingsAsKnown", PEOPLE, Kind::Replay),
    method("longhu.organisation.v1.OrganisationService/Describe", PEOPLE, Kind::Read),
    method("longhu.organisation.v1.OrganisationService/Tree", PEOPLE, Kind::Read),
    method("longhu.organisation.v1.OrganisationService/ListRevisions", OPERATES, Kind::Read),
    method("longhu.organisation.v1.OrganisationService/ListUnresolved", OPERATES, Kind::Read),
    method("longhu.organisation.v1.OrganisationService/ListMismatches", OPERATES, Kind::Read),
    method("longhu.plan.v1.PlanService/ListTargets", PEOPLE, Kind::Read),
    method("longhu.plan.v1.PlanService/GetCalendar", PEOPLE, Kind::Read),
    method("longhu.plan.v1.PlanService/ListCalendars", PEOPLE, Kind::Read),
    method("longhu.ops.v1.LogService/GetLogStatus", OPERATES, Kind::Read),
    method("longhu.ops.v1.LogService/TailLog", OPERATES, Kind::Export),
    method("longhu.ops.v1.LogService/ListDeadLetters", OPERATES, Kind::Export),
    // Services ask these three by themselves, with the role `service`.
    method("longhu.ops.v1.ProjectorService/GetCheckpoint", &[Operator, Admin, Service], Kind::Read),
    method(
        "longhu.ops.v1.ProjectorService/ReadSourceStatus",
        &[Adapter, Viewer, Designer, Approver, Operator, Admin, Service],
        Kind::Read,
    ),
    method("longhu.ops.v1.ProjectorService/PreviewOrganisation", &[Operator, Admin, Service], Kind::Replay),
    method("longhu.ops.v1.ProjectorService/ListConflicts", OPERATES, Kind::Export),
    method("longhu.ops.v1.ProjectorService/Rebuild", OPERATES, Kind::Replay),
    method("longhu.ops.v1.ProjectorService/Verify", OPERATES, Kind::Replay),
];

/// The method of a path such as `/longhu.ops.v1.LogService/TailLog`.
pub fn of_path(path: &str) -> Option<&'static Method> {
    let name = path.strip_prefix('/')?;
    METHODS.iter().find(|method| method.name == name)
}

/// The table as Markdown, for the manual.
pub fn table() -> String {
    let mut text = "| method | roles, one of which is needed | kind |\n|---|---|---|\n".to_owned();
    for method in METHODS {
        let roles: Vec<String> = method.roles.iter().map(|role| format!("`{}`", role.name())).collect();
        let short = method.name.rsplit('.').next().unwrap_or(method.name).replace('/', ".");
        text.push_str(&format!("| `{short}` | {} | {} |\n", roles.join(" "), method.kind.name()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_the_descriptors_is_in_the_table_once_and_no_other() {
        let services = longhu_proto::descriptor_pool().services();
        let mut described: Vec<String> = services
            .flat_map(|service| {
                service.methods().map(|method| method.full_name().to_owned()).collect::<Vec<_>>()
            })
            .collect();
        let mut listed: Vec<String> = METHODS.iter().map(|method| method.name.replace('/', ".")).collect();
        described.sort();
        listed.sort();
        assert_eq!(listed, described);
    }

    #[test]
    fn every_role_may_do_something_and_no_method_is_open_to_none() {
        for role in Role::ALL {
            assert!(METHODS.iter().any(|method| method.roles.contains(&role)), "{role:?}");
        }
        assert!(METHODS.iter().all(|method| !method.roles.is_empty()));
    }

    #[test]
    fn the_manual_has_the_table() {
        let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/docs/operations.md");
        let manual = std::fs::read_to_string(manual).unwrap();
        assert!(manual.contains(&table()), "deploy/docs/operations.md should have this table:\n{}", table());
    }

    #[test]
    fn paths_are_found_as_they_are_on_the_wire() {
        assert_eq!(of_path("/longhu.ops.v1.LogService/TailLog").unwrap().kind, Kind::Export);
        for wrong in ["longhu.ops.v1.LogService/TailLog", "/longhu.ops.v1.LogService/", "/", "", "//x"] {
            assert!(of_path(wrong).is_none(), "{wrong}");
        }
    }
}
