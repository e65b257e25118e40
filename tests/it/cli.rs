//! The command line as a user meets it: the README's commands, exit codes, messages for bad input, and that nothing is left behind.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run_in(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_answerbank"))
        .current_dir(folder)
        .args(arguments)
        .env_remove("ANSWERBANK_BANK")
        .env_remove("ANSWERBANK_LIMITS")
        .env("ANSWERBANK_MODEL", "none")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn run(arguments: &[&str]) -> Output {
    run_in(root(), arguments, "")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The `answerbank …` commands in the README's shell blocks.
fn readme_commands() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut inside = false;
    let mut commands = Vec::new();
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside && !line.trim().is_empty() && !line.starts_with('#') {
            commands.push(line.trim().to_owned());
        }
    }
    commands
}

/// The words of a command; double quotes hold some together.
fn words_of(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (place, part) in command.split('"').enumerate() {
        if place % 2 == 1 {
            words.push(part);
        } else {
            words.extend(part.split_whitespace());
        }
    }
    words
}

/// A copy of what the README's commands touch.
fn playground() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["answer-bank", "fixtures"] {
        copy(&root().join(name), &folder.path().join(name));
    }
    folder
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            // A program that another test runs here may just have put a file in its place.
            if let Err(error) = fs::copy(entry.path(), target) {
                assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{}: {error}", entry.path().display());
            }
        }
    }
}

#[test]
fn every_command_in_the_readme_runs() {
    let playground = playground();
    let commands = readme_commands();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        let (command, input) = match command.split_once(" | ") {
            Some((echo, rest)) if echo.starts_with("echo ") => {
                (rest.to_owned(), echo.trim_start_matches("echo ").trim_matches('\'').to_owned())
            }
            _ => (command, String::new()),
        };
        if !(command.starts_with("cargo run --release -- ") || command.starts_with("answerbank ")) {
            let named = [
                "cargo test",
                "cargo install --path .",
                "cargo bench --bench fill",
                "cargo bench --bench batch",
                "cargo bench --bench lint",
                "cargo bench --bench desk",
                "cargo bench --bench peer",
                "cargo bench --bench accuracy -- tamsin",
            ];
            assert!(named.contains(&command.as_str()), "{command}");
            continue;
        }
        let command = command.trim_start_matches("cargo run --release -- ").trim_start_matches("answerbank ");
        let (command, target) = command.split_once(" > ").map_or((command, None), |(command, target)| (command, Some(target)));
        let arguments = words_of(command);
        if arguments[0] == "serve" && !arguments.contains(&"--help") {
            serves(playground.path(), &arguments);
            continue;
        }
        let output = run_in(playground.path(), &arguments, &input);
        // Of the sample's evidence one piece ran out.
        let fine: &[i32] = if command.starts_with("evidence check") { &[1] } else { &[0, 10] };
        assert!(output.status.code().is_some_and(|code| fine.contains(&code)), "{command}: {:?}\n{}", output.status, err(&output));
        assert!(!output.stdout.is_empty(), "{command}");
        if let Some(target) = target {
            fs::write(playground.path().join(target), &output.stdout).unwrap();
        }
    }
}

/// Starts the server, asks how it is, and has it stop as the system does.
fn serves(folder: &Path, arguments: &[&str]) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_answerbank"))
        .args(arguments)
        .current_dir(folder)
        .env("ANSWERBANK_LISTEN", "127.0.0.1:0")
        .env("ANSWERBANK_MODEL", "none")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(server.stderr.take().unwrap()).lines().map(Result::unwrap);
    let address = told.find_map(|line| line.strip_prefix("answerbank is at http://").map(str::to_owned)).unwrap();
    let mut asked = TcpStream::connect(&address).unwrap();
    write!(asked, "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut health = String::new();
    asked.read_to_string(&mut health).unwrap();
    assert!(health.starts_with("HTTP/1.1 200 OK") && health.ends_with("ok\n"), "{health}");
    let id = server.id().to_string();
    assert!(Command::new("kill").arg(&id).status().unwrap().success());
    assert!(server.wait().unwrap().success(), "it ends well when it is asked to");
}

