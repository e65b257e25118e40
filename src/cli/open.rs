//! How workbooks are opened: the flags for limits, and the command, hidden from people, that opens one workbook in a process of its own.

use super::Ended;
use crate::engine::{Failure, Limits, Worker, worker};

/// Limits for workbooks from strangers.
#[derive(clap::Args)]
pub struct LimitFlags {
    /// Raise or lower a limit for the workbooks that are opened, such as file=64M or seconds=60; may be given several times
    #[arg(long = "limit", value_name = "NAME=NUMBER", env = "ANSWERBANK_LIMITS", value_delimiter = ',', value_parser = setting, long_help = explained())]
    limits: Vec<String>,
}

fn explained() -> String {
    format!(
        "Raise or lower a limit for the workbooks that are opened; may be given several times, or with commas between.\n\
         The limits as they are: {}.\n\
         Sizes are bytes, or with k, M or G behind the number. file: of the file; entries, part, unpacked, ratio: of the parts packed in it; \
         text: of all cells; memory, cpu_seconds, seconds: of the process that opens it.",
        Limits::default().typed().join(", ")
    )
}

fn setting(text: &str) -> Result<String, String> {
    Limits::default().set(text).map(|()| text.to_owned())
}

impl LimitFlags {
    /// Opens workbooks by starting this program again.
    pub fn worker(&self) -> Result<Worker, Failure> {
        let mut limits = Limits::default();
        for setting in &self.limits {
            limits.set(setting).map_err(|what| Failure::usage(format!("--limit {setting}: {what}"), ""))?;
        }
        let program = std::env::current_exe()
            .map_err(|error| Failure::new(format!("this program does not find its own file: {error}"), "start it by its full path"))?;
        Ok(Worker::new(program, limits))
    }
}

/// Says where the system could not limit what opening a workbook may do.
pub fn note_unconfined(worker: &Worker) {
    if worker.unconfined() {
        eprintln!(
            "note: this system cannot keep the process that opens workbooks from all memory, files and network; open only files of senders that you trust"
        );
    }
}

/// Opens the workbook on standard input, for this program itself.
#[derive(clap::Parser)]
pub struct OpenWorkbook {
    memory: u64,
    cpu_seconds: u64,
}

impl OpenWorkbook {
    pub fn run(self) -> Result<Ended, Failure> {
        worker::serve(self.memory, self.cpu_seconds).map_err(|error| Failure::new(error.to_string(), ""))?;
        Ok(Ended::Done)
    }
}
