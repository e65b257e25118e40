//! One file's text → values and problems with their lines; the digest that an approval covers.

use answerbank::bank::format;
use answerbank::domain::bank::{Answer, Bank};

use super::{lines, read};
use crate::table::{check, check_rows};

const FULL: &str = r#"+++
id = "x"                                  # the file's name
question = "Is it so?"
also_asked = ["So?", "Tell whether it is so."]
verdict = "partly"
controls = ["C-1", "C-2"]
evidence = ["e-1"]
owner = "team"
audience = "nda"
products = ["cloud"]
regions = ["eu", "us"]
tags = ["so", "such"]
choices = [
  { list = ["Met", "Not met"], word = "Met" },
  { list = ["1", "2"], word = "2" },
]
needs_text = true
edited = { by = "j.lind", on = 2026-05-03 }
approved = { by = "m.okafor", on = 2026-05-04, digest = "sha256:00" }
verified = { by = "j.lind", on = 2026-11-02 }
review_by = 2027-05-04
retired = { by = "r.ellis", on = 2027-01-01, why = "replaced" }

[[origins]]
file = "old.xlsx"
at = "Sheet!B2"
asked = "Is it so?"
customer = "Harbour"
on = 2025-02-03
word = "Yes"
text = "It was."
+++
It is so.

In part.

## Short
So.

## Internal
Do not say why.
"#;

#[test]
fn every_key_of_an_answer_is_read() {
    check(
        &format!("{:?}", read(FULL))
            .replace(", controls", "\ncontrols")
            .replace(", choices", "\nchoices")
            .replace(", edited", "\nedited")
            .replace(", body", "\nbody")
            .replace(", verified", ",\nverified"),
        r#"
        Answer { id: "x", question: "Is it so?", also_asked: ["So?", "Tell whether it is so."], verdict: Some(Partly)
        controls: ["C-1", "C-2"], evidence: ["e-1"], owner: "team", audience: Nda, products: ["cloud"], regions: ["eu", "us"], tags: ["so", "such"]
        choices: [Choice { list: ["Met", "Not met"], word: "Met" }, Choice { list: ["1", "2"], word: "2" }], needs_text: true
        edited: Some(Stamp { by: "j.lind", on: 2026-05-03 }), approved: Some((Stamp { by: "m.okafor", on: 2026-05-04 }, "sha256:00")), review_by: Some(2027-05-04), retired: Some((Stamp { by: "r.ellis", on: 2027-01-01 }, "replaced"))
        body: "It is so.\n\nIn part.\n\n## Short\nSo.", wording: "It is so.\n\nIn part.", short: "So.",
        verified: Some(Stamp { by: "j.lind", on: 2026-11-02 }), origins: [Origin { file: "old.xlsx", at: "Sheet!B2", asked: "Is it so?", customer: "Harbour", on: Some(2025-02-03), word: "Yes", text: "It was." }], file: "answers/x.md" }"#,
    );
}

#[test]
fn every_key_of_the_other_files_is_read() {
    let mut wrong = Vec::new();
    let control = "\u{feff}id = 'C-1'~title = 'T'~statement = '''~S.~'''~state = 'partly'~state_note = 'n'~owner = 'o'~responsibility = 'shared'~\
                   satisfies = ['soc2/CC6.1']~evidence = ['e']~";
    let evidence = "id = 'e'~title = 'T'~kind = 'report'~file = 'files/e.txt'~sha256 = 'ab'~issued = 2026-01-02~valid_until = 2027-01-02~\
                    audience = 'public'~owner = 'o'~note = 'n'";
    let framework = "id = 'f'~title = 'T'~edition = '4'~note = 'n'~[[requirements]]~id = '1.1'~title = 'One'~related = ['g/2']~[[requirements]]~id = '1.2'";
    let bank = "version = 1~name = 'N'~default_owner = 'o'~ready_bar = 0.01~products = ['a', { id = 'b', title = 'B', version = '4.2' }]~\
                regions = [{ id = 'eu' }]~customers = ['Harbour']~approver_is_not_editor = true~link_hosts = ['x.example']~[profile]~company = 'C'~founded = 2014~since = 2014-05-06";
    let vocabulary = "[[group]]~words = ['a', 'b']~[[group]]~words = ['c']";
    let [control, evidence, framework, text_of_bank, vocabulary] =
        [control, evidence, framework, bank, vocabulary].map(|text| text.replace('~', "\r\n"));
    let mut read = Bank::default();
    format::bank("bank.toml", &text_of_bank, &mut read, &mut wrong);
    let told = [
        format!("{:?}", format::control("controls/C-1.toml", &control, &mut wrong).unwrap()),
        format!("{:?}", format::evidence("evidence/e.toml", &evidence, &mut wrong).unwrap()),
        format!("{:?}", format::framework("frameworks/f.toml", &framework, &mut wrong).unwrap()),
        format!("{} {} {:?} {:?} {:?} {}", read.name, read.default_owner, read.products, read.regions, read.profile, read.ready_bar),
        format!("{:?} {} {:?}", read.customers, read.approver_is_not_editor, read.link_hosts),
        format!("{:?}", format::vocabulary("vocabulary.toml", &vocabulary, &mut wrong)),
        lines(&wrong),
    ];
    check(
        &told.join("\n"),
        r#"
        Control { id: "C-1", title: "T", statement: "S.\n", state: Partly, owner: "o", responsibility: "shared", satisfies: ["soc2/CC6.1"], evidence: ["e"], file: "controls/C-1.toml" }
        Evidence { id: "e", title: "T", kind: "report", path: Some("files/e.txt"), url: None, sha256: Some("ab"), content: Missing, issued: Some(2026-01-02), valid_until: Some(2027-01-02), audience: Public, owner: "o", file: "evidence/e.toml" }
        Framework { id: "f", title: "T", edition: "4", requirements: {"1.1": "One", "1.2": ""}, related: {"1.1": ["g/2"]}, file: "frameworks/f.toml" }
        N o [Offered { id: "a", title: "a", version: None }, Offered { id: "b", title: "B", version: Some("4.2") }] [Offered { id: "eu", title: "eu", version: None }] {"company": "C", "founded": "2014", "since": "2014-05-06"} 0.01
        ["Harbour"] true ["x.example"]
        [["a", "b"], ["c"]]"#,
    );
}

