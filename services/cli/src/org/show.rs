//! `longhu org show`: one unit or employee on a day, with everything that follows from its place in the tree.
//! The server computes it.

use longhu_client::failure::Failure;
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::describe_response::Subject;
use serde_json::{Value, json};

use crate::org::words::{self, When};

/// Arguments of `longhu org show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu org show e-002
  longhu org show chengdong-1 --on 2026-02-14
  longhu org show chengdong -o json | jq .head_count

The head count of a unit is the number of employees whose primary membership on the day is in the
unit, below it, or in a unit merged into it. For all dates see `longhu org history ID`.")]
pub struct Args {
    /// The unit's or the employee's id.
    id: String,
    #[command(flatten)]
    when: When,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let request = wire::DescribeRequest {
        id: args.id.clone(),
        date: args.when.date(),
        min_position: args.when.min_position(),
    };
    let answer = server.ask(server.organisation().describe(request)).await;
    let answer = answer.map_err(|status| words::failure(&server, &status))?;
    match format {
        Format::Json => output::print_json(&json(&args.id, &answer)?),
        _ => output::print(&text(&args.id, &answer)),
    }
}

fn json(id: &str, answer: &wire::DescribeResponse) -> Result<Value, Failure> {
    let mut document = json!({
        "position": words::position(&answer.position),
        "as_of": answer.as_of_time.as_ref().and_then(proto_json::rfc3339),
        "date": words::day(&answer.date),
        "id": id,
        "revision": answer.revision,
        "principal": answer.principal,
        "decided_position": words::position(&answer.decided_position),
    });
    let more = match &answer.subject {
        None => json!({}),
        Some(Subject::Unit(unit)) => json_of_unit(unit)?,
        Some(Subject::Employee(employee)) => json_of_employee(employee)?,
    };
    if let (Some(document), Value::Object(more)) = (document.as_object_mut(), more) {
        document.extend(more);
    }
    Ok(document)
}

fn stored(name: &str, message: &impl prost::Message) -> Result<Value, Failure> {
    let raw = proto_json::to_json(name, message)?;
    serde_json::from_str(raw.get())
        .map_err(|error| Failure::new(format!("{name} is not valid JSON: {error}")))
}

fn json_of_unit(unit: &wire::UnitOnDay) -> Result<Value, Failure> {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let history = unit.history.clone().unwrap_or_default();
    let child = |child: &wire::ChildUnit| json!({"id": child.id, "kind": child.kind, "name": child.name, "head_count": child.head_count});
    let member = |member: &wire::Member| json!({"id": member.id, "name": member.name, "role": member.role, "unit": member.unit});
    Ok(json!({
        "kind": history.kind,
        "name": unit.name,
        "open": unit.open,
        "parent": filled(&unit.parent),
        "merged_into": filled(&unit.merged_into),
        "way_up": unit.way_up.iter().map(json_of_step).collect::<Vec<_>>(),
        "peer_groups": unit.peer_groups,
        "head_count": unit.head_count,
        "total_children": unit.total_children,
        "children": unit.children.iter().map(child).collect::<Vec<_>>(),
        "total_members": unit.total_members,
        "members": unit.members.iter().map(member).collect::<Vec<_>>(),
        "history": stored("longhu.organisation.v1.Unit", &history)?,
    }))
}

fn json_of_employee(employee: &wire::EmployeeOnDay) -> Result<Value, Failure> {
    let history = employee.history.clone().unwrap_or_default();
    let membership = |on_day: &wire::MembershipOnDay| {
        let membership = on_day.membership.clone().unwrap_or_default();
        json!({
            "unit": membership.unit,
            "unit_kind": on_day.unit_kind,
            "unit_name": on_day.unit_name,
            "role": membership.role,
            "start_date": words::day(&membership.start_date),
            "end_date": words::day(&membership.end_date),
        })
    };
    Ok(json!({
        "kind": longhu_core::organisation::EMPLOYEE,
        "name": history.name,
        "primary": employee.primary.as_ref().map(membership),
        "way_up": employee.way_up.iter().map(json_of_step).collect::<Vec<_>>(),
        "secondary": employee.secondary.iter().map(membership).collect::<Vec<_>>(),
        "history": stored("longhu.organisation.v1.Employee", &history)?,
    }))
}

fn json_of_step(step: &wire::Step) -> Value {
    json!({"id": step.id, "kind": step.kind, "name": step.name, "state": state(step)})
}

fn state(step: &wire::Step) -> &'static str {
    match step.state() {
        wire::StepState::Merged => "merged",
        wire::StepState::Missing => "missing",
        wire::StepState::Stands | wire::StepState::Unspecified => "stands",
    }
}

