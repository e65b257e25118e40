//! Pages of a sales engineer: files come in whatever the order of the fields, conflicts are shown, what was released is fetched as it was, and the log knows.

use answerbank::engine::inbox::{End, list, next, take_in};
use answerbank::engine::questionnaire::Desk;
use answerbank::engine::release::release_kept;
use answerbank::engine::review::{self, Which};
use axum::body::Body;
use axum::http::StatusCode;

use super::{Answer, DAY, House};

const FORM: &str = "brightwater-requirements-matrix.xlsx";
const HOSTILE: &str = "<img src=x onerror=alert(1)>\u{202e}";

fn bytes() -> Vec<u8> {
    std::fs::read(crate::fixtures::folder().join(FORM)).unwrap()
}

/// Fields and files in the order in which they are given; a field with a file name is a file.
fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend(format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    body
}

fn upload(house: &House, role: &str, body: Vec<u8>) -> Answer {
    let request = house.request("POST", "/uploads", role).header("content-type", "multipart/form-data; boundary=edge");
    house.send(request.body(Body::from(body)).unwrap())
}

fn said(customer: &str) -> Vec<(&str, Option<&str>, &[u8])> {
    vec![
        ("customer", None, customer.as_bytes()),
        ("deal", None, b"Renewal"),
        ("value", None, b"90 000"),
        ("audience", None, b"nda"),
        ("product", None, b"cloud"),
    ]
}

fn waiting(house: &House) -> usize {
    list(&house.team.desk("", DAY).store).unwrap().len()
}

/// Takes everything in that waits, as the server does beside its answers; the last questionnaire.
fn taken_in(house: &House) -> String {
    let store = house.team.desk("", DAY).store;
    let mut id = String::new();
    while let Some(ticket) = next(&store).unwrap() {
        if let End::Taken { questionnaire, .. } = take_in(&house.team.desk(&ticket.by, DAY), &ticket).unwrap() {
            id = questionnaire;
        }
    }
    id
}

fn questionnaire(house: &House) -> String {
    let file = bytes();
    let mut parts = said("Brightwater");
    parts.push(("files", Some(FORM), &file));
    assert_eq!(upload(house, "sales", form(&parts)).status, StatusCode::SEE_OTHER);
    taken_in(house)
}

#[test]
fn files_come_in_whatever_the_order_of_the_fields() {
    let house = House::open();
    let file = bytes();
    let mut parts: Vec<(&str, Option<&str>, &[u8])> =
        vec![("files", Some(FORM), &file), ("files", Some("second.xlsx"), b"no workbook"), ("files", Some(""), b"")];
    parts.extend(said(HOSTILE));
    let answer = upload(&house, "sales", form(&parts));
    assert_eq!((answer.status, answer.leads_to()), (StatusCode::SEE_OTHER, "/uploads"), "{}", answer.text);
    let page = house.get("/uploads", "sales").text;
    assert!(page.contains("waiting, place 1") && page.contains("waiting, place 2"));
    let id = taken_in(&house);
    let page = house.get("/uploads/events", "sales").text;
    assert!(page.contains(&format!("/questionnaires/{id}")) && page.contains("second.xlsx") && page.contains("not taken in"), "{page}");
    for path in [
        "/uploads".to_owned(),
        "/questionnaires".to_owned(),
        "/questionnaires/new".to_owned(),
        format!("/questionnaires/{id}"),
        format!("/questionnaires/{id}/release"),
        format!("/questionnaires/{id}/layout"),
        format!("/questionnaires/{id}/history"),
    ] {
        let answer = house.get(&path, "sales");
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert!(!answer.text.contains("<img src=x") && !answer.text.contains('\u{202e}'), "{path}");
    }
    let one = review::list(&house.team.desk("", DAY), true).unwrap().remove(0);
    assert_eq!((one.sale.deal.as_str(), one.sale.value), ("Renewal", Some(90_000)));
}

