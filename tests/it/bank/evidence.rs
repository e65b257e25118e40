//! Evidence: recorded with digest and dates, renewed, checked, packed for who may see it; and which addresses are never asked.

use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use answerbank::bank::links::{self, Link, is_public};
use answerbank::domain::bank::Audience;
use answerbank::domain::standing::Scope;
use answerbank::engine::evidence::{NewEvidence, add, check as check_evidence, pack};

use super::{approved, day, folder_of, place, put, sample};
use crate::table::{check, check_rows};

fn new(file: &Path) -> NewEvidence {
    NewEvidence {
        file: Some(file.to_owned()),
        url: None,
        id: None,
        title: None,
        kind: None,
        issued: Some(day("2026-01-02")),
        valid_until: Some(day("2026-12-31")),
        audience: None,
        owner: Some("ops".into()),
        controls: Vec::new(),
        renew: false,
        no_end: false,
    }
}

fn told(root: &Path, on: &str) -> String {
    let all = check_evidence(&place(root), day(on), day(on).checked_add(jiff::ToSpan::days(30)).unwrap(), None).unwrap();
    all.iter()
        .map(|one| format!("{} {}{}\n", one.id, one.fault.as_deref().unwrap_or("holds"), if one.runs_out { ", runs out" } else { "" }))
        .collect()
}

#[test]
fn a_recorded_file_holds_until_it_changes_or_runs_out_and_can_be_renewed() {
    let control = "# Ours.\nid = \"C-1\"\ntitle = \"T\"\nstate = \"in-place\"\nowner = \"o\"\nevidence = [\n  \"other\", # kept\n]\n";
    let folder = folder_of(&[
        ("controls/C-1.toml", control),
        ("evidence/other.toml", "id = \"other\"\ntitle = \"O\"\nurl = \"https://x.example/\"\nowner = \"o\"\n"),
    ]);
    let root = folder.path();
    let outside = tempfile::tempdir().unwrap();
    let report = outside.path().join("SOC 2 Report (final).PDF");
    std::fs::write(&report, b"first").unwrap();
    let first = NewEvidence { controls: vec!["C-1".into()], ..new(&report) };
    let done = add(&place(root), &first).unwrap();
    assert_eq!((done.id.as_str(), done.record.as_str(), done.changed), ("soc-2-report-final", "evidence/soc-2-report-final.toml", true));
    check(
        &std::fs::read_to_string(root.join(&done.record)).unwrap(),
        "
        id = \"soc-2-report-final\"
        title = \"soc 2 report final\"
        kind = \"document\"
        file = \"files/soc-2-report-final.pdf\"
        sha256 = \"a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e\"
        issued = 2026-01-02
        valid_until = 2026-12-31
        audience = \"internal\"
        owner = \"ops\"
        ",
    );
    let control = std::fs::read_to_string(root.join("controls/C-1.toml")).unwrap();
    assert!(control.contains("  \"other\", # kept\n  \"soc-2-report-final\",\n]"), "{control}");
    check(&told(root, "2026-06-01"), "other holds\nsoc-2-report-final holds");
    check(&told(root, "2026-12-15"), "other holds\nsoc-2-report-final holds, runs out");
    check(&told(root, "2027-01-01"), "other holds\nsoc-2-report-final expired on 2026-12-31");
    check(&told(root, "2026-01-01"), "other holds\nsoc-2-report-final is only issued on 2026-01-02");
    assert!(!add(&place(root), &first).unwrap().changed, "the same again changes nothing");
    std::fs::write(&report, b"second").unwrap();
    let again = NewEvidence { id: Some("soc-2-report-final".into()), ..new(&report) };
    assert!(add(&place(root), &again).unwrap_err().hint.contains("--renew"));
    let renewed = NewEvidence { renew: true, no_end: true, issued: Some(day("2027-01-02")), valid_until: None, ..again };
    add(&place(root), &renewed).unwrap();
    check(&told(root, "2027-06-01"), "other holds\nsoc-2-report-final holds");
    put(root, "evidence/files/soc-2-report-final.pdf", "third");
    check(&told(root, "2027-06-01"), "other holds\nsoc-2-report-final was changed: its file has another digest");
    std::fs::remove_file(root.join("evidence/files/soc-2-report-final.pdf")).unwrap();
    check(&told(root, "2027-06-01"), "other holds\nsoc-2-report-final is missing: its file is not there");
}

