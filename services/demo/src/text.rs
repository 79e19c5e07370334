//! Texts that stand in columns of a terminal: a Chinese character is two cells wide. A colour is the style of a text and
//! takes no cell.

use ratatui_core::style::Style;
use ratatui_core::text::Span;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many cells a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// As much of a text as fits; `…` stands for the rest.
pub fn clip(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let (mut clipped, mut taken) = (String::new(), 1);
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken > cells {
            break;
        }
        clipped.push(c);
    }
    if cells > 0 {
        clipped.push('…');
    }
    clipped
}

/// A text of exactly so many cells, at the left.
pub fn left(text: &str, cells: usize) -> String {
    let text = clip(text, cells);
    let blank = cells - width(&text).min(cells);
    text + &" ".repeat(blank)
}

/// A text of exactly so many cells, at the right.
pub fn right(text: &str, cells: usize) -> String {
    let text = clip(text, cells);
    " ".repeat(cells - width(&text).min(cells)) + &text
}

/// Parts one after the other with three blanks between, on as many lines as they need; a part longer than a line is
/// clipped.
pub fn flowing(parts: &[String], cells: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if width(line) + 3 + width(part) <= cells => {
                line.push_str("   ");
                line.push_str(part);
            }
            _ => lines.push(clip(part, cells)),
        }
    }
    lines
}

/// Gives texts their colours, or none.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Whether there are colours.
    pub is_on: bool,
}

impl Paint {
    fn styled(self, style: Style, text: String) -> Span<'static> {
        if self.is_on { Span::styled(text, style) } else { Span::raw(text) }
    }

    /// What matters.
    pub fn bold(self, text: String) -> Span<'static> {
        self.styled(Style::new().bold(), text)
    }

    /// What explains.
    pub fn dim(self, text: String) -> Span<'static> {
        self.styled(Style::new().dim(), text)
    }

    /// What rose: red, as on every board in China.
    pub fn up(self, text: String) -> Span<'static> {
        self.styled(Style::new().red(), text)
    }

    /// What fell.
    pub fn down(self, text: String) -> Span<'static> {
        self.styled(Style::new().green(), text)
    }

    /// What needs attention.
    pub fn alarm(self, text: String) -> Span<'static> {
        self.styled(Style::new().yellow().bold(), text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_cells_and_not_characters() {
        assert_eq!(left("张三", 6), "张三  ");
        assert_eq!(right("张三", 6), "  张三");
        assert_eq!(clip("杭州西湖支行", 7), "杭州西…");
        assert_eq!(clip("杭州西湖支行", 6), "杭州…");
        assert_eq!(left("杭州西湖支行", 6), "杭州… ");
        assert_eq!([clip("abc", 0), clip("abc", 1), clip("abc", 3)], ["", "…", "abc"]);
    }

    #[test]
    fn parts_flow_onto_the_next_line_whole() {
        let parts = ["one", "two", "一二三四五六"].map(str::to_owned);
        assert_eq!(flowing(&parts, 9), ["one   two", "一二三四…"]);
        assert_eq!(flowing(&parts, 100), ["one   two   一二三四五六"]);
    }
}
