//! Values in the words of pages: counts, dates, texts of strangers with everything invisible made visible.

use std::fmt::Write;

pub use crate::domain::shown::counted;
use crate::domain::shown::is_hidden;

/// A text of somebody else's: characters that cannot be seen, or that turn the direction, shown as marks.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' => {}
            c if is_hidden(c) => {
                let _ = write!(out, "⟨U+{:04X}⟩", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// What to do about an error, as far as it is done in the browser: what names a command or an option of the terminal is left out.
pub fn hint_for_pages(hint: &str) -> String {
    let clauses = hint.split("; ").map(|clause| clause.split_once(": answerbank ").map_or(clause, |(told, _)| told));
    let told: Vec<&str> = clauses.filter(|clause| !clause.contains("answerbank ") && !clause.contains("--")).collect();
    told.join("; ").trim_start_matches("otherwise ").to_owned()
}

/// An error whose place is an option of the terminal, by the option's words.
pub fn error_for_pages(error: &str) -> String {
    let option = |word: &str| {
        word.strip_prefix("--").filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())).map(|name| name.replace('-', " "))
    };
    error.split(' ').map(|word| option(word).unwrap_or_else(|| word.to_owned())).collect::<Vec<_>>().join(" ")
}

/// A text as a part of an address.
pub fn in_address(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Filters of the templates, in the shape that askama asks for.
#[allow(clippy::unnecessary_wraps, clippy::unused_self, clippy::inline_always)]
pub mod filters {
    use std::fmt::Display;

    use askama::{Result, Values};

    /// See [`super::visible`].
    #[askama::filter_fn]
    pub fn visible(text: impl Display, _: &dyn Values) -> Result<String> {
        Ok(super::visible(&text.to_string()))
    }

    /// See [`super::counted`]; templates give numbers with any number of references before them.
    #[askama::filter_fn]
    pub fn counted(count: impl Display, _: &dyn Values, one: &str) -> Result<String> {
        Ok(super::counted(count.to_string().parse().unwrap_or_default(), one))
    }

    /// See [`super::in_address`].
    #[askama::filter_fn]
    pub fn in_address(text: impl Display, _: &dyn Values) -> Result<String> {
        Ok(super::in_address(&text.to_string()))
    }

    /// Where a page finds a style or script.
    #[askama::filter_fn]
    pub fn asset(name: &str, _: &dyn Values) -> Result<String> {
        Ok(crate::web::assets::address(name).to_owned())
    }

    /// A share of one as a whole percentage.
    #[askama::filter_fn]
    pub fn percent(share: &f32, _: &dyn Values) -> Result<String> {
        Ok(format!("{:.0} %", share * 100.0))
    }
}
