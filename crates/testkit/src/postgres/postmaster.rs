//! The server's first process, and the thread that has started it and reads what it says.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread::JoinHandle,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use super::{StartError, Started, io};

/// A server that has not come up by then does not come up.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// What an error repeats of the server's words.
const SAID_LINES: usize = 12;

pub(super) struct Postmaster {
    pid: u32,
    /// Ends when the last process of the server has ended. The kernel ends the server when this thread is gone, and not only our process,
    /// so it must be the one that starts it.
    thread: JoinHandle<()>,
}

enum Heard {
    Started(u32),
    Failed(std::io::Error),
    Line(String),
}

impl Postmaster {
    /// Returns when the server takes connections.
    pub(super) fn start(command: Command) -> Started<Self> {
        let (tell, heard) = mpsc::channel();
        let thread = std::thread::Builder::new().name("postgres".into());
        let thread = thread
            .spawn(move || tend(command, &tell))
            .map_err(io("start a thread"))?;
        let mut pid = 0;
        let mut said: Vec<String> = Vec::new();
        let last = |said: &[String]| said[said.len().saturating_sub(SAID_LINES)..].join("\n");
        loop {
            match heard.recv_timeout(READY_WITHIN) {
                Ok(Heard::Started(started)) => pid = started,
                Ok(Heard::Failed(error)) => return Err(io("run setpriv (of util-linux)")(error)),
                Ok(Heard::Line(line)) if line.contains("system is ready to accept") => {
                    return Ok(Self { pid, thread });
                }
                Ok(Heard::Line(line)) => said.push(line),
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    signal(pid, Signal::QUIT);
                    return Err(StartError::Late { said: last(&said) });
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    let (program, said) = ("postgres", last(&said));
                    return Err(StartError::Ended { program, said });
                }
            }
        }
    }

    /// Waits for the checkpoint that a start would else have to make up for.
    pub(super) fn stop(self) {
        signal(self.pid, Signal::INT);
        self.ended();
    }

    /// At once, but so that it gives its shared memory back.
    pub(super) fn quit(self) {
        signal(self.pid, Signal::QUIT);
        self.ended();
    }

    /// As if the power had gone: no process of the server does anything more.
    pub(super) fn kill(self) {
        // A stopped one makes no new children meanwhile.
        signal(self.pid, Signal::STOP);
        let children = children_of(self.pid);
        signal(self.pid, Signal::KILL);
        for child in children {
            signal(child, Signal::KILL);
        }
        self.ended();
    }

    fn ended(self) {
        self.thread.join().expect("the thread only reads");
    }
}

fn tend(mut command: Command, tell: &mpsc::Sender<Heard>) {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    match quiet.stderr(Stdio::piped()).spawn() {
        Ok(child) => listen(child, tell),
        Err(error) => drop(tell.send(Heard::Failed(error))),
    }
}

/// Reads until every process of the server has closed its end: a full pipe would stop them.
fn listen(mut child: Child, tell: &mpsc::Sender<Heard>) {
    let _ = tell.send(Heard::Started(child.id()));
    let said = BufReader::new(child.stderr.take().expect("it is piped"));
    for line in said.split(b'\n').map_while(Result::ok) {
        // Nobody listens any more once it is ready.
        let _ = tell.send(Heard::Line(String::from_utf8_lossy(&line).into_owned()));
    }
    let _ = child.wait();
}

/// One that has ended already is as good.
fn signal(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        let _ = kill_process(pid, signal);
    }
}

fn children_of(parent: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| parent_of(*pid) == Some(parent)).collect()
}

/// From `/proc/<pid>/stat`: `4711 (postgres: writer) S 4700 …`. Source: proc(5).
fn parent_of(pid: u32) -> Option<u32> {
    let stat =
        std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}