#[test]
fn fill_prints_a_summary_and_ends_with_ten_where_something_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("out");
    let output = run(&[
        "fill",
        "fixtures/harbour-bank-vendor-assessment.xlsx",
        "--audience",
        "nda",
        "--date",
        "2026-11-21",
        "--out",
        target.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(10), "{}", err(&output));
    let text = out(&output);
    for part in ["47 questions", "filled from approved answers", "waiting for your decision", "Work items by owner", "For the customer:"] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let again = run(&["fill", "fixtures/harbour-bank-vendor-assessment.xlsx", "--out", target.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("--force"), "{}", err(&again));
    let names: Vec<_> = fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn check_ends_as_a_pipeline_needs_it() {
    let ends = |files: &[&str], more: &[&str]| {
        let mut arguments = vec!["check", "--audience", "nda", "--product", "cloud", "--date", "2026-11-21"];
        arguments.extend(more);
        arguments.extend(files);
        run(&arguments).status.code()
    };
    let (short, none) = ("fixtures/quillfeather-short-form.xlsm", "fixtures/tidewell-price-list.xlsx");
    assert_eq!(ends(&[short], &[]), Some(10), "a review is left open");
    assert_eq!(ends(&[short], &["--min-ready", "0.5"]), Some(0));
    assert_eq!(ends(&[short], &["--min-ready", "0.99"]), Some(10));
    assert_eq!(ends(&[short, none], &["--min-ready", "0.5"]), Some(1), "a file without a question");
    assert_eq!(ends(&[short], &["--min-ready", "7"]), Some(2));
    assert_eq!(ends(&[short], &["--product", "toaster"]), Some(2), "no such product");
}

#[test]
fn controls_are_found_by_words_and_a_wrong_one_leads_there() {
    let told = out(&run(&["bank", "controls", "wireless", "network", "--date", "2026-11-21"]));
    assert!(
        told.contains("NET-04  in place")
            && told.lines().last().is_some_and(|line| line.ends_with("control") || line.ends_with("controls")),
        "{told}"
    );
    let none = run(&["bank", "controls", "zeppelin"]);
    assert_eq!(out(&none), "0 controls\n");
    let playground = playground();
    let wrong = ["bank", "new", "x", "--question", "Q?", "--verdict", "yes", "--controls", "NET-99", "--text", "T", "--by", "j"];
    let output = run_in(playground.path(), &wrong, "");
    assert!(output.status.code() == Some(1) && err(&output).contains("bank controls"), "{}", err(&output));
}

/// Bad input → exit code, words of the message, words of the hint; and no output.
#[test]
fn bad_input_gets_a_clear_message_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let harbour = fs::read(root().join("fixtures/harbour-bank-vendor-assessment.xlsx")).unwrap();
    fs::write(path("empty.xlsx"), b"").unwrap();
    fs::write(path("text.xlsx"), b"Question,Answer\nIs data encrypted?,\n").unwrap();
    fs::write(path("cut.xlsx"), &harbour[..harbour.len() / 2]).unwrap();
    fs::write(path("photo.xlsx"), b"%PDF-1.7 \xFF\xFE").unwrap();
    let mut encrypted = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    encrypted.extend([0u8; 1024]);
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    fs::write(path("secret.xlsx"), &encrypted).unwrap();
    fs::write(path("old.xls"), [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0, 0, 0]).unwrap();
    fs::copy(root().join("fixtures/tidewell-price-list.xlsx"), path("prices.xlsx")).unwrap();
    fs::create_dir(path("folder.xlsx")).unwrap();
    let cases = [
        ("missing.xlsx", 1, "there is no such file", "check the path"),
        ("empty.xlsx", 1, "the file is empty", "ask for the file again"),
        ("text.xlsx", 1, "a text file", "save it as .xlsx"),
        ("cut.xlsx", 1, "the file is damaged", "ask for the file again"),
        ("photo.xlsx", 1, "a PDF", "save it as .xlsx"),
        ("secret.xlsx", 1, "protected with a password", "remove the password"),
        ("old.xls", 1, "old binary", "save it as .xlsx"),
        ("prices.xlsx", 3, "no question was found", "answerbank questions"),
        ("folder.xlsx", 1, "this is a folder", "name one workbook"),
    ];
    for (name, code, message, hint) in cases {
        let (file, target) = (path(name), path("out"));
        let output = run(&["fill", file.to_str().unwrap(), "--out", target.to_str().unwrap()]);
        let text = err(&output);
        assert_eq!(output.status.code(), Some(code), "{name}: {text}");
        let mut lines = text.lines();
        let (error, advice) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        assert!(error.starts_with("error: ") && error.contains(name) && error.contains(message), "{name}: {text}");
        assert!(advice.starts_with("hint: ") && advice.contains(hint), "{name}: {text}");
        assert!(output.stdout.is_empty() && !target.exists(), "{name}");
    }
}

#[test]
fn a_folder_without_a_bank_is_no_bank() {
    let folder = tempfile::tempdir().unwrap();
    let bank = folder.path().to_str().unwrap();
    let target = folder.path().join("out");
    let output = run(&["fill", "fixtures/harbour-bank-vendor-assessment.xlsx", "--bank", bank, "--out", target.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("no bank.toml") && err(&output).contains("--bank"), "{}", err(&output));
    assert!(!target.exists());
}

#[test]
fn wrong_usage_ends_with_two() {
    for arguments in [
        &["fill"][..],
        &["fill", "x.xlsx", "--audience", "everybody"],
        &["fill", "x.xlsx", "--date", "tomorrow"],
        &["fill", "x.xlsx", "--limit", "nothing=1"],
        &["questions", "x.xlsx", "--limit", "file=1G"],
        &["bank", "approve"],
        &["nonsense"],
    ] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn limits_are_raised_and_lowered_by_name() {
    let file = "fixtures/harbour-bank-vendor-assessment.xlsx";
    for (limit, message, hint) in
        [("file=1k", "larger than 1 KiB", "--limit file="), ("memory=1M,file=1M", "more than 1 MiB of memory", "--limit memory=2M")]
    {
        let output = run(&["questions", file, "--limit", limit]);
        assert_eq!(output.status.code(), Some(1), "{limit}");
        let text = err(&output);
        assert!(text.starts_with(&format!("error: {file}: ")) && text.contains(message) && text.contains(hint), "{limit}: {text}");
        let mut set = Command::new(env!("CARGO_BIN_EXE_answerbank"));
        let set = set.current_dir(root()).args(["questions", file]).env("ANSWERBANK_LIMITS", limit).output().unwrap();
        assert_eq!(err(&set), text, "from the environment");
    }
    let help = out(&run(&["fill", "--help"]));
    assert!(help.contains("memory=1G") && help.contains("ANSWERBANK_LIMITS"), "{help}");
}

#[test]
fn match_answers_line_by_line_in_the_order_asked() {
    let input = "{\"id\": \"a\", \"question\": \"Is customer data encrypted at rest?\"}\n{\"id\": 2, \"question\": \"Do you grow tomatoes on the roof?\"}\n";
    let output = run_in(root(), &["match", "--json", "--audience", "nda", "--date", "2026-11-21"], input);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let lines: Vec<serde_json::Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["id"], &lines[0]["band"]), (&"a".into(), &"ready".into()));
    assert_eq!(lines[0]["matches"][0]["answer"], "encryption-at-rest");
    assert_eq!(lines[1]["id"], 2);
    assert_ne!(lines[1]["band"], "ready");
    let bad = run_in(root(), &["match", "--json"], "{\"id\": 1}\n");
    assert_eq!(bad.status.code(), Some(2));
    assert!(err(&bad).contains("line 1"), "{}", err(&bad));
}

#[test]
fn search_finds_by_words_and_by_id() {
    for (words, found) in [("encryption-at-rest", "encryption-at-rest"), ("multi-factor workforce staff", "workforce-mfa")] {
        let output = run(&["search", words, "--json", "--limit", "5"]);
        let hits: Vec<serde_json::Value> = serde_json::from_str(&out(&output)).unwrap();
        assert!(hits.iter().any(|hit| hit["id"] == found), "{words}: {hits:?}");
    }
}

#[test]
fn questions_tells_cells_and_reasons() {
    let output = run(&["questions", "fixtures/harbour-bank-vendor-assessment.xlsx", "--why"]);
    assert_eq!(output.status.code(), Some(0));
    let text = out(&output);
    for part in ["because column", "Left out", "47 questions"] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let none = run(&["questions", "fixtures/tidewell-price-list.xlsx", "--json"]);
    assert_eq!(none.status.code(), Some(3));
    let told: serde_json::Value = serde_json::from_str(&out(&none)).unwrap();
    assert_eq!(told["questions"], serde_json::json!([]));
}

#[test]
fn help_names_the_exit_codes_and_completions_are_printed() {
    let help = out(&run(&["--help"]));
    for code in ["0   done", "1   failed", "2   wrong usage", "3   the workbook has no question", "10  done"] {
        assert!(help.contains(code), "{code}:\n{help}");
    }
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = run(&["completions", shell]);
        let script = out(&output);
        assert!(output.status.success() && script.contains("answerbank") && !script.contains("open-workbook"), "{shell}");
    }
}