#[test]
fn front_matter_is_found_whatever_the_line_ends_and_with_a_mark_in_front() {
    // F is a front matter, `/` a line end.
    check_rows(
        r#"
        F/Said./            | "Said."
        F/Said.             | "Said."
        F/                  | ""
        F                   | ""
        F/Said./+++/Too./   | "Said.\n+++\nToo."
        +++/+++/Said./      | "Said." line 2 missing-key, line 2 missing-key, line 2 missing-key, line 2 missing-owner
        Said./              | line 1 syntax
        +++/id = "x"/       | line 1 syntax
        /F/Said./           | line 1 syntax
        F/A./##Internal/B./ | "A.\n##Internal\nB." line 8 heading
        F/A.//# Internal:/  | "A.\n\n# Internal:" line 9 heading
        "#,
        |cells| {
            let text = cells[0].replace('F', "+++/id = \"x\"/question = \"Q?\"/verdict = \"no\"/owner = \"o\"/+++");
            let told = [("", "\n"), ("", "\r\n"), ("\u{feff}", "\n"), ("\u{feff}", "\r\n")].map(|(mark, end)| {
                let mut wrong = Vec::new();
                let read = format::answer("answers/x.md", &format!("{mark}{}", text.replace('/', end)), &mut wrong);
                let wrong: Vec<String> = wrong.iter().map(|one| format!("line {} {}", one.line, one.kind)).collect();
                format!("{} {}", read.map_or(String::new(), |answer| format!("{:?}", answer.wording)), wrong.join(", ")).trim().to_owned()
            });
            assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
            told[0].clone()
        },
    );
}

#[test]
fn short_and_internal_are_taken_out_wherever_they_stand() {
    // `/` is a line end; what is printed: the wording, the short line, what an approval covers.
    check_rows(
        "
        Said.                                                     | Said. ~ ~ Said.
        Said./## Short/S./## Internal/I.                          | Said. ~ S. ~ Said./## Short/S.
        Said./## Internal/I./## Short/S.                          | Said. ~ S. ~ Said./## Short/S.
        ## Internal/I./## Short/S.                                | ~ S. ~ ## Short/S.
        Said./## Details/D./## Internal/I./## More/M.             | Said./## Details/D./## More/M. ~ ~ Said./## Details/D./## More/M.
        Said./## Internal/I./### Deeper/I too./## Internal/Still. | Said. ~ ~ Said.
        Said./## internal/I./##   INTERNAL   /I.                  | Said. ~ ~ Said.
        Said. ## Internal is no heading here                      | Said. ## Internal is no heading here ~ ~ Said. ## Internal is no heading here
        Said./## Short//S.//                                      | Said. ~ S. ~ Said./## Short//S.
        ",
        |cells| {
            let body = cells[0].replace('/', "\n");
            let answer = read(&format!("+++\nid = \"x\"\nquestion = \"Q?\"\nverdict = \"no\"\nowner = \"o\"\n+++\n{body}\n"));
            let told = [answer.wording, answer.short, answer.body].map(|text| text.replace('\n', "/")).join(" ~ ");
            told.replace("~  ~", "~ ~").trim().to_owned()
        },
    );
}

