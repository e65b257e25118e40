//! The text after an answer's front matter: the wording, and what stands under `## Short` and `## Internal`. Never lets what is meant to stay
//! inside be taken for wording.

use crate::domain::bank::Answer;

/// The section that a line opens, if it does.
fn section(line: &str) -> Option<&'static str> {
    let title = line.strip_prefix("## ")?.trim();
    Some(match title {
        title if title.eq_ignore_ascii_case("internal") => "internal",
        title if title.eq_ignore_ascii_case("short") => "short",
        _ => "other",
    })
}

/// A part of the text, with the heading that opens it.
struct Section {
    /// `internal`, `short`, `other`, or nothing before the first heading.
    kind: &'static str,
    /// Its lines as they stand, the heading among them.
    text: String,
    /// Whether an edit made it.
    new: bool,
}

/// Splits the text after a front matter at its headings; together the sections are the text.
fn split(body: &str) -> Vec<Section> {
    let mut sections = vec![Section { kind: "", text: String::new(), new: false }];
    for line in body.split_inclusive('\n') {
        if let Some(kind) = section(line) {
            sections.push(Section { kind, text: String::new(), new: false });
        }
        if let Some(last) = sections.last_mut() {
            last.text.push_str(line);
        }
    }
    sections
}

/// Reads the text after the front matter into wording, `## Short` and `## Internal`, in any case of letters.
/// Returns the line, from 0, of a heading that was meant to be internal and is none.
pub fn read_sections(body: &str, answer: &mut Answer) -> Option<usize> {
    let (mut wording, mut short, mut covered) = (String::new(), String::new(), String::new());
    let mut misleading = None;
    let mut first = 0;
    for section in split(body) {
        let lines: Vec<&str> = section.text.split_inclusive('\n').collect();
        if section.kind != "internal" {
            covered.push_str(&section.text);
            let next = |place: usize| lines.get(place + 1).copied().unwrap_or_default();
            let meant = (0..lines.len()).find(|place| meant_internal(lines[*place], next(*place)));
            misleading = misleading.or(meant.map(|place| first + place));
        }
        match section.kind {
            "" | "other" => wording.push_str(&section.text),
            "short" => short.extend(lines.iter().skip(1).copied()),
            _ => {}
        }
        first += lines.len();
    }
    answer.body = covered.trim().to_owned();
    answer.wording = wording.trim().to_owned();
    answer.short = short.trim().to_owned();
    misleading
}

/// What stands under `## Internal` in the text after a front matter.
#[must_use]
pub fn internal_note(body: &str) -> String {
    let internal = |section: &Section| section.kind == "internal";
    let lines: Vec<String> = split(body)
        .iter()
        .filter(|section| internal(section))
        .map(|section| section.text.split_inclusive('\n').skip(1).collect())
        .collect();
    lines.concat().trim().to_owned()
}

/// Whether a line looks like a heading over what must stay inside, to whoever wrote it: `# Internal`, ` ## Internal notes:`, `**Internal**`.
fn meant_internal(line: &str, next: &str) -> bool {
    let line = line.trim();
    let bare = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '#' | '*' | '_'));
    let words: Vec<String> = bare
        .split("<!--")
        .next()
        .unwrap_or_default()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let [first, rest @ ..] = words.as_slice() else { return false };
    let own = ["note", "notes", "only", "use", "comment", "comments", "remark", "remarks", "information", "do", "not", "share", "section"];
    let speaks = matches!(first.as_str(), "internal" | "intern") && rest.iter().all(|word| own.contains(&word.as_str()));
    let underlined = next.trim().len() >= 3 && (next.trim().chars().all(|c| c == '-') || next.trim().chars().all(|c| c == '='));
    let alone = rest.is_empty() && bare.trim_end_matches([':', '.', '-', '*', '_', ' ']).len() <= "internal".len();
    let styled = line.trim_start_matches(['>', ' ']).starts_with(['#', '*', '_']);
    speaks && (styled || underlined || alone)
}

/// The text after a front matter with another wording, short wording or internal note; what is not given stays as it is, an empty text
/// takes its section away.
#[must_use]
pub fn body_with(body: &str, wording: Option<&str>, short: Option<&str>, internal: Option<&str>) -> String {
    let mut sections = split(body);
    if let Some(wording) = wording {
        // Other headings belong to the wording.
        sections.retain(|section| matches!(section.kind, "short" | "internal"));
        sections.insert(0, Section { kind: "", text: format!("\n{}\n", wording.trim()), new: true });
    }
    for (kind, title, text) in [("short", "Short", short), ("internal", "Internal", internal)] {
        let Some(text) = text.map(str::trim) else { continue };
        let section = Section { kind, text: format!("## {title}\n{text}\n"), new: true };
        let known = sections.iter().position(|section| section.kind == kind);
        sections.retain(|section| section.kind != kind);
        if text.is_empty() {
            continue;
        }
        // What is internal stands last, whatever is added.
        let end = sections.iter().position(|section| section.kind == "internal").unwrap_or(sections.len());
        sections.insert(known.unwrap_or(end).min(sections.len()), section);
    }
    let mut out = String::new();
    let mut before = false;
    for section in &sections {
        if (section.new || before) && !section.kind.is_empty() {
            out = format!("{}\n\n", out.trim_end());
        }
        before = section.new;
        out.push_str(&section.text);
    }
    let same = out == body;
    if same { out } else { format!("{}\n", out.trim_end()) }
}
