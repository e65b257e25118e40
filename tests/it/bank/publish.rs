//! The trust page and exports: what everybody may see and nothing else, safe whatever the texts hold.

use std::collections::BTreeMap;
use std::path::Path;

use answerbank::domain::bank::Audience;
use answerbank::domain::standing::Scope;
use answerbank::engine::evidence::pack;
use answerbank::engine::export::{ExportFormat, export};
use answerbank::engine::publish::{as_html, publish};

use super::{approved, day, folder_of, place, put, sample};
use crate::table::check_rows;

fn scope(audience: Audience) -> Scope {
    Scope { date: day("2026-11-21"), audience, products: vec!["cloud".into()], regions: Vec::new() }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                all.insert(path.strip_prefix(folder).unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    all
}

/// A bank whose every text that is not for the audience bears a token of its own.
fn canaries(audience: &str) -> (tempfile::TempDir, Vec<String>) {
    let folder = folder_of(&[]);
    let root = folder.path();
    let mut tokens = Vec::new();
    let mut token = |what: &str| {
        let token = format!("CANARY{}{}Z", tokens.len(), what);
        tokens.push(token.clone());
        token
    };
    put(
        root,
        "bank.toml",
        format!(
            "version = 1\nname = \"B\"\ndefault_owner = \"{}\"\ncustomers = [\"{}\"]\nproducts = [{{ id = \"cloud\" }}]\n",
            token("owner"),
            token("customer")
        ),
    );
    put(
        root,
        "controls/C-1.toml",
        format!(
            "id = \"C-1\"\ntitle = \"{}\"\nstate = \"in-place\"\nstate_note = \"{}\"\nowner = \"{}\"\nstatement = \"{}\"\nevidence = [\"open\"]\n",
            token("control"),
            token("note"),
            token("controlowner"),
            token("statement")
        ),
    );
    for (id, shown) in [("open", true), ("closed", false)] {
        let mut own = |what: &str| if shown { format!("Public {id}") } else { token(what) };
        let (title, content) = (own("evidence"), own("content"));
        let digest = answerbank::domain::digest::sha256_hex(content.as_bytes());
        let seen = if shown { audience } else { "internal" };
        put(root, &format!("evidence/{id}.txt"), &content);
        put(
            root,
            &format!("evidence/{id}.toml"),
            format!(
                "id = \"{id}\"\ntitle = \"{title}\"\nfile = \"{id}.txt\"\nsha256 = \"{digest}\"\naudience = \"{seen}\"\nowner = \"{}\"\nnote = \"{}\"\n",
                token("evidenceowner"),
                token("evidencenote")
            ),
        );
    }
    let closed: &[&str] = if audience == "public" { &["nda", "internal"] } else { &["internal"] };
    for number in 0..50 {
        let seen = closed[number % closed.len()];
        let id = token("id").to_lowercase();
        let text = format!(
            "+++\nid = \"{id}\"\nquestion = \"{}\"\nalso_asked = [\"{}\"]\nverdict = \"yes\"\ncontrols = [\"C-1\"]\nevidence = [\"closed\"]\nowner = \"{}\"\naudience = \"{seen}\"\ntags = [\"{}\"]\n+++\n{}\n\n## Short\n{}\n\n## Internal\n{}\n",
            token("question"),
            token("asked"),
            token("answerowner"),
            token("tag"),
            token("wording"),
            token("short"),
            token("internal")
        );
        put(root, &format!("answers/topic/{id}.md"), approved(&text));
    }
    let open = format!(
        "+++\nid = \"open\"\nquestion = \"Is it open?\"\nalso_asked = [\"{}\"]\nverdict = \"yes\"\ncontrols = [\"C-1\"]\nowner = \"{}\"\naudience = \"{audience}\"\ntags = [\"{}\"]\n\n[[origins]]\nfile = \"{}\"\nat = \"S!A1\"\ncustomer = \"{}\"\n+++\nIt is.\n\n## Internal\n{}\n",
        token("asked"),
        token("owner"),
        token("tag"),
        token("file"),
        token("told"),
        token("internal")
    );
    put(root, "answers/open.md", approved(&open));
    (folder, tokens)
}

/// Whether none of the tokens stands in some bytes, in any case of letters.
fn free_of(tokens: &[String], name: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for token in tokens {
        assert!(!text.contains(&token.to_lowercase()), "{name} holds {token}");
    }
}

#[test]
fn nothing_of_a_narrower_audience_is_published_exported_or_packed() {
    for audience in ["public", "nda"] {
        let (folder, tokens) = canaries(audience);
        let scope = scope(Audience::parse(audience).unwrap());
        for format in [ExportFormat::Json, ExportFormat::Csv, ExportFormat::Markdown] {
            let out = export(&place(folder.path()), &scope, false, format).unwrap();
            assert_eq!(out.answers, 1);
            free_of(&tokens, &format!("{format:?}"), &out.bytes);
        }
        let workbook = export(&place(folder.path()), &scope, false, ExportFormat::Xlsx).unwrap().bytes;
        let packed = pack(&place(folder.path()), &scope, None).unwrap();
        assert_eq!(packed.evidence.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["open"]);
        for archive in [workbook, packed.bytes] {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
            for index in 0..archive.len() {
                let mut entry = archive.by_index(index).unwrap();
                let (name, mut bytes) = (entry.name().unwrap().into_owned(), Vec::new());
                std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
                free_of(&tokens, &name, name.as_bytes());
                free_of(&tokens, &name, &bytes);
            }
        }
        let site = tempfile::tempdir().unwrap();
        let done = publish(&place(folder.path()), site.path(), day("2026-11-21"));
        if audience == "nda" {
            assert!(done.unwrap_err().message.contains("no public answer stands"));
            assert_eq!(std::fs::read_dir(site.path()).unwrap().count(), 0);
            continue;
        }
        assert_eq!((done.as_ref().unwrap().answers, done.unwrap().evidence), (1, 1));
        for (name, bytes) in files(site.path()) {
            free_of(&tokens, &name, name.as_bytes());
            free_of(&tokens, &name, &bytes);
        }
        let everything = export(&place(folder.path()), &scope, true, ExportFormat::Json).unwrap();
        assert_eq!(everything.answers, 51, "for ourselves everything is there");
        assert!(String::from_utf8_lossy(&everything.bytes).matches("CANARY").count() > 200);
    }
}

#[test]
fn a_later_run_replaces_its_own_files_and_no_others() {
    let site = tempfile::tempdir().unwrap();
    let first = publish(&place(&sample()), site.path(), day("2026-11-21")).unwrap();
    put(site.path(), "CNAME", "trust.brackenfield.example\n");
    let before = files(site.path());
    assert_eq!(before.len(), first.files.len() + 2);
    publish(&place(&sample()), site.path(), day("2026-11-21")).unwrap();
    assert!(before == files(site.path()), "the same bank and day give the same bytes");
    // Two years on hardly anything stands any more.
    let done = publish(&place(&sample()), site.path(), day("2027-08-15")).unwrap();
    assert!(done.files.len() < first.files.len());
    let after = files(site.path());
    assert_eq!(after.len(), done.files.len() + 2);
    assert!(after.contains_key("CNAME"));
    for (name, digest) in &done.files {
        assert_eq!(answerbank::domain::digest::sha256_hex(&after[name]), *digest, "{name}");
    }
    let other = tempfile::tempdir().unwrap();
    put(other.path(), "index.html", "my own page");
    let refused = publish(&place(&sample()), other.path(), day("2026-11-21")).unwrap_err();
    assert!(refused.message.contains("is not of an earlier trust page"), "{refused}");
    assert_eq!(files(other.path()).len(), 1);
}

#[test]
fn hostile_texts_are_shown_and_never_obeyed() {
    check_rows(
        r"
        Plain & simple <b>bold</b>.                  | <p>Plain &amp; simple &lt;b&gt;bold&lt;/b&gt;.</p>
        <script>alert(1)</script>                    | <p>&lt;script&gt;alert(1)&lt;/script&gt;</p>
        [x](javascript:alert(1)) [y](JAVASCRIPT:1)   | <p>x y</p>
        [x](data:text/html,1) [y](vbscript:1)        | <p>x y</p>
        [x](https://a.example/?a=1&b=2)              | <p><a href='https://a.example/?a=1&amp;b=2'>x</a></p>
        <javascript:alert(1)>                        | <p>javascript:alert(1)</p>
        ![x](https://evil.example/p.png)             | <p>x</p>
        # Big                                        | <p>Big</p>
        - one <i>                                    | <ul> <li>one &lt;i&gt;</li> </ul>
        **so** `a<b`                                 | <p><strong>so</strong> <code>a&lt;b</code></p>
        ",
        |cells| as_html(cells[0]).replace('"', "'").split_whitespace().collect::<Vec<_>>().join(" "),
    );
    let evil = "<img src=x onerror=alert(1)>";
    let text = format!(
        "+++\nid = \"x\"\nquestion = '{evil}'\nverdict = \"info\"\nowner = \"o\"\naudience = \"public\"\nproducts = ['cloud']\n+++\n{evil}\n\n<svg onload=alert(1)>\n"
    );
    let folder = folder_of(&[
        ("answers/\"><b>/x.md", &approved(&text)),
        (
            "evidence/e.toml",
            &format!(
                "id = \"e\"\ntitle = '{evil}'\nkind = '{evil}'\nurl = \"javascript:alert(1)\"\naudience = \"public\"\nowner = \"o\"\n"
            ),
        ),
        (
            "evidence/f.toml",
            "id = \"f\"\ntitle = 'F'\nurl = 'https://x.example/\"onmouseover=\"alert(1)'\naudience = \"public\"\nowner = \"o\"\n",
        ),
    ]);
    put(
        folder.path(),
        "bank.toml",
        format!(
            "version = 1\nname = '{evil}'\nproducts = [{{ id = 'cloud', title = '{evil}' }}]\n[profile]\ncompany_name = '{evil}'\nwebsite = 'javascript:alert(1)'\nsecurity_contact_email = '{evil}@x'\n"
        ),
    );
    let site = tempfile::tempdir().unwrap();
    publish(&place(folder.path()), site.path(), day("2026-11-21")).unwrap();
    for (name, bytes) in files(site.path()).into_iter().filter(|(name, _)| name.ends_with(".html")) {
        let page = String::from_utf8(bytes).unwrap();
        // The texts are there, escaped; no tag and no address is made of them.
        for tag in page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap().to_lowercase()) {
            let name_of_tag = tag.split([' ', '\n']).next().unwrap();
            assert!(!matches!(name_of_tag, "img" | "svg" | "script" | "b" | "iframe"), "{name}: <{tag}>");
            assert!(
                !tag.contains("onerror") && !tag.contains("onload") && !tag.contains(" onmouseover") && !tag.contains("javascript:"),
                "{name}: <{tag}>"
            );
        }
        assert!(page.contains("&#60;img") || page.contains("&lt;img"), "{name}");
    }
}