#[test]
fn a_bad_value_is_a_problem_with_its_line_and_the_answer_does_not_stand() {
    // A row sets one key of a good file, or takes it away with `-`.
    let good = ["id = \"x\"", "question = \"Q?\"", "verdict = \"info\"", "owner = \"o\"", "audience = \"public\""];
    check_rows(
        r#"
        owner = "p"                    |
        -verdict                       | :2: error: verdict is missing; it is one of "yes", "partly", "planned", "no", "not-applicable", "info" [missing-key]
        verdict = "maybe"              | :4: error: verdict must be one of "yes", "partly", "planned", "no", "not-applicable", "info" [bad-value]
        verdict = true                 | :4: error: verdict must be one of "yes", "partly", "planned", "no", "not-applicable", "info" [bad-value]
        -id                            | :2: error: id is missing [missing-key]
        id = "y"                       | :2: error: id is "y", but the file is called "x" [id-not-file-name]
        -question                      | :2: error: question is missing [missing-key]
        question = ["Q?"]              | :3: error: question must be a text in quotes [bad-value]
        -owner                         | :2: error: owner is missing [missing-owner]
        audience = "everybody"         | :6: error: audience must be one of "public", "nda", "internal" [bad-value]
        also_asked = ["Q?", 1]         | :7: error: also_asked must be a list of texts [bad-value]
        products = "cloud"             | :7: error: products must be a list of texts [bad-value]
        review_by = "2027-01-01"       | :7: error: review_by must be a date such as 2027-05-04 [bad-value]
        review_by = 10:00:00           | :7: error: review_by must be a date such as 2027-05-04 [bad-value]
        retired = true                 | :7: error: retired must be { by = "name", on = 2026-05-03 } [bad-value]
        approved = { by = "m" }        | :7: error: approved must be { by = "name", on = 2026-05-03 } [bad-value]
        needs_text = "yes"             | :7: error: needs_text must be true or false [bad-value]
        choices = ["Met"]              | :7: error: choices must be a list of { list = ["…"], word = "…" } [bad-value]
        choices = [{ list = ["Met"], word = "met" }] | :7: error: choices: "met" is not a word of its own list [choice-not-in-list]
        audiance = "public"            | :7: error: unknown key "audiance"; known keys: id, question, also_asked, verdict, controls, evidence, owner, audience, products, regions, tags, choices, needs_text, edited, approved, verified, review_by, retired, origins [unknown-key]
        owner = "a                     | :5: error: invalid basic string, expected `"` [syntax]
        tags = [                       | :7: error: unclosed array, expected `]` [syntax]
        "#,
        |cells| {
            let key = cells[0].trim_start_matches('-').split(' ').next().unwrap();
            let mut front: Vec<&str> = good.to_vec();
            match (front.iter().position(|line| line.split(' ').next() == Some(key)), cells[0].starts_with('-')) {
                (Some(at), true) => drop(front.remove(at)),
                (Some(at), false) => front[at] = cells[0],
                (None, _) => front.push(cells[0]),
            }
            let mut problems = Vec::new();
            let read = format::answer("x.md", &format!("+++\n{}\n+++\nSaid.\n", front.join("\n")), &mut problems);
            let broken = problems.iter().any(|problem| problem.to_string().contains(": error: "));
            assert_eq!(
                read.is_some_and(|answer| answer.verdict.is_some()),
                !broken,
                "an answer with an error must not stand: {}",
                cells[0]
            );
            problems.iter().map(|problem| problem.to_string().trim_start_matches("x.md").to_owned()).collect::<Vec<_>>().join("; ")
        },
    );
}

#[test]
fn a_bad_value_of_a_control_or_of_evidence_makes_nothing_true() {
    // What the record comes to, with these keys besides the good ones.
    check_rows(
        r#"
        control  | id = "C"; state = "in-place"                            | InPlace
        control  | id = "C"; state = "in place"                            | Planned
        control  | id = "C"; state = "in-place"; evidence = "e"            | Planned
        control  | id = "D"; state = "in-place"                            | not used
        control  | id = "C"; state = "in-place                             | not used
        evidence | id = "C"; url = "https://u"; valid_until = 2027-01-01   | Elsewhere
        evidence | id = "C"; url = "https://u"; valid_until = "2027-01-01" | Unreadable
        evidence | id = "C"; url = "https://u"; valid_untill = 2027-01-01  | Unreadable
        evidence | id = "C"; url = "u"                                     | Unreadable
        evidence | id = "C"; kind = "k"                                    | Unreadable
        evidence | id = "C"; url = "https://u"; issued = 5                 | Unreadable
        evidence | id = "C"; url = "https://u"; file = 5                   | Unreadable
        evidence | id = "D"; url = "https://u"                             | not used
        "#,
        |cells| {
            let text = format!("{}\ntitle = \"T\"\nowner = \"o\"\n", cells[1].replace("; ", "\n"));
            let told = if cells[0] == "control" {
                format::control("C.toml", &text, &mut Vec::new()).map(|control| format!("{:?}", control.state))
            } else {
                format::evidence("C.toml", &text, &mut Vec::new()).map(|evidence| format!("{:?}", evidence.content))
            };
            told.unwrap_or("not used".into())
        },
    );
}

/// A front matter and a body, and the digest of them that another program computed.
const DIGESTS: &[[&str; 3]] = &[
    [
        "question = 'Is customer data encrypted at rest?'\nalso_asked = ['Encryption at rest?', 'Describe it.']\nverdict = 'partly'\n\
         audience = 'public'\ncontrols = ['CRY-01', 'CRY-02']\nevidence = ['soc2']\nproducts = ['cloud']\nregions = ['eu', 'us']\n\
         choices = [{ list = ['Implemented', 'Not implemented'], word = 'Implemented' }]",
        "In part.\n\n## Short\nPart.\n",
        "sha256:348d73c1df8229df773374480eb6dbbe1d050b9c03f23a91d9ecd85cc25a0c76",
    ],
    [
        "question = 'Werden Daten in Gdańsk verschlüsselt? 是 🔒'\nverdict = 'info'",
        "Größe: 5 µm – ja.\u{2028}Ende\n",
        "sha256:718f1630c59da65cc20f28b1f64d7f6ebb693b67dd08fddab25879370eb33c6c",
    ],
    [
        "question = \"Is it \\\"safe\\\" \\\\ or 'not'? </b> Tab\\there, bell\\u0007, del\\u007F, esc\\u001B\"\nverdict = 'no'\naudience = 'public'",
        "A \"quoted\" \\ back/slash.\none\ttab\u{1}\u{c}\u{8} two\n",
        "sha256:d4bed5d4ade80d59f0cf13dacaf5374d4c318b4c399bc6b6b4c10301b51256a1",
    ],
    [
        "question = 'Q?'\nverdict = 'planned'\naudience = 'nda'",
        "One.\r\n\r\n## Internal\r\nNot told.\r\n\r\n## Short\r\nShort.\r\n\r\n## Internal\r\nNeither.\r\n",
        "sha256:56a280a749b63579f665aae5fffc8d257e60b2610adedbf7d861fe87cfe85747",
    ],
    ["question = 'Q?'\nverdict = 'info'", "", "sha256:f640b770d9439dbf3d09eea70a4909c30a4563adfda231995dd692121a4b9b4b"],
];

#[test]
fn the_digest_is_the_one_that_another_program_computes() {
    for [front, body, digest] in DIGESTS {
        let answer = read(&format!("+++\nid = \"x\"\nowner = \"o\"\n{front}\n+++\n{body}"));
        assert_eq!(answer.digest(), *digest, "{front}\n{body}");
    }
}

#[test]
fn the_digest_changes_with_what_an_approval_covers_and_with_nothing_else() {
    let table = r#"
        question = "Is it so?"      | question = "Is it not so?"     | changes
        "Tell whether it is so."    | "Tell whether it is thus."     | changes
        verdict = "partly"          | verdict = "yes"                | changes
        controls = ["C-1", "C-2"]   | controls = ["C-2", "C-1"]      | changes
        audience = "nda"            | audience = "public"            | changes
        products = ["cloud"]        | products = []                  | changes
        "Not met"], word = "Met"    | "Not met"], word = "Not met"   | changes
        In part.                    | In parts.                      | changes
        So.                         | Thus.                          | changes
        owner = "team"              | owner = "others"               | stays
        tags = ["so", "such"]       | tags = []                      | stays
        needs_text = true           | needs_text = false             | stays
        by = "m.okafor"             | by = "s.haddad"                | stays
        review_by = 2027-05-04      | review_by = 2029-05-04         | stays
        why = "replaced"            | why = "wrong"                  | stays
        Do not say why.             | Say why.                       | stays
        # the file's name           | # another comment              | stays
    "#;
    let whole = read(FULL).digest();
    check_rows(table, |cells| {
        assert!(FULL.contains(cells[0]), "{}", cells[0]);
        let changed: Answer = read(&FULL.replacen(cells[0], cells[1], 1));
        (if changed.digest() == whole { "stays" } else { "changes" }).to_owned()
    });
}
