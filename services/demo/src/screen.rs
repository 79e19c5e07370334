//! The terminal while the demo draws on it: an alternate screen, given back in whatever way the demo ends, also by a
//! panic. It draws lines that are ready and knows nothing of what they say.

use std::io::{self, IsTerminal, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Alternate screen, no cursor, no wrapping.
const TAKE: &str = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const GIVE_BACK: &str = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";
/// A terminal that does not say how large it is.
const SIZE_DEFAULT: (u16, u16) = (100, 30);

static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether progress goes to a terminal that can be drawn on.
pub fn is_drawable() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether colours are wanted.
pub fn is_coloured() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A terminal that is drawn on as long as this lives.
pub struct Screen(());

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// The terminal's.
    pub fn take() -> io::Result<Screen> {
        give_back_on_panic();
        IS_TAKEN.store(true, Ordering::SeqCst);
        let screen = Screen(());
        write(TAKE)?;
        Ok(screen)
    }

    /// Columns and lines. The last column stays empty: a terminal that does not wrap keeps its cursor on what was written
    /// there, and clearing the rest of the line would clear that too.
    pub fn size(&self) -> (usize, usize) {
        let size = crossterm::terminal::size().ok().filter(|size| size.0 > 1 && size.1 > 0);
        let (columns, lines) = size.unwrap_or(SIZE_DEFAULT);
        (usize::from(columns) - 1, usize::from(lines))
    }

    /// Draws a frame over the one before; nothing after a panic gave the terminal back.
    ///
    /// # Errors
    /// The terminal's.
    pub fn draw(&mut self, lines: &[String]) -> io::Result<()> {
        if !IS_TAKEN.load(Ordering::SeqCst) {
            return Ok(());
        }
        // Synchronised, where the terminal can, so that no half frame is seen.
        let mut frame = String::from("\x1b[?2026h\x1b[H");
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                frame.push_str("\r\n");
            }
            frame.push_str(line);
            frame.push_str("\x1b[K");
        }
        frame.push_str("\x1b[J\x1b[?2026l");
        write(&frame)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    if IS_TAKEN.swap(false, Ordering::SeqCst) {
        // A terminal that is gone needs nothing back.
        let _ = write(GIVE_BACK);
    }
}

/// A panic's message would be lost on the alternate screen.
fn give_back_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
    });
}

fn write(text: &str) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    stderr.write_all(text.as_bytes())?;
    stderr.flush()
}
