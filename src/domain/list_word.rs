//! Verdict → a word of the cell's own list, or the reason why the list cannot say it. Never forces a word and never turns unknown into "N/A".

use super::bank::{Answer, Verdict};
use super::wording::words;

/// Words that say a verdict whatever is asked.
#[rustfmt::skip]
const PLAIN: &[(Verdict, &[&str])] = &[
    (Verdict::Yes, &["yes", "y", "true", "ja", "oui", "sí", "si", "sim", "sì"]),
    (Verdict::Partly, &["partly", "partial", "partially", "in part", "yes partially", "partial yes", "teilweise", "partiel", "partiellement", "parcial", "parcialmente", "in parte"]),
    (Verdict::Planned, &["planned", "geplant", "prévu", "planifié", "planificado", "previsto"]),
    (Verdict::No, &["no", "n", "false", "nein", "non", "não"]),
    (Verdict::NotApplicable, &["n a", "na", "not applicable", "nicht anwendbar", "entfällt", "sans objet", "s o", "non applicable", "no aplica", "não aplicável"]),
];

/// Words that say how far a safeguard is run; they fit only answers that stand on a control.
#[rustfmt::skip]
const OF_SAFEGUARDS: &[(Verdict, &[&str])] = &[
    (Verdict::Yes, &["implemented", "fully implemented", "in place", "compliant", "fully compliant", "met", "fully met", "complies", "umgesetzt", "erfüllt", "conforme", "implementado", "cumple"]),
    (Verdict::Partly, &["partially implemented", "partly implemented", "partially in place", "partially compliant", "partly compliant", "partially met", "teilweise umgesetzt", "teilweise erfüllt", "partiellement conforme", "parcialmente implementado"]),
    (Verdict::Planned, &["planned not implemented", "not implemented planned", "implementation planned"]),
    (Verdict::No, &["not implemented", "not in place", "non compliant", "not compliant", "not met", "does not comply", "nicht umgesetzt", "nicht erfüllt", "non conforme", "no implementado", "no cumple"]),
];

/// Why a list got no word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoWord {
    /// The list's words could not be read.
    Unreadable,
    /// None of its words says the verdict.
    Missing,
    /// Several of its words say it.
    Several,
}

impl NoWord {
    /// The reason in words.
    #[must_use]
    pub fn why(self, verdict: Option<Verdict>, options: &[String]) -> String {
        let verdict = verdict.map_or_else(|| "the answer".to_owned(), |verdict| format!("\"{verdict}\""));
        match self {
            Self::Unreadable => "the words of the cell's list could not be read".into(),
            Self::Missing => format!("no word of the list says {verdict}: {}", options.join(" | ")),
            Self::Several => format!("more than one word of the list says {verdict}: {}", options.join(" | ")),
        }
    }
}

/// The word of a list that says an answer, exactly as the list spells it.
///
/// # Errors
/// Why there is none.
pub fn word_for<'o>(answer: &Answer, options: &'o [String]) -> Result<&'o str, NoWord> {
    if options.is_empty() {
        return Err(NoWord::Unreadable);
    }
    let same = |a: &str, b: &str| folded(a) == folded(b);
    let for_this_list =
        answer.choices.iter().find(|choice| choice.list.len() == options.len() && choice.list.iter().zip(options).all(|(a, b)| same(a, b)));
    if let Some(choice) = for_this_list {
        return only(options.iter().filter(|option| same(option, &choice.word)));
    }
    let verdict = answer.verdict.ok_or(NoWord::Missing)?;
    let says = |table: &[(Verdict, &[&str])], option: &str| {
        let plain = words(option).join(" ");
        table.iter().any(|(of, known)| *of == verdict && known.contains(&plain.as_str()))
    };
    let on_control = !answer.controls.is_empty();
    only(options.iter().filter(|option| says(PLAIN, option) || on_control && says(OF_SAFEGUARDS, option)))
}

/// The verdict that a word of a list says, by the same tables; none for words of another kind.
#[must_use]
pub fn verdict_of(word: &str) -> Option<Verdict> {
    let plain = words(word).join(" ");
    let mut known = PLAIN.iter().chain(OF_SAFEGUARDS).filter(|(_, known)| known.contains(&plain.as_str())).map(|(verdict, _)| *verdict);
    known.next()
}

/// What stands before the first punctuation of a text: where an answer says its verdict, if it says one.
#[must_use]
pub fn first_words(text: &str) -> &str {
    text.split(['.', ',', ';', ':', '\n', '–', '—']).next().unwrap_or_default()
}

/// A word of a list without its case and its way of spacing.
fn folded(word: &str) -> String {
    word.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn only<'o>(mut fitting: impl Iterator<Item = &'o String>) -> Result<&'o str, NoWord> {
    let first = fitting.next().ok_or(NoWord::Missing)?;
    if fitting.next().is_some() { Err(NoWord::Several) } else { Ok(first) }
}
