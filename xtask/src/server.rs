//! The one static server: for `serve`, for `host`, and for the browser tests.
//!
//! Any origin may read what it serves, which a frame with an origin of its own needs. A connection has a thread of its
//! own: browsers open connections ahead of need and keep them, and a pool whose threads those use up lets the others wait.
//! Left out: caching, compression and ranges, which would only hide what a test wants to see.

use crate::routes::{Found, Routes, content_type};
use anyhow::{Context, Result};
use httparse::Status;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// On every answer.
const HEADERS: &str = "Access-Control-Allow-Origin: *\r\n\
    Cross-Origin-Resource-Policy: cross-origin\r\n\
    Cache-Control: no-cache\r\n";
/// A longer request is refused.
const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// A request with more header lines is refused.
const REQUEST_HEADERS_MAX: usize = 100;
/// A connection on which nothing comes for so long is closed.
const IDLE_MAX: Duration = Duration::from_secs(120);

/// Takes a port of this machine; no other machine can reach it.
///
/// # Errors
/// When the port is taken or may not be used.
pub fn bind(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port))
        .with_context(|| format!("port {port} cannot be used; choose another with --port"))
}

/// Serves on a free port until this program ends, and answers with the address.
///
/// # Errors
/// When there is no free port.
pub fn in_background(routes: Routes) -> Result<String> {
    let listener = bind(0)?;
    let address = listener.local_addr().context("a server has an address")?;
    thread::spawn(move || serve(&listener, routes));
    Ok(format!("http://{address}/"))
}

/// Answers requests until the program ends.
pub fn serve(listener: &TcpListener, routes: Routes) {
    let routes = Arc::new(routes);
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Too many open files, perhaps; connections that end give some back.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        let routes = Arc::clone(&routes);
        // A visitor who goes away in the middle of an answer is no error of this side.
        thread::spawn(move || converse(stream, &routes));
    }
}

/// One connection: requests and answers in turn.
fn converse(mut stream: TcpStream, routes: &Routes) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(IDLE_MAX))?;
    let mut received = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut received)? {
        let last = request.as_ref().is_none_or(|request| request.last);
        stream.write_all(&Answer::to(request, routes).bytes(last)?)?;
        if last {
            break;
        }
    }
    Ok(())
}

/// The part of a request that this server looks at.
#[derive(Debug, PartialEq)]
struct Request {
    method: String,
    /// Path and query.
    target: String,
    /// No other one follows on this connection.
    last: bool,
}

/// The next request: nothing at the end of the connection, and nothing inside when it is no request.
fn read_request(stream: &mut impl Read, received: &mut Vec<u8>) -> io::Result<Option<Option<Request>>> {
    let mut chunk = [0; 4096];
    loop {
        match parse(received) {
            Ok(Some((request, bytes))) => {
                received.drain(..bytes);
                return Ok(Some(Some(request)));
            }
            Ok(None) if received.len() < REQUEST_BYTES_MAX => {}
            _ => return Ok(Some(None)),
        }
        match stream.read(&mut chunk)? {
            0 => return Ok(None),
            count => received.extend_from_slice(&chunk[..count]),
        }
    }
}

/// A request and its length in bytes, or nothing when its end has not come yet.
fn parse(received: &[u8]) -> Result<Option<(Request, usize)>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; REQUEST_HEADERS_MAX];
    let mut head = httparse::Request::new(&mut headers);
    let Status::Complete(bytes) = head.parse(received)? else { return Ok(None) };
    let has = |name: &str, value: &str| {
        head.headers.iter().any(|header| {
            header.name.eq_ignore_ascii_case(name) && header.value.eq_ignore_ascii_case(value.as_bytes())
        })
    };
    let named = |name: &str| head.headers.iter().any(|header| header.name.eq_ignore_ascii_case(name));
    // What has a body is refused anyway; without reading it nobody knows where the next request starts.
    let body = named("Transfer-Encoding") || (named("Content-Length") && !has("Content-Length", "0"));
    let last = body || has("Connection", "close") || head.version != Some(1);
    let (method, target) = (head.method.unwrap_or_default(), head.path.unwrap_or_default());
    Ok(Some((Request { method: method.to_owned(), target: target.to_owned(), last }, bytes)))
}

/// What goes back.
struct Answer {
    status: &'static str,
    /// A whole header line with its end, or nothing.
    location: String,
    content_type: &'static str,
    content: Vec<u8>,
    /// Only asked for its headers.
    head_only: bool,
}

