//! Answers customers' security questionnaires truthfully, in the customer's own workbook.
//!
//! The flow is the house: *read* (`workbook`) → *find* (`domain::layout`) → *extract* (`domain::extract`) → *search* (`bank::index`) →
//! *rank, guard* (`domain::rank`, `domain::guard`) → *propose* (`domain::propose`) → *review* (`domain::review`) → *fill*
//! (`domain::fill`, `workbook`) → *follow up* (`domain::work_item`). `engine` joins the steps, `cli` and `web` are the faces.
//!
//! Who may import whom, checked by a test: `domain` nothing of ours; `bank`, `workbook` and `store` only `domain`; `engine` those four;
//! `cli` and `web` only `engine` and `domain`; nobody imports a face.
//!
//! The promises that every change must keep stand in ARCHITECTURE.md; the first two: no cell is written without a recorded decision, and
//! only an approved answer leaves, in the exact wording that was approved.

pub mod domain;

pub mod bank;
pub mod store;
pub mod workbook;

pub mod engine;

pub mod cli;
pub mod web;
