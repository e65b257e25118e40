//! One test binary: domain cases as text tables, workbook round trips, stories through `engine`, the command line, and the rules of the house.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::pedantic)]

mod accounts;
mod bank;
mod batch;
mod canary;
mod check;
mod cli;
mod domain;
mod fixtures;
mod histories;
mod inbox;
mod memory;
mod quarter;
mod reading;
mod regressions;
mod store;
mod stories;
mod table;
mod tidy;
mod tricks;
mod web;
mod workbook;
mod year;
