//! `longhu log tail`: entries as lines, once or as they arrive. No entry is skipped or shown twice.

use std::time::Duration;

use longhu_client::failure::Failure;
use longhu_client::instant;
use longhu_client::output::{self, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_client::token::Token;
use longhu_files::entry_line;
use longhu_proto::wire::control::v1::ControlEntry;
use longhu_proto::wire::control::v1::control_entry::Payload;
use longhu_proto::wire::event::v1::Event;
use longhu_proto::wire::ops::v1::tail_log_response::Entry;
use longhu_proto::wire::ops::v1::{TailLogRequest, TailLogResponse};

use super::entries;

/// Arguments of `longhu log tail`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu log tail
  longhu log tail --from 0.0
  longhu log tail --from 42.7 --until 42.7
  longhu log tail --follow -o jsonl | jq 'select(.event)'")]
pub struct Args {
    /// Start at this position, such as 42.0; 0.0 is the beginning.
    #[arg(long, value_name = "POSITION", conflicts_with = "last")]
    from: Option<Token>,
    /// Start this many record batches before the end; 0 with --follow shows only what comes.
    #[arg(long, value_name = "BATCHES", default_value_t = 10)]
    last: u32,
    /// End with this position.
    #[arg(long, value_name = "POSITION")]
    until: Option<Token>,
    /// Keep showing entries as they arrive.
    #[arg(short, long)]
    follow: bool,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Jsonl])?;
    let server = global.query_server()?;
    let mut request = TailLogRequest {
        from: args.from.map(Token::to_wire),
        last: args.last,
        follow: args.follow,
        until: args.until.map(Token::to_wire),
    };
    if args.last == 0 && args.from.is_none() {
        if !args.follow {
            return Ok(());
        }
        // A server takes zero for its own default, so the first entry to come is named.
        request.from = Some(entries::end(&server).await?);
    }
    let silence_max = if args.follow { global.timeout } else { Duration::ZERO };
    entries::read(&server, request, silence_max, |entry| {
        let line = if format == Format::Jsonl { entry_line::write(&entry)? } else { readable_line(&entry) };
        output::print(&(line + "\n"))
    })
    .await
}

fn readable_line(entry: &TailLogResponse) -> String {
    let position = entry.position.as_ref().map(proto_json::position).unwrap_or_default();
    let recorded = entry.recorded_time.as_ref().map(instant::utc).unwrap_or_default();
    let what = match &entry.entry {
        Some(Entry::Event(event)) => event_words(event),
        Some(Entry::Control(control)) => control_words(control),
        Some(Entry::Tick(tick)) => format!("tick     slot {}", tick.slot),
        None => "an entry of a kind that this version does not know".to_owned(),
    };
    output::one_line(&format!("{position:<10} {recorded}  {what}")).trim_end().to_owned()
}

fn event_words(event: &Event) -> String {
    let mut words = vec![format!("event    {} {}/{}", event.r#type, event.source, event.id)];
    if let Some(date) = &event.business_date {
        words.push(format!("on {:04}-{:02}-{:02}", date.year, date.month, date.day));
    }
    if !event.branch.is_empty() {
        words.push(format!("at {}", event.branch));
    }
    if !event.credits.is_empty() {
        let employees: Vec<&str> = event.credits.iter().map(|credit| credit.employee.as_str()).collect();
        words.push(format!("by {}", employees.join(", ")));
    }
    if let Some(quantity) = event.quantity {
        words.push(format!("quantity {quantity}"));
    }
    if let Some(money) = &event.amount {
        let sign = if money.units < 0 || money.nanos < 0 { "-" } else { "" };
        let fraction = format!("{:09}", money.nanos.unsigned_abs());
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        let units = money.units.unsigned_abs();
        words.push(format!("amount {sign}{units}{point}{fraction} {}", money.currency_code));
    }
    if let Some(reversal) = &event.reverses {
        let original = reversal.source_sequence.map_or(reversal.id.clone(), |number| number.to_string());
        words.push(format!("reverses {original}"));
    }
    words.join(" ")
}

fn control_words(control: &ControlEntry) -> String {
    let kind = match &control.payload {
        Some(Payload::Bank(_)) => "bank",
        Some(Payload::Source(_)) => "source",
        Some(Payload::EventType(_)) => "event type",
        Some(Payload::Unit(_)) => "unit",
        Some(Payload::Employee(_)) => "employee",
        Some(Payload::Contest(_)) => "contest",
        Some(Payload::Seal(_)) => "seal",
        Some(Payload::HandOver(_)) => "hand-over",
        Some(Payload::SourceCode(_)) => "code",
        Some(Payload::Targets(_)) => "targets",
        Some(Payload::Calendar(_)) => "calendar",
        Some(Payload::Adoption(_)) => "adoption",
        Some(Payload::Close(close)) => {
            return format!("decision: close of change set {}, {} entries", control.change_set, close.count);
        }
        None => "of a kind that this version does not know",
    };
    let set = match control.change_set.as_str() {
        "" => String::new(),
        set => format!(" in change set {set}"),
    };
    format!("decision {kind} {} revision {} by {}{set}", control.key, control.revision, control.principal)
}

#[cfg(test)]
mod tests {
    use longhu_core::event::Credit;
    use longhu_core::types::money::{Amount, Currency};

    use longhu_core::Position;
    use longhu_proto::scalar::position_to_wire;

    use super::*;

    fn entry(entry: Entry) -> TailLogResponse {
        TailLogResponse {
            position: Some(position_to_wire(Position::new(42, 7))),
            recorded_time: Some(prost_types::Timestamp { seconds: 0, nanos: 0 }),
            entry: Some(entry),
        }
    }

    fn event() -> Event {
        let event = longhu_core::event::Event {
            source: "core".into(),
            id: "e-1".into(),
            source_sequence: None,
            kind: "card.issued".into(),
            occurred: longhu_core::Time(0),
            business_date: jiff::civil::Date::constant(1998, 3, 1),
            branch: "b-1".into(),
            credits: vec![Credit { employee: "张三".into(), role: "".into(), share_ppm: None }],
            customer: "".into(),
            subject: "c".into(),
            product: "".into(),
            channel: "".into(),
            segment: "".into(),
            quantity: Some(2),
            amount: Currency::parse("CNY").map(|currency| Amount { currency, minor: -1_205 }),
            revision: None,
            reverses: None,
            attributes: vec![],
        };
        longhu_proto::event::to_wire(&event)
    }

    #[test]
    fn an_event_is_one_readable_line() {
        assert_eq!(
            readable_line(&entry(Entry::Event(event()))),
            "42.7       1970-01-01 00:00:00 UTC  event    card.issued core/e-1 on 1998-03-01 at b-1 by 张三 \
             quantity 2 amount -12.05 CNY"
        );
    }
}
