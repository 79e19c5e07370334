//! The words around a table, in English and Chinese: what its rows reflect, and notes about them.

use longhu_client::instant::BankClock;
use longhu_client::proto_json;
use longhu_proto::wire::standings::v1::Header;

use super::figures;
use super::language::pick;
use crate::contest::explain::Lang;
use crate::org::words::count;
use crate::rebuild::table_name;

/// The header lines: what the rows reflect, and notes about them.
pub fn head(header: &Header, clock: &BankClock, lang: Lang) -> String {
    let mut text = title(header, clock, lang);
    text.push_str(
        &header.elapsed.as_ref().map(|elapsed| figures::elapsed(elapsed, lang)).unwrap_or_default(),
    );
    text.extend(figures::missing_calendar(header).map(|note| note + "\n"));
    for line in notes(header, lang) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn title(header: &Header, clock: &BankClock, lang: Lang) -> String {
    let position = header.position.as_ref().map(proto_json::position).unwrap_or_default();
    let as_of = header.as_of_time.as_ref().map(|time| clock.shown(time));
    let as_of = as_of.unwrap_or_else(|| pick(lang, "the beginning", "开始").to_owned());
    let Header { contest, board, round, .. } = header;
    match lang {
        Lang::En => {
            format!("{contest} · {} · position {position} · as of {as_of}\n", table_name(board, round))
        }
        Lang::Zh => {
            let table = if round.is_empty() { board.clone() } else { format!("{board}，{round} 期") };
            format!("{contest} · {table} · 位置 {position} · 截至 {as_of}\n")
        }
    }
}

fn notes(header: &Header, lang: Lang) -> Vec<String> {
    let Header { contest, revision, held, late, .. } = header;
    let mut lines = Vec::new();
    if let Some(seal) = &header.seal {
        let (by, hash) = (&seal.principal, &seal.result_hash);
        lines.push(match lang {
            Lang::En => format!("sealed by {by}, result {hash}"),
            Lang::Zh => format!("已由 {by} 封榜，结果 {hash}"),
        });
        let came = seal.late_entries;
        lines.extend((came > 0).then(|| match lang {
            Lang::En => format!(
                "note: {} came after the seal and would have changed it: `longhu contest late {contest}`",
                count(came, "entry", "entries"),
            ),
            Lang::Zh => {
                format!("注意：封榜后又有 {came} 条记录，本会改变结果：`longhu contest late {contest}`")
            }
        }));
    }
    lines.extend(header.stale.then(|| match lang {
        Lang::En => format!(
            "note: a later revision of the contest is being computed; these are the rows of revision {revision}"
        ),
        Lang::Zh => format!("注意：方案修订后正在重新计算，这里是第 {revision} 版的榜单"),
    }));
    lines.extend((*held > 0).then(|| match lang {
        Lang::En => format!(
            "note: {} for units or employees that are not known: `longhu org unresolved`",
            count(*held, "credit waits", "credits wait")
        ),
        Lang::Zh => format!("注意：{held} 笔业绩待归属，员工或机构尚未录入：`longhu org unresolved`"),
    }));
    lines.extend((*late > 0).then(|| match lang {
        Lang::En => format!("note: {late} events came after the contest's deadline and score nothing"),
        Lang::Zh => format!("注意：{late} 笔业务超过宽限期入账，不计分"),
    }));
    lines
}
