//! A sale from the workbook that comes in to the recall, told by a program alone.

use std::collections::BTreeMap;

use answerbank::engine::inbox::{next, take_in};
use serde_json::{Value, json};

use super::{House, Program, day};

const FORM: &str = "harbour-bank-vendor-assessment.xlsx";

/// Tells the story; gives what each route answered first.
pub fn told(house: &House) -> BTreeMap<String, Value> {
    let program = Program::of(house, "admin");
    let id = taken_in(house, &program);
    reviewed(&program, &id);
    followed(&program);
    told_and_recalled(&program);
    looked_after(&program);
    accounts(&program);
    program.told.into_inner()
}

const ONE: &str = "/api/v1/questionnaires/{id}";

fn taken_in(house: &House, program: &Program) -> String {
    let bytes = std::fs::read(crate::fixtures::folder().join(FORM)).unwrap();
    let fields = [
        ("customer", "Harbour Bank"),
        ("deal", "Harbour Bank 2027"),
        ("value", "240000"),
        ("due", "2026-12-15"),
        ("audience", "nda"),
        ("product", "cloud"),
    ];
    let sent = program.brings("/api/v1/uploads", &fields, &[(FORM, &bytes), ("broken.xlsx", b"no workbook")]);
    let waiting = program.reads("/api/v1/uploads", &[], "");
    assert_eq!((&waiting[0]["id"], &waiting[0]["end"]), (&sent["uploads"][0], &Value::Null));
    take_all_in(house);
    let done = program.reads("/api/v1/uploads", &[], "");
    let failed = done.as_array().unwrap().iter().find(|one| one["end"]["became"] == "failed").unwrap()["id"].as_str().unwrap().to_owned();
    program.does("/api/v1/uploads/{id}/again", &[&failed], &json!({}));
    take_all_in(house);
    program.does("/api/v1/uploads/{id}/dismiss", &[&failed], &json!({}));
    program.reads("/api/v1/offers", &[], "");
    let listed = program.reads("/api/v1/questionnaires", &[], "");
    assert_eq!((&listed["total"], &listed["items"][0]["customer"]), (&json!(1), &json!("Harbour Bank")));
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let glance = program.reads(ONE, &[&id], "");
    assert_eq!((&glance["customer"], &glance["value"]), (&json!("Harbour Bank"), &json!(240_000)), "{glance}");
    program.reads(&format!("{ONE}/beside"), &[&id], "");
    let layout = program.reads(&format!("{ONE}/layout"), &[&id], "");
    let tried = program.does(&format!("{ONE}/layout/preview"), &[&id], &json!({ "text": layout["text"] }));
    assert_eq!(tried["questions"].as_array().unwrap().len(), layout["questions"].as_u64().unwrap() as usize);
    program.does(&format!("{ONE}/layout"), &[&id], &json!({ "text": layout["text"], "seen": layout["seen"] }));
    let stale = json!({ "text": layout["text"], "seen": "another reading" });
    assert_eq!(program.is_refused(&format!("{ONE}/layout"), &[&id], &stale).0, 409);
    let sold = program.does(&format!("{ONE}/sale"), &[&id], &json!({ "value": 300_000, "due": "2026-12-20" }));
    assert_eq!((&sold["value"], &sold["due"], &sold["audience"]), (&json!(300_000), &json!("2026-12-20"), &json!("nda")));
    let why = "the customer chose somebody else";
    program.does(&format!("{ONE}/close"), &[&id], &json!({ "why": why }));
    assert_eq!(program.reads("/api/v1/questionnaires", &[], "")["total"], 0);
    program.does(&format!("{ONE}/reopen"), &[&id], &json!({}));
    let happened = program.reads(&format!("{ONE}/history"), &[&id], "");
    assert!(happened.as_array().unwrap().iter().any(|one| one["kind"] == "closed" && one["by"] == "admin.person"), "{happened}");
    id
}

