//! A service that may not be able to go on: started and either running or ended, with what it said. It judges nothing but
//! the words.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Dev, longhu};

/// How long a service may take to find out.
const FOUND_OUT: Duration = Duration::from_secs(30);
/// A service that has been ready for so long has opened everything that it opens at the start.
const LIVES: Duration = Duration::from_millis(400);

/// What became of a start.
pub enum Ended {
    /// It is ready, and lives.
    Runs(Dev),
    /// It ended, with that code and these last words.
    With(i32, String),
}

impl Ended {
    /// Waits for the end of a service that runs.
    pub fn of(service: Dev, log: &Path) -> Ended {
        let code = service.ends_by_itself();
        Ended::With(code, last_words(log))
    }

    /// It ended with 1 and said all of that; all that it said.
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

    /// What it said of its end, in the words that go before every particular: no number, no path.
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

/// Starts a service in a folder of its own and waits until it is ready and lives, or has ended.
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

/// Whether a service has ended that nobody has waited for yet.
pub fn has_ended(service: &Dev) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid())).unwrap_or_default();
    status.is_empty() || status.contains("State:\tZ")
}

fn last_words(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
