//! Evidence, coverage, upkeep, lessons and import in the browser: what is refused, what is recorded, that hostile text stays text, that nobody's
//! work is written over.

use std::fs;

use answerbank::engine::curate;
use answerbank::engine::review::Wanted;
use answerbank::engine::{BankPlace, learn};
use axum::body::Body;
use axum::http::StatusCode;

use super::{Answer, DAY, House};

const EDGE: &str = "answerbank-form-edge";

/// A form with files, as a browser sends it.
fn bring(house: &House, path: &str, role: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
    let mut body: Vec<u8> = Vec::new();
    for (name, text) in fields {
        body.extend(format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").bytes());
    }
    for (name, file, bytes) in files {
        body.extend(
            format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\ncontent-type: text/html\r\n\r\n")
                .bytes(),
        );
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{EDGE}--\r\n").bytes());
    let request = house.request("POST", path, role).header("content-type", format!("multipart/form-data; boundary={EDGE}"));
    house.send(request.body(Body::from(body)).unwrap())
}

const FIELDS: [(&str, &str); 6] = [
    ("id", "backup-plan"),
    ("title", "<img src=x onerror=alert(1)>"),
    ("kind", "policy"),
    ("valid_until", "2026-12-01"),
    ("owner", "ops\u{202e}"),
    ("audience", "nda"),
];

#[test]
fn evidence_is_added_shown_as_text_and_given_as_a_download_alone() {
    let house = House::open();
    let added = bring(&house, "/evidence", "curator", &FIELDS, &[("file", "../../etc/Plan of 2026.html", b"<script>alert(1)</script>")]);
    assert_eq!((added.status, added.leads_to()), (StatusCode::SEE_OTHER, "/evidence/backup-plan"), "{}", added.text);
    let kept = house.team.bank().join("evidence/files/backup-plan.html");
    assert_eq!(fs::read(&kept).unwrap(), b"<script>alert(1)</script>");
    assert!(house.get("/log", "admin").text.contains("evidence:backup-plan"), "the log says it");
    for path in ["/evidence", "/evidence/backup-plan"] {
        let page = house.get(path, "sales");
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("&#60;img src=x onerror=alert(1)&#62;") && !page.text.contains("<img src=x"), "{path}");
        assert!(page.text.contains("ops⟨U+202E⟩") && page.text.contains("ends within 30 days"), "{path}");
    }
    let file = house.get("/evidence/backup-plan/file", "sales");
    assert_eq!((file.status, file.bytes.as_slice()), (StatusCode::OK, b"<script>alert(1)</script>".as_slice()));
    let header = |name: &str| file.headers.get(name).unwrap().to_str().unwrap();
    assert!(header("content-disposition").starts_with("attachment; filename=\"backup-plan.html\""));
    assert_eq!(header("content-type"), "application/octet-stream");
    // Nothing of what arrived is left lying beside the store.
    let arrived = house.team.folder.path().join(".answerbank/arrived");
    assert_eq!(fs::read_dir(arrived).unwrap().count(), 0);

    // Somebody changes the file on the disk: it is said, and not given out.
    fs::write(&kept, b"other bytes").unwrap();
    // So long the server believes that nobody else wrote into the bank.
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert!(house.get("/evidence/backup-plan", "sales").text.contains("changed file"));
    let changed = house.get("/evidence/backup-plan/file", "sales");
    assert_eq!(changed.status, StatusCode::CONFLICT);
    assert!(changed.text.contains("not the one that was recorded") && !changed.text.contains("other bytes"));
    fs::remove_file(&kept).unwrap();
    assert_eq!(house.get("/evidence/backup-plan/file", "sales").status, StatusCode::NOT_FOUND);
}

#[test]
fn evidence_that_is_not_complete_is_refused_and_nothing_is_written() {
    let house = House::open();
    let before = fs::read_dir(house.team.bank().join("evidence")).unwrap().count();
    let file: [(&str, &str, &[u8]); 1] = [("file", "plan.pdf", b"%PDF")];
    let without = |name: &str| FIELDS.iter().copied().filter(|(field, _)| *field != name).collect::<Vec<_>>();
    let told = |fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]| {
        let answer = bring(&house, "/evidence", "curator", fields, files);
        assert!(answer.status.is_client_error(), "{}", answer.status);
        answer.text
    };
    assert!(told(&FIELDS, &[]).contains("neither a file nor an address"));
    assert!(told(&without("valid_until"), &file).contains("nothing says how long it holds"));
    assert!(told(&[FIELDS.as_slice(), &[("issued", "2027-01-01")]].concat(), &file).contains("its last day is before its first"));
    assert!(told(&[without("id").as_slice(), &[("id", "../x")]].concat(), &file).contains("makes no id"));
    assert!(told(&[FIELDS.as_slice(), &[("url", "javascript:alert(1)")]].concat(), &file).contains("is no address"));
    assert!(told(&[FIELDS.as_slice(), &[("control", "NOPE-99")]].concat(), &file).contains("there is no such control"));
    assert_eq!(fs::read_dir(house.team.bank().join("evidence")).unwrap().count(), before);
    assert_eq!(bring(&house, "/evidence", "reviewer", &FIELDS, &file).status, StatusCode::FORBIDDEN);
}

