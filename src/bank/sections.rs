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

/// Splits the text after the front matter into wording, `## Short` and `## Internal`, in any case of letters.
/// Returns the line, from 0, of a heading that was meant to be internal and is none.
pub fn read_sections(body: &str, answer: &mut Answer) -> Option<usize> {
    let (mut wording, mut short, mut covered) = (String::new(), String::new(), String::new());
    let mut here = "";
    let mut misleading = None;
    let lines: Vec<&str> = body.split_inclusive('\n').collect();
    for (place, line) in lines.iter().enumerate() {
        let opened = section(line);
        here = opened.unwrap_or(here);
        if here != "internal" {
            covered.push_str(line);
            misleading = misleading.or_else(|| meant_internal(line, lines.get(place + 1).copied().unwrap_or_default()).then_some(place));
        }
        match here {
            "" | "other" => wording.push_str(line),
            "short" if opened.is_none() => short.push_str(line),
            _ => {}
        }
    }
    answer.body = covered.trim().to_owned();
    answer.wording = wording.trim().to_owned();
    answer.short = short.trim().to_owned();
    misleading
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
    let mut parts = vec![(String::new(), String::new())];
    for line in body.split_inclusive('\n') {
        match line.strip_prefix("## ").filter(|_| section(line).is_some()) {
            Some(title) => parts.push((title.trim().to_owned(), String::new())),
            None => parts.last_mut().map_or((), |part| part.1.push_str(line)),
        }
    }
    let is = |title: &str, known: &str| title.eq_ignore_ascii_case(known);
    if let Some(wording) = wording {
        // Other headings belong to the wording.
        parts.retain(|(title, _)| title.is_empty() || is(title, "Short") || is(title, "Internal"));
        parts[0].1 = format!("\n{}\n", wording.trim());
    }
    for (title, text) in [("Short", short), ("Internal", internal)] {
        let Some(text) = text.map(str::trim) else { continue };
        let known = parts.iter_mut().find(|(known, _)| is(known, title));
        match known {
            Some(part) => part.1 = format!("{text}\n"),
            None => parts.push((title.to_owned(), format!("{text}\n"))),
        }
        parts.retain(|(known, told)| known.is_empty() || !told.trim().is_empty());
    }
    // What is internal stands last, whatever is added.
    parts.sort_by_key(|(title, _)| is(title, "Internal"));
    let mut out = String::new();
    for (title, text) in parts {
        if !title.is_empty() {
            out = format!("{}\n\n## {title}\n", out.trim_end());
        }
        out.push_str(&text);
    }
    format!("{}\n", out.trim_end())
}
