//! Texts in columns of a terminal, where a Chinese character is two cells wide. A colour is part of a text's
//! style and takes no cell.

use ratatui_core::style::Style;
use ratatui_core::text::Span;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The width of a text in cells.
pub fn width(text: &str) -> usize {
    text.width()
}

/// As much of a text as fits, with `…` for the rest.
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

/// A text padded or clipped to a number of cells, aligned left.
pub fn left(text: &str, cells: usize) -> String {
    let text = clip(text, cells);
    let blank = cells - width(&text).min(cells);
    text + &" ".repeat(blank)
}

/// A text padded or clipped to a number of cells, aligned right.
pub fn right(text: &str, cells: usize) -> String {
    let text = clip(text, cells);
    " ".repeat(cells - width(&text).min(cells)) + &text
}

/// Joins parts with three blanks, on as many lines as needed. A part longer than a line is clipped.
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
    /// Whether colours are used.
    pub is_on: bool,
}

impl Paint {
    fn styled(self, style: Style, text: String) -> Span<'static> {
        if self.is_on { Span::styled(text, style) } else { Span::raw(text) }
    }

    /// Important text.
    pub fn bold(self, text: String) -> Span<'static> {
        self.styled(Style::new().bold(), text)
    }

    /// Explanatory text.
    pub fn dim(self, text: String) -> Span<'static> {
        self.styled(Style::new().dim(), text)
    }

    /// A rise: red, as on every board in China.
    pub fn up(self, text: String) -> Span<'static> {
        self.styled(Style::new().red(), text)
    }

    /// A fall.
    pub fn down(self, text: String) -> Span<'static> {
        self.styled(Style::new().green(), text)
    }

    /// A warning.
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
