//! `answerbank review correct | log | close | reopen`: what is known of a questionnaire, and what happened to it.

use clap::Args;
use jiff::civil::Date;

use super::super::desk::ByFlag;
use super::super::{Ended, clipped, columns, print, print_json, shown};
use super::Common;
use crate::domain::bank::Audience;
use crate::domain::journal::{Correction, Entry};
use crate::domain::log::in_words;
use crate::engine::Failure;
use crate::engine::review::{close, correct, log, reopen};

/// Corrects what was said when a questionnaire was taken in. What is not named stays as it is.
#[derive(Args)]
pub struct Correct {
    /// The questionnaire
    questionnaire: String,
    /// The sale that it belongs to
    #[arg(long, value_name = "NAME")]
    deal: Option<String>,
    /// What the sale is worth, in whole units of your currency
    #[arg(long, value_name = "AMOUNT")]
    value: Option<u64>,
    /// Day on which the customer wants it back
    #[arg(long, value_name = "DATE")]
    due: Option<Date>,
    /// Who will read the answers
    #[arg(long, value_parser = ["public", "nda"])]
    audience: Option<String>,
    /// Product asked about; may be given several times
    #[arg(long, value_name = "ID")]
    product: Option<Vec<String>>,
    /// Region asked about; may be given several times
    #[arg(long, value_name = "ID")]
    region: Option<Vec<String>>,
    /// Whether answers that stand in the workbook already are replaced
    #[arg(long, value_name = "true|false")]
    overwrite: Option<bool>,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    common: Common,
}

impl Correct {
    pub fn run(self) -> Result<Ended, Failure> {
        let audience = self.audience.as_deref().and_then(Audience::parse);
        let with = |correction: &mut Correction| {
            if let Some(deal) = &self.deal {
                correction.sale.deal.clone_from(deal);
            }
            correction.sale.value = self.value.or(correction.sale.value);
            correction.sale.due = self.due.or(correction.sale.due);
            correction.audience = audience.unwrap_or(correction.audience);
            if let Some(products) = &self.product {
                correction.products.clone_from(products);
            }
            if let Some(regions) = &self.region {
                correction.regions.clone_from(regions);
            }
            correction.overwrite = self.overwrite.unwrap_or(correction.overwrite);
        };
        let progress = correct(&self.common.desk.desk_of(&self.by)?, &self.questionnaire, &with)?;
        let now = progress.received.correctable();
        if self.common.json {
            print_json(&now)?;
        } else {
            let list = |values: &[String]| if values.is_empty() { "none".to_owned() } else { values.join(", ") };
            let rows = [
                ("customer", now.sale.customer.clone()),
                ("deal", now.sale.deal.clone()),
                ("value", now.sale.value.map(|value| value.to_string()).unwrap_or_default()),
                ("due", now.sale.due.map(|due| due.to_string()).unwrap_or_default()),
                ("audience", now.audience.to_string()),
                ("products", list(&now.products)),
                ("regions", list(&now.regions)),
                ("overwrite", now.overwrite.to_string()),
            ];
            print(&columns(&rows.map(|(name, value)| vec![name.to_owned(), value])))?;
        }
        Ok(Ended::Done)
    }
}

/// Tells everything that happened to a questionnaire, in order: who, when, what.
#[derive(Args)]
pub struct Log {
    /// The questionnaire
    questionnaire: String,
    #[command(flatten)]
    common: Common,
}

impl Log {
    pub fn run(self) -> Result<Ended, Failure> {
        let entries = log(&self.common.desk.desk()?, &self.questionnaire)?;
        if self.common.json {
            let told = |entry: &Entry| serde_json::json!({ "number": entry.number, "at": entry.at, "by": entry.by, "what": entry.what });
            print_json(&entries.iter().map(told).collect::<Vec<_>>())?;
        } else {
            print(&columns(&entries.iter().map(row).collect::<Vec<_>>()))?;
        }
        Ok(Ended::Done)
    }
}

fn row(entry: &Entry) -> Vec<String> {
    let at = entry.at.strftime("%Y-%m-%d %H:%M").to_string();
    vec![entry.number.to_string(), at, clipped(&entry.by, 24), entry.what.kind().to_owned(), clipped(&in_words(&entry.what), 110)]
}

/// Opens a closed questionnaire again.
#[derive(Args)]
pub struct Reopen {
    /// The questionnaire
    questionnaire: String,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    common: Common,
}

impl Reopen {
    pub fn run(self) -> Result<Ended, Failure> {
        let id = reopen(&self.common.desk.desk_of(&self.by)?, &self.questionnaire)?;
        if self.common.json {
            print_json(&serde_json::json!({ "reopened": id }))?;
        } else {
            print(&format!("{} is open again\n", shown(&id)))?;
        }
        Ok(Ended::Done)
    }
}

/// Ends a questionnaire for which nobody waits any more.
#[derive(Args)]
pub struct Close {
    /// The questionnaire
    questionnaire: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    common: Common,
}

impl Close {
    pub fn run(self) -> Result<Ended, Failure> {
        let id = close(&self.common.desk.desk_of(&self.by)?, &self.questionnaire, &self.reason)?;
        if self.common.json {
            print_json(&serde_json::json!({ "closed": id }))?;
        } else {
            print(&format!("{id} is closed\n"))?;
        }
        Ok(Ended::Done)
    }
}
