//! `bank lint`: what is wrong in the bank, and mending what may be mended without asking.

use clap::Args;
use serde::Serialize;

use super::{Common, Ended, counted, print, print_json};
use crate::domain::bank::{Problem, Severity};
use crate::engine::Failure;
use crate::engine::lint::{Fixed, fix, lint};

#[derive(Args)]
pub struct Lint {
    #[command(flatten)]
    common: Common,
    /// Mend what may be mended without asking: nothing that was approved changes, and nothing stands that did not
    #[arg(long)]
    fix: bool,
    /// Leave out hints
    #[arg(long)]
    no_hints: bool,
}

#[derive(Serialize)]
struct Told<'a> {
    answers: usize,
    controls: usize,
    evidence: usize,
    frameworks: usize,
    errors: usize,
    warnings: usize,
    hints: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixed: Vec<Fixed>,
    problems: &'a [Problem],
}

impl Lint {
    pub fn run(self) -> Result<Ended, Failure> {
        let place = self.common.bank.place();
        let fixed = if self.fix { fix(&place)? } else { Vec::new() };
        let (bank, mut problems) = lint(&place, self.common.date())?;
        problems.retain(|problem| !self.no_hints || problem.severity != Severity::Hint);
        let count = |severity: Severity| problems.iter().filter(|problem| problem.severity == severity).count();
        let told = Told {
            answers: bank.answers.len(),
            controls: bank.controls.len(),
            evidence: bank.evidence.len(),
            frameworks: bank.frameworks.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            hints: count(Severity::Hint),
            fixed,
            problems: &problems,
        };
        if self.common.json {
            print_json(&told)?;
        } else {
            let mut out: String = told.fixed.iter().map(|one| format!("fixed {}: {}\n", one.file, one.what)).collect();
            out.extend(problems.iter().map(|problem| format!("{problem}\n")));
            out.push_str(&format!(
                "{}, {}, {} of evidence, {}: {}, {}, {}\n",
                counted(told.answers, "answer"),
                counted(told.controls, "control"),
                counted(told.evidence, "piece"),
                counted(told.frameworks, "framework"),
                counted(told.errors, "error"),
                counted(told.warnings, "warning"),
                counted(told.hints, "hint"),
            ));
            print(&out)?;
        }
        Ok(if told.errors > 0 { Ended::Problems } else { Ended::Done })
    }
}
