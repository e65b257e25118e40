//! Two entries that ask the same become one: what will be written is shown before, and written only where both files are those that were read.

use askama::Template;
use axum::extract::{Form, Query, State};
use serde::Deserialize;

use crate::domain::changes::{Piece, Stands, pieces};
use crate::engine::accounts::{Act, record};
use crate::engine::curate::{self, Hand, Merge, Plan, Side};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::session::Address;
use crate::web::words::{filters, in_address};

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    one: String,
    other: String,
    stays: String,
    asked: String,
    controls: String,
    evidence: String,
    why: String,
    seen_stays: String,
    seen_goes: String,
}

impl Said {
    fn merge(&self) -> Result<Merge, Refusal> {
        let goes = match &self.stays {
            stays if *stays == self.one => &self.other,
            stays if *stays == self.other => &self.one,
            _ => return Err(Refusal::wrong("it is not said which of the two stays", "choose one; nothing was changed")),
        };
        if self.why.trim().is_empty() {
            return Err(Refusal::wrong("the reason is missing", "say why the two are one; it is kept with the entry that is retired"));
        }
        Ok(Merge {
            stays: self.stays.clone(),
            goes: goes.clone(),
            asked: !self.asked.is_empty(),
            controls: !self.controls.is_empty(),
            evidence: !self.evidence.is_empty(),
            why: self.why.trim().to_owned(),
        })
    }
}

#[derive(Template)]
#[template(path = "upkeep/merge.html")]
struct Preview<'a> {
    frame: &'a Frame,
    plan: &'a Plan,
    said: &'a Said,
    sides: [(&'a Side, Vec<Piece>); 2],
}

/// `GET /upkeep/merge`
pub async fn preview(State(app): State<App>, frame: Frame, Query(said): Query<Said>) -> Reply {
    let merge = said.merge()?;
    let plan = app
        .desk(frame.name(), move |desk| curate::plan(&desk.bank, &merge, &Hand { by: desk.by.clone(), on: desk.date, seen: None }))
        .await?;
    let sides = [&plan.stays, &plan.goes].map(|side| (side, pieces(&side.before, &side.after)));
    page(&Preview { frame: &frame, plan: &plan, said: &said, sides })
}

/// `POST /upkeep/merge`
pub async fn merge(State(app): State<App>, frame: Frame, Address(address): Address, Form(said): Form<Said>) -> Reply {
    let merge = said.merge()?;
    let stays = merge.stays.clone();
    app.desk(frame.name(), move |desk| {
        let hand = Hand { by: desk.by.clone(), on: desk.date, seen: None };
        curate::merge(&desk.bank, &merge, [&said.seen_stays, &said.seen_goes], &hand)?;
        record(desk, Act::BankChanged, &merge.stays, &address, &format!("took over {}", merge.goes))?;
        record(desk, Act::BankChanged, &merge.goes, &address, &format!("retired, merged into {}", merge.stays))
    })
    .await?;
    go_to(&format!("/bank/{}", in_address(&stays)))
}
