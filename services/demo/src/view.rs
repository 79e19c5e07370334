//! What the demo shows, made from plain data: a frame for a terminal of a given size, or lines for a log. It
//! makes no calls, reads no clock and writes nothing.

use std::time::Duration;

use longhu_client::output::grouped;
use longhu_core::Position;
use ratatui_core::terminal::Frame;
use ratatui_core::text::{Line, Span, Text};

use crate::meter::{Answers, Counts};
use crate::names::BANK;
use crate::text::{Paint, clip, flowing, left, right, width};

/// The most rows of a board in a log.
const LOG_ROWS: usize = 10;
/// The most cells for a participant's name and id. If points are further away, it is hard to see whose they
/// are.
const NAME_CELLS_MAX: usize = 45;
/// From this width on, boards are shown side by side.
const SIDE_BY_SIDE: usize = 96;
const BETWEEN: usize = 4;
/// The width of a board in a log.
const LOG_COLUMNS: usize = 76;

/// The data to show.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The time since the first event.
    pub elapsed: Duration,
    /// The counters.
    pub counts: Counts,
    /// The times of recent answers.
    pub answers: Answers,
    /// Events sent in the last second.
    pub sent_per_s: f64,
    /// Events folded in the last second, including copies.
    pub folded_per_s: f64,
    /// Batches of the log that are not folded yet.
    pub lag_batches: u64,
    /// The last entry folded.
    pub position: Position,
    /// Duplicates in the log.
    pub duplicates: u64,
    /// The boards.
    pub boards: Vec<BoardView>,
    /// The server's address, for other terminals.
    pub server: String,
    /// The id of a contest, for use in other terminals.
    pub contest: String,
}

/// A board.
#[derive(Clone, Debug, Default)]
pub struct BoardView {
    /// The contest's names.
    pub title: String,
    /// The kind of its participants.
    pub board: String,
    /// Rows, best first.
    pub rows: Vec<RowView>,
    /// The number of rows on the whole board.
    pub size: u64,
    /// Its digest.
    pub digest: String,
    /// The position it reflects.
    pub position: Position,
}

/// A row.
#[derive(Clone, Debug, Default)]
pub struct RowView {
    /// The rank, by the contest's tie rule.
    pub rank: u64,
    /// How it moved since the baseline.
    pub moved: Moved,
    /// The participant's id.
    pub id: String,
    /// The participant's name.
    pub name: String,
    /// The score.
    pub score: String,
}

/// How a row moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moved {
    /// It did not move.
    #[default]
    Not,
    /// Up by this many ranks.
    Up(u64),
    /// Down by this many ranks.
    Down(u64),
    /// It was not among the rows seen at the baseline.
    In,
}

impl Moved {
    fn text(self) -> String {
        match self {
            Moved::Not => "=".to_owned(),
            Moved::Up(ranks) => format!("↑{ranks}"),
            Moved::Down(ranks) => format!("↓{ranks}"),
            Moved::In => "new".to_owned(),
        }
    }

    fn painted(self, text: String, paint: Paint) -> Span<'static> {
        match self {
            Moved::Not => paint.dim(text),
            Moved::Up(_) | Moved::In => paint.up(text),
            Moved::Down(_) => paint.down(text),
        }
    }
}

/// A frame: at most `height` lines of at most `columns` cells.
pub fn frame(view: &View, columns: usize, height: usize, paint: Paint) -> Vec<Line<'static>> {
    let mut lines = head(view, columns, paint);
    let foot = foot(view, columns, paint);
    let room = height.saturating_sub(lines.len() + foot.len());
    let side_by_side = columns >= SIDE_BY_SIDE && view.boards.len() > 1;
    let stacked = if side_by_side { 1 } else { view.boards.len().max(1) };
    // For each board: title, column names, digest, and a blank line.
    let longest = view.boards.iter().map(|board| board.rows.len()).max().unwrap_or(0);
    let rows = (room / stacked).saturating_sub(4).clamp(1, longest.max(1));
    if side_by_side {
        let board_columns = (columns - BETWEEN * (view.boards.len() - 1)) / view.boards.len();
        let boards = view.boards.iter().map(|shown| board(shown, board_columns, rows, paint));
        lines.extend(boards.reduce(beside).unwrap_or_default());
        lines.push(Line::default());
    } else {
        for shown in &view.boards {
            lines.extend(board(shown, columns, rows, paint));
            lines.push(Line::default());
        }
    }
    lines.truncate(height.saturating_sub(foot.len()));
    lines.extend(foot);
    lines.truncate(height);
    lines
}