/// What the server's own thread does beside the requests.
fn take_all_in(house: &House) {
    while let Some(ticket) = next(&house.team.desk("", super::DAY).store).unwrap() {
        take_in(&house.team.desk(&ticket.by, super::DAY), &ticket).unwrap();
    }
}

fn reviewed(program: &Program, id: &str) {
    let questions = format!("{ONE}/questions");
    let all = program.reads(&questions, &[id], "");
    assert_eq!(all["total"].as_u64().unwrap() as usize, all["rows"].as_array().unwrap().len());
    let waiting = program.reads(&questions, &[id], "?stands=review&limit=2");
    assert!(waiting["total"].as_u64().unwrap() > 2 && waiting["rows"].as_array().unwrap().len() == 2, "{}", waiting["total"]);
    let place = |row: &Value| format!("{}!{}", row["sheet"].as_str().unwrap(), row["cell"].as_str().unwrap());
    let places: Vec<String> = program.reads(&questions, &[id], "?stands=review")["rows"].as_array().unwrap().iter().map(place).collect();
    let decide = format!("{ONE}/decisions");
    let show = format!("{ONE}/questions/{{place}}");
    // One is accepted, one gets another answer, one is rejected, one is put otherwise and taken back.
    let first = program.reads(&show, &[id, &places[0]], "");
    let offered = first["offered"].as_array().unwrap();
    assert!(!offered.is_empty() && first["seen"].as_i64().unwrap() > 0);
    let one = |what: Value| json!({ "decisions": [what] });
    let accepted = program.does(&decide, &[id], &one(json!({ "question": places[0], "decision": "accept", "reason": "so it is" })));
    assert!(accepted[0]["answer"].is_string(), "{accepted}");
    let (status, told) = program.is_refused(&decide, &[id], &one(json!({ "question": places[1], "decision": "reject" })));
    assert_eq!(status, 409, "a reason is needed: {told}");
    program.does(&decide, &[id], &one(json!({ "question": places[1], "decision": "reject", "reason": "nothing fits" })));
    program.does(&decide, &[id], &one(json!({ "question": places[2], "decision": "edit", "text": "In our own words.", "reason": "" })));
    program.does(&decide, &[id], &one(json!({ "question": places[2], "decision": "undo" })));
    let choices = program.reads(&show, &[id, &places[2]], "")["offered"].clone();
    let free = choices.as_array().unwrap().iter().find(|offered| offered["bars"].as_array().unwrap().is_empty());
    if let Some(free) = free {
        let chosen = json!({ "question": places[2], "decision": "choose", "answer": free["answer"], "reason": "it says the same" });
        let chosen = program.does(&decide, &[id], &one(chosen));
        assert_eq!(chosen[0]["answer"], free["answer"]);
    }
    // Together: what is listed is accepted, or nothing.
    let together = program.reads(&format!("{ONE}/acceptable"), &[id], "?least=0.5");
    let asked: Vec<Value> = together["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| json!({ "question": place(row), "decision": "accept", "seen": together["seen"], "reason": "read one by one" }))
        .collect();
    if !asked.is_empty() {
        let many = program.does(&decide, &[id], &json!({ "decisions": asked }));
        assert_eq!(many.as_array().unwrap().len(), asked.len());
    }
    let to = json!({ "questions": [places[3]], "to": "reviewer.person" });
    program.does(&format!("{ONE}/assign"), &[id], &to);
    let meanwhile = program.reads(&format!("{ONE}/since"), &[id], &format!("?after={}", together["seen"]));
    assert!(meanwhile["rows"].as_array().unwrap().iter().any(|row| row["assigned"] == "reviewer.person"), "{meanwhile}");
    let theirs = program.reads(&questions, &[id], "?assigned=reviewer.person");
    assert_eq!(theirs["total"], 1);
    // Own words become lessons for the bank: one is taken up, one is not.
    let gaps: Vec<String> = program.reads(&questions, &[id], "?stands=gap")["rows"].as_array().unwrap().iter().map(place).collect();
    for (place, text) in [(&gaps[0], "We do it by hand, each quarter."), (&gaps[1], "It is planned for next year.")] {
        program.does(&decide, &[id], &one(json!({ "question": place, "decision": "edit", "text": text })));
    }
    let lessons = program.reads("/api/v1/lessons", &[], "");
    let lesson = |at: usize| lessons[at]["id"].as_str().unwrap_or_else(|| panic!("{lessons}")).to_owned();
    let done = program.does("/api/v1/lessons/{id}/learn", &[&lesson(0)], &json!({}));
    assert!(done["id"].is_string(), "{done}");
    program.does("/api/v1/lessons/{id}/refuse", &[&lesson(1)], &json!({ "why": "nobody asks that twice" }));
}

fn followed(program: &Program) {
    let listed = program.reads("/api/v1/work-items", &[], "");
    let items = listed["items"].as_array().unwrap();
    let (first, second) = (items[0]["id"].as_str().unwrap(), items[1]["id"].as_str().unwrap());
    assert!(items[0]["waits"].as_array().is_some_and(|waits| !waits.is_empty()), "{}", items[0]);
    let one = "/api/v1/work-items/{id}";
    assert_eq!(program.reads(one, &[first], "")["id"], first);
    program.does(&format!("{one}/owner"), &[first], &json!({ "owner": "m.okafor" }));
    program.does(&format!("{one}/tags"), &[first], &json!({ "purpose": "trust" }));
    program.does(&format!("{one}/state"), &[first], &json!({ "state": "in-progress" }));
    let (status, told) = program.is_refused(&format!("{one}/state"), &[first], &json!({ "state": "done" }));
    assert_eq!(status, 409, "the gap is still there: {told}");
    let done = program.does(&format!("{one}/state"), &[first], &json!({ "state": "done", "reason": "answered by mail" }));
    assert_eq!((&done["state"], done["refilled"].is_array()), (&json!("done"), true));
    let third = items[2]["id"].as_str().unwrap();
    assert_eq!(program.does(&format!("{one}/merge"), &[second], &json!({ "other": third }))["id"], third);
    program.does(&format!("{one}/apart"), &[second], &json!({}));
    let file = program.sends("GET", "/api/v1/work-items/export/{to}", &["jira"], "", None);
    assert!(file.text.contains("Summary") && file.text.contains("wi-"), "{}", file.text);
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("work-items-jira.csv"));
}

