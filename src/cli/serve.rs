//! `answerbank serve`: the web app; this file only says what is served and where.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::Ended;
use super::desk::DeskFlags;
use super::installed_program;
use crate::engine::questionnaire::Desk;
use crate::engine::{BankPlace, Failure, Worker, demo};

/// Serves the web app: questionnaires, the bank, work items and the ledger in the browser.
#[derive(Args)]
pub struct Serve {
    /// Address and port to listen at
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8711", env = "ANSWERBANK_LISTEN")]
    listen: SocketAddr,
    /// The address that people type, where a proxy stands before this server, such as <https://answers.example.com>
    #[arg(long, value_name = "URL", env = "ANSWERBANK_URL")]
    url: Option<String>,
    /// A proxy of yours stands before this server and says in X-Forwarded-For where requests come from
    #[arg(long)]
    behind_proxy: bool,
    /// Serve a demonstration: the sample bank of an invented company with questionnaires in progress, gone when it ends
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    desk: DeskFlags,
}

/// What the web face is to serve, and where.
pub struct Served {
    /// The bank.
    pub bank: BankPlace,
    /// The store's folder.
    pub store: PathBuf,
    /// What opens workbooks.
    pub worker: Worker,
    /// The program that history is read from, where it is installed.
    pub git: Option<PathBuf>,
    /// The day, if one was named.
    pub date: Option<Date>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address that people type.
    pub url: Option<String>,
    /// Whether a proxy of ours says where requests come from.
    pub behind_proxy: bool,
    /// Whether it is a demonstration.
    pub demo: bool,
}

impl Serve {
    /// Serves with the web face.
    pub fn run(self, serve: impl FnOnce(Served) -> Result<(), Failure>) -> Result<Ended, Failure> {
        let demo = self.demo;
        let mut served = self.meant()?;
        if !demo {
            serve(served)?;
            return Ok(Ended::Done);
        }
        if !served.listen.ip().is_loopback() {
            return Err(Failure::usage(
                format!("--listen {}: a demonstration is for this machine alone", served.listen),
                "leave --listen out, or name an address such as 127.0.0.1:8711",
            ));
        }
        eprintln!("The demonstration is being laid out …");
        let demo = demo::begin(&served.worker, jiff::Timestamp::now())?;
        served.bank.root = demo.folder.path().join("answer-bank");
        served.store = demo.folder.path().join(".answerbank");
        served.date = served.date.or(Some(demo::DAY));
        served.demo = true;
        for (name, role) in demo::PEOPLE {
            eprintln!("  {name:<16} {}", role.name());
        }
        eprintln!("Sign in as one of them with the password {}", demo.password);
        serve(served)?;
        Ok(Ended::Done)
    }

    fn meant(self) -> Result<Served, Failure> {
        let date = self.desk.named_date();
        let Desk { bank, store, worker, .. } = self.desk.desk()?;
        let url = self.url.as_deref().map(address).transpose()?;
        let git = installed_program("git", "").ok();
        Ok(Served { bank, store, worker, git, date, listen: self.listen, url, behind_proxy: self.behind_proxy, demo: false })
    }
}

/// The address that people type: scheme and host, nothing behind them.
fn address(typed: &str) -> Result<String, Failure> {
    let host = typed.strip_prefix("https://").or_else(|| typed.strip_prefix("http://")).map(|host| host.trim_end_matches('/'));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(typed.trim_end_matches('/').to_owned()),
        _ => Err(Failure::usage(format!("--url {typed}: this is no address of a server"), "such as https://answers.example.com")),
    }
}
