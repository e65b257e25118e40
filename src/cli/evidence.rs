//! `answerbank evidence …`: look whether it holds, record it, pack what a customer may see.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::{BankFlags, Ended, ScopeFlags, columns, counted, days_after, installed_program, print, print_json, today, write_new};
use crate::domain::bank::Audience;
use crate::engine::Failure;
use crate::engine::evidence::{NewEvidence, add, check, pack};

#[derive(Args)]
pub struct EvidenceArguments {
    #[command(subcommand)]
    command: EvidenceCommand,
}

#[derive(Subcommand)]
enum EvidenceCommand {
    /// Check files, digests and dates of all evidence; exit code 1 where something does not hold
    Check(Check),
    /// Record a file as evidence: copies it into the bank, with its digest and dates
    Add(Add),
    /// Pack the evidence that a customer may see, with a manifest and digests
    Pack(Pack),
}

impl EvidenceArguments {
    pub fn run(self) -> Result<Ended, Failure> {
        match self.command {
            EvidenceCommand::Check(command) => command.run(),
            EvidenceCommand::Add(command) => command.run(),
            EvidenceCommand::Pack(command) => command.run(),
        }
    }
}

#[derive(Args)]
struct Check {
    #[command(flatten)]
    bank: BankFlags,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
    /// How many days ahead to warn of what runs out
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    within: u32,
    /// Look at addresses too: https only, of hosts listed under `link_hosts` in bank.toml, by the system's curl
    #[arg(long)]
    links: bool,
    /// Print one JSON array
    #[arg(long)]
    json: bool,
}

impl Check {
    fn run(self) -> Result<Ended, Failure> {
        let date = self.date.unwrap_or_else(today);
        let until = days_after(date, self.within)?;
        let curl =
            self.links.then(|| installed_program("curl", "addresses are looked at by it: install it, or leave --links out")).transpose()?;
        let all = check(&self.bank.place(), date, until, curl.as_deref())?;
        let faulty = all.iter().filter(|one| one.fault.is_some() || !one.link_good).count();
        if self.json {
            print_json(&all)?;
        } else {
            let row = |one: &crate::engine::evidence::Checked| {
                let state = match (&one.fault, one.link_good) {
                    (Some(why), _) => why.clone(),
                    (None, false) => "its address does not hold".into(),
                    (None, true) if one.runs_out => "runs out soon".into(),
                    (None, true) => "holds".into(),
                };
                let until = one.valid_until.map_or_else(|| "no end".to_owned(), |day| day.to_string());
                vec![
                    one.id.clone(),
                    until,
                    one.owner.clone(),
                    format!("{state}{}", one.link.as_ref().map(|link| format!("; {link}")).unwrap_or_default()),
                ]
            };
            let mut out = columns(&all.iter().map(row).collect::<Vec<_>>());
            let soon = all.iter().filter(|one| one.runs_out && one.fault.is_none()).count();
            let _ = writeln!(out, "{} of evidence: {faulty} without effect, {soon} running out until {until}", counted(all.len(), "piece"));
            print(&out)?;
        }
        Ok(if faulty > 0 { Ended::Problems } else { Ended::Done })
    }
}

#[derive(Args)]
struct Add {
    /// The file
    #[arg(required_unless_present = "url")]
    file: Option<PathBuf>,
    /// Where it is kept, instead of a file
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Its id [default: made of the file's name]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// What it is called
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Report, certificate, policy, record … [default: by the file's ending]
    #[arg(long, value_name = "WORD")]
    kind: Option<String>,
    /// First day on which it holds
    #[arg(long, value_name = "DATE")]
    issued: Option<Date>,
    /// Last day on which it holds
    #[arg(long, value_name = "DATE")]
    valid_until: Option<Date>,
    /// Who may see it [default: internal]
    #[arg(long, value_parser = ["public", "nda", "internal"])]
    audience: Option<String>,
    /// Who renews it [default: the bank's default owner]
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Controls that it shows at work
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    controls: Vec<String>,
    /// Put it in the place of what is recorded under that id: file, digest and dates
    #[arg(long, requires = "id")]
    renew: bool,
    /// What takes the place of something with an end has none
    #[arg(long, requires = "renew")]
    no_end: bool,
    #[command(flatten)]
    bank: BankFlags,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Add {
    fn run(self) -> Result<Ended, Failure> {
        let new = NewEvidence {
            file: self.file,
            url: self.url,
            id: self.id,
            title: self.title,
            kind: self.kind,
            issued: self.issued,
            valid_until: self.valid_until,
            audience: self.audience.as_deref().and_then(Audience::parse),
            owner: self.owner,
            controls: self.controls.iter().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect(),
            renew: self.renew,
            no_end: self.no_end,
        };
        let done = add(&self.bank.place(), &new)?;
        if self.json {
            print_json(&done)?;
        } else if done.changed {
            let digest = done.sha256.as_ref().map(|digest| format!(" sha256 {digest}")).unwrap_or_default();
            let notes: String = done.notes.iter().map(|note| format!("  note: {note}\n")).collect();
            let what = if new.renew { "renewed" } else { "recorded" };
            print(&format!("{what} {} ({}){digest}\n{notes}", done.id, done.record))?;
        } else {
            print(&format!("{} is recorded already ({})\n", done.id, done.record))?;
        }
        Ok(Ended::Done)
    }
}

#[derive(Args)]
struct Pack {
    /// The archive
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Whom it is for; recorded in the manifest
    #[arg(long, value_name = "NAME")]
    customer: Option<String>,
    /// Replace the file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    bank: BankFlags,
    #[command(flatten)]
    scope: ScopeFlags,
    /// Print one JSON array
    #[arg(long)]
    json: bool,
}

impl Pack {
    fn run(self) -> Result<Ended, Failure> {
        let done = pack(&self.bank.place(), &self.scope.scope(), self.customer.as_deref())?;
        write_new(&self.out, &done.bytes, self.force)?;
        if self.json {
            print_json(&done.evidence)?;
        } else {
            let row = |one: &crate::engine::evidence::Packed| {
                vec![format!("  {}", one.id), one.title.clone(), one.file.clone().or_else(|| one.url.clone()).unwrap_or_default()]
            };
            let rows: Vec<Vec<String>> = done.evidence.iter().map(row).collect();
            print(&format!("{} of evidence in {}\n{}", counted(rows.len(), "piece"), self.out.display(), columns(&rows)))?;
        }
        Ok(Ended::Done)
    }
}