/// Draws a frame on a terminal.
pub fn draw(view: &View, paint: Paint, frame: &mut Frame) {
    let area = frame.area();
    let lines = self::frame(view, area.width.into(), area.height.into(), paint);
    frame.render_widget(Text::from(lines), area);
}

/// The lines of one board, with those of the next one to the right.
fn beside(left: Vec<Line<'static>>, right: Vec<Line<'static>>) -> Vec<Line<'static>> {
    let join = |(mut line, next): (Line<'static>, Line<'static>)| {
        line.push_span(" ".repeat(BETWEEN));
        line.extend(next);
        line
    };
    left.into_iter().zip(right).map(join).collect()
}

fn head(view: &View, columns: usize, paint: Paint) -> Vec<Line<'static>> {
    let counts = &view.counts;
    let title = [
        format!("龙虎榜 Longhu demo   {} {}", BANK.0, BANK.1),
        format!("business day {} {}", counts.date, counts.date.strftime("%a")),
        format!("running {}", running(view.elapsed)),
    ];
    let flow = [
        format!("sent {}/s", count(view.sent_per_s as u64)),
        format!("acknowledged p50 {:.1} ms p99 {:.1} ms", view.answers.p50_ms, view.answers.p99_ms),
        format!("folded {}/s", count(view.folded_per_s as u64)),
        format!("lag {} batches", view.lag_batches),
        format!("position {}", view.position),
    ];
    let totals = [
        format!("accepted {}", count(counts.accepted)),
        format!("rejected {}", count(counts.rejected)),
        format!("came late {}", count(counts.late)),
        format!("came twice {}", count(counts.again)),
        format!("duplicates absorbed {}", count(view.duplicates)),
    ];
    let title = flowing(&title, columns).into_iter();
    let mut lines: Vec<Line> = title.map(|line| paint.bold(line).into()).collect();
    lines.extend(flowing(&flow, columns).into_iter().map(Line::from));
    let totals = flowing(&totals, columns).into_iter();
    lines.extend(totals.map(|line| if counts.rejected > 0 { paint.alarm(line).into() } else { line.into() }));
    lines.push(Line::default());
    lines
}

fn foot(view: &View, columns: usize, paint: Paint) -> Vec<Line<'static>> {
    let lines = [
        "↑ ↓ =  ranks against one second ago        Ctrl-C ends it with a summary".to_owned(),
        format!("from another terminal:  export LONGHU_SERVER={}", view.server),
        format!("  longhu standings {} --board team        longhu log stat", view.contest),
    ];
    lines.map(|line| paint.dim(clip(&line, columns)).into()).to_vec()
}

/// A board as lines of equally many cells, at most `columns`.
fn board(board: &BoardView, columns: usize, rows: usize, paint: Paint) -> Vec<Line<'static>> {
    let title = format!("{} · {}", board.title, board.board);
    let score_cells =
        board.rows.iter().take(rows).map(|row| grouped(&row.score).len()).max().unwrap_or(0).max(9);
    let others = 4 + 1 + 4 + 2 + 1 + score_cells;
    let name_cells = columns.saturating_sub(others).min(NAME_CELLS_MAX);
    let columns = columns.min(others + name_cells);
    // The ids are aligned in a column.
    let widest = board.rows.iter().take(rows).map(|row| width(&row.name)).max().unwrap_or(0);
    let name = |name: &str, id: &str| match widest + 8 <= name_cells {
        true => format!("{}  {id}", left(name, widest)),
        false => name.to_owned(),
    };
    let columns_line = format!("rank move  {} {}", left("name", name_cells), right("points", score_cells));
    let mut lines: Vec<Line> =
        vec![paint.bold(left(&title, columns)).into(), paint.dim(left(&columns_line, columns)).into()];
    for index in 0..rows {
        let Some(row) = board.rows.get(index) else {
            lines.push(" ".repeat(columns).into());
            continue;
        };
        let moved = row.moved.painted(right(&row.moved.text(), 4), paint);
        let names = left(&name(&row.name, &row.id), name_cells);
        let score = right(&grouped(&row.score), score_cells);
        let rank = right(&row.rank.to_string(), 4);
        lines.push(vec![format!("{rank} ").into(), moved, format!("  {names} {score}").into()].into());
    }
    let digest = board.digest.get(..12).unwrap_or("-");
    let digest = format!("{} rows   digest {digest}… at {}", count(board.size), board.position);
    lines.push(paint.dim(left(&digest, columns)).into());
    lines
}