#[test]
fn what_cannot_be_recorded_is_told_and_nothing_is_written() {
    let folder = folder_of(&[]);
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("a.txt");
    std::fs::write(&file, b"x").unwrap();
    let refused = |new: NewEvidence| add(&place(folder.path()), &new).unwrap_err().message;
    assert!(refused(new(outside.path())).contains("this is no file"));
    assert!(refused(new(&outside.path().join("none"))).contains("there is no such file"));
    assert!(refused(NewEvidence { id: Some("../x".into()), ..new(&file) }).contains("makes no id"));
    assert!(refused(NewEvidence { controls: vec!["C-9".into()], ..new(&file) }).contains("there is no such control"));
    assert!(refused(NewEvidence { valid_until: Some(day("2025-01-01")), ..new(&file) }).contains("is before"));
    assert!(refused(NewEvidence { file: None, ..new(&file) }).contains("neither a file nor an address"));
    assert!(!folder.path().join("evidence").exists());
}

fn scope(audience: Audience, products: &[&str]) -> Scope {
    Scope { date: day("2026-11-21"), audience, products: products.iter().map(ToString::to_string).collect(), regions: Vec::new() }
}

#[test]
fn a_pack_holds_what_may_be_seen_and_proves_it() {
    let pack = |audience, products: &[&str]| pack(&place(&sample()), &scope(audience, products), Some("Harbour Bank")).unwrap();
    let (public, nda) = (pack(Audience::Public, &[]), pack(Audience::Nda, &["cloud"]));
    let ids = |pack: &answerbank::engine::evidence::Pack| pack.evidence.iter().map(|one| one.id.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!(ids(&public), "dpa-template iso27001-cert-2025 subprocessor-list");
    assert!(public.evidence.len() < nda.evidence.len());
    let bank = answerbank::bank::folder::read(&sample()).unwrap();
    for one in &nda.evidence {
        assert!(bank.evidence[&one.id].audience != Audience::Internal && one.id != "pentest-cloud-2025", "{}", one.id);
        assert!(!one.answers.is_empty());
    }
    assert!(nda.bytes == pack(Audience::Nda, &["cloud"]).bytes, "the same bank and date give the same bytes");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&nda.bytes)).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let sums = String::from_utf8(read("SHA256SUMS")).unwrap();
    assert_eq!(sums.lines().count(), nda.evidence.iter().filter(|one| one.file.is_some()).count());
    for line in sums.lines() {
        let (digest, name) = line.split_once("  ").unwrap();
        assert_eq!(answerbank::domain::digest::sha256_hex(&read(name)), digest, "{name}");
    }
    let manifest: serde_json::Value = serde_json::from_slice(&read("manifest.json")).unwrap();
    assert_eq!(manifest["customer"], "Harbour Bank");
    assert_eq!(manifest["evidence"].as_array().unwrap().len(), nda.evidence.len());
}

#[test]
fn two_files_of_one_name_are_two_in_the_pack() {
    let answer = approved(
        "+++\nid = \"x\"\nquestion = \"Q?\"\nverdict = \"info\"\nowner = \"o\"\naudience = \"public\"\nevidence = [\"a\", \"b\"]\n+++\nIt is.\n",
    );
    let record = |id: &str, text: &str| {
        let digest = answerbank::domain::digest::sha256_hex(text.as_bytes());
        format!("id = \"{id}\"\ntitle = \"T\"\nfile = \"{id}/report.txt\"\nsha256 = \"{digest}\"\naudience = \"public\"\nowner = \"o\"\n")
    };
    let folder =
        folder_of(&[("answers/x.md", &answer), ("evidence/a.toml", &record("a", "one")), ("evidence/b.toml", &record("b", "two"))]);
    put(folder.path(), "evidence/a/report.txt", "one");
    put(folder.path(), "evidence/b/report.txt", "two");
    let pack = pack(&place(folder.path()), &scope(Audience::Public, &[]), None).unwrap();
    let names: Vec<&str> = pack.evidence.iter().filter_map(|one| one.file.as_deref()).collect();
    assert_eq!(names, ["evidence/a.txt", "evidence/b.txt"]);
}

