//! The versions of a bank file, as git keeps them. Only reads, runs nothing that a repository brings along, and never needs the network.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why there is no history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The program could not be started.
    #[error("{}: {error}", program.display())]
    NoGit {
        /// The program.
        program: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// git refused.
    #[error("{}: {what}", root.display())]
    Refused {
        /// The bank's folder.
        root: PathBuf,
        /// What git said.
        what: String,
    },
}

/// One version of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The commit; empty for what is not committed yet.
    pub commit: String,
    /// Who committed it.
    pub author: String,
    /// The day, as `2026-05-04`.
    pub day: String,
    /// The first line of the commit's message.
    pub subject: String,
    /// What the file was called then.
    pub file: String,
    /// The file's text then.
    pub text: String,
}

/// Settings that keep a repository from running programs or asking other machines.
const SAFE: [&str; 8] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.pager=cat",
    "core.quotePath=false",
    "protocol.allow=never",
    "submodule.recurse=false",
    "log.showSignature=false",
];

/// The same for what settings cannot say: an object that is not there is not fetched, and a name is a name.
const SAFE_ENVIRONMENT: [(&str, &str); 7] = [
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("LC_ALL", "C.UTF-8"),
];

fn git(program: &Path, root: &Path, arguments: &[&str]) -> Result<Vec<u8>, HistoryError> {
    let mut command = Command::new(program);
    command.arg("-C").arg(root).arg("--no-pager");
    for setting in SAFE {
        command.args(["-c", setting]);
    }
    // Programs on Windows do not start without some of it.
    if !cfg!(windows) {
        command.env_clear();
    }
    let output = command
        .args(arguments)
        .envs(SAFE_ENVIRONMENT)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| HistoryError::NoGit { program: program.to_owned(), error })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let what = String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("git failed").to_owned();
    Err(HistoryError::Refused { root: root.to_owned(), what })
}

/// The versions of a file of the bank, the newest first; renames are followed. What stands in the folder and is not committed comes first.
///
/// # Errors
/// There is no git, or the bank is in no repository.
pub fn versions(program: &Path, root: &Path, file: &str) -> Result<Vec<Version>, HistoryError> {
    // A merge is shown where it changed the file itself.
    let log = [
        "log",
        "--follow",
        "--diff-merges=dense-combined",
        "--diff-filter=d",
        "--no-ext-diff",
        "--no-textconv",
        "--name-only",
        "-z",
        "--format=%H",
        "--",
        file,
    ];
    let log = git(program, root, &log)?;
    let log = String::from_utf8_lossy(&log).into_owned();
    let mut versions = Vec::new();
    let mut commit = "";
    for token in log.split(['\0', '\n']).filter(|token| !token.is_empty()) {
        let is_commit = matches!(token.len(), 40 | 64) && token.chars().all(|c| c.is_ascii_hexdigit());
        if is_commit {
            commit = token;
            continue;
        }
        let told = git(program, root, &["show", "-s", "--format=%an%x00%as%x00%s", commit])?;
        let told = String::from_utf8_lossy(&told).into_owned();
        let mut told = told.trim_end_matches('\n').splitn(3, '\0').map(str::to_owned);
        let text = git(program, root, &["show", "--no-ext-diff", "--no-textconv", &format!("{commit}:{token}")])?;
        versions.push(Version {
            commit: commit.to_owned(),
            author: told.next().unwrap_or_default(),
            day: told.next().unwrap_or_default(),
            subject: told.next().unwrap_or_default(),
            file: token.to_owned(),
            text: String::from_utf8_lossy(&text).into_owned(),
        });
    }
    let now = std::fs::read_to_string(root.join(file)).unwrap_or_default();
    if versions.first().is_none_or(|newest| newest.text != now) && !now.is_empty() {
        let blank = String::new;
        versions.insert(
            0,
            Version {
                commit: blank(),
                author: blank(),
                day: blank(),
                subject: "not committed yet".into(),
                file: file.to_owned(),
                text: now,
            },
        );
    }
    Ok(versions)
}
