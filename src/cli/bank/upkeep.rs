//! `bank due | stats | coverage | impact | history`.

use std::collections::BTreeMap;
use std::fmt::Write;

use clap::Args;

use super::{Common, Ended, clipped, columns, counted, days_after, installed_program, print, print_json};
use crate::domain::coverage::Met;
use crate::engine::{Failure, upkeep};

#[derive(Args)]
pub struct Due {
    /// How many days ahead to look
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    within: u32,
    /// Only what this owner has to do
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Due {
    pub fn run(self) -> Result<Ended, Failure> {
        let date = self.common.date();
        let until = days_after(date, self.within)?;
        let all = upkeep::due(&self.common.bank.place(), date, until, self.owner.as_deref())?;
        if self.common.json {
            print_json(&all)?;
            return Ok(Ended::Done);
        }
        let mut by_owner: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
        for due in &all {
            let when = due.by.map_or_else(|| "waits".to_owned(), |by| if by < date { format!("{by} !") } else { by.to_string() });
            let answers =
                if due.about.starts_with("evidence:") { format!(" (answers that rest on it: {})", due.answers) } else { String::new() };
            let row = vec![format!("  {when}"), due.task.name().to_owned(), due.about.clone(), format!("{}{answers}", due.why)];
            by_owner.entry(&due.owner).or_default().push(row);
        }
        let mut out = String::new();
        for (owner, rows) in by_owner {
            let _ = writeln!(out, "{owner}: {}", rows.len());
            out.push_str(&columns(&rows));
        }
        let _ = writeln!(out, "{} due until {until}", all.len());
        print(&out)?;
        Ok(Ended::Done)
    }
}

#[derive(Args)]
pub struct Stats {
    #[command(flatten)]
    common: Common,
}

impl Stats {
    pub fn run(self) -> Result<Ended, Failure> {
        let stats = upkeep::stats(&self.common.bank.place(), self.common.date())?;
        if self.common.json {
            print_json(&stats)?;
            return Ok(Ended::Done);
        }
        let row = |name: &str, text: String| vec![name.to_owned(), text];
        let rows = [
            row("answers", format!("{}, {} of them stand; {}", stats.answers, stats.stand, counted(stats.wordings, "wording"))),
            row("  do not stand", list(&stats.barred)),
            row("  verdicts", list(&stats.verdicts)),
            row("  may be told", list(&stats.audiences)),
            row("  owners", list(&stats.owners)),
            row("  topics", list(&stats.topics)),
            row("controls", format!("{}; {} with evidence that does not hold", list(&stats.controls), stats.controls_unproven)),
            row("evidence", format!("{}, {} of them do not hold", stats.evidence, stats.evidence_faulty)),
            row("frameworks", list(&stats.frameworks)),
        ];
        print(&columns(&rows))?;
        Ok(Ended::Done)
    }
}

/// Counts by name, the largest first.
fn list<K: ToString>(counts: &BTreeMap<K, usize>) -> String {
    let mut all: Vec<(&K, &usize)> = counts.iter().collect();
    all.sort_by(|a, b| b.1.cmp(a.1));
    all.iter().map(|(name, count)| format!("{} {count}", name.to_string())).collect::<Vec<_>>().join(", ")
}

#[derive(Args)]
pub struct Coverage {
    /// Id of a framework [default: all, in numbers]
    framework: Option<String>,
    /// Only requirements that are not met
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    common: Common,
}

impl Coverage {
    pub fn run(self) -> Result<Ended, Failure> {
        let mut all = upkeep::coverage(&self.common.bank.place(), self.framework.as_deref(), self.common.date())?;
        if self.open {
            for one in &mut all {
                one.requirements.retain(|covered| !matches!(covered.met, Met::Met | Met::NotApplicable));
            }
        }
        if self.common.json {
            print_json(&all)?;
            return Ok(Ended::Done);
        }
        let mut out = String::new();
        for one in &all {
            let count = |met: Met| one.requirements.iter().filter(|covered| covered.met == met).count();
            let counts: Vec<String> = Met::ALL
                .iter()
                .map(|(met, name)| (count(*met), *name))
                .filter(|(count, _)| *count > 0)
                .map(|(count, name)| format!("{count} {name}"))
                .collect();
            let _ = writeln!(
                out,
                "{} ({}): {}: {}",
                one.framework,
                one.title,
                counted(one.requirements.len(), if self.open { "open requirement" } else { "requirement" }),
                counts.join(", ")
            );
            if self.framework.is_none() {
                continue;
            }
            let rows: Vec<Vec<String>> = one
                .requirements
                .iter()
                .map(|covered| {
                    let behind = covered.controls.iter().map(|behind| {
                        let faults = if behind.faults.is_empty() { "" } else { "!" };
                        format!("{}{faults}", behind.control)
                    });
                    let mut behind: Vec<String> = behind.collect();
                    if !covered.near.is_empty() {
                        behind.push(format!("a crosswalk leads to {}", covered.near.join(", ")));
                    }
                    let id = covered.requirement.split_once('/').map_or("", |(_, id)| id);
                    let mut notes: Vec<String> = covered
                        .controls
                        .iter()
                        .flat_map(|control| control.faults.iter().map(move |fault| format!("{}: {fault}", control.control)))
                        .collect();
                    notes.dedup();
                    vec![
                        format!("  {id}"),
                        covered.met.name().to_owned(),
                        clipped(&covered.title, 44),
                        format!("{} of {}", covered.answers.len(), counted(covered.answers.len() + covered.barred.len(), "answer")),
                        format!(
                            "{}{}",
                            behind.join(", "),
                            if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) }
                        ),
                    ]
                })
                .collect();
            out.push_str(&columns(&rows));
        }
        print(&out)?;
        Ok(Ended::Done)
    }
}

