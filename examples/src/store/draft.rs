//! A message that is being written.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use super::{Store, sync_folder};

/// A message on its way to disk; dropped before it is stored, it was never there.
#[derive(Debug)]
pub struct Draft {
    file: BufWriter<File>,
    path: PathBuf,
    length: u64,
}

impl Draft {
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Self {
            file: BufWriter::with_capacity(64 * 1024, file),
            path,
            length: 0,
        })
    }

    /// Appends octets.
    pub fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        self.file.write_all(octets)?;
        self.length += octets.len() as u64;
        Ok(())
    }

    /// How many octets there are.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Brings everything to disk; the file may then be read by others.
    pub fn sync(&mut self) -> io::Result<&Path> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(&self.path)
    }

    /// Puts the message where it stays.
    pub(super) fn rename(mut self, to: &Path) -> io::Result<u64> {
        self.sync()?;
        fs::rename(&self.path, to)?;
        if let Some(folder) = to.parent() {
            sync_folder(folder)?;
        }
        // There is nothing left to remove.
        self.path = PathBuf::new();
        Ok(self.length)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Store {
    /// Begins a message whose recipients are not known to have room yet.
    pub fn draft(&self) -> io::Result<Draft> {
        Draft::create(self.root.join("tmp").join(self.unique_name()))
    }
}
