//! A disk that is full: that is said, nothing that was told is lost, and the same command succeeds once there is space.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Place, err, of_kind, verified};

/// A small disk of its own, in memory.
struct Disk(PathBuf);

impl Disk {
    fn new(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|told| told.status.success()).then(|| Self(at.to_owned()))
    }

    /// Fills it but for so many kilobytes.
    fn fill(&self, free: u64) {
        let mut ballast = fs::File::create(self.ballast()).unwrap();
        while ballast.write_all(&[0; 4096]).is_ok() {}
        ballast.set_len(ballast.metadata().unwrap().len().saturating_sub(free * 1024)).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Files may still be closed from other threads.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let free_sizes: Vec<u64> = if super::at_length() { (0..20).map(|step| step * 12).collect() } else { vec![0, 60, 132] };
    let steps = [
        ("review add form.xlsx --customer Harbour --store disk/store", "received"),
        ("review accept form.xlsx A2 A3 --store disk/store", "decided"),
        ("release form.xlsx --out disk/out --store disk/store", "released"),
        ("store backup disk/backup.db --store disk/store", ""),
    ];
    let mut full = std::collections::BTreeMap::new();
    for free in free_sizes {
        let place = Place::new();
        let at = place.path().join("disk");
        let Some(disk) = Disk::new(&at) else {
            println!("skipped: this user may not mount a disk of its own");
            return;
        };
        let mut told = Vec::new();
        for (arguments, kind) in steps {
            disk.fill(free);
            let mut done = place.run(arguments);
            if !done.status.success() {
                let said = err(&done);
                assert!(
                    said.contains("no space left on the disk") || said.contains("No space left on device"),
                    "{free} KB, {arguments}: {said}"
                );
                assert!(said.contains("hint: "), "{said}");
                assert!(told.contains(&"released") || !at.join("out/customer").exists());
                full.entry(arguments.split(' ').take(2).collect::<Vec<_>>().join(" ")).or_insert_with(Vec::new).push(free);
                fs::remove_file(disk.ballast()).unwrap();
                check(&at, &told);
                done = place.run(arguments);
            }
            assert!(done.status.success(), "{free} KB, {arguments}: {done:?}");
            told.push(kind);
            check(&at, &told);
        }
        assert_eq!(fs::read_dir(at.join("out")).unwrap().count(), 2, "what was put aside is gone");
    }
    println!("full with so many kilobytes left: {full:?}");
    assert_eq!(full.len(), steps.len(), "each command met a full disk");
}

/// What was told is there, and all of it is as it was written.
fn check(at: &Path, told: &[&str]) {
    if told.is_empty() {
        return;
    }
    let entries = verified(&at.join("store")).entries(None).unwrap();
    for kind in told.iter().filter(|kind| !kind.is_empty()) {
        assert!(!of_kind(&entries, kind).is_empty(), "{kind} was told and is not there");
    }
}
