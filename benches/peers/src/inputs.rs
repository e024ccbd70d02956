//! What is given to all sides.

use std::{fs, io, path::Path};

use mailweft_benches::mails;

/// Messages, each under its name.
pub struct Inputs {
    pub mails: Vec<(&'static str, Vec<Vec<u8>>)>,
}

impl Inputs {
    /// The generated ones, and those of a corpus where there is one.
    pub fn new(corpus: Vec<Vec<u8>>) -> Self {
        let mut all = vec![
            ("small", vec![mails::small()]),
            ("newsletter", vec![mails::newsletter()]),
            ("10 MB", vec![mails::attachment()]),
            ("nested", vec![mails::nested()]),
            ("header-heavy", vec![mails::header_heavy()]),
        ];
        if !corpus.is_empty() {
            all.push(("corpus", corpus));
        }
        Self { mails: all }
    }

    /// The one generated message of this name.
    pub fn mail(&self, name: &str) -> &[u8] {
        self.mails
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(&[], |(_, mails)| &mails[0])
    }
}

/// Every file below a folder as a mail, in the order of their paths; line ends become CRLF.
pub fn corpus(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files.sort();
    files
        .iter()
        .map(|file| Ok(crlf(&fs::read(file)?)))
        .collect()
}

fn crlf(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len() + mail.len() / 32);
    for line in mail.split_inclusive(|&octet| octet == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) => {
                out.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
                out.extend_from_slice(b"\r\n");
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}
