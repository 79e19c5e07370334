//! The terminal while the demo draws on it: an alternate screen, given back in whatever way the demo ends, also by a
//! panic. It knows nothing of what is drawn.

use std::io::{self, BufWriter, IsTerminal, Stderr};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui_core::layout::Rect;
use ratatui_core::terminal::{Frame, Terminal, TerminalOptions, Viewport};
use ratatui_crossterm::CrosstermBackend;
use ratatui_crossterm::crossterm::cursor::{Hide, Show};
use ratatui_crossterm::crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use ratatui_crossterm::crossterm::{self, execute, queue};

/// A terminal that does not say how large it is.
const SIZE_DEFAULT: Rect = Rect::new(0, 0, 100, 30);

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
pub struct Screen(Terminal<CrosstermBackend<BufWriter<Stderr>>>);

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// The terminal's.
    pub fn take() -> io::Result<Screen> {
        give_back_on_panic();
        let is_known = crossterm::terminal::size().is_ok_and(|(columns, lines)| columns > 1 && lines > 0);
        let viewport = if is_known { Viewport::Fullscreen } else { Viewport::Fixed(SIZE_DEFAULT) };
        IS_TAKEN.store(true, Ordering::SeqCst);
        let taken = execute!(io::stderr(), EnterAlternateScreen, Hide).and_then(|()| {
            let backend = CrosstermBackend::new(BufWriter::new(io::stderr()));
            Terminal::with_options(backend, TerminalOptions { viewport })
        });
        taken.map(Screen).inspect_err(|_| give_back())
    }

    /// Draws a frame over the one before; nothing after a panic gave the terminal back.
    ///
    /// # Errors
    /// The terminal's.
    pub fn draw(&mut self, frame: impl FnOnce(&mut Frame)) -> io::Result<()> {
        if !IS_TAKEN.load(Ordering::SeqCst) {
            return Ok(());
        }
        // Synchronised, where the terminal can, so that no half frame is seen.
        queue!(self.0.backend_mut(), BeginSynchronizedUpdate)?;
        self.0.draw(frame)?;
        execute!(self.0.backend_mut(), EndSynchronizedUpdate)
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
        let _ = execute!(io::stderr(), Show, LeaveAlternateScreen);
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