fn told_and_recalled(program: &Program) {
    // What was released is told by `ledger`.
    let id = program.reads("/api/v1/questionnaires", &[], "?all=true")["items"][0]["id"].as_str().unwrap().to_owned();
    program.reads(&format!("{ONE}/questions"), &[&id], "");
    let release = format!("{ONE}/release");
    let look = program.reads(&release, &[&id], "");
    let in_the_way = look["in_the_way"].as_array().unwrap();
    assert!(in_the_way.len() > 1, "words of our own, and an answer that changed: {look}");
    let (status, blocked) = program.is_refused(&release, &[&id], &json!({}));
    assert_eq!((status, &blocked["in_the_way"]), (409, &look["in_the_way"]));
    let undo = |one: &Value| json!({ "question": one["place"], "decision": "undo" });
    let undone: Vec<Value> = in_the_way.iter().map(undo).collect();
    program.does(&format!("{ONE}/decisions"), &[&id], &json!({ "decisions": undone }));
    program.reads(&format!("{ONE}/questions"), &[&id], "");
    let kept = program.does(&release, &[&id], &json!({}));
    let out = program.reads(&format!("{ONE}/releases"), &[&id], "");
    assert_eq!((&out[0]["number"], &out[0]["by"]), (&kept["number"], &json!("admin.person")));
    let number = kept["number"].to_string();
    let name = look["workbook"].as_str().unwrap();
    let file = program.sends("GET", &format!("{ONE}/releases/{{number}}/{{folder}}/{{name}}"), &[&id, &number, "customer", name], "", None);
    assert_eq!(file.status.as_u16(), 200, "{}", file.text);
    // The bytes hold: they are those that the release recorded.
    let recorded = out[0]["files"].as_array().unwrap().iter().find(|one| one["folder"] == "customer").unwrap();
    assert_eq!(recorded["content"].as_str().unwrap(), answerbank::domain::digest::sha256_hex(&file.bytes));
    for which in ["workbook", "report", "work-items"] {
        let draft = program.sends("GET", &format!("{ONE}/draft/{{which}}"), &[&id, which], "", None);
        assert!(draft.headers["content-disposition"].to_str().unwrap().contains("INTERNAL-"), "{which}");
    }
    for path in [format!("{ONE}/evidence-pack"), format!("{ONE}/releases/{{number}}/all.zip")] {
        let file = program.sends("GET", &path, &[id.as_str(), number.as_str()][..path.matches('{').count()], "", None);
        assert!(file.bytes.starts_with(b"PK"), "{path}: {}", file.text);
    }
    let held = program.reads("/api/v1/ledger", &[], "?customer=Harbour%20Bank");
    let answer = held["items"][0]["answer"].as_str().unwrap().to_owned();
    assert!(program.reads("/api/v1/ledger", &[], &format!("?answer={answer}"))["total"].as_u64().unwrap() > 0);
    let would = program.reads("/api/v1/recall", &[], &format!("?about={answer}&why=it%20was%20not%20so"));
    assert_eq!(would["stale"][0]["customer"], "Harbour Bank", "{would}");
    let taken_back = json!({ "about": answer, "why": "it was not so", "wrong": true });
    assert_eq!(program.is_refused("/api/v1/recall", &[], &taken_back).0, 403, "no token recalls");
    let told = program.signed_in("/api/v1/recall", &[], &taken_back);
    assert!(told["notices"][0]["text"].as_str().unwrap().contains("Harbour Bank"), "{told}");
    let past = program.reads("/api/v1/recalls", &[], "");
    assert_eq!(
        (&past[0]["about"], &past[0]["customers"][0], &past[0]["by"]),
        (&json!(answer), &json!("Harbour Bank"), &json!("admin.person"))
    );
    assert_eq!(program.reads("/api/v1/answers/{id}/uses", &[&answer], "")["told"][0]["customer"], "Harbour Bank");
    program.reads("/api/v1/ledger/contradictions", &[], "");
    assert!(!program.reads("/api/v1/ledger/unused", &[], "").as_array().unwrap().is_empty());
    program.reads("/api/v1/trends", &[], "");
}