#[test]
fn approving_from_the_command_line_makes_a_draft_givable() {
    let playground = playground();
    let file: PathBuf = playground.path().join("answer-bank/answers/encryption/post-quantum.md");
    assert!(!fs::read_to_string(&file).unwrap().contains("approved ="));
    let output = run_in(playground.path(), &["bank", "approve", "post-quantum", "--by", "m.okafor", "--date", "2026-11-21"], "");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(fs::read_to_string(&file).unwrap().contains("approved = { by = \"m.okafor\", on = 2026-11-21, digest = \"sha256:"));
    let lint = run_in(playground.path(), &["bank", "lint", "--date", "2026-11-21"], "");
    assert!(!out(&lint).contains("post-quantum"), "{}", out(&lint));
    let unknown = run_in(playground.path(), &["bank", "approve", "no-such-answer", "--by", "m.okafor"], "");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(err(&unknown).contains("there is no such answer"));
}

/// A form whose answers go into another column than was found: one letter is changed, and every copy of the form is read so from then on.
#[test]
fn a_layout_is_corrected_once_and_remembered() {
    let playground = playground();
    let inside = |arguments: &[&str]| run_in(playground.path(), arguments, "");
    let file = "fixtures/harbour-bank-vendor-assessment.xlsx";
    let cell = |output: &Output, place: &str| {
        let told: serde_json::Value = serde_json::from_str(&out(output)).unwrap();
        let found = told["questions"].as_array().unwrap().iter().find(|question| question["cell"] == place).unwrap();
        (found["answer"]["cells"][0].clone(), told["mapping"].as_str().unwrap_or("none").to_owned())
    };
    let written = inside(&["questions", file, "--write-mapping", "harbour.toml"]);
    assert!(written.status.success() && err(&written).contains("--mapping"), "{}", err(&written));
    let refused = inside(&["questions", file, "--write-mapping", "harbour.toml"]);
    assert!(refused.status.code() == Some(1) && err(&refused).contains("--force"), "{}", err(&refused));
    let mapping = playground.path().join("harbour.toml");
    let text = fs::read_to_string(&mapping).unwrap();
    fs::write(&mapping, text.replace("\nanswer = \"D\"", "\nanswer = \"E\"")).unwrap();
    let obeyed = inside(&["questions", file, "--mapping", "harbour.toml", "--json", "--remember"]);
    assert_eq!(cell(&obeyed, "C7"), ("E7".into(), "harbour.toml".into()), "{}", err(&obeyed));
    let filled = inside(&["fill", file, "--out", "out", "--date", "2026-11-21", "--audience", "nda", "--overwrite"]);
    assert!(err(&filled).contains("as remembered in answer-bank/mappings/"), "{}", err(&filled));
    let receipt = fs::read_to_string(playground.path().join("out/internal/receipt.json")).unwrap();
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    assert!(
        receipt["mapping"].as_str().unwrap().starts_with("mappings/") && receipt["mapping_digest"].as_str().unwrap().starts_with("sha256:")
    );
    let written = receipt["written"].as_array().unwrap();
    assert!(
        !written.is_empty()
            && written.iter().all(|one| one["cell"].as_str().unwrap().starts_with('E') || one["ground"] == "policy: profile"),
        "{written:?}"
    );
    let copy = "out/customer/harbour-bank-vendor-assessment.xlsx";
    assert_eq!(cell(&inside(&["questions", copy, "--json"]), "C7").0, "E7");
    assert_eq!(cell(&inside(&["questions", copy, "--json", "--no-mapping"]), "C7"), ("D7".into(), "none".into()));
    let explained = inside(&["questions", copy, "--explain", "'Governance & People'!E7"]);
    assert!(
        out(&explained).contains("takes the answer to question C7") && out(&explained).contains("a person's mapping"),
        "{}",
        out(&explained)
    );
    // Other rows are another fingerprint; the older mapping of the form must not stay beside it.
    let folder = playground.path().join("answer-bank/mappings");
    let older = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let older_text = fs::read_to_string(&older).unwrap();
    fs::write(&mapping, fs::read_to_string(&mapping).unwrap().replace("rows = [\"6-\"]", "rows = [\"7-\"]")).unwrap();
    assert!(inside(&["questions", file, "--mapping", "harbour.toml", "--remember"]).status.success());
    assert!(fs::read_dir(&folder).unwrap().count() == 1 && !older.exists());
    fs::write(folder.join("broken.toml"), "[[sheets]]\n").unwrap();
    let lint = inside(&["bank", "lint", "--date", "2026-11-21"]);
    assert!(out(&lint).contains("mappings/broken.toml:1: error: unknown key \"sheets\""), "{}", out(&lint));
    let noted = inside(&["questions", file]);
    assert!(noted.status.success() && err(&noted).contains("as remembered in"), "{}", err(&noted));
    fs::write(&older, older_text).unwrap();
    let torn = inside(&["questions", file]);
    assert!(torn.status.code() == Some(1) && err(&torn).contains("2 mappings fit this workbook"), "{}", err(&torn));
}

