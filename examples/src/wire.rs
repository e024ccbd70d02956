//! Sockets, with and without TLS.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use anyhow::Context as _;
use bytes::{Buf as _, BytesMut};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

/// Which way octets went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// They were read.
    In,
    /// They were written.
    Out,
    /// TLS began: what follows was encrypted.
    Tls,
}

/// Who hears what passes, decrypted.
type Tap = Box<dyn Fn(Way, &[u8]) + Send>;

/// A connection, in clear or encrypted.
pub struct Wire {
    stream: Stream,
    deflate: Option<Deflate>,
    tap: Option<Tap>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire")
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}

impl From<TcpStream> for Wire {
    fn from(socket: TcpStream) -> Self {
        Self {
            stream: Stream::Clear(socket),
            deflate: None,
            tap: None,
        }
    }
}

#[derive(Debug)]
enum Stream {
    /// In clear.
    Clear(TcpStream),
    /// Over TLS.
    Tls(Box<TlsStream<TcpStream>>),
    /// Between the two, while a handshake runs.
    Gone,
}

impl Wire {
    /// Connects to an address.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        Ok(socket.into())
    }

    /// Writes everything of `output`, then reads once, appending to `input`; how many octets were
    /// read, 0 at the end.
    pub async fn exchange(
        &mut self,
        output: &mut BytesMut,
        input: &mut BytesMut,
    ) -> io::Result<usize> {
        self.flush(output).await?;
        input.reserve(16 * 1024);
        let already = input.len();
        let Some(deflate) = &mut self.deflate else {
            let read = self.stream.read_buf(input).await?;
            self.note(Way::In, &input[already..]);
            return Ok(read);
        };
        // What came in one piece may be much when it is inflated: a part of it at a time.
        while !deflate.inflate(input)? {
            if self.stream.read_buf(&mut deflate.received).await? == 0 {
                return Ok(0);
            }
        }
        self.note(Way::In, &input[already..]);
        Ok(input.len() - already)
    }

    /// Compresses everything from here on (RFC 4978); `received` is what came compressed already.
    pub fn compress(&mut self, received: BytesMut) {
        self.deflate = Some(Deflate {
            inflate: Decompress::new(false),
            deflate: Compress::new(Compression::default(), false),
            received,
            sent: Vec::new(),
        });
    }

    /// Whether everything is compressed.
    pub fn is_compressed(&self) -> bool {
        self.deflate.is_some()
    }

    /// Lets somebody hear what passes.
    pub fn tap(&mut self, tap: Tap) {
        self.tap = Some(tap);
    }

    fn note(&self, way: Way, octets: &[u8]) {
        if let Some(tap) = &self.tap {
            tap(way, octets);
        }
    }

    /// Writes everything of `output`.
    pub async fn flush(&mut self, output: &mut BytesMut) -> io::Result<()> {
        if !output.is_empty() {
            self.note(Way::Out, output);
            match &mut self.deflate {
                Some(deflate) => self.stream.write_all(deflate.deflate(output)?).await?,
                None => self.stream.write_all(output).await?,
            }
            AsyncWriteExt::flush(&mut self.stream).await?;
            output.clear();
        }
        Ok(())
    }

    /// Runs the handshake of a server.
    pub async fn accept_tls(&mut self, acceptor: &TlsAcceptor) -> io::Result<()> {
        let Stream::Clear(socket) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(io::Error::other("TLS runs already"));
        };
        let stream = acceptor.accept(socket).await?;
        self.stream = Stream::Tls(Box::new(stream.into()));
        self.note(Way::Tls, &[]);
        Ok(())
    }

    /// Runs the handshake of a client.
    pub async fn connect_tls(&mut self, connector: &TlsConnector, host: &str) -> io::Result<()> {
        let Stream::Clear(socket) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(io::Error::other("TLS runs already"));
        };
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let stream = connector.connect(name, socket).await?;
        self.stream = Stream::Tls(Box::new(stream.into()));
        self.note(Way::Tls, &[]);
        Ok(())
    }

    /// Ends the connection in an orderly way.
    pub async fn close(&mut self) {
        // The peer may have gone already.
        let _ = self.stream.shutdown().await;
    }
}

/// Both directions of COMPRESS=DEFLATE.
struct Deflate {
    inflate: Decompress,
    deflate: Compress,
    /// Octets that are not inflated yet.
    received: BytesMut,
    sent: Vec<u8>,
}

impl Deflate {
    /// Inflates as much as there is room for; whether anything came of it.
    fn inflate(&mut self, input: &mut BytesMut) -> io::Result<bool> {
        let mut room = [0; 16 * 1024];
        let (before, after) = (self.inflate.total_in(), self.inflate.total_out());
        self.inflate
            .decompress(&self.received, &mut room, FlushDecompress::Sync)
            .map_err(io::Error::other)?;
        let taken = self.inflate.total_in() - before;
        let given = self.inflate.total_out() - after;
        self.received
            .advance(usize::try_from(taken).map_err(io::Error::other)?);
        input.extend_from_slice(&room[..usize::try_from(given).map_err(io::Error::other)?]);
        Ok(given > 0)
    }

    /// Deflates everything, so that the peer can read it all.
    fn deflate(&mut self, output: &[u8]) -> io::Result<&[u8]> {
        self.sent.clear();
        let mut rest = output;
        loop {
            // A block of room at a time: it is known to be all only when some of it is left.
            self.sent.reserve(output.len() + 64);
            let before = self.deflate.total_in();
            self.deflate
                .compress_vec(rest, &mut self.sent, FlushCompress::Sync)
                .map_err(io::Error::other)?;
            let taken = self.deflate.total_in() - before;
            rest = &rest[usize::try_from(taken).map_err(io::Error::other)?..];
            if rest.is_empty() && self.sent.len() < self.sent.capacity() {
                return Ok(&self.sent);
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(socket) => Pin::new(socket).poll_read(context, buffer),
            Self::Tls(stream) => match Pin::new(stream.as_mut()).poll_read(context, buffer) {
                // A peer that closes without a farewell of TLS has closed all the same; the
                // protocols above have farewells of their own.
                Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    Poll::Ready(Ok(()))
                }
                other => other,
            },
            Self::Gone => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Clear(socket) => Pin::new(socket).poll_write(context, octets),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_write(context, octets),
            Self::Gone => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(socket) => Pin::new(socket).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(context),
            Self::Gone => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(socket) => Pin::new(socket).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(context),
            Self::Gone => Poll::Ready(Ok(())),
        }
    }
}

/// A certificate made at start-up, and who trusts it.
#[derive(Clone)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    acceptor: TlsAcceptor,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    /// A self-signed certificate for these host names.
    pub fn generate(hosts: &[&str]) -> anyhow::Result<Self> {
        let key = KeyPair::generate()?;
        let names: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
        let certificate = CertificateParams::new(names)?.self_signed(&key)?;
        let certificate = certificate.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .context("the certificate that was just made")?;
        Ok(Self {
            certificate,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }

    /// What runs handshakes for a server of this identity.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// The certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// What runs handshakes for a client that asks no certificate who it is. For tests: whoever stands
/// between can read everything.
pub fn trusting_connector() -> anyhow::Result<TlsConnector> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(TrustAll))
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Takes every certificate; signatures are checked all the same.
#[derive(Debug)]
struct TrustAll;

impl ServerCertVerifier for TrustAll {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = provider().signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = provider().signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// What runs handshakes for a client that trusts these certificates and no others.
pub fn connector(trusted: &[CertificateDer<'static>]) -> anyhow::Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    for certificate in trusted {
        roots.add(certificate.clone())?;
    }
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