#[derive(Args)]
pub struct Controls {
    /// Words that must stand in the control's id, title, statement or requirements
    words: Vec<String>,
    #[command(flatten)]
    common: Common,
}

impl Controls {
    pub fn run(self) -> Result<Ended, Failure> {
        let all = upkeep::controls(&self.common.bank.place(), &self.words, self.common.date())?;
        if self.common.json {
            print_json(&all)?;
            return Ok(Ended::Done);
        }
        let row = |one: &upkeep::ControlTold| {
            let faults = if one.faults.is_empty() { String::new() } else { format!(": {}", one.faults.join("; ")) };
            vec![
                one.id.clone(),
                one.state.to_string(),
                counted(one.answers.len(), "answer"),
                one.owner.clone(),
                format!("{}{faults}", one.title),
            ]
        };
        print(&format!("{}{}\n", columns(&all.iter().map(row).collect::<Vec<_>>()), counted(all.len(), "control")))?;
        Ok(Ended::Done)
    }
}

#[derive(Args)]
pub struct Impact {
    /// evidence:ID or control:ID
    thing: String,
    #[command(flatten)]
    common: Common,
}

impl Impact {
    pub fn run(self) -> Result<Ended, Failure> {
        let date = self.common.date();
        let impact = upkeep::impact(&self.common.bank.place(), &self.thing, date)?;
        if self.common.json {
            print_json(&impact)?;
            return Ok(Ended::Done);
        }
        let mut out = format!("Without {} on {date}:\n", self.thing);
        let nothing = |list: &[String]| if list.is_empty() { "none".to_owned() } else { list.join(", ") };
        let _ = writeln!(out, "\nControls that rest on it: {}", nothing(&impact.controls));
        let _ = writeln!(out, "\nAnswers that would not be given any more: {}", impact.falls.len());
        let rows: Vec<Vec<String>> = impact
            .falls
            .iter()
            .map(|one| vec![format!("  {}", one.id), one.audience.to_string(), one.owner.clone(), one.why.clone()])
            .collect();
        out.push_str(&columns(&rows));
        for (list, what) in [
            (&impact.down_already, "Answers that rest on it and are not given as it is"),
            (&impact.stays, "Answers that name it and stand all the same, since they claim less"),
        ] {
            if !list.is_empty() {
                let _ = writeln!(out, "\n{what}: {}", list.join(", "));
            }
        }
        let _ = writeln!(out, "\nRequirements that would be met less: {}", impact.requirements.len());
        let rows: Vec<Vec<String>> = impact
            .requirements
            .iter()
            .map(|one| vec![format!("  {}", one.requirement), format!("{} → {}", one.from.name(), one.to.name())])
            .collect();
        out.push_str(&columns(&rows));
        print(&out)?;
        Ok(Ended::Done)
    }
}

#[derive(Args)]
pub struct History {
    /// Id of the answer
    id: String,
    #[command(flatten)]
    common: Common,
}

impl History {
    pub fn run(self) -> Result<Ended, Failure> {
        let git = installed_program("git", "history is read from git: install it")?;
        let all = upkeep::history(&self.common.bank.place(), &self.id, &git)?;
        if self.common.json {
            print_json(&all)?;
            return Ok(Ended::Done);
        }
        let mut out = String::new();
        for past in &all {
            let commit: String = past.commit.chars().take(9).collect();
            let _ = writeln!(out, "{}", super::shown([past.day.as_str(), &past.author, &commit, &past.subject].join("  ").trim()));
            for change in &past.changes {
                let _ = writeln!(out, "    {}", super::shown(change));
            }
        }
        print(&out)?;
        Ok(Ended::Done)
    }
}
