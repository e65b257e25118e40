//! `bank export` and `bank publish`: what leaves the bank as files.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::{BankFlags, Ended, counted, print, print_json, today};
use crate::cli::{ScopeFlags, print_bytes, write_new};
use crate::engine::Failure;
use crate::engine::export::{ExportFormat, export};
use crate::engine::publish::publish;

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Xlsx,
    Csv,
    Json,
    Markdown,
}

/// The answers that may be told to an audience about a product, or, with --all, everything, as a file.
#[derive(Args)]
pub struct Export {
    /// The file; without it, the result goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The kind of file [default: by the file's ending, else json]
    #[arg(long)]
    format: Option<Format>,
    /// For yourselves: drafts and internal answers too, with owners, links and what bars them
    #[arg(long, conflicts_with_all = ["audience", "product", "region"])]
    all: bool,
    /// Replace the file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    bank: BankFlags,
    #[command(flatten)]
    scope: ScopeFlags,
}

impl Export {
    pub fn run(self) -> Result<Ended, Failure> {
        let ending = self.out.as_deref().and_then(|path| path.extension()).map(|ending| ending.to_string_lossy().to_lowercase());
        let format = match (self.format, ending.as_deref()) {
            (Some(Format::Xlsx), _) | (None, Some("xlsx")) => ExportFormat::Xlsx,
            (Some(Format::Csv), _) | (None, Some("csv")) => ExportFormat::Csv,
            (Some(Format::Markdown), _) | (None, Some("md" | "markdown")) => ExportFormat::Markdown,
            (Some(Format::Json), _) | (None, Some("json") | None) => ExportFormat::Json,
            (None, Some(other)) => {
                return Err(Failure::usage(
                    format!("--out: {other:?} is no kind of file that is exported"),
                    "xlsx, csv, json or md; or say --format",
                ));
            }
        };
        if format == ExportFormat::Xlsx && self.out.is_none() {
            return Err(Failure::usage("a workbook is not printed", "name the file: --out answers.xlsx"));
        }
        let done = export(&self.bank.place(), &self.scope.scope(), self.all, format)?;
        for left_out in &done.left_out {
            eprintln!("note: not exported: {left_out}");
        }
        match &self.out {
            None => print_bytes(&done.bytes)?,
            Some(path) => {
                write_new(path, &done.bytes, self.force)?;
                print(&format!("{} in {}\n", counted(done.answers, "answer"), path.display()))?;
            }
        }
        Ok(Ended::Done)
    }
}

/// The trust page: public answers that stand, public evidence that holds, and contacts, as a static site without scripts.
///
/// Of what lies in the folder, only files of an earlier run are replaced or removed. Nothing marked nda or internal is ever in it.
#[derive(Args)]
pub struct Publish {
    /// The folder
    folder: PathBuf,
    #[command(flatten)]
    bank: BankFlags,
    /// Day on which all of it must stand [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Publish {
    pub fn run(self) -> Result<Ended, Failure> {
        let done = publish(&self.bank.place(), &self.folder, self.date.unwrap_or_else(today))?;
        for left_out in &done.left_out {
            eprintln!("note: not published: {left_out}");
        }
        if self.json {
            print_json(&done)?;
        } else {
            let (answers, documents) = (counted(done.answers, "answer"), counted(done.evidence, "document"));
            print(&format!(
                "{answers} and {documents} in {}: open {}\n",
                counted(done.files.len(), "file"),
                self.folder.join("index.html").display()
            ))?;
        }
        Ok(Ended::Done)
    }
}
