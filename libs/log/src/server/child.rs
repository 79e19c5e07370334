//! The only unsafe code of this crate: starting a child that dies with its parent and inherits a lock, and
//! sending it a signal. It never signals a process that is not the caller's own, unreaped child.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

/// Starts the command in its own process group, so that Ctrl-C in a terminal reaches only the parent, with
/// `lock` kept open in the child.
///
/// On Linux the child is killed when the *thread* that called this ends, so that it does not survive even a
/// SIGKILL of the parent. Call it from a thread that lives as long as the child.
pub(super) fn spawn(mut command: Command, lock: &File) -> io::Result<Child> {
    let parent = std::process::id();
    let lock = lock.as_raw_fd();
    command.process_group(0);
    // SAFETY: the closure runs between fork and exec, where only async-signal-safe calls are allowed. It
    // calls only prctl, getppid and fcntl, allocates nothing, and captures two integers by copy. The
    // descriptor is open in the parent for the whole call, because the caller holds the file.
    unsafe {
        command.pre_exec(move || {
            #[cfg(target_os = "linux")]
            {
                if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) != 0 {
                    return Err(io::Error::last_os_error());
                }
                // The parent may have died before the request was made; then nobody would send the signal.
                if libc::getppid() as u32 != parent {
                    return Err(io::Error::from_raw_os_error(libc::ESRCH));
                }
            }
            let flags = libc::fcntl(lock, libc::F_GETFD);
            if flags < 0 || libc::fcntl(lock, libc::F_SETFD, flags & !libc::FD_CLOEXEC) < 0 {
                return Err(io::Error::last_os_error());
            }
            Ok(())
        });
    }
    command.spawn()
}

/// Asks the child to end (SIGTERM). The borrow keeps it unreaped, so its id cannot have been given to another
/// process.
pub(super) fn terminate(child: &mut Child) -> io::Result<()> {
    if child.try_wait()?.is_some() {
        return Ok(());
    }
    // SAFETY: kill takes two integers and touches no memory; the child is not reaped, so the id is its own.
    match unsafe { libc::kill(child.id() as libc::pid_t, libc::SIGTERM) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{OpenOptions, TryLockError};

    #[test]
    fn lock_is_held_until_the_child_is_gone_too() {
        let directory = tempfile::tempdir().unwrap();
        let open = || {
            let path = directory.path().join("lock");
            OpenOptions::new().create(true).truncate(false).write(true).open(path).unwrap()
        };
        let lock = open();
        lock.try_lock().unwrap();
        let mut command = Command::new("sleep");
        command.arg("30");
        let mut child = spawn(command, &lock).unwrap();
        drop(lock);
        assert!(matches!(open().try_lock(), Err(TryLockError::WouldBlock)));
        terminate(&mut child).unwrap();
        child.wait().unwrap();
        assert!(open().lock().is_ok());
        terminate(&mut child).unwrap();
    }
}
