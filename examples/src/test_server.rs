//! An SMTP server in the process, for the tests of an application that sends mail.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::BytesMut;
use mailweft_smtp::{
    Mail, Rcpt, Server,
    server::{Config, Event},
};

/// A message that arrived.
#[derive(Clone, Debug)]
pub struct Letter {
    /// MAIL, with its parameters.
    pub mail: Mail,
    /// RCPT, one for each recipient.
    pub recipients: Vec<Rcpt>,
    /// The content, dots undone.
    pub content: Vec<u8>,
}

/// Takes every mail, on a port of the kernel's choice, for as long as the process lives.
#[derive(Debug)]
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl TestServer {
    /// Starts one.
    pub fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let server = Self {
            address: listener.local_addr()?,
            letters: Arc::default(),
        };
        let letters = Arc::clone(&server.letters);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let letters = Arc::clone(&letters);
                std::thread::spawn(move || serve(stream, &letters));
            }
        });
        Ok(server)
    }

    /// What has arrived so far.
    pub fn letters(&self) -> Vec<Letter> {
        self.letters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn serve(mut stream: TcpStream, letters: &Mutex<Vec<Letter>>) -> anyhow::Result<()> {
    let mut server = Server::new(Config::new("test.example")?);
    let (mut input, mut block, mut letter) = (BytesMut::new(), [0; 4096], None);
    loop {
        match server.poll(&mut input)? {
            Event::Mail { slot, mail } => {
                letter = Some(Letter {
                    mail,
                    recipients: Vec::new(),
                    content: Vec::new(),
                });
                server.accept(slot)?;
            }
            Event::Rcpt { slot, rcpt } => {
                letter
                    .iter_mut()
                    .for_each(|letter| letter.recipients.push(rcpt.clone()));
                server.accept(slot)?;
            }
            Event::Body { chunk } => {
                letter
                    .iter_mut()
                    .for_each(|letter| letter.content.extend_from_slice(&chunk));
            }
            Event::BodyEnd { slots, .. } => {
                letters
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(letter.take());
                for slot in slots {
                    server.accept(slot)?;
                }
            }
            Event::Hello { slot, .. } | Event::Data { slot, .. } | Event::Command { slot, .. } => {
                server.accept(slot)?;
            }
            Event::NeedInput => {
                stream.write_all(&server.output().split())?;
                match stream.read(&mut block)? {
                    0 => return Ok(()),
                    length => input.extend_from_slice(&block[..length]),
                }
            }
            Event::Quit | Event::Closed => return Ok(stream.write_all(server.output())?),
            Event::Blocked => stream.write_all(&server.output().split())?,
            _ => {}
        }
    }
}
