//! A disk that is full: that is said, nothing that was told is lost, and the same command succeeds once there is space.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Place, err, of_kind, verified};

/// A small disk of its own, in memory.
struct Disk(PathBuf);

impl Disk {
    fn new(at: &Path, kilobytes: usize) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        mount(at, &format!("size={kilobytes}k")).then(|| Self(at.to_owned()))
    }

    fn enlarge(&self) {
        assert!(mount(&self.0, "remount,size=64m"));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

fn mount(at: &Path, options: &str) -> bool {
    Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).output().is_ok_and(|told| told.status.success())
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let sizes: Vec<usize> = if super::at_length() { (0..20).map(|step| 8 + step * step * 3).collect() } else { vec![64, 200, 400] };
    let steps = [
        ("review add form.xlsx --customer Harbour --store disk/store", "received"),
        ("review accept form.xlsx A2 A3 --store disk/store", "decided"),
        ("release form.xlsx --out disk/out --store disk/store", "released"),
        ("store backup disk/backup.db --store disk/store", ""),
    ];
    let mut full = std::collections::BTreeMap::new();
    for size in sizes {
        let place = Place::new();
        let at = place.path().join("disk");
        let Some(disk) = Disk::new(&at, size) else {
            println!("skipped: this user may not mount a disk of its own");
            return;
        };
        let mut told = Vec::new();
        for (arguments, kind) in steps {
            let mut done = place.run(arguments);
            if !done.status.success() {
                let said = err(&done);
                assert!(
                    said.contains("no space left on the disk") || said.contains("No space left on device"),
                    "{size} KB, {arguments}: {said}"
                );
                assert!(said.contains("hint: "), "{said}");
                assert!(!at.join("out/customer").exists());
                full.entry(arguments.split(' ').take(2).collect::<Vec<_>>().join(" ")).or_insert_with(Vec::new).push(size);
                disk.enlarge();
                check(&at, &told);
                done = place.run(arguments);
            }
            assert!(done.status.success(), "{size} KB, {arguments}: {done:?}");
            told.push(kind);
            check(&at, &told);
        }
        assert_eq!(fs::read_dir(at.join("out")).unwrap().count(), 2, "what was put aside is gone");
    }
    println!("full at: {full:?}");
    assert!(!full.is_empty(), "no disk was small enough to become full");
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