#[test]
fn only_plain_https_addresses_of_listed_hosts_are_asked() {
    let allowed: Vec<String> = ["trust.brackenfield.example", "127.0.0.1", "localhost", "2130706433", "0x7f.1"].map(String::from).to_vec();
    let good =
        ["https://trust.brackenfield.example", "https://trust.brackenfield.example/a?b=c#d", "https://TRUST.brackenfield.example:443/"];
    for url in good {
        assert!(links::host(url, &allowed).is_ok(), "{url}");
    }
    #[rustfmt::skip]
    let bad = [
        "http://trust.brackenfield.example/", "ftp://trust.brackenfield.example/", "file:///etc/passwd", "gopher://trust.brackenfield.example/", "data:text/plain,x", "javascript:alert(1)",
        "HTTPS://trust.brackenfield.example/", "//trust.brackenfield.example/", "https:trust.brackenfield.example", "https:///trust.brackenfield.example", "https://other.example/",
        "https://trust.brackenfield.example.evil.example/", "https://trust.brackenfield.example@evil.example/", "https://evil.example#@trust.brackenfield.example/", "https://user:pw@trust.brackenfield.example/",
        "https://trust.brackenfield.example:8443/", "https://trust.brackenfield.example:443:443/", "https://trust.brackenfield.example./", "https://.trust.brackenfield.example/", "https://localhost/",
        "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/",
        "https://169.254.169.254/latest/meta-data/", "https://0/", "https://%74rust.brackenfield.example/", "https://trust.brackenfield.example%00.evil.example/", "https://trust。brackenfield。example/",
        "https://trust.brackenfield.example\\@evil.example/", "https://trust.brackenfield.example/\r\nHost: evil", "https://trust.brackenfield.example /", " https://trust.brackenfield.example/", "https://", "", "https://trust..example/",
    ];
    for url in bad {
        assert!(links::host(url, &allowed).is_err(), "{url:?}");
    }
    let asked = |url: &str, address: &str| {
        let resolve = |_: &str| address.split_whitespace().map(|one| one.parse::<IpAddr>().unwrap()).collect();
        links::look(Path::new("/nowhere/curl"), url, &allowed, &resolve)
    };
    for inside in [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.20.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.0.8",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:db8::1",
        "2001::1",
        "93.184.216.34 10.0.0.1",
    ] {
        assert!(matches!(asked(good[0], inside), Link::Refused(why) if why.contains("no public address")), "{inside}");
    }
    assert!(is_public("93.184.216.34".parse().unwrap()) && is_public("2606:2800:220:1::1".parse().unwrap()));
    assert!(matches!(asked(good[0], ""), Link::Gone(_)));
}

#[cfg(unix)]
#[test]
fn an_address_is_asked_once_where_it_was_checked_and_what_comes_back_is_compared() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let curl = |name: &str, script: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let resolve = |_: &str| vec!["93.184.216.34".parse().unwrap(), "93.184.216.35".parse().unwrap()];
    let look = |script: &str, name: &str| links::look(&curl(name, script), "https://x.example/page", &["x.example".into()], &resolve);
    let Link::There(arguments) = look("echo \"$@\"; /usr/bin/env; printf 200 >&2", "there") else { panic!("it is there") };
    let arguments = String::from_utf8(arguments).unwrap();
    for part in [
        "--resolve x.example:443:93.184.216.34",
        "--max-redirs 0",
        "--proto =https",
        "--max-time 5",
        "--noproxy *",
        "--url https://x.example/page",
    ] {
        assert!(arguments.contains(part), "{part}: {arguments}");
    }
    assert!(!arguments.contains("HOME="), "the environment is not handed on: {arguments}");
    check_rows(
        "
        printf 302 >&2          | Gone(\"it has moved (status 302); name the new address\")
        printf 404 >&2          | Gone(\"the server answers with status 404\")
        printf 000 >&2; exit 63 | Large
        echo 'curl: (6) Could not resolve host' >&2; printf 000 >&2; exit 6 | Gone(\"curl: (6) Could not resolve host\")
        ",
        |cells| format!("{:?}", look(cells[0], "other")),
    );
}
