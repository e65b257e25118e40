//! Files → one zip archive. The same files and date give the same bytes; never holds a path that leaves its folder.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs files under their names; all bear one date, as year, month and day.
///
/// # Errors
/// What the zip writer says; a bug of ours.
pub fn pack(files: &[(String, Vec<u8>)], (year, month, day): (u16, u8, u8)) -> Result<Vec<u8>, String> {
    let date = DateTime::from_date_and_time(year, month, day, 0, 0, 0).map_err(|error| error.to_string())?;
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(date).unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name.as_str(), options).map_err(|error| error.to_string())?;
        archive.write_all(bytes).map_err(|error| error.to_string())?;
    }
    archive.finish().map(Cursor::into_inner).map_err(|error| error.to_string())
}