#[test]
fn a_piece_of_evidence_says_what_falls_with_it_and_who_was_told() {
    let house = House::open();
    let id = house.team.add("harbour-bank-vendor-assessment.xlsx", "Harbour <b>Bank</b>", 240_000, DAY).id;
    let page = house.get("/evidence/kms-config-2026", "reviewer").text;
    assert!(page.contains("would fall, and could not be given any more"), "{page}");
    assert!(page.contains("/bank/encryption-at-rest") && page.contains(&format!("/questionnaires/{id}")));
    assert!(page.contains("Harbour &#60;b&#62;Bank&#60;/b&#62;") && !page.contains("<b>Bank</b>"));
    assert!(page.contains("No customer holds a statement that stood on it."));
    let control = house.get("/controls/CRY-01", "reviewer");
    assert!(control.status == StatusCode::OK && control.text.contains("/evidence/kms-config-2026"), "{}", control.text);
    assert_eq!(house.get("/evidence/nothing-like-it", "reviewer").status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/controls/..%2F..%2Fbank.toml", "reviewer").status, StatusCode::NOT_FOUND);
}

#[test]
fn coverage_leads_from_a_framework_to_what_stands_behind_a_requirement() {
    let house = House::open();
    assert!(house.get("/coverage", "sales").text.contains("/coverage/soc2"));
    let picture = house.get("/coverage/soc2", "sales").text;
    assert!(picture.contains("href=\"/coverage/soc2/CC6.1\"") && picture.contains("<h3>CC6"), "{picture}");
    let one = house.get("/coverage/soc2/CC6.1", "sales").text;
    assert!(one.contains("/controls/") && one.contains("/evidence/") && one.contains("/bank/"), "{one}");
    assert_eq!(house.get("/coverage/soc2/CC99", "sales").status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/coverage/nothing", "sales").status, StatusCode::NOT_FOUND);
}

#[test]
fn what_somebody_finds_still_true_is_what_they_read() {
    let house = House::open();
    let bank = BankPlace::new(house.team.bank());
    let seen = |id: &str| curate::show(&bank, id).unwrap().seen;
    let ids = ["encryption-at-rest", "customer-mfa"];
    assert!(house.get("/upkeep?days=3650", "curator").text.contains("value=\"encryption-at-rest\""));
    let page = house.get("/upkeep/verify?id=encryption-at-rest&id=customer-mfa", "curator").text;
    assert!(ids.iter().all(|id| page.contains(&seen(id))), "{page}");
    let (one, other) = (seen(ids[0]), seen(ids[1]));
    house.team.rewrite(&curate::show(&bank, ids[1]).unwrap().answer.file, "owner = ", "# looked at\nowner = ");
    let form = [
        ("true", ids[0]),
        ("true", ids[1]),
        ("seen-encryption-at-rest", one.as_str()),
        ("seen-customer-mfa", other.as_str()),
        ("until", "2027-11-01"),
    ];
    let stale = house.post("/upkeep/verify", "curator", &form);
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text);
    assert_eq!(seen(ids[0]), one, "neither is changed where one is another text");
    let done = house.post("/upkeep/verify", "curator", &form[..1].iter().chain(&form[2..]).copied().collect::<Vec<_>>());
    assert_eq!((done.status, done.leads_to()), (StatusCode::SEE_OTHER, "/upkeep"), "{}", done.text);
    let answer = curate::show(&bank, ids[0]).unwrap().answer;
    assert_eq!(answer.verified.map(|stamp| (stamp.by, stamp.on)), Some(("curator.person".to_owned(), DAY)));
    assert_eq!(answer.review_by.map(|day| day.to_string()), Some("2027-11-01".to_owned()));
    assert!(house.get("/log", "admin").text.contains("verified until 2027-11-01"));
}

#[test]
fn two_entries_become_one_as_it_was_shown_or_not_at_all() {
    let house = House::open();
    let bank = BankPlace::new(house.team.bank());
    let (one, other) = ("encryption-at-rest", "customer-mfa");
    assert!(house.get(&format!("/upkeep/compare?one={one}&other={other}"), "sales").text.contains("<mark>"));
    let asked = format!("one={one}&other={other}&stays={one}&asked=yes&controls=yes&why=it+is+%3Cb%3Eone%3C%2Fb%3E");
    assert_eq!(house.get(&format!("/upkeep/merge?{asked}"), "reviewer").status, StatusCode::FORBIDDEN);
    let shown = house.get(&format!("/upkeep/merge?{asked}"), "curator").text;
    assert!(shown.contains("The approval of encryption-at-rest falls") && shown.contains("it is &#60;b&#62;one"), "{shown}");
    let seen = |id: &str| curate::show(&bank, id).unwrap().seen;
    let (a, b) = (seen(one), seen(other));
    let fields = |b: &str| -> Vec<(&'static str, String)> {
        let said = [("one", one), ("other", other), ("stays", one), ("asked", "yes"), ("controls", "yes"), ("why", "they are one")];
        let said = said.map(|(name, text)| (name, text.to_owned()));
        said.into_iter().chain([("seen_stays", a.clone()), ("seen_goes", b.to_owned())]).collect()
    };
    let post = |fields: Vec<(&'static str, String)>| {
        house.post("/upkeep/merge", "curator", &fields.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>())
    };
    assert_eq!(post(fields("sha256:00")).status, StatusCode::CONFLICT);
    assert_eq!((seen(one), seen(other)), (a.clone(), b.clone()));
    let done = post(fields(&b));
    assert_eq!((done.status, done.leads_to()), (StatusCode::SEE_OTHER, "/bank/encryption-at-rest"), "{}", done.text);
    assert!(curate::show(&bank, other).unwrap().answer.retired.unwrap().1.starts_with("merged into encryption-at-rest"));
    assert!(house.get("/log", "admin").text.contains("retired, merged into encryption-at-rest"));
}

#[test]
fn a_lesson_is_taken_up_or_left_with_a_reason() {
    let house = House::open();
    let id = house.team.add("harbour-bank-vendor-assessment.xlsx", "Harbour Bank", 240_000, DAY).id;
    let place = "Access & Encryption!C12";
    house.team.decide("r.ellis", DAY, &id, place, Wanted::Edit("Everybody signs in with <i>two</i> factors.".into())).unwrap();
    let lesson = learn::lessons(&house.team.desk("", DAY)).unwrap().remove(0).id;
    let page = house.get("/lessons", "reviewer").text;
    assert!(page.contains("&#60;i&#62;two&#60;/i&#62;") && page.contains("Harbour Bank") && !page.contains("take-up"), "{page}");
    let silent = house.post(&format!("/lessons/{lesson}/leave"), "curator", &[("why", " ")]);
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let taken = house.post(&format!("/lessons/{lesson}/take-up"), "curator", &[]);
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    assert!(taken.leads_to().starts_with("/bank/customer-mfa-"), "{}", taken.leads_to());
    assert!(house.get("/log", "admin").text.contains(&format!("learned {lesson}")));
    let again = house.post(&format!("/lessons/{lesson}/take-up"), "curator", &[]);
    assert!(again.status.is_client_error() && house.get("/lessons", "curator").text.contains("nothing to learn"), "{}", again.text);
}

const PAST: &str = "Question,Answer\nDo you keep bees on the roof?,Yes. Two hives <script>alert(1)</script> are kept.\nIs the canteen open at night?,No. It closes at six.\nDo you own a boat?,\n";

#[test]
fn an_import_is_looked_at_first_and_only_what_was_chosen_is_written() {
    let house = House::open();
    let fields = [("kind", ""), ("customer", "Old & Gone"), ("given_on", "2025-03-01"), ("owner", "desk"), ("topic", "imported")];
    let brought = bring(&house, "/import", "curator", &fields, &[("files", "..\\past.csv", PAST.as_bytes())]);
    assert_eq!(brought.status, StatusCode::SEE_OTHER, "{}", brought.text);
    let path = brought.leads_to().to_owned();
    let page = house.get(&path, "curator").text;
    assert!(page.contains("Two hives &#60;script&#62;alert(1)") && page.contains("canteen") && page.contains("Old &#38; Gone"), "{page}");
    let imported = house.team.bank().join("answers/imported");
    assert!(!imported.exists(), "looking writes nothing");
    let bees = page.split("name=\"item\" value=\"").skip(1).find(|part| part.contains("bees")).unwrap().split('"').next().unwrap();
    assert_eq!(house.post(&path, "curator", &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = house.post(&path, "curator", &[("item", bees)]);
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let files: Vec<_> = fs::read_dir(&imported).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let draft = fs::read_to_string(&files[0]).unwrap();
    assert!(draft.contains("Do you keep bees on the roof?") && !draft.contains("approved"), "{draft}");
    assert_eq!(house.get(&path, "curator").status, StatusCode::NOT_FOUND, "the files are gone");
    assert!(house.get("/log", "admin").text.contains("a draft was imported"));
}

#[test]
fn files_that_cannot_be_read_cost_one_clear_error_and_leave_nothing_behind() {
    let house = House::open();
    let broken = bring(&house, "/import", "curator", &[("kind", "")], &[("files", "form.xlsx", b"PK\x03\x04 this is no workbook")]);
    assert_eq!(broken.status, StatusCode::CONFLICT, "{}", broken.text);
    assert_eq!(fs::read_dir(house.team.folder.path().join(".answerbank/arrived")).unwrap().count(), 0);
    let many: Vec<(&str, &str, &[u8])> = (0..21).map(|_| ("files", "a.csv", b"x".as_slice())).collect();
    let refused = bring(&house, "/import", "curator", &[], &many);
    assert!(refused.text.contains("more than 20 files at once"), "{}", refused.text);
    for path in ["/import/aaaaaaaaaaaaaaaaaaaa", "/import/..%2F..%2Fbank.toml", "/import/said.json"] {
        assert_eq!(house.get(path, "curator").status, StatusCode::NOT_FOUND, "{path}");
    }
}
