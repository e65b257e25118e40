//! The bank in the browser: what is shown safely, who may change it, how two who edit or approve at once are told apart, and what is logged.

use answerbank::engine::accounts::{Act, Filter, audit};
use axum::http::StatusCode;

use super::{DAY, House};
use crate::bank::put;

/// What stands in the form of an answer, as a browser would send it back.
fn form<'f>(seen: &'f str, wording: &'f str) -> Vec<(&'f str, &'f str)> {
    vec![
        ("seen", seen),
        ("question", "Are backups of Brackenfield Cloud encrypted?"),
        (
            "also_asked",
            "Encrypted backups?\r\nIs backup data of the hosted service encrypted at rest and while it is copied?\r\nDescribe how backups of customer data in your SaaS are protected by encryption.",
        ),
        ("verdict", "yes"),
        ("wording", wording),
        ("short", "Yes, AES-256-GCM; copied over TLS."),
        ("controls", "BCP-03, CRY-01"),
        ("owner", "platform-security"),
        ("audience", "nda"),
        ("products", "cloud"),
        ("tags", "backup, encryption"),
        ("review_by", "2027-05-31"),
    ]
}

fn seen(page: &str) -> String {
    page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn file(house: &House) -> String {
    std::fs::read_to_string(house.team.bank().join("answers/encryption/backup-encryption.md")).unwrap()
}

#[test]
fn an_edit_is_saved_once_and_the_second_of_two_sees_both_texts() {
    let house = House::open();
    let opened = seen(&house.get("/bank/backup-encryption/edit", "curator").text);
    let first = house.post("/bank/backup-encryption/edit", "admin", &form(&opened, "Theirs: encrypted with AES-256."));
    assert_eq!((first.status, first.leads_to()), (StatusCode::SEE_OTHER, "/bank/backup-encryption?done=saved"), "{}", first.text);
    let second = house.post("/bank/backup-encryption/edit", "curator", &form(&opened, "Mine: encrypted with AES-128 <b>."));
    assert_eq!(second.status, StatusCode::CONFLICT);
    for told in ["Theirs: encrypted with AES-256.", "Mine: encrypted with AES-128 &#60;b&#62;.", "Save mine over the newer one"] {
        assert!(second.text.contains(told), "{told}: {}", second.text);
    }
    assert!(file(&house).contains("Theirs"), "nothing is overwritten");
    let knowing = seen(&second.text);
    assert_ne!(knowing, opened);
    let third = house.post("/bank/backup-encryption/edit", "curator", &form(&knowing, "Mine: encrypted with AES-128."));
    assert_eq!(third.status, StatusCode::SEE_OTHER, "{}", third.text);
    let now = file(&house);
    assert!(
        now.contains("Mine: encrypted with AES-128.") && now.contains("edited = { by = \"curator.person\", on = 2026-11-21 }"),
        "{now}"
    );
    assert!(now.contains("also_asked = [\"Encrypted backups?\", "), "what was left alone stays as it was written: {now}");
    let page = house.get("/bank/backup-encryption", "sales").text;
    assert!(page.contains("Mine: encrypted") && page.contains("it was changed after it was approved"), "{page}");
    let blind = house.post("/bank/backup-encryption/edit", "curator", &form("", "Blind."));
    assert_eq!(blind.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn only_what_was_read_is_approved_and_never_by_its_editor() {
    let house = House::open();
    let opened = seen(&house.get("/bank/backup-encryption/edit", "curator").text);
    house.post("/bank/backup-encryption/edit", "curator", &form(&opened, "Read this."));
    let read = "/bank/approve?id=backup-encryption";
    let own = house.get(read, "curator").text;
    assert!(own.contains("lets nobody approve their own words") && !own.contains("I read this"), "{own}");
    let entry = |text: &str| text.split("name=\"entry\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = house.get(read, "admin").text;
    let mine = entry(&page);
    let forced = house.post("/bank/approve", "curator", &[("entry", &mine)]);
    assert_eq!(forced.status, StatusCode::CONFLICT);
    assert!(forced.text.contains("lets nobody approve their own words"), "{}", forced.text);
    put(&house.team.bank(), "answers/encryption/backup-encryption.md", file(&house).replace("Read this.", "Slipped in."));
    let stale = house.post("/bank/approve", "admin", &[("entry", &mine)]);
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text.contains("Nothing was approved") && stale.text.contains("Slipped in."), "{}", stale.text);
    assert!(!file(&house).contains("by = \"admin.person\""));
    let done = house.post("/bank/approve", "admin", &[("entry", &entry(&stale.text))]);
    assert_eq!((done.status, done.leads_to()), (StatusCode::SEE_OTHER, "/bank/backup-encryption?done=approved"), "{}", done.text);
    assert!(house.get("/bank/backup-encryption", "sales").text.contains("<span class=\"tag good\">good</span>"));
    let desk = house.team.desk("admin.person", DAY);
    let told = audit(&desk, &Filter { kind: Some("audited".into()), ..Filter::default() }, None, 100).unwrap();
    let changes: Vec<String> = told
        .lines
        .iter()
        .filter(|line| line.words.contains(Act::BankChanged.in_words()))
        .map(|line| format!("{} {}", line.by, line.words))
        .collect();
    assert_eq!(changes.len(), 2, "an edit and an approval: {changes:?}");
}

#[test]
fn an_answer_is_written_verified_and_retired_with_reasons() {
    let house = House::open();
    let mut fields = form("", "Yes, **it** is.");
    fields.extend([("id", "brand-new"), ("topic", "encryption")]);
    let made = house.post("/bank/new", "curator", &fields);
    assert_eq!(made.leads_to(), "/bank/brand-new?done=new", "{}", made.text);
    let page = house.get("/bank/brand-new", "curator").text;
    assert!(
        page.contains("<strong>it</strong>") && page.contains("nobody approved it") && page.contains("You cannot approve it"),
        "{page}"
    );
    let again = house.post("/bank/new", "curator", &fields);
    assert_eq!(again.status, StatusCode::CONFLICT);
    let mut wrong = fields.clone();
    wrong[12].1 = "other";
    wrong[6].1 = "NOPE-1";
    let refused = house.post("/bank/new", "curator", &wrong);
    assert!(refused.text.contains("<b>controls: there is no control &#34;NOPE-1&#34;</b>"), "{}", refused.text);
    fields[12].1 = "new";
    assert_eq!(house.post("/bank/new", "curator", &fields).status, StatusCode::UNPROCESSABLE_ENTITY);
    let approved = house.get("/bank/backup-encryption", "curator").text;
    let opened = seen(&approved);
    let path = "/bank/backup-encryption/verify";
    assert_eq!(house.post(path, "curator", &[("seen", &opened), ("until", "2026-11-21")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.post(path, "curator", &[("seen", &opened), ("until", "2028-01-31")]).status, StatusCode::SEE_OTHER);
    assert!(
        file(&house).contains("verified = { by = \"curator.person\", on = 2026-11-21 }") && file(&house).contains("review_by = 2028-01-31")
    );
    let path = "/bank/backup-encryption/retire";
    let stale = house.post(path, "curator", &[("seen", &opened), ("why", "gone")]);
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text.contains("somebody changed this answer after you opened it") && !stale.text.contains(".md"), "{}", stale.text);
    let now = seen(&house.get("/bank/backup-encryption", "curator").text);
    assert_eq!(house.post(path, "curator", &[("seen", &now), ("why", " ")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.post(path, "curator", &[("seen", &now), ("why", "sold\nno more")]).status, StatusCode::SEE_OTHER);
    assert!(house.get("/bank/backup-encryption", "sales").text.contains("sold no more"));
}

#[test]
fn hostile_texts_are_shown_and_do_nothing() {
    let house = House::open();
    let hostile = "+++\nid = \"evil\"\nquestion = \"<script>q</script>\\u202e?\"\nalso_asked = [\"<img src=x onerror=a>\"]\nverdict = \"yes\"\nowner = \"<b>o</b>\"\ntags = [\"\\\"><i>\"]\nedited = { by = \"<script>e</script>\", on = 2026-05-11 }\n+++\n<script>w</script> [x](javascript:a)\n\n## Short\n<svg onload=a>\n\n## Internal\n<script>i</script>\n";
    put(&house.team.bank(), "answers/evil.md", hostile);
    for path in [
        "/bank",
        "/bank?q=%3Cscript%3E",
        "/bank?state=draft",
        "/bank/evil",
        "/bank/evil/edit",
        "/bank/approve?id=evil",
        "/bank?tag=%22%3E%3Ci%3E",
    ] {
        let page = house.get(path, "admin");
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for raw in [
            "<script>q",
            "<script>w",
            "<script>i",
            "<script>e",
            "<img src=x",
            "<b>o",
            "<svg onload",
            "\"><i>",
            "href=\"javascript:",
            "\u{202e}",
        ] {
            // A form holds the text itself; there nothing but the escape matters.
            let shown = raw == "\u{202e}" && path.ends_with("/edit");
            assert!(shown || !page.text.contains(raw), "{path}: {raw}");
        }
    }
    assert!(house.get("/bank/evil", "admin").text.contains("⟨U+202E⟩"));
    assert!(!house.get("/bank/evil", "sales").text.contains("/bank/evil/edit"), "what somebody may not do is not offered");
    assert_eq!(house.get("/bank/nothing-there", "sales").status, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&format!("/bank?q={}", "a".repeat(1001)), "sales").status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn a_form_with_a_field_of_its_own_making_is_refused() {
    let house = House::open();
    let opened = seen(&house.get("/bank/backup-encryption/edit", "curator").text);
    let mut fields = form(&opened, "Mine.");
    fields.push(("approved", "{ by = \"curator\" }"));
    let before = file(&house);
    assert_eq!(house.post("/bank/backup-encryption/edit", "curator", &fields).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(file(&house), before);
}