impl Answer {
    fn to(request: Option<Request>, routes: &Routes) -> Self {
        let Some(request) = request else {
            return Self::text("400 Bad Request", "This is not a request.\n");
        };
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Self::text("405 Method Not Allowed", "This server only answers GET and HEAD.\n");
        }
        let (path, query) = split_query(&request.target);
        let answer = match routes.find(path) {
            Found::File(file) => Self::file("200 OK", &file),
            Found::Redirect(to) => Self::redirect(&to, query),
            Found::Nothing(Some(page)) => Self::file("404 Not Found", &page),
            Found::Nothing(None) => Self::text("404 Not Found", "There is nothing here.\n"),
        };
        Self { head_only: request.method == "HEAD", ..answer }
    }

    fn text(status: &'static str, text: &str) -> Self {
        let content_type = "text/plain; charset=utf-8";
        Self { status, location: String::new(), content_type, content: text.into(), head_only: false }
    }

    fn file(status: &'static str, file: &Path) -> Self {
        let mut content = Vec::new();
        match File::open(file).and_then(|mut file| file.read_to_end(&mut content)) {
            Ok(_) => Self { content, content_type: content_type(file), ..Self::text(status, "") },
            Err(_) => {
                Self::text("404 Not Found", "This file cannot be read; perhaps it is being replaced.\n")
            }
        }
    }

    fn redirect(to: &str, query: &str) -> Self {
        let location = format!("Location: {to}{query}\r\n");
        Self { location, ..Self::text("308 Permanent Redirect", "") }
    }

    fn bytes(self, last: bool) -> io::Result<Vec<u8>> {
        let Self { status, location, content_type, content, head_only } = self;
        let length = content.len();
        let mut bytes = Vec::with_capacity(length + 512);
        write!(bytes, "HTTP/1.1 {status}\r\n{location}{HEADERS}")?;
        write!(bytes, "Content-Type: {content_type}\r\nContent-Length: {length}\r\n")?;
        write!(bytes, "{}\r\n", if last { "Connection: close\r\n" } else { "" })?;
        if !head_only {
            bytes.extend(content);
        }
        Ok(bytes)
    }
}

/// The query with its question mark, or nothing.
fn split_query(target: &str) -> (&str, &str) {
    target.find('?').map_or((target, ""), |at| target.split_at(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::tests::{routes, site};
    use crate::scratch::Scratch;
    use std::net::SocketAddr;

    /// A running server with the small site.
    struct Running {
        address: SocketAddr,
        _site: Scratch,
    }

    impl Running {
        fn new() -> Self {
            let site = site();
            let routes = routes(&site);
            let listener = bind(0).unwrap();
            let address = listener.local_addr().unwrap();
            thread::spawn(move || serve(&listener, routes));
            Self { address, _site: site }
        }

        fn connect(&self) -> TcpStream {
            let stream = TcpStream::connect(self.address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            stream
        }

        /// Status line, headers in lower case, body.
        fn ask(&self, request: &str) -> (String, String, String) {
            let mut stream = self.connect();
            write!(stream, "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let (status, headers) = head.split_once("\r\n").unwrap();
            (status.to_owned(), headers.to_lowercase(), body.to_owned())
        }
    }

    #[test]
    fn an_answer_has_its_headers() {
        let server = Running::new();
        let (status, headers, body) = server.ask("GET /page_bg.wasm?v=1");
        assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", "wasm"));
        for expected in [
            "content-type: application/wasm",
            "content-length: 4",
            "access-control-allow-origin: *",
            "cross-origin-resource-policy: cross-origin",
            "cache-control: no-cache",
        ] {
            assert!(headers.lines().any(|line| line == expected), "{expected} is not among\n{headers}");
        }
    }

    #[test]
    fn an_unknown_path_gets_the_sites_page_and_a_404() {
        let server = Running::new();
        let (status, headers, body) = server.ask("GET /nowhere/at/all");
        assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 404 Not Found", "lost"));
        assert!(headers.contains("content-type: text/html; charset=utf-8"), "{headers}");
        let (status, _, body) = server.ask("GET /deck/nowhere");
        assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 404 Not Found", "There is nothing here.\n"));
    }

    #[test]
    fn a_redirect_keeps_the_query() {
        let server = Running::new();
        let (status, headers, _) = server.ask("GET /ko?embed=1&theme=dark");
        assert_eq!(status, "HTTP/1.1 308 Permanent Redirect");
        assert!(headers.contains("location: /ko/?embed=1&theme=dark"), "{headers}");
    }

    #[test]
    fn other_methods() {
        let server = Running::new();
        let (status, headers, body) = server.ask("HEAD /");
        assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", ""));
        assert!(headers.contains("content-length: 4"), "{headers}");
        assert_eq!(server.ask("POST /").0, "HTTP/1.1 405 Method Not Allowed");
        assert_eq!(server.ask("no request at all").0, "HTTP/1.1 400 Bad Request");
    }

    #[test]
    fn connections_that_say_nothing_do_not_hold_up_the_others() {
        let server = Running::new();
        let idle: Vec<_> = (0..50).map(|_| server.connect()).collect();
        for _ in 0..20 {
            assert_eq!(server.ask("GET /").2, "home");
        }
        drop(idle);
    }

    #[test]
    fn a_connection_is_kept_and_requests_may_come_in_pieces_or_together() {
        let server = Running::new();
        let mut stream = server.connect();
        let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let both = [get("/"), get("/page_bg.wasm")].concat();
        let (first, rest) = both.split_at(9);
        stream.write_all(first.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(20));
        stream.write_all(rest.as_bytes()).unwrap();
        stream.write_all(b"GET /nowhere HTTP/1.0\r\n\r\n").unwrap();
        let mut answers = String::new();
        stream.read_to_string(&mut answers).unwrap();
        assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
        assert!(answers.ends_with("lost"), "{answers}");
    }

    #[test]
    fn an_endless_request_is_refused() {
        let endless =
            b"GET / HTTP/1.1\r\nx: ".iter().copied().chain(std::iter::repeat_n(b'y', 2 * REQUEST_BYTES_MAX));
        let endless: Vec<u8> = endless.collect();
        let mut received = Vec::new();
        assert_eq!(read_request(&mut endless.as_slice(), &mut received).unwrap(), Some(None));
        assert!(received.len() <= REQUEST_BYTES_MAX + 4096);
    }
}
