//! A service that may not be able to continue: it is started and then either runs or has ended, with its
//! output.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Dev, longhu};

/// How long a service may take to notice that it cannot continue.
const FOUND_OUT: Duration = Duration::from_secs(30);
/// A service that has been ready for this long has opened everything that it opens at the start.
const LIVES: Duration = Duration::from_millis(400);

/// The outcome of a start.
pub enum Ended {
    /// It is ready and running.
    Runs(Dev),
    /// It ended, with this exit code and these last lines.
    With(i32, String),
}

impl Ended {
    /// Waits for the end of a running service.
    pub fn of(service: Dev, log: &Path) -> Ended {
        let code = service.ends_by_itself();
        Ended::With(code, last_words(log))
    }

    /// Asserts that it ended with 1 and printed all of these words. Returns its output.
    #[track_caller]
    pub fn halts_saying(self, words: &[&str]) -> String {
        match self {
            Ended::Runs(_) => panic!("it goes on, and should have said {words:?}"),
            Ended::With(code, said) => {
                assert_eq!(code, 1, "{said}");
                let missing: Vec<&&str> = words.iter().filter(|word| !said.contains(**word)).collect();
                assert!(missing.is_empty() && said.contains("error:"), "{missing:?} is not in: {said}");
                said
            }
        }
    }

    /// The reason it gave for its end, in words that do not depend on numbers or paths.
    pub fn reason(&self) -> String {
        let Ended::With(_, said) = self else { return String::new() };
        let error = said.lines().skip_while(|line| !line.starts_with("error:")).take(3);
        let text: Vec<&str> = error.map(str::trim).collect();
        text.join(" / ").chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect()
    }

    #[track_caller]
    pub fn still_runs(self) -> Dev {
        match self {
            Ended::Runs(service) => service,
            Ended::With(code, said) => panic!("it ended with {code}: {said}"),
        }
    }
}

/// Starts a service in its own folder and waits until it is ready and running, or has ended.
pub fn starts_or_ends(folder: &Path, command: &str, arguments: &[&str]) -> Ended {
    std::fs::create_dir_all(folder).unwrap();
    let (ready, log) = (folder.join(format!("{command}.ready.json")), folder.join(format!("{command}.log")));
    std::fs::remove_file(&ready).ok();
    let file = std::fs::File::create(&log).unwrap();
    let mut child = longhu()
        .args([command, "--grpc-addr", "127.0.0.1:0", "--ready-file"])
        .arg(&ready)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file)
        .spawn()
        .unwrap();
    let started = Instant::now();
    loop {
        if let Some(code) = ended(&mut child) {
            return Ended::With(code, last_words(&log));
        }
        if let Ok(text) = std::fs::read_to_string(&ready) {
            std::thread::sleep(LIVES);
            return match ended(&mut child) {
                Some(code) => Ended::With(code, last_words(&log)),
                None => Ended::Runs(Dev::of(child, &text, &ready)),
            };
        }
        assert!(started.elapsed() < FOUND_OUT, "{command} neither answers nor ends: {}", last_words(&log));
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn ended(child: &mut Child) -> Option<i32> {
    child.try_wait().unwrap().map(|status| status.code().unwrap_or(-1))
}

/// Whether a service has ended without having been waited for.
pub fn has_ended(service: &Dev) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid())).unwrap_or_default();
    status.is_empty() || status.contains("State:\tZ")
}

fn last_words(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
