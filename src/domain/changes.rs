//! What changed from one version of an answer to the next, in words. Never decides whether it may.

use similar::{ChangeTag, TextDiff};

use super::bank::{Answer, Stamp};

/// Words on either side of a change that are shown with it.
const AROUND: usize = 4;

/// What changed, a line each; empty where nothing did.
#[must_use]
pub fn changes(old: &Answer, new: &Answer) -> Vec<String> {
    let mut told = Vec::new();
    let mut field = |name: &str, old: String, new: String| {
        if old != new {
            let shown = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
            told.push(format!("{name}: {} → {}", shown(old), shown(new)));
        }
    };
    let verdict = |answer: &Answer| answer.verdict.map(|verdict| verdict.to_string()).unwrap_or_default();
    field("question", old.question.clone(), new.question.clone());
    field("verdict", verdict(old), verdict(new));
    field("owner", old.owner.clone(), new.owner.clone());
    field("audience", old.audience.to_string(), new.audience.to_string());
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    field("review_by", day(old.review_by), day(new.review_by));
    let lists = [
        ("also_asked", &old.also_asked, &new.also_asked),
        ("controls", &old.controls, &new.controls),
        ("evidence", &old.evidence, &new.evidence),
        ("products", &old.products, &new.products),
        ("regions", &old.regions, &new.regions),
        ("tags", &old.tags, &new.tags),
    ];
    for (name, old, new) in lists {
        let gone = old.iter().filter(|one| !new.contains(one)).map(|one| format!("-{one}"));
        let come = new.iter().filter(|one| !old.contains(one)).map(|one| format!("+{one}"));
        let both: Vec<String> = gone.chain(come).collect();
        if !both.is_empty() {
            told.push(format!("{name}: {}", both.join(", ")));
        }
    }
    if old.id != new.id {
        told.push(format!("id: {} → {}", old.id, new.id));
    }
    if old.needs_text != new.needs_text {
        told.push(format!("needs_text: {}", new.needs_text));
    }
    if old.choices != new.choices {
        told.push("choices changed".into());
    }
    if old.wording != new.wording {
        told.push(format!("wording: {}", words_changed(&old.wording, &new.wording)));
    }
    if old.short != new.short {
        told.push(format!("short wording: {}", words_changed(&old.short, &new.short)));
    }
    let stamp = |name: &str, old: Option<&Stamp>, new: Option<&Stamp>| {
        new.filter(|new| old != Some(new)).map(|new| format!("{name} by {} on {}", new.by, new.on))
    };
    let approval = |answer: &Answer| answer.approved.as_ref().map(|(stamp, _)| stamp.clone());
    let end = |answer: &Answer| answer.retired.as_ref().map(|(stamp, _)| stamp.clone());
    let digest = |answer: &Answer| answer.approved.as_ref().map(|(_, digest)| digest.clone());
    if approval(old) == approval(new) && digest(old) != digest(new) {
        told.push("the digest of its approval is another one".into());
    }
    for (name, gone) in
        [("approval", approval(old).is_some() && approval(new).is_none()), ("end", end(old).is_some() && end(new).is_none())]
    {
        if gone {
            told.push(format!("its {name} was taken away"));
        }
    }
    told.extend(stamp("edited", old.edited.as_ref(), new.edited.as_ref()));
    told.extend(stamp("approved", approval(old).as_ref(), approval(new).as_ref()));
    told.extend(stamp("verified", old.verified.as_ref(), new.verified.as_ref()));
    told.extend(stamp("retired", end(old).as_ref(), end(new).as_ref()));
    told
}

/// A part of two texts that are laid over each other.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Piece {
    /// In which of the two it stands.
    #[serde(rename = "in")]
    pub stands: Stands,
    /// Its words, with the space between them.
    pub text: String,
}

impl Piece {
    /// Whether it stands in the old text alone.
    #[must_use]
    pub fn is_old(&self) -> bool {
        self.stands == Stands::Old
    }

    /// Whether it stands in the new text alone.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.stands == Stands::New
    }
}

/// In which of two texts something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stands {
    /// In both.
    Both,
    /// In the old one alone.
    Old,
    /// In the new one alone.
    New,
}

/// So long it is looked for the fewest differences; of texts that have too many, larger pieces are told.
const LOOKING: std::time::Duration = std::time::Duration::from_millis(400);

/// Two texts as one, word by word: what stands in both, in the old one, in the new one.
#[must_use]
pub fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let diff = TextDiff::configure().timeout(LOOKING).diff_words(old, new);
    let mut pieces: Vec<Piece> = Vec::new();
    for change in diff.iter_all_changes() {
        let stands = match change.tag() {
            ChangeTag::Equal => Stands::Both,
            ChangeTag::Delete => Stands::Old,
            ChangeTag::Insert => Stands::New,
        };
        match pieces.last_mut() {
            Some(last) if last.stands == stands => last.text.push_str(change.value()),
            _ => pieces.push(Piece { stands, text: change.value().to_owned() }),
        }
    }
    pieces
}

/// Two texts as one, with what went away and what came: `with [-AES-128-]{+AES-256+} at`.
#[must_use]
pub fn words_changed(old: &str, new: &str) -> String {
    let diff = TextDiff::from_words(old, new);
    let all: Vec<(ChangeTag, &str)> = diff.iter_all_changes().map(|change| (change.tag(), change.value())).collect();
    let near = |place: usize| {
        let from = place.saturating_sub(2 * AROUND);
        all[from..(place + 2 * AROUND + 1).min(all.len())].iter().any(|(tag, _)| *tag != ChangeTag::Equal)
    };
    let mut out = String::new();
    let (mut last, mut skipped) = (ChangeTag::Equal, false);
    let close = |tag: ChangeTag| match tag {
        ChangeTag::Delete => "-]",
        ChangeTag::Insert => "+}",
        ChangeTag::Equal => "",
    };
    for (place, (tag, text)) in all.iter().enumerate() {
        if *tag != last {
            out.push_str(close(last));
            out.push_str(match tag {
                ChangeTag::Delete => "[-",
                ChangeTag::Insert => "{+",
                ChangeTag::Equal => "",
            });
            last = *tag;
        }
        if *tag != ChangeTag::Equal || near(place) {
            out.push_str(text);
            skipped = false;
        } else if !skipped {
            out.push_str(" … ");
            skipped = true;
        }
    }
    out.push_str(close(last));
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
