//! Tokens from the system's own chance, and passwords as they are kept. Nothing else makes or compares a secret.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::domain::digest::hex;
use crate::engine::Failure;

/// Memory in KiB, rounds and lanes: the first choice of the OWASP Password Storage Cheat Sheet.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// What a password is compared with where there is none to compare with, so that this takes as long. Nobody knows what it was made from.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Tm9ib2R5S25vd3NUaGlz$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// 256 bits that nobody can guess, in hex.
pub(super) fn fresh() -> Result<String, Failure> {
    Ok(hex(&random::<32>()?))
}

/// 128 bits that nobody has yet, in hex.
pub(super) fn fresh_id() -> Result<String, Failure> {
    Ok(hex(&random::<16>()?))
}

fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| unable(&error.to_string()))?;
    Ok(bytes)
}

/// A password as it is kept. Takes 30 to 50 ms.
pub(super) fn kept_password(password: &str) -> Result<String, Failure> {
    let kept = hasher()?.hash_password_with_salt(password.as_bytes(), &random::<16>()?);
    Ok(kept.map_err(|error| unable(&error.to_string()))?.to_string())
}

/// Whether it is the password that is kept; never where none is. Takes as long either way.
pub(super) fn is_password(password: &str, kept: Option<&str>) -> bool {
    let right =
        PasswordHash::new(kept.unwrap_or(NOBODY)).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    right && kept.is_some()
}

fn hasher() -> Result<Argon2<'static>, Failure> {
    let (memory, rounds, lanes) = COST;
    let params = Params::new(memory, rounds, lanes, None).map_err(|error| unable(&error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn unable(what: &str) -> Failure {
    Failure::new(format!("the system gives no secret: {what}"), "nothing was changed; try again when the cause is gone")
}
