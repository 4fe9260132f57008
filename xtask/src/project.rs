//! Where this project's files are.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};

/// The folders of one checkout.
pub struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder, which also takes what Trunk writes.
    pub target: PathBuf,
}

impl Project {
    /// The checkout that `cargo xtask` was called in.
    ///
    /// The manifest's folder is read when the program runs, not when it is compiled: two checkouts may share one target
    /// folder, and then the compiled-in one would be the other's.
    pub fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").context("call this program as `cargo xtask`")?;
        let root = Path::new(&manifest).parent().context("the manifest's folder has no parent")?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root: root.to_owned(), target })
    }

    /// The browser tests with their npm packages.
    pub fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// The release build of the site.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// What a release hands out.
    pub fn release(&self) -> PathBuf {
        self.root.join("dist-release")
    }
}