/// One line for a log.
pub fn line(view: &View) -> String {
    let counts = &view.counts;
    format!(
        "{} {} sent {}/s acked p50 {:.1} ms p99 {:.1} ms folded {}/s lag {} position {} accepted {} rejected {} late {} absorbed {}\n",
        clock(view.elapsed),
        counts.date,
        view.sent_per_s as u64,
        view.answers.p50_ms,
        view.answers.p99_ms,
        view.folded_per_s as u64,
        view.lag_batches,
        view.position,
        counts.accepted,
        counts.rejected,
        counts.late,
        view.duplicates
    )
}

/// The boards for a log.
pub fn boards(view: &View) -> String {
    let mut text = String::from("\n");
    for shown in &view.boards {
        for line in board(shown, LOG_COLUMNS, LOG_ROWS, Paint { is_on: false }) {
            text.push_str(&format!("  {}\n", line.to_string().trim_end()));
        }
        text.push('\n');
    }
    text
}

fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// Minutes and seconds in a form that does not look like a time of day.
fn running(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Minutes and seconds, of the same width on every line.
fn clock(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use ratatui_core::backend::TestBackend;
    use ratatui_core::style::{Color, Modifier};
    use ratatui_core::terminal::Terminal;

    use super::*;

    const PLAIN: Paint = Paint { is_on: false };

    fn row(rank: u64, moved: Moved, id: &str, name: &str, score: &str) -> RowView {
        RowView { rank, moved, id: id.into(), name: name.into(), score: score.into() }
    }

    fn view() -> View {
        let board = |title: &str, board: &str, rows| BoardView {
            title: title.into(),
            board: board.into(),
            rows,
            size: 2_000,
            digest: "3fa9c1d24477aa".repeat(5),
            position: Position::new(301, 22),
        };
        View {
            elapsed: Duration::from_secs(67),
            counts: Counts {
                accepted: 335_022,
                late: 210,
                again: 96,
                date: Date::constant(2025, 1, 8),
                ..Counts::default()
            },
            answers: Answers { p50_ms: 3.2, p99_ms: 8.0 },
            sent_per_s: 5_003.2,
            folded_per_s: 5_001.0,
            lag_batches: 1,
            position: Position::new(302, 7),
            duplicates: 96,
            boards: vec![
                board(
                    "春季行动 Spring",
                    "branch",
                    vec![
                        row(1, Moved::Up(1), "hangzhou-xihu", "杭州西湖支行", "10234.5"),
                        row(2, Moved::Down(1), "ningbo-cixi", "宁波慈溪支行", "9871"),
                    ],
                ),
                board(
                    "财富 Wealth",
                    "employee",
                    vec![row(1, Moved::In, "wang-xiuying-0042", "王秀英", "512.0001")],
                ),
            ],
            server: "http://127.0.0.1:40123".into(),
            contest: "spring-2025".into(),
        }
    }

    #[test]
    fn a_wide_terminal_shows_the_boards_side_by_side() {
        let lines = frame(&view(), 100, 13, PLAIN).into_iter();
        let lines: Vec<String> = lines.map(|line| line.to_string().trim_end().to_owned()).collect();
        assert_eq!(
            lines.join("\n"),
            "\
龙虎榜 Longhu demo   江南示范银行 Jiangnan Demo Bank   business day 2025-01-08 Wed   running 1:07
sent 5,003/s   acknowledged p50 3.2 ms p99 8.0 ms   folded 5,001/s   lag 1 batches   position 302.7
accepted 335,022   rejected 0   came late 210   came twice 96   duplicates absorbed 96

春季行动 Spring · branch                            财富 Wealth · employee
rank move  name                           points    rank move  name                           points
   1   ↑1  杭州西湖支行  hangzhou-xihu  10,234.5       1  new  王秀英  wang-xiuying-0042    512.0001
   2   ↓1  宁波慈溪支行  ningbo-cixi       9,871
2,000 rows   digest 3fa9c1d24477… at 301.22         2,000 rows   digest 3fa9c1d24477… at 301.22

↑ ↓ =  ranks against one second ago        Ctrl-C ends it with a summary
from another terminal:  export LONGHU_SERVER=http://127.0.0.1:40123
  longhu standings spring-2025 --board team        longhu log stat"
        );
    }

    #[test]
    fn a_high_terminal_shows_more_rows_and_a_wide_one_keeps_points_near_their_names() {
        let mut view = view();
        let name = |rank: u64| if rank == 2 { "王五" } else { "杭州西湖支行" };
        view.boards[0].rows =
            (1..=40).map(|rank| row(rank, Moved::Not, &format!("id-{rank}"), name(rank), "7")).collect();
        let lines: Vec<String> = frame(&view, 200, 40, PLAIN).iter().map(Line::to_string).collect();
        let shown = lines.iter().filter(|line| line.contains("  id-")).count();
        assert_eq!(shown, 40 - 4 - 3 - 4, "{lines:#?}");
        let cells = |id: &str| width(lines.iter().find_map(|line| line.split_once(id)).unwrap().0);
        assert_eq!(cells("id-1 "), cells("id-2 "), "the ids are aligned");
        let first = lines.iter().find(|line| line.contains("id-1 ")).unwrap();
        let before_points = first.split_once('7').unwrap().0;
        assert!(width(before_points) <= 4 + 1 + 4 + 2 + NAME_CELLS_MAX + 1 + 9, "{first}");
    }

    #[test]
    fn no_frame_is_larger_than_its_terminal() {
        for (columns, height) in [(200, 60), (100, 30), (80, 24), (40, 10), (20, 5), (1, 1)] {
            let lines = frame(&view(), columns, height, PLAIN);
            assert!(lines.len() <= height, "{} lines in {columns}x{height}", lines.len());
            for line in lines {
                assert!(line.width() <= columns.max(30), "{columns}x{height}: {line}");
            }
        }
    }

    #[test]
    fn colours_change_no_text() {
        let text = |paint| frame(&view(), 100, 30, paint).iter().map(Line::to_string).collect::<Vec<_>>();
        assert_eq!(text(PLAIN), text(Paint { is_on: true }));
    }

    #[test]
    fn on_a_terminal_a_rise_is_red_and_every_line_has_its_place() {
        let draw = |columns, lines, paint| {
            let mut terminal = Terminal::new(TestBackend::new(columns, lines)).unwrap();
            let drawn = terminal.draw(|frame| super::draw(&view(), paint, frame)).unwrap();
            drawn.buffer.clone()
        };
        let buffer = draw(100, 13, Paint { is_on: true });
        let row = |line: u16| (0..100).map(|x| buffer[(x, line)].symbol()).collect::<String>();
        assert!(row(0).starts_with("龙 虎 榜  Longhu demo"), "{}", row(0));
        assert!(row(6).starts_with("   1   ↑1  杭 州 西 湖 支 行"), "{}", row(6));
        assert_eq!((buffer[(8, 6)].symbol(), buffer[(8, 6)].fg), ("1", Color::Red));
        assert_eq!(buffer[(8, 7)].fg, Color::Green);
        assert!(buffer[(0, 0)].modifier.contains(Modifier::BOLD));
        assert!(row(12).starts_with("  longhu standings spring-2025"), "{}", row(12));
        // If there is no room for everything, what fits is drawn, and nothing panics.
        draw(20, 5, PLAIN);
        draw(1, 1, PLAIN);
        assert!(draw(100, 13, PLAIN).content.iter().all(|cell| cell.fg == Color::Reset));
    }

    #[test]
    fn a_log_gets_one_plain_line() {
        let line = line(&view());
        assert_eq!(line.matches('\n').count(), 1);
        assert!(line.starts_with("01:07 2025-01-08 sent 5003/s acked p50 3.2 ms"), "{line}");
        assert!(boards(&view()).contains("  春季行动 Spring · branch\n"));
    }
}
