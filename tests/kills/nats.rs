//! A real nats-server in a process that the scenario owns: killed, stopped and started again at will, with the
//! configuration that is shipped. It never ends a process that it did not start.

use std::fs::File;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::run::Dice;
use crate::support::{children, root, signal};

/// How long a start may take, a store to be read included.
const READY_MAX: Duration = Duration::from_secs(60);
/// The same where its files are damaged: meanwhile it may take memory without bound.
const READY_DAMAGED_MAX: Duration = Duration::from_secs(5);

/// A broker with its folder.
pub struct Nats {
    child: Option<Child>,
    folder: PathBuf,
    /// The program with what stands before its own arguments.
    command: Vec<PathBuf>,
    port: u16,
}

impl Nats {
    /// Starts one as `deploy/nats.conf` says, but for address and folder.
    pub fn start(folder: &Path) -> Nats {
        Nats::start_under(&[], folder, |configuration| configuration)
    }

    /// Starts one under another program, which ends with it, and with another configuration.
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

    /// Starts it again and waits until it answers.
    pub fn restart(&mut self) {
        self.spawn();
        self.wait_ready();
    }

    /// Starts it again on files that are damaged. False: it ended, or did not get ready and was killed.
    pub fn restart_damaged(&mut self) -> bool {
        self.spawn();
        let is_ready = self.is_ready_within(READY_DAMAGED_MAX);
        if !is_ready {
            self.kill();
        }
        is_ready
    }

    /// Starts it again and does not wait.
    pub fn spawn(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = File::options().create(true).append(true).open(self.folder.join("nats.log")).unwrap();
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).arg("-c").arg(self.folder.join("nats.conf"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().unwrap());
    }

    /// Waits until it greets clients, which it does once it has read its streams.
    pub fn wait_ready(&mut self) {
        assert!(self.is_ready_within(READY_MAX), "nats-server is not ready: {}", self.last_words());
    }

    /// False: it has ended, or takes longer.
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

    /// SIGKILL, and waits for its end.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            match self.command.len() {
                1 => child.kill().unwrap(),
                // What runs above the server ends with it, but does not take it along.
                _ => children(child.id()).into_iter().for_each(|server| signal(server, Signal::KILL)),
            }
            child.wait().unwrap();
        }
    }

    /// SIGTERM, and waits for its end: it writes down what it knows of its streams, and believes that at its next start.
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

    /// Where its streams are.
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

/// A port below those that outgoing connections take, so that nobody takes it while the broker is down.
fn free_port() -> u16 {
    let mut dice = Dice(std::process::id().into());
    loop {
        let port = 18_000 + dice.below(12_000) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
