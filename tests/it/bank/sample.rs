//! The sample bank that is shipped: without errors, complete, and in agreement with itself.

use std::collections::BTreeMap;

use answerbank::bank::folder;
use answerbank::domain::bank::{ControlState, Verdict};
use answerbank::domain::standing::validity;
use answerbank::domain::wording::Analyzer;
use answerbank::engine::lint;

use super::{day, lines, place, sample};
use crate::table::check;

const TODAY: &str = "2026-11-21";

#[test]
fn the_linter_finds_what_was_planted_and_nothing_else() {
    let (_, problems) = lint::lint(&place(&sample()), day(TODAY)).unwrap();
    check(
        &lines(&problems),
        "
        answers/compliance/assurance-history.md:10: warning: evidence pentest-cloud-2025 expired on 2026-05-31 [evidence]
        answers/continuity/outage-history.md:18: warning: it was to be reviewed by 2026-09-30 [out-of-date]
        answers/development/source-code-escrow.md:5: hint: it says partly, and no control stands behind it [no-control]
        answers/encryption/post-quantum.md:1: warning: it is a draft: nobody approved it [draft]
        answers/governance/financial-statements.md:5: hint: it says partly, and no control stands behind it [no-control]
        answers/network/dns-security.md:13: warning: it was to be reviewed by 2026-08-31 [out-of-date]
        answers/suppliers/supplier-incidents.md:1: warning: it is a draft: nobody approved it [draft]
        evidence/pentest-cloud-2025.toml:8: warning: it expired on 2026-05-31 [expired]
        ",
    );
}

#[test]
fn it_is_large_enough_and_every_framework_is_satisfied_by_controls() {
    let bank = folder::read(&sample()).unwrap();
    assert!(bank.answers.len() >= 120 && bank.controls.len() >= 50 && bank.evidence.len() >= 25);
    let standing = bank.answers.iter().filter(|answer| validity(&bank, answer, day(TODAY)).is_empty()).count();
    assert!(standing >= 120, "{standing} answers stand");
    for (verdict, name) in Verdict::ALL {
        assert!(bank.answers.iter().any(|answer| answer.verdict == Some(verdict)), "no answer says {name}");
    }
    let frameworks = "ccm-4 cis-8 ferpa gdpr hipaa-security iso27001-2022 nist-800-53-r5 nist-csf-2.0 pci-dss-4.0 soc2 sox-itgc";
    assert_eq!(bank.frameworks.keys().cloned().collect::<Vec<_>>().join(" "), frameworks);
    for framework in bank.frameworks.keys() {
        let of_it = |name: &String| name.split('/').next() == Some(framework);
        let controls = bank.controls.values().filter(|control| control.satisfies.iter().any(of_it)).count();
        assert!(controls >= 5, "{framework} is satisfied by {controls} controls");
    }
}

#[test]
fn no_two_answers_share_a_wording() {
    let bank = folder::read(&sample()).unwrap();
    let analyzer = Analyzer::new(&bank.vocabulary);
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for answer in &bank.answers {
        for wording in answer.wordings() {
            let other = seen.insert(analyzer.key(wording), &answer.id);
            assert!(other.is_none(), "{wording:?} is asked by {} and by {}", answer.id, other.unwrap());
        }
    }
}

#[test]
fn an_answer_claims_no_more_than_its_controls_and_nobody_approves_what_they_wrote() {
    let bank = folder::read(&sample()).unwrap();
    for answer in &bank.answers {
        for control in bank.controls_of(answer) {
            let least = match answer.verdict.unwrap() {
                Verdict::Yes => control.state == ControlState::InPlace,
                Verdict::Partly => control.state != ControlState::Planned,
                _ => true,
            };
            assert!(least, "{} claims more than {}, which is {}", answer.file, control.id, control.state);
        }
        if let (Some(edited), Some((approved, _))) = (&answer.edited, &answer.approved) {
            assert!(edited.by != approved.by && edited.on <= approved.on, "{}", answer.file);
        }
    }
}

#[test]
fn texts_agree_on_the_facts_that_are_told_most_often() {
    let bank = folder::read(&sample()).unwrap();
    let answers = bank.answers.iter().map(|answer| (&answer.file, &answer.body));
    let texts: Vec<_> = answers.chain(bank.controls.values().map(|control| (&control.file, &control.statement))).collect();
    // Where the one is spoken of, the other must stand in the same text.
    let facts = [
        ("recovery time objective", "8 hours"),
        ("recovery point objective", "1 hour"),
        ("availability target of", "99.9 %"),
        ("leaves the backups", "further 35 days"),
        ("of joining", "14 days"),
        ("insurance with a limit", "GBP 10 million"),
        ("ISO/IEC 27001:2022 that is valid", "2028-09-14"),
        ("AES", "AES-256"),
        ("TLS 1.3", "TLS 1.2"),
        ("WPA", "WPA3-Enterprise"),
        ("stream", "streaming export is on the roadmap"),
    ];
    for (about, fact) in facts {
        let wrong: Vec<_> = texts.iter().filter(|(_, text)| text.contains(about) && !text.contains(fact)).map(|(file, _)| file).collect();
        assert!(wrong.is_empty(), "they speak of {about:?} without {fact:?}: {wrong:?}");
        assert!(texts.iter().any(|(_, text)| text.contains(about)), "nobody speaks of {about:?}");
    }
}
