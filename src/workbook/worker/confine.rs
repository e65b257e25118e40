//! Takes from a process what opening a workbook does not need. Never gives anything back: it holds until the process ends.

/// Limits this process and its calling thread to computing, reading standard input, and writing standard output and standard error:
/// `memory` bytes of address space, `cpu_seconds` seconds of processor time, no files, no sockets, no other processes, no core dump.
/// Tells whether the system did all of it; where it did not, the rest holds all the same.
pub fn confine(memory: u64, cpu_seconds: u64) -> bool {
    let limited = limit(memory, cpu_seconds);
    let filtered = filter();
    limited && filtered
}

#[cfg(unix)]
fn limit(memory: u64, cpu_seconds: u64) -> bool {
    use rustix::process::Resource;
    // The first limit of processor time ends the process with a signal that tells why, the second one whatever it does about that.
    // Three descriptors are open, so no further one can be.
    let limits = [
        (Resource::As, memory, memory),
        (Resource::Cpu, cpu_seconds, cpu_seconds.saturating_add(1)),
        (Resource::Fsize, 0, 0),
        (Resource::Core, 0, 0),
        (Resource::Nproc, 0, 0),
        (Resource::Nofile, 3, 3),
    ];
    limits.map(|(resource, current, maximum)| lower(resource, current, maximum)).iter().all(|done| *done)
}

/// A limit that is lower already stays.
#[cfg(unix)]
fn lower(resource: rustix::process::Resource, current: u64, maximum: u64) -> bool {
    let least = |limit: Option<u64>, wanted: u64| Some(limit.map_or(wanted, |limit| limit.min(wanted)));
    let before = rustix::process::getrlimit(resource);
    let after = rustix::process::Rlimit { current: least(before.maximum, current), maximum: least(before.maximum, maximum) };
    rustix::process::setrlimit(resource, after).is_ok()
}

#[cfg(not(unix))]
fn limit(_memory: u64, _cpu_seconds: u64) -> bool {
    false
}

/// Any other system call than the allowed ones fails from here on, so that a panic can still say what it has to say. Also ends this
/// process with the one that started it, and hides its memory from debuggers and core dumps.
#[cfg(target_os = "linux")]
fn filter() -> bool {
    use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal};
    let hidden = set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok();
    let bound = set_parent_process_death_signal(Some(Signal::KILL)).is_ok();
    let filtered = system_calls::program().is_some_and(|program| seccompiler::apply_filter(&program).is_ok());
    hidden && bound && filtered
}

#[cfg(not(target_os = "linux"))]
fn filter() -> bool {
    false
}

/// The system calls that are left.
#[cfg(target_os = "linux")]
mod system_calls {
    use std::collections::BTreeMap;

    use seccompiler::SeccompCmpOp::{self, Eq, MaskedEq};
    use seccompiler::{BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCondition, SeccompFilter, SeccompRule};

    /// Calls that reach nothing outside the process: memory given back or moved, the clock, random bytes, signals to itself, its end.
    const FREE: &[i64] = &[
        libc::SYS_brk,
        libc::SYS_clock_gettime,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_futex,
        libc::SYS_getpid,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_madvise,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_restart_syscall,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sched_yield,
        libc::SYS_sigaltstack,
    ];

    pub fn program() -> Option<BpfProgram> {
        let arch = std::env::consts::ARCH.try_into().ok()?;
        let filter = SeccompFilter::new(rules().ok()?, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow, arch).ok()?;
        filter.try_into().ok()
    }

    fn rules() -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
        let no_code = || argument(2, MaskedEq(libc::PROT_EXEC as u64), 0);
        let of_no_file = argument(3, MaskedEq(libc::MAP_ANONYMOUS as u64), libc::MAP_ANONYMOUS as u64)?;
        let (input, outputs) = (vec![to(0)?], vec![to(1)?, to(2)?]);
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> = FREE.iter().map(|call| (*call, Vec::new())).collect();
        rules.extend([
            (libc::SYS_read, input),
            (libc::SYS_write, outputs.clone()),
            (libc::SYS_writev, outputs),
            (libc::SYS_mmap, vec![SeccompRule::new(vec![no_code()?, of_no_file])?]),
            (libc::SYS_mprotect, vec![SeccompRule::new(vec![no_code()?])?]),
            (libc::SYS_tgkill, vec![to(u64::from(std::process::id()))?]),
        ]);
        Ok(rules)
    }

    /// The call whose first argument, a descriptor or a process, is this one.
    fn to(number: u64) -> Result<SeccompRule, BackendError> {
        SeccompRule::new(vec![argument(0, Eq, number)?])
    }

    fn argument(index: u8, compare: SeccompCmpOp, value: u64) -> Result<SeccompCondition, BackendError> {
        SeccompCondition::new(index, SeccompCmpArgLen::Dword, compare, value)
    }
}
