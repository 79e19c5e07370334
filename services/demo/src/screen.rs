//! The terminal while the demo draws on it: an alternate screen, which is restored however the demo ends,
//! even after a panic.

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

/// The size if the terminal does not report one.
const SIZE_DEFAULT: Rect = Rect::new(0, 0, 100, 30);

static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether stderr is a terminal that can be drawn on.
pub fn is_drawable() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether colours are wanted.
pub fn is_coloured() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A terminal that can be drawn on as long as this lives.
pub struct Screen(Terminal<CrosstermBackend<BufWriter<Stderr>>>);

impl Screen {
    /// Takes over the terminal.
    ///
    /// # Errors
    /// An error of the terminal.
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

    /// Draws a frame over the previous one. Does nothing after a panic has restored the terminal.
    ///
    /// # Errors
    /// An error of the terminal.
    pub fn draw(&mut self, frame: impl FnOnce(&mut Frame)) -> io::Result<()> {
        if !IS_TAKEN.load(Ordering::SeqCst) {
            return Ok(());
        }
        // Synchronised, if the terminal supports it, so that no incomplete frame is visible.
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
        // If the terminal has gone, there is nothing to restore.
        let _ = execute!(io::stderr(), Show, LeaveAlternateScreen);
    }
}

/// Restores the terminal before a panic's message is printed, which would be lost on the alternate screen.
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
