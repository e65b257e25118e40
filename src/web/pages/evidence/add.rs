//! Adding evidence, and renewing a piece with a newer file: a form with a file, streamed to the disk.

use askama::Template;
use axum::extract::{Multipart, Path, State};
use jiff::civil::Date;

use crate::domain::bank::{Audience, Evidence};
use crate::engine::accounts::{Act, record};
use crate::engine::evidence::{self, NewEvidence};
use crate::engine::{rests, upkeep};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::session::{Address, Who};
use crate::web::upload::{Brought, Most, receive};
use crate::web::words::filters;

/// One file of at most 64 MiB.
const MOST: Most = Most { files: 1, bytes: 64 << 20 };
/// Kinds that are offered; any other may be written.
const KINDS: [&str; 8] = ["report", "certificate", "policy", "procedure", "record", "screenshot", "register", "document"];

#[derive(Template)]
#[template(path = "evidence/add.html")]
struct Add<'a> {
    frame: &'a Frame,
    owners: &'a [String],
    controls: &'a [(String, String)],
    kinds: [&'static str; 8],
    /// What is renewed.
    old: Option<&'a Evidence>,
    answers: &'a [rests::Brief],
}

impl Add<'_> {
    /// Whether an audience is ticked already: that of what is renewed, and of new evidence the narrowest.
    fn offers(&self, audience: &str) -> bool {
        self.old.map_or(Audience::Internal, |old| old.audience).to_string() == audience
    }
}

async fn form(app: &App, frame: &Frame, old: Option<rests::EvidenceShown>) -> Reply {
    let date = frame.date;
    let (owners, controls) =
        app.desk(frame.name(), move |desk| Ok((evidence::owners(&desk.bank)?, upkeep::controls(&desk.bank, &[], date)?))).await?;
    let controls: Vec<(String, String)> = controls.into_iter().map(|control| (control.id, control.title)).collect();
    let answers = old.as_ref().map(|old| old.answers.clone()).unwrap_or_default();
    let old = old.as_ref().map(|old| &old.kept.evidence);
    page(&Add { frame, owners: &owners, controls: &controls, kinds: KINDS, old, answers: &answers })
}

/// `GET /evidence/new`
pub async fn add_page(State(app): State<App>, frame: Frame) -> Reply {
    form(&app, &frame, None).await
}

/// `GET /evidence/{id}/renew`
pub async fn renew_page(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let old = app.desk(frame.name(), move |desk| rests::evidence(desk, &id)).await?;
    form(&app, &frame, Some(old)).await
}

/// `POST /evidence`
pub async fn add(State(app): State<App>, frame: Frame, who: Who, Address(address): Address, sent: Multipart) -> Reply {
    let brought = receive(&app, &frame, sent, MOST).await?;
    let new = wanted(&brought)?;
    if let (Some(id), Some(audience)) = (brought.some("renews"), new.audience) {
        let old = app.desk(frame.name(), move |desk| rests::evidence(desk, &id)).await?.kept.evidence.audience;
        if audience < old && !who.reauthenticated_recently {
            return Err(Refusal::type_password());
        }
    }
    let recorded = app
        .desk(frame.name(), move |desk| {
            let recorded = evidence::add(&desk.bank, &new)?;
            let what = if new.renew { "renewed" } else { "added" };
            record(desk, Act::BankChanged, &format!("evidence:{}", recorded.id), &address, what)?;
            Ok(recorded)
        })
        .await;
    // The file was copied into the bank by now, or is not wanted.
    drop(brought);
    go_to(&format!("/evidence/{}", crate::web::words::in_address(&recorded?.id)))
}

fn wanted(brought: &Brought) -> Result<NewEvidence, Refusal> {
    let day = |name: &str, what: &str| match brought.some(name) {
        None => Ok(None),
        Some(text) => match text.parse::<Date>() {
            Ok(day) => Ok(Some(day)),
            Err(_) => Err(Refusal::wrong(format!("{what}: {text:?} is no day"), "write it as 2026-11-21; nothing was taken in")),
        },
    };
    let renews = brought.some("renews");
    let (issued, valid_until) = (day("issued", "first day")?, day("valid_until", "last day")?);
    let no_end = brought.some("no_end").is_some();
    let file = brought.files.first().map(|(_, path)| path.clone());
    let url = brought.some("url");
    if file.is_none() && url.is_none() {
        return Err(Refusal::wrong("there is neither a file nor an address", "choose a file, or say where the evidence is kept"));
    }
    if issued.zip(valid_until).is_some_and(|(issued, until)| until < issued) {
        return Err(Refusal::wrong("its last day is before its first", "check the two days; nothing was taken in"));
    }
    if valid_until.is_none() && !no_end {
        return Err(Refusal::wrong(
            "nothing says how long it holds",
            "name its last day, or tick that it has no end; nothing was taken in",
        ));
    }
    if valid_until.is_some() && no_end {
        return Err(Refusal::wrong(
            "it has a last day and no end",
            "name the day or tick that it has no end, not both; nothing was taken in",
        ));
    }
    let audience = match brought.some("audience") {
        None => None,
        Some(name) => {
            Some(Audience::parse(&name).ok_or_else(|| Refusal::wrong("there is no such audience", "one of public, nda, internal"))?)
        }
    };
    Ok(NewEvidence {
        file,
        url,
        id: renews.clone().or_else(|| brought.some("id")),
        title: brought.some("title"),
        kind: brought.some("kind"),
        issued,
        valid_until,
        audience,
        owner: brought.some("owner"),
        controls: brought.every("control"),
        renew: renews.is_some(),
        no_end,
    })
}
