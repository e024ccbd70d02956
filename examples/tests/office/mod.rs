//! A post office in a process of its own, for tests that kill it.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

/// A post office that runs, until it is killed or dropped.
pub struct Office {
    child: Child,
    ports: BTreeMap<String, SocketAddr>,
}

impl Office {
    /// Starts it over a folder, for the user `alice` with the password `secret`, without TLS.
    pub fn start(folder: &Path, services: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_post-office"));
        command
            .args(["--domain", "example.org", "--user", "alice:secret"])
            .args(["--insecure-auth", "--dir"])
            .arg(folder)
            .stdout(Stdio::piped());
        for service in services {
            command.arg(format!("--{service}")).arg("0");
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ports = line
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
            .map(|(name, address)| (name.to_owned(), address.parse().unwrap()))
            .collect();
        Self { child, ports }
    }

    pub fn port(&self, service: &str) -> SocketAddr {
        self.ports[service]
    }

    /// SIGKILL: the process can do nothing more.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.kill();
    }
}
