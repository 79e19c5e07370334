//! The binary as people run it: a separate `longhu dev` for each test, and commands for it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a `dev` may take until it serves, even if it first installs nats-server.
const READY_MAX: Duration = Duration::from_secs(120);
/// How long a `dev` may take to end.
const END_MAX: Duration = Duration::from_secs(30);

/// The binary.
pub fn longhu() -> Command {
    Command::new(env!("CARGO_BIN_EXE_longhu"))
}

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The output of a command.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: Output) -> Said {
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn ends_with(self, code: i32) -> Said {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Stdout as one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// Stdout as JSON lines.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A running `longhu dev`.
pub struct Dev {
    child: Child,
    /// Its address.
    pub url: String,
    ready: PathBuf,
}

impl Dev {
    /// Starts one that keeps its data in `folder`.
    pub fn start(folder: &Path) -> Dev {
        Dev::start_with(folder, &[])
    }

    /// Starts one with further arguments.
    pub fn start_with(folder: &Path, arguments: &[&str]) -> Dev {
        let data = folder.join("data").display().to_string();
        Dev::serve(folder, "dev", &[&["--data-dir", &data], arguments].concat())
    }

    /// Starts any command that serves: `dev`, `ingest`, `projector` or `query`.
    pub fn serve(folder: &Path, command: &str, arguments: &[&str]) -> Dev {
        let ready = folder.join(format!("{command}.ready.json"));
        let log = folder.join(format!("{command}.log"));
        let file = std::fs::File::options().create(true).append(true).open(&log).unwrap();
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
            if let Ok(text) = std::fs::read_to_string(&ready) {
                return Dev::of(child, &text, &ready);
            }
            let ended = child.try_wait().unwrap();
            let said = || std::fs::read_to_string(&log).unwrap_or_default();
            assert!(ended.is_none(), "{command} ended with {ended:?}: {}", said());
            assert!(started.elapsed() < READY_MAX, "{command} is not ready: {}", said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A process that is already running, with the address from its ready file.
    pub fn of(child: Child, said: &str, ready: &Path) -> Dev {
        let value: Value = serde_json::from_str(said).unwrap();
        Dev { child, url: value["grpc"].as_str().unwrap().to_owned(), ready: ready.to_owned() }
    }

    /// Runs a command with its address.
    pub fn run(&self, arguments: &[&str]) -> Said {
        let output = longhu().env("LONGHU_SERVER", &self.url).current_dir(root()).args(arguments).output();
        Said::of(output.unwrap())
    }

    /// Runs a command with text on its standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = longhu()
            .env("LONGHU_SERVER", &self.url)
            .current_dir(root())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(input.as_bytes());
        });
        let said = Said::of(child.wait_with_output().unwrap());
        writer.join().unwrap();
        said
    }

    /// The rows of a board as `rank,participant,score`, with the digest.
    pub fn board(&self, contest: &str, board: &str) -> (Vec<String>, String) {
        let said = self.run(&["standings", contest, "--board", board, "-o", "json"]).ends_with(0);
        let value = said.json();
        let rows = value["standings"].as_array().unwrap().iter();
        let text = |row: &Value| {
            format!("{},{},{}", row["rank"], row["participant"].as_str().unwrap(), row["score"])
        };
        (rows.map(text).collect(), value["digest"].as_str().unwrap().to_owned())
    }

    /// Sends events as JSON lines. Returns the outcomes in order.
    pub fn emit(&self, events: &[Value]) -> Vec<Value> {
        let lines: Vec<String> = events.iter().map(Value::to_string).collect();
        let said = self.run_with(&["emit", "-", "-o", "jsonl"], &(lines.join("\n") + "\n"));
        assert!(said.code == 0 || said.code == 1, "{}", said.err);
        let outcomes = said.json_lines();
        let rejected = outcomes.iter().any(|outcome| outcome["status"] == "rejected");
        assert_eq!(said.code, i32::from(rejected), "{}", said.err);
        outcomes
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM and waits. Returns the exit code.
    pub fn end(self) -> i32 {
        signal(self.child.id(), rustix::process::Signal::TERM);
        self.ends_by_itself()
    }

    /// Waits until it ends by itself. Returns the exit code.
    pub fn ends_by_itself(mut self) -> i32 {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap_or(-1);
            }
            assert!(started.elapsed() < END_MAX, "dev does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it at once.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let _ = std::fs::remove_file(&self.ready);
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Sends a signal to a process that this test started.
pub fn signal(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pid as i32).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// The child processes of a process, from any of its threads.
pub fn children(pid: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let children = tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("children")).unwrap());
    children
        .flat_map(|list| list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<u32>>())
        .collect()
}

/// Creates a file in a folder. Returns its path.
pub fn file(folder: &Path, name: &str, content: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    // Principals files are refused if others can read them.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path.display().to_string()
}
