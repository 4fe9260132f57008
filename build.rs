//! Names the build after its sources, so that a page never talks to the worker of another one.

use std::collections::BTreeSet;
use std::fs;
use std::hash::Hasher as _;
use std::path::{Path, PathBuf};

#[expect(
    clippy::disallowed_types,
    reason = "the name only has to be the same for page and worker, which are built by one toolchain"
)]
fn main() {
    let mut files = BTreeSet::from([PathBuf::from("Cargo.lock"), PathBuf::from("Cargo.toml")]);
    collect(Path::new("src"), &mut files);
    let mut hasher = std::hash::DefaultHasher::new();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        hasher.write(&fs::read(file).unwrap_or_default());
    }
    // A new file changes its folder.
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=PLAYGROUND_BUILD={:016x}", hasher.finish());
}

fn collect(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path);
        }
    }
}
