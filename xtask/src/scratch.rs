//! Folders for tests, gone when the test ends.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of one test's own; dropping it removes it.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// An empty folder.
    pub fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("playground-xtask-{}-{number}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// A folder with these files: their paths and contents.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Self::new();
        files.iter().for_each(|(path, content)| scratch.write(path, content));
        scratch
    }

    /// Writes a file, with the folders that it needs.
    pub fn write(&self, path: &str, content: &str) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    /// A path in the folder; "" is the folder itself.
    pub fn path(&self, path: &str) -> PathBuf {
        Path::new(&self.folder).join(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Leftovers in the system's folder for them are no reason to fail a test.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