/// What is wrong with a mapping or a cell's name → exit code, words of the message.
#[test]
fn mappings_and_cells_that_do_not_fit_get_a_clear_message() {
    let folder = tempfile::tempdir().unwrap();
    let mapping = folder.path().join("m.toml");
    fs::write(&mapping, "[[sheet]]\nname = \"Nowhere\"\n[[sheet]]\nname = \"Summary\"\nquestions = [\"C5\"]\n").unwrap();
    let mapping = mapping.to_str().unwrap();
    let bank = folder.path().to_str().unwrap();
    let empty = folder.path().join("empty.toml");
    fs::write(&empty, "").unwrap();
    let empty = empty.to_str().unwrap();
    let cases: [(&[&str], i32, &[&str]); 7] = [
        (
            &["--mapping", mapping],
            1,
            &["m.toml:1: there is no sheet \"Nowhere\"", "m.toml:5: C5 stands in no table", "hint: correct these lines"],
        ),
        (&["--mapping", "nowhere.toml"], 1, &["nowhere.toml: there is no such file"]),
        (&["--mapping", mapping, "--no-mapping"], 2, &["cannot be used with"]),
        (&["--remember"], 2, &["--mapping"]),
        (&["--mapping", empty, "--remember"], 1, &["maps no question", "hint: keep at least one"]),
        (&["--bank", bank, "--mapping", empty, "--remember"], 1, &["no bank.toml"]),
        (&["--explain", "Nowhere!C5"], 2, &["there is no sheet \"Nowhere\"", "hint: name a cell"]),
    ];
    for (arguments, code, words) in cases {
        let output = run(&[&["questions", "fixtures/harbour-bank-vendor-assessment.xlsx"], arguments].concat());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", err(&output));
        assert!(words.iter().all(|word| err(&output).contains(word)), "{arguments:?}: {}", err(&output));
    }
    let told = run(&["questions", "fixtures/harbour-bank-vendor-assessment.xlsx", "--explain", "C7", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&out(&told)).unwrap();
    assert!(told.as_array().unwrap().iter().any(|one| one["part"] == "question" && one["cell"] == "C7" && one["why"].is_array()), "{told}");
}
