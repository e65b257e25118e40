//! Whether something is still to be had under the address that evidence names. Only where the user asks for it, only from hosts that the bank
//! lists, only over HTTPS and from public addresses; the system's curl does the asking.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::process::{Command, Stdio};

/// So many seconds one address may take.
const SECONDS: &str = "5";
/// So many bytes are fetched at most.
const MOST: usize = 1_048_576;

/// What came of looking at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is there; its content.
    There(Vec<u8>),
    /// It is there, and larger than what is looked at.
    Large,
    /// Nobody asked for it: why not.
    Refused(String),
    /// It could not be had.
    Gone(String),
}

/// The host of an address that may be looked at.
///
/// # Errors
/// Why it may not.
pub fn host<'u>(url: &'u str, allowed: &[String]) -> Result<&'u str, String> {
    let rest = url.strip_prefix("https://").ok_or("only https:// is looked at")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.strip_suffix(":443").unwrap_or(authority);
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    // The last part of a name has a letter; so no number, in whatever base, is taken for a name.
    let named = host.contains('.')
        && host.split('.').all(label)
        && host.rsplit('.').next().is_some_and(|last| last.chars().all(|c| c.is_ascii_alphabetic()));
    if !named || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(format!("{authority:?} is no plain name of a host on port 443"));
    }
    if !allowed.iter().any(|one| one.eq_ignore_ascii_case(host)) {
        return Err(format!("{host} is not among link_hosts in bank.toml"));
    }
    Ok(host)
}

/// Whether an address is one of the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Global unicast without what stands for something else: documentation, 6to4, Teredo and other special uses.
    (0x2000..0x4000).contains(&a) && a != 0x2002 && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8)) && a != 0x3fff
}

/// Looks at one address. `resolve` gives the addresses of a host: all must be public, and the first one is asked.
pub fn look(curl: &Path, url: &str, allowed: &[String], resolve: &dyn Fn(&str) -> Vec<IpAddr>) -> Link {
    let host = match host(url, allowed) {
        Ok(host) => host,
        Err(why) => return Link::Refused(why),
    };
    let addresses = resolve(host);
    if addresses.is_empty() {
        return Link::Gone(format!("{host} has no address"));
    }
    if let Some(inside) = addresses.iter().find(|address| !is_public(**address)) {
        return Link::Refused(format!("{host} leads to {inside}, which is no public address"));
    }
    let address = match addresses[0] {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    };
    let most = MOST.to_string();
    let mut command = Command::new(curl);
    // Programs on Windows do not start without some of it.
    if !cfg!(windows) {
        command.env_clear();
    }
    let output = command
        .args(["--disable", "--silent", "--show-error", "--globoff", "--proto", "=https", "--max-redirs", "0", "--noproxy", "*"])
        .args(["--max-time", SECONDS, "--max-filesize", &most, "--output", "-", "--write-out", "%{stderr}%{http_code}"])
        .args(["--resolve", &format!("{host}:443:{address}"), "--url", url])
        .stdin(Stdio::null())
        .output();
    match output {
        Err(error) => Link::Refused(format!("{}: {error}", curl.display())),
        // 63: more than --max-filesize.
        Ok(output) if output.status.code() == Some(63) || output.stdout.len() > MOST => Link::Large,
        Ok(output) => {
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            let status = told.lines().last().unwrap_or_default().trim();
            match (output.status.success(), status) {
                (true, "200") => Link::There(output.stdout),
                (true, "301" | "302" | "303" | "307" | "308") => {
                    Link::Gone(format!("it has moved (status {status}); name the new address"))
                }
                (true, status) => Link::Gone(format!("the server answers with status {status}")),
                (false, _) => Link::Gone(told.lines().next().unwrap_or("curl failed").trim_end_matches("000").to_owned()),
            }
        }
    }
}
