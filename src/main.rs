//! Arguments in, exit code out: joins the two faces. Everything else is in the library.

use std::process::ExitCode;

use answerbank::cli::Served;
use answerbank::web::{Order, serve};

fn main() -> ExitCode {
    answerbank::cli::run(|Served { bank, store, worker, git, date, listen, url, behind_proxy, demo }| {
        serve(Order { bank, store, worker, git, date, listen, url, behind_proxy, demo })
    })
}
