//! Starts the process that opens a workbook, and survives it. Never waits longer than the limit, and leaves no process behind.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use super::message::{self, Request};
use crate::workbook::Limits;
use crate::workbook::error::Stop;

/// So many bytes are kept of what the process says on standard error; they are never shown.
const COMPLAINT: u64 = 8 << 10;
/// How long what it said is waited for, once it has ended.
const AFTERWARDS: Duration = Duration::from_secs(5);

/// What a program says that fails for want of memory: when it aborts, and when it can say so in order.
const OUT_OF_MEMORY: [&[u8]; 2] = [b"memory allocation of", b"out of memory"];

/// How a process ended.
pub struct Ended {
    /// What it wrote on standard output.
    pub answer: Vec<u8>,
    complaint: Vec<u8>,
    status: ExitStatus,
    too_long: bool,
}

/// Runs a program over one request and one file.
///
/// # Errors
/// It could not be started, or did not end in time.
pub fn run(program: &Path, request: &Request, file: &[u8]) -> Result<Ended, Stop> {
    let mut input = postcard::to_stdvec(request).map_err(|_| Stop::Crash)?;
    input.extend_from_slice(file);
    let mut child = start(program, &request.limits).map_err(|error| Stop::Start(error.to_string()))?;
    let ended = converse(&mut child, input, &request.limits);
    if ended.is_err() {
        end(&mut child);
    }
    ended
}

fn start(program: &Path, limits: &Limits) -> std::io::Result<Child> {
    let mut command = Command::new(program);
    command.args([super::COMMAND.to_owned(), limits.memory.to_string(), limits.cpu_seconds.to_string()]).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}

/// Three threads feed and listen, so that no full pipe can block; they own what they use, so that nobody has to wait for them.
fn converse(child: &mut Child, input: Vec<u8>, limits: &Limits) -> Result<Ended, Stop> {
    let refused = |error: std::io::Error| Stop::Start(error.to_string());
    let most = message::most(limits);
    if let Some(mut stdin) = child.stdin.take() {
        // A process that ends early does not read all; its end tells why.
        thread::Builder::new().spawn(move || stdin.write_all(&input)).map_err(refused)?;
    }
    let answer = listen(child.stdout.take(), most.saturating_add(1)).map_err(refused)?;
    let complaint = listen(child.stderr.take(), COMPLAINT).map_err(refused)?;
    let answer = answer.recv_timeout(Duration::from_secs(limits.seconds)).map_err(|_| Stop::Time(limits.seconds))?;
    let status = end(child).ok_or(Stop::Crash)?;
    let complaint = complaint.recv_timeout(AFTERWARDS).unwrap_or_default();
    Ok(Ended { too_long: answer.len() as u64 > most, answer, complaint, status })
}

/// Reads to the end, or so many bytes, in a thread of its own.
fn listen(pipe: Option<impl Read + Send + 'static>, most: u64) -> std::io::Result<Receiver<Vec<u8>>> {
    let (sender, receiver) = channel();
    thread::Builder::new().spawn(move || {
        let mut heard = Vec::new();
        if let Some(pipe) = pipe {
            // What was heard before a failure still tells something.
            let _ = pipe.take(most).read_to_end(&mut heard);
        }
        let _ = sender.send(heard);
    })?;
    Ok(receiver)
}

/// Ends a process and all that it started. One that was ending by itself keeps the status that it was ending with.
fn end(child: &mut Child) -> Option<ExitStatus> {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    child.wait().ok()
}

impl Ended {
    /// Whether it ended by itself, and in order.
    pub fn well(&self) -> bool {
        self.status.success() && !self.too_long
    }

    /// What stopped it, where its answer is none.
    pub fn why(&self, limits: &Limits) -> Stop {
        if self.too_long {
            Stop::Answer(message::most(limits))
        } else if self.out_of_time() {
            Stop::Processor(limits.cpu_seconds)
        } else if OUT_OF_MEMORY.iter().any(|words| holds(&self.complaint, words)) {
            Stop::Memory(limits.memory)
        } else {
            Stop::Crash
        }
    }

    #[cfg(unix)]
    fn out_of_time(&self) -> bool {
        std::os::unix::process::ExitStatusExt::signal(&self.status) == Some(rustix::process::Signal::XCPU.as_raw())
    }

    #[cfg(not(unix))]
    fn out_of_time(&self) -> bool {
        false
    }
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