fn looked_after(program: &Program) {
    let hits = program.reads("/api/v1/search", &[], "?words=encryption%20at%20rest");
    assert!(!hits.as_array().unwrap().is_empty());
    program.reads("/api/v1/evidence", &[], "");
    let all = program.reads("/api/v1/controls", &[], "");
    assert!(program.reads("/api/v1/controls", &[], "?words=CRY").as_array().unwrap().len() < all.as_array().unwrap().len());
    let frameworks = program.reads("/api/v1/coverage", &[], "");
    let framework = frameworks[0]["framework"].as_str().unwrap().to_owned();
    let met = program.reads("/api/v1/coverage/{framework}", &[&framework], "");
    let requirement = met["requirements"].as_array().unwrap().iter().find(|one| !one["controls"].as_array().unwrap().is_empty()).unwrap();
    let requirement = requirement["requirement"].as_str().unwrap().split_once('/').unwrap().1.to_owned();
    program.reads("/api/v1/coverage/{framework}/{requirement}", &[&framework, &requirement], "");
    let control = program.reads("/api/v1/controls", &[], "")[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(program.reads("/api/v1/controls/{id}", &[&control], "")["id"], control);
    program.reads("/api/v1/impact", &[], &format!("?thing=control:{control}"));
    program.reads("/api/v1/upkeep/due", &[], "?until=2027-06-30");
    program.reads("/api/v1/upkeep/health", &[], "");
    program.reads("/api/v1/upkeep/stats", &[], "");
    written(program);
    brought(program);
}

/// Files are brought: evidence, and a questionnaire of the past of which one answer is taken; two drafts become one.
fn brought(program: &Program) {
    let fields = [("id", "backup-plan"), ("title", "Backup plan"), ("kind", "policy"), ("valid_until", "2027-12-01"), ("audience", "nda")];
    let recorded = program.brings("/api/v1/evidence", &fields, &[("plan.txt", b"Every night.")]);
    assert_eq!((&recorded["id"], &recorded["changed"]), (&json!("backup-plan"), &json!(true)));
    assert_eq!(program.reads("/api/v1/evidence/{id}", &["backup-plan"], "")["state"], "holds");
    assert_eq!(program.sends("GET", "/api/v1/evidence/{id}/file", &["backup-plan"], "", None).bytes, b"Every night.");
    let past = b"Question,Answer\nDo you sell umbrellas to giants?,\"Yes, in all sizes.\"\nDo you own a lighthouse?,\"No, none at all.\"\n";
    let fields = [("kind", "library"), ("topic", "imported"), ("owner", "m.okafor")];
    let found = program.brings("/api/v1/import", &fields, &[("library.csv", past)]);
    let id = found["id"].as_str().unwrap();
    let one = "/api/v1/import/{id}";
    let again = program.reads(one, &[id], "");
    assert_eq!(again["items"].as_array().unwrap().len(), 2, "{again}");
    let keys: Vec<&Value> = again["items"].as_array().unwrap().iter().map(|item| &item["key"]).collect();
    let done = program.does(one, &[id], &json!({ "items": [keys[0]] }));
    assert_eq!(done["drafted"].as_array().unwrap().len(), 1, "{done}");
    assert_eq!(program.sends("GET", one, &[id], "", None).status.as_u16(), 404, "the files are gone");
    let other = program.brings("/api/v1/import", &fields, &[("library.csv", past)])["id"].as_str().unwrap().to_owned();
    let second = program.does(one, &[&other], &json!({ "all": true }));
    let third = program.brings("/api/v1/import", &fields, &[("library.csv", past)])["id"].as_str().unwrap().to_owned();
    program.does(&format!("{one}/leave"), &[&third], &json!({}));
    let (stays, goes) = (done["drafted"][0].as_str().unwrap(), second["drafted"][0].as_str().unwrap());
    let plan = program.reads("/api/v1/upkeep/merge", &[], &format!("?stays={stays}&goes={goes}"));
    let merging =
        json!({ "stays": stays, "goes": goes, "seen_stays": plan["stays"]["seen"], "seen_goes": plan["goes"]["seen"], "why": "the same" });
    program.does("/api/v1/upkeep/merge", &[], &merging);
    assert_eq!(program.is_refused("/api/v1/upkeep/merge", &[], &merging).0, 409, "both are other texts now");
    assert_eq!(program.reads("/api/v1/answers/{id}", &[goes], "")["retired"]["by"], "admin.person");
}

/// An answer is written, edited by two, approved by somebody else where the bank wants that, and ended.
fn written(program: &Program) {
    let one = "/api/v1/answers/{id}";
    let said =
        json!({ "question": "Do you rotate log keys?", "verdict": "info", "text": "Log keys are rotated monthly.", "audience": "nda" });
    let new = program.does("/api/v1/answers", &[], &json!({ "name": "log-key-rotation", "topic": "logs", "said": said }));
    assert_eq!(new["id"], "log-key-rotation");
    let id = ["log-key-rotation"];
    let first = program.reads(one, &id, "")["seen"].clone();
    let drafts = program.reads("/api/v1/answers", &[], "?state=draft&words=log%20keys");
    assert!(drafts["listed"].as_array().unwrap().iter().any(|one| one["id"] == "log-key-rotation"), "{drafts}");
    let edited = json!({ "seen": first, "said": { "text": "Log keys are rotated weekly." } });
    assert_eq!(program.does(&format!("{one}/preview"), &id, &edited)["changed"], true);
    program.does(&format!("{one}/edit"), &id, &edited);
    // Whoever read the first text is shown both, and nothing is lost.
    let late = json!({ "seen": first, "said": { "text": "Log keys are rotated daily." } });
    let (status, both) = program.is_refused(&format!("{one}/edit"), &id, &late);
    assert_eq!(status, 409);
    assert_eq!(both["now"]["text"], "Log keys are rotated weekly.");
    assert_eq!(both["yours"]["text"], "Log keys are rotated daily.");
    assert_eq!(both["differs"][0]["field"], "text");
    assert_eq!(program.is_refused(&format!("{one}/approve"), &id, &json!({ "seen": first })).0, 409, "the text is another one");
    let read = program.reads(one, &id, "")["seen"].clone();
    let curator = Program::of(program.house, "curator");
    let approved = curator.does(&format!("{one}/approve"), &id, &json!({ "seen": read }));
    assert_eq!(approved[0]["bars"], json!([]), "{approved}");
    let read = program.reads(one, &id, "")["seen"].clone();
    let all = curator.does("/api/v1/answers/approve", &[], &json!({ "answers": [{ "answer": id[0], "seen": read }] }));
    program.keep("POST", &format!("{one}/approve"), super::Answer::of(&approved));
    program.keep("POST", "/api/v1/answers/approve", super::Answer::of(&all));
    let read = program.reads(one, &id, "");
    assert_eq!(read["approved"]["by"], "curator.person");
    let kept = json!({ "seen": read["seen"], "until": "2027-06-30" });
    program.does(&format!("{one}/verify"), &id, &kept);
    let read = program.reads(one, &id, "")["seen"].clone();
    program.does(&format!("{one}/retire"), &id, &json!({ "seen": read, "why": "nobody asks" }));
    assert_eq!(program.reads(one, &id, "")["retired"]["by"], "admin.person");
    assert_eq!(program.sends("GET", one, &["no-such-answer"], "", None).status.as_u16(), 404);
}

fn accounts(program: &Program) {
    program.reads("/api/v1/me", &[], "");
    let link = program.signed_in("/api/v1/accounts", &[], &json!({ "name": "mira.holm", "role": "reviewer" }));
    assert!(link["path"].as_str().unwrap().starts_with("/accept?token="));
    program.signed_in("/api/v1/accounts/{name}/role", &["mira.holm"], &json!({ "role": "curator" }));
    program.signed_in("/api/v1/accounts/{name}/reset", &["mira.holm"], &json!({}));
    program.signed_in("/api/v1/accounts/{name}/disable", &["mira.holm"], &json!({}));
    program.signed_in("/api/v1/accounts/{name}/enable", &["mira.holm"], &json!({}));
    let accounts = program.reads("/api/v1/accounts", &[], "");
    assert!(accounts.as_array().unwrap().iter().any(|one| one["name"] == "mira.holm" && one["role"] == "curator"), "{accounts}");
    let log = program.reads("/api/v1/log", &[], "?by=admin.person&kind=decided");
    assert!(!log["lines"].as_array().unwrap().is_empty(), "{log} on {}", day());
    // At the end: what ends the token as well.
    let id = program.reads("/api/v1/me", &[], "")["tokens"][0]["id"].as_str().unwrap().to_owned();
    program.signed_in("/api/v1/me/again", &[], &json!({ "password": super::super::PASSWORD }));
    program.does("/api/v1/tokens/{id}/revoke", &[&id], &json!({}));
    program.signed_in("/api/v1/me/password", &[], &json!({ "old": super::super::PASSWORD, "new": "meadow copper lantern tide" }));
}
