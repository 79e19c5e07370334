//! A real nats-server in a process that the test owns: killed, stopped and restarted as needed, with the
//! configuration in `deploy`. Only processes started here are ended.

use std::fs::File;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::run::Dice;
use crate::support::{children, root, signal};

/// How long a start may take, including reading its store.
const READY_MAX: Duration = Duration::from_secs(60);
/// The same if its files are damaged, because then it may use unlimited memory.
const READY_DAMAGED_MAX: Duration = Duration::from_secs(5);

/// A broker with its folder.
pub struct Nats {
    child: Option<Child>,
    folder: PathBuf,
    /// The program, with any program and arguments in front of it.
    command: Vec<PathBuf>,
    port: u16,
}

impl Nats {
    /// Starts one with `deploy/nats.conf`, except for address and folder.
    pub fn start(folder: &Path) -> Nats {
        Nats::start_under(&[], folder, |configuration| configuration)
    }

    /// Starts one below another program, which ends with it, and with a changed configuration.
    pub fn start_under(program: &[PathBuf], folder: &Path, change: impl FnOnce(String) -> String) -> Nats {
        std::fs::create_dir_all(folder).unwrap();
        let mut command = program.to_vec();
        command.push(longhu_log::server::find_or_install().unwrap());
        let port = free_port();
        let shipped = std::fs::read_to_string(root().join("deploy/nats.conf")).unwrap();
        let here = shipped
            .replace("listen: 127.0.0.1:4222", &format!("listen: 127.0.0.1:{port}"))
            .replace("./nats-data", &folder.join("jetstream").display().to_string());
        assert!(here.contains(&port.to_string()) && !here.contains("nats-data"), "{here}");
        std::fs::write(folder.join("nats.conf"), change(here)).unwrap();
        let mut nats = Nats { child: None, folder: folder.to_owned(), command, port };
        nats.restart();
        nats
    }

    /// Restarts it and waits until it answers.
    pub fn restart(&mut self) {
        self.spawn();
        self.wait_ready();
    }

    /// Restarts it on damaged files. Returns false if it ended, or did not become ready and was killed.
    pub fn restart_damaged(&mut self) -> bool {
        self.spawn();
        let is_ready = self.is_ready_within(READY_DAMAGED_MAX);
        if !is_ready {
            self.kill();
        }
        is_ready
    }

    /// Starts it without waiting.
    pub fn spawn(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = File::options().create(true).append(true).open(self.folder.join("nats.log")).unwrap();
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).arg("-c").arg(self.folder.join("nats.conf"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().unwrap());
    }

    /// Waits until it greets clients, which it does after reading its streams.
    pub fn wait_ready(&mut self) {
        assert!(self.is_ready_within(READY_MAX), "nats-server is not ready: {}", self.last_words());
    }

    /// Returns false if it has ended or takes longer.
    fn is_ready_within(&mut self, limit: Duration) -> bool {
        let started = Instant::now();
        while !greets(self.port) {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().unwrap());
            if ended.is_some() || started.elapsed() > limit {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    /// Sends SIGKILL, and waits for its end.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            match self.command.len() {
                1 => child.kill().unwrap(),
                // The program above the server ends with it, but does not kill it.
                _ => children(child.id()).into_iter().for_each(|server| signal(server, Signal::KILL)),
            }
            child.wait().unwrap();
        }
    }

    /// Sends SIGTERM, and waits for its end. It writes a summary of its streams, on which its next start
    /// relies.
    pub fn stop(&mut self) {
        self.signal(Signal::TERM);
        if let Some(mut child) = self.child.take() {
            child.wait().unwrap();
        }
    }

    pub fn signal(&self, which: Signal) {
        signal(self.pid(), which);
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The folder with its streams.
    pub fn data(&self) -> PathBuf {
        self.folder.join("jetstream")
    }

    /// The end of its own log.
    pub fn last_words(&self) -> String {
        let text = std::fs::read_to_string(self.folder.join("nats.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.kill();
    }
}

fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let mut greeting = [0; 5];
    stream.read_exact(&mut greeting).is_ok() && &greeting == b"INFO "
}

/// A port below the range used for outgoing connections, so that nobody takes it while the broker is down.
fn free_port() -> u16 {
    let mut dice = Dice(std::process::id().into());
    loop {
        let port = 18_000 + dice.below(12_000) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
