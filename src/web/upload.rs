//! Forms that bring files: streamed to the disk beside the store, never whole in memory, each within a limit.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;

use super::app::App;
use super::reply::{Frame, Refusal};
use crate::engine::arriving::Arriving;

/// The longest text of one field, in bytes.
const TEXT: usize = 64 << 10;
/// So many fields a form has at most.
const FIELDS: usize = 200;

/// How much a form may bring.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Files.
    pub files: usize,
    /// Bytes of each.
    pub bytes: usize,
}

/// What a form brought.
pub struct Brought {
    /// Field by field, in the order of the form.
    pub fields: Vec<(String, String)>,
    /// Each file with the name that it had.
    pub files: Vec<(String, PathBuf)>,
    /// The folder that they lie in; they go with it.
    pub arriving: Arriving,
}

impl Brought {
    /// A field without the space around it; empty where it was not filled in.
    pub fn text(&self, name: &str) -> String {
        self.fields.iter().find(|(field, _)| field == name).map_or_else(String::new, |(_, text)| text.trim().to_owned())
    }

    /// As [`Brought::text`]; none where it was not filled in.
    pub fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Every value of a field that may stand in the form several times.
    pub fn every(&self, name: &str) -> Vec<String> {
        self.fields
            .iter()
            .filter(|(field, text)| field == name && !text.trim().is_empty())
            .map(|(_, text)| text.trim().to_owned())
            .collect()
    }
}

/// Takes in a form with files. What arrived is gone again where the form is refused.
pub async fn receive(app: &App, frame: &Frame, mut form: Multipart, most: Most) -> Result<Brought, Refusal> {
    let arriving = app.desk(frame.name(), Arriving::begin).await?;
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            // A browser sends an empty file for a field in which none was chosen.
            Some(file) if file.is_empty() => {}
            Some(file) => {
                if files.len() == most.files {
                    return Err(Refusal::wrong(
                        format!("more than {} at once", super::words::counted(most.files, "file")),
                        "bring fewer; nothing was taken in",
                    ));
                }
                let path = arriving.place(files.len(), &file)?;
                write(&mut field, &path, &file, most.bytes).await?;
                files.push((file, path));
            }
            None => {
                let mut text = Vec::new();
                while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
                    text.extend_from_slice(&chunk);
                    if text.len() > TEXT {
                        return Err(too_large("a text of the form", TEXT));
                    }
                }
                fields.push((name, String::from_utf8_lossy(&text).into_owned()));
            }
        }
        if fields.len() > FIELDS {
            return Err(Refusal::wrong(
                "the form has more fields than any of ours",
                "load the page anew, and do it again; nothing was changed",
            ));
        }
    }
    Ok(Brought { fields, files, arriving })
}

async fn write(field: &mut Field<'_>, path: &std::path::Path, name: &str, most: usize) -> Result<(), Refusal> {
    let failed = |error: std::io::Error| {
        let full = error.kind() == std::io::ErrorKind::StorageFull;
        let status = if full { StatusCode::INSUFFICIENT_STORAGE } else { StatusCode::INTERNAL_SERVER_ERROR };
        Refusal::new(
            status,
            format!("{name}: it could not be written to the disk"),
            "nothing was taken in; tell whoever looks after this server",
        )
    };
    let mut file = File::create(path).map_err(failed)?;
    let mut written = 0;
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        written += chunk.len();
        if written > most {
            return Err(too_large(name, most));
        }
        file.write_all(&chunk).map_err(failed)?;
    }
    Ok(())
}

fn too_large(what: &str, most: usize) -> Refusal {
    let most = if most < 1 << 20 { format!("{} KiB", most >> 10) } else { format!("{} MiB", most >> 20) };
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, format!("{what} is larger than {most}"), "nothing was taken in")
}

fn broken(error: &MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Refusal::new(
            error.status(),
            "the files are together larger than what is taken here",
            "bring fewer at once; nothing was taken in",
        );
    }
    Refusal::wrong("the form did not arrive whole", "send it again; nothing was taken in")
}

/// The fields of a form without files that may hold one name several times.
pub fn every(fields: &[(String, String)], name: &str) -> Vec<String> {
    fields.iter().filter(|(field, _)| field == name).map(|(_, text)| text.clone()).collect()
}

/// One field of such a form.
pub fn one(fields: &[(String, String)], name: &str) -> String {
    fields.iter().find(|(field, _)| field == name).map_or_else(String::new, |(_, text)| text.trim().to_owned())
}