fn text(id: &str, answer: &wire::DescribeResponse) -> String {
    let reflected = words::reflected(&answer.date, &answer.position, &answer.as_of_time);
    let decided = format!(
        "revision {} by {}, in effect since {}",
        answer.revision,
        answer.principal,
        words::position(&answer.decided_position).unwrap_or_default()
    );
    let (kind, name, body) = match &answer.subject {
        None => (String::new(), String::new(), String::new()),
        Some(Subject::Unit(unit)) => {
            let kind = unit.history.as_ref().map(|history| history.kind.clone()).unwrap_or_default();
            (kind, unit.name.clone(), text_of_unit(unit, decided))
        }
        Some(Subject::Employee(employee)) => {
            let name = employee.history.as_ref().map(|history| history.name.clone()).unwrap_or_default();
            let kind = longhu_core::organisation::EMPLOYEE.to_owned();
            (kind, name, text_of_employee(employee, decided))
        }
    };
    let head = [id, &kind, &name].map(output::one_line).join(" · ");
    format!("{head}\n{reflected}\n{body}\nAll days, and who decided them: longhu org history {id}\n")
}

fn text_of_unit(unit: &wire::UnitOnDay, decided: String) -> String {
    let history = unit.history.clone().unwrap_or_default();
    let has_not_begun = || words::time(&history.start_date, &history.end_date);
    let open = match (unit.open, unit.merged_into.as_str()) {
        (true, _) => "yes".to_owned(),
        (false, "") => format!("no, only {}", has_not_begun()),
        (false, into) => format!("no, only {}; merged into {into}", has_not_begun()),
    };
    let mut pairs = vec![("open", open)];
    pairs.extend((!unit.parent.is_empty()).then(|| ("parent", unit.parent.clone())));
    pairs.extend((!unit.peer_groups.is_empty()).then(|| ("peer groups", unit.peer_groups.join(", "))));
    pairs.extend([("head count", unit.head_count.to_string()), ("decided", decided)]);
    let mut text = output::pairs(pairs) + &text_of_way(&unit.way_up);
    if !unit.children.is_empty() {
        let columns = [
            ("UNDER IT", Align::Left),
            ("KIND", Align::Left),
            ("NAME", Align::Left),
            ("HEADS", Align::Right),
        ];
        let rows = unit.children.iter().map(|child| {
            vec![child.id.clone(), child.kind.clone(), child.name.clone(), child.head_count.to_string()]
        });
        text.push('\n');
        text.push_str(&output::table(&columns, rows));
        text.push_str(&cut(unit.children.len(), unit.total_children, "units"));
    }
    if !unit.members.is_empty() {
        let columns = ["MEMBER", "NAME", "ROLE", "BY"].map(|name| (name, Align::Left));
        let by = |unit: &str| if unit == history.id { String::new() } else { format!("merger of {unit}") };
        let rows = unit.members.iter().map(|member| {
            vec![member.id.clone(), member.name.clone(), member.role.clone(), by(&member.unit)]
        });
        // A column without any value is left out.
        let is_said = |at: usize| rows.clone().any(|row: Vec<String>| !row[at].is_empty());
        let shown: Vec<usize> = (0..columns.len()).filter(|at| *at < 2 || is_said(*at)).collect();
        let columns: Vec<(&str, Align)> = shown.iter().map(|at| columns[*at]).collect();
        let rows = rows.clone().map(|row| shown.iter().map(|at| row[*at].clone()).collect());
        text.push('\n');
        text.push_str(&output::table(&columns, rows));
        text.push_str(&cut(unit.members.len(), unit.total_members, "members"));
    }
    text
}

fn cut(shown: usize, total: u64, what: &str) -> String {
    if shown as u64 == total { String::new() } else { format!("the first {shown} of {total} {what}\n") }
}

fn text_of_employee(employee: &wire::EmployeeOnDay, decided: String) -> String {
    let told = |on_day: &wire::MembershipOnDay| {
        let membership = on_day.membership.clone().unwrap_or_default();
        let time = words::time(&membership.start_date, &membership.end_date);
        let what = [on_day.unit_kind.as_str(), &on_day.unit_name, &membership.role, &time];
        let what: Vec<&str> = what.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{} ({})", membership.unit, what.join(", "))
    };
    let unit = employee.primary.as_ref().map_or_else(|| "none on this day".to_owned(), told);
    let mut pairs = vec![("unit", unit)];
    pairs.extend(employee.secondary.iter().map(|secondary| ("also in", told(secondary))));
    pairs.push(("decided", decided));
    output::pairs(pairs) + &text_of_way(&employee.way_up)
}

fn text_of_way(way: &[wire::Step]) -> String {
    if way.is_empty() {
        return String::new();
    }
    let columns = ["WAY UP", "KIND", "NAME", ""].map(|name| (name, Align::Left));
    let note = |step: &wire::Step| match step.state() {
        wire::StepState::Merged => "merged into the next",
        wire::StepState::Missing if step.kind.is_empty() => "not known; the path ends here",
        wire::StepState::Missing => "not open; the path ends here",
        wire::StepState::Stands | wire::StepState::Unspecified => "",
    };
    let row = |step: &wire::Step| {
        vec![step.id.clone(), step.kind.clone(), step.name.clone(), note(step).to_owned()]
    };
    format!("\n{}", output::table(&columns, way.iter().map(row)))
}