#[test]
fn what_is_refused_leaves_nothing() {
    let house = House::open();
    let file = bytes();
    let with = |customer: &'static str, files: &[(&str, Option<&str>, &[u8])]| {
        let mut parts: Vec<(&str, Option<&str>, &[u8])> = said(customer);
        let files: Vec<_> = files.iter().map(|(name, file, bytes)| (*name, file.map(|file| file.to_owned()), bytes.to_vec())).collect();
        let files: Vec<(&str, Option<&str>, &[u8])> =
            files.iter().map(|(name, file, bytes)| (*name, file.as_deref(), &bytes[..])).collect();
        parts.extend(files);
        form(&parts)
    };
    let whole = with("Brightwater", &[("files", Some(FORM), &file)]);
    assert_eq!(upload(&house, "reviewer", whole.clone()).status, StatusCode::FORBIDDEN);
    assert_eq!(upload(&house, "sales", with("", &[("files", Some(FORM), &file)])).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(upload(&house, "sales", with("Brightwater", &[])).status, StatusCode::UNPROCESSABLE_ENTITY);
    let cut = upload(&house, "sales", whole[..whole.len() / 2].to_vec());
    assert!(cut.status == StatusCode::BAD_REQUEST && cut.text.contains("did not arrive whole"), "{}", cut.text);
    let large = vec![0_u8; (32 << 20) + 1];
    let large = upload(&house, "sales", with("Brightwater", &[("files", Some("large.xlsx"), &large)]));
    assert!(large.status == StatusCode::PAYLOAD_TOO_LARGE && large.text.contains("larger than 32 MiB"), "{}", large.text);
    let many: Vec<(&str, Option<&str>, &[u8])> = (0..51).map(|_| ("files", Some(FORM), &b"x"[..])).collect();
    assert_eq!(upload(&house, "sales", with("Brightwater", &many)).status, StatusCode::PAYLOAD_TOO_LARGE);
    let request = house.request("POST", "/uploads", "sales").header("content-type", "multipart/form-data; boundary=edge");
    let announced = house.send(request.header("content-length", (1_u64 << 60).to_string()).body(Body::from(whole)).unwrap());
    assert_eq!(announced.status, StatusCode::INSUFFICIENT_STORAGE, "before the body is read");
    assert_eq!(waiting(&house), 0);
    let fifty: Vec<(&str, Option<&str>, &[u8])> = (0..50).map(|_| ("files", Some(FORM), &b"x"[..])).collect();
    for _ in 0..4 {
        assert_eq!(upload(&house, "sales", with("Brightwater", &fifty)).status, StatusCode::SEE_OTHER);
    }
    let later = upload(&house, "sales", with("Brightwater", &[("files", Some(FORM), &file)]));
    assert_eq!((later.status, later.headers.contains_key("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, true));
    let left = std::fs::read_dir(house.team.desk("", DAY).store.join("inbox")).map(|left| left.count()).unwrap_or(0);
    assert_eq!(left, 200, "no half file stays beside those that wait");
}

#[test]
fn errors_name_nothing_of_the_terminal() {
    let house = House::open();
    let id = questionnaire(&house);
    let told = |answer: Answer, error: &str, hint: &str| {
        assert!(answer.text.contains(error) && answer.text.contains(hint), "{}", answer.text);
        assert!(!answer.text.contains("answerbank review") && !answer.text.contains("--"), "{}", answer.text);
    };
    for path in ["/questionnaires/q-0000000000", "/api/v1/questionnaires/q-0000000000"] {
        told(house.get(path, "sales"), "q-0000000000: there is no such questionnaire", "see which there are");
    }
    let page = house.get(&format!("/questionnaires/{id}"), "sales").text;
    let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let sale = [("seen", seen), ("deal", "Renewal"), ("audience", "nda"), ("product", "clod")];
    told(house.post(&format!("/questionnaires/{id}/sale"), "sales", &sale), "product clod: there is no such one in bank.toml", "one of ");
    let accept = ("what", "accept");
    let decided = house.post(&format!("/questionnaires/{id}/questions/Sheet1!Z9/decide"), "reviewer", &[accept, ("seen", "1")]);
    told(decided, "Z9", "see where they are");
}

#[test]
fn two_who_correct_one_sale_see_each_other() {
    let house = House::open();
    let id = questionnaire(&house);
    let page = house.get(&format!("/questionnaires/{id}"), "sales").text;
    let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let path = format!("/questionnaires/{id}/sale");
    let fields =
        |deal: &'static str| vec![("seen", seen.as_str()), ("deal", deal), ("value", "1200"), ("audience", "nda"), ("product", "cloud")];
    assert_eq!(house.post(&path, "sales", &fields("First of two")).status, StatusCode::SEE_OTHER);
    let second = house.post(&path, "admin", &fields("Second of two"));
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert!(second.text.contains("First of two") && second.text.contains("still in the form"), "{}", second.text);
    let now = house.get(&format!("/questionnaires/{id}"), "reviewer").text;
    assert!(now.contains("First of two") && !now.contains("Second of two"));
    assert_eq!(house.post(&path, "sales", &[("seen", &seen), ("audience", "everybody")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.post(&format!("/questionnaires/{id}/close"), "sales", &[("reason", " ")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.post(&format!("/questionnaires/{id}/close"), "sales", &[("reason", "lost the deal")]).status, StatusCode::SEE_OTHER);
    assert!(house.get(&format!("/questionnaires/{id}"), "sales").text.contains("lost the deal"));
    assert_eq!(house.post(&format!("/questionnaires/{id}/reopen"), "sales", &[]).status, StatusCode::SEE_OTHER);
}

#[test]
fn what_was_released_is_fetched_as_it_was_and_the_log_knows() {
    let house = House::open();
    let id = questionnaire(&house);
    let path = format!("/questionnaires/{id}/release");
    assert_eq!(
        house.get(&format!("/questionnaires/{id}/releases/1/customer/{FORM}"), "sales").status,
        StatusCode::NOT_FOUND,
        "nothing was released"
    );
    assert_eq!(house.post(&path, "reviewer", &[]).status, StatusCode::FORBIDDEN);
    review::questions(&house.team.desk("r.ellis", DAY), &id, &Which::default()).unwrap();
    let done = house.post(&path, "sales", &[]);
    assert!(done.status == StatusCode::OK && done.text.contains("Released"), "{}", done.text);
    let desk = Desk { now: jiff::Timestamp::now(), ..house.team.desk("s.haddad", DAY) };
    let kept = release_kept(&desk, &id).unwrap().unwrap();
    assert!(kept.again, "the page recorded it");
    let file = house.get(&format!("/questionnaires/{id}/releases/{}/customer/{FORM}", kept.number), "reviewer");
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let recorded = answerbank::engine::release::file(&house.team.desk("", DAY), &id, kept.number, "customer", FORM).unwrap();
    assert_eq!(file.bytes, recorded.bytes);
    for (path, begins) in [
        ("draft/workbook", "INTERNAL-DRAFT-"),
        ("draft/report", "INTERNAL-"),
        ("draft/work-items", "INTERNAL-"),
        ("evidence-pack", "evidence-Brightwater"),
    ] {
        let answer = house.get(&format!("/questionnaires/{id}/{path}"), "sales");
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert!(answer.headers["content-disposition"].to_str().unwrap().contains(&format!("\"{begins}")), "{path}");
    }
    assert!(house.get(&format!("/questionnaires/{id}/releases/{}/all.zip", kept.number), "sales").bytes.starts_with(b"PK"));
    assert_eq!(house.get(&format!("/questionnaires/{id}/draft/everything"), "sales").status, StatusCode::NOT_FOUND);
    let log = house.get("/log?kind=audited", "admin").text;
    assert!(
        log.contains(&format!("release {}, for the customer: {FORM}", kept.number)) && log.contains("evidence pack for Brightwater"),
        "{log}"
    );
}

#[test]
fn a_layout_is_corrected_by_what_columns_are_for() {
    let house = House::open();
    let id = questionnaire(&house);
    let path = format!("/questionnaires/{id}/layout");
    let page = house.get(&path, "sales").text;
    let value = |name: &str| page.split(&format!("name=\"{name}\" value=\"")).nth(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let text = page.split("<textarea name=\"text\" hidden>").nth(1).unwrap().split("</textarea>").next().unwrap();
    let text = text
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">");
    let seen = value("seen").unwrap();
    let sheet = (0..9).find(|at| value(&format!("rows.{at}.0")).is_some_and(|rows| !rows.is_empty())).unwrap();
    let (rows, shown, table, head) =
        (format!("rows.{sheet}.0"), format!("sheet.{sheet}"), format!("table.{sheet}.0"), format!("head.{sheet}.0"));
    let header = value(&head).unwrap();
    let first: u32 = value(&rows).unwrap().split('-').next().unwrap().parse().unwrap();
    let few = format!("{first}-{}", first + 4);
    let fields = |rows_said: &'static str| {
        [
            ("text", text.clone()),
            ("seen", seen.clone()),
            (&*shown, "yes".into()),
            (&*table, "yes".into()),
            (&*head, header.clone()),
            (&*rows, if rows_said.is_empty() { few.clone() } else { rows_said.into() }),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    };
    let post = |path: &str, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        house.post(path, "sales", &fields)
    };
    let tried = post(&format!("{path}/preview"), &fields(""));
    assert!(tried.status == StatusCode::OK && tried.text.contains("would be found"), "{}", tried.text);
    assert_eq!(post(&path, &fields("the first ones")).status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = post(&path, &fields(""));
    assert!(saved.status == StatusCode::OK && saved.text.contains("Read anew"), "{}", saved.text);
    let now = review::questions(&house.team.desk("", DAY), &id, &Which::default()).unwrap().rows.len();
    assert!(now > 0 && now <= 5, "{now}");
    assert_eq!(post(&path, &fields("")).status, StatusCode::CONFLICT, "it was corrected meanwhile");
    assert_eq!(house.post(&path, "reviewer", &[]).status, StatusCode::FORBIDDEN);
}
