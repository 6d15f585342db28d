//! A service that says which commit it is, with the standard library alone.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

static DRAINING: AtomicBool = AtomicBool::new(false);

const SIGTERM: i32 = 15;

extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
}

extern "C" fn on_term(_number: i32) {
    DRAINING.store(true, Ordering::SeqCst);
}

fn main() -> io::Result<()> {
    // SAFETY: the handler does nothing but store into an atomic, which is allowed in a signal handler.
    unsafe { signal(SIGTERM, on_term) };
    let commit: Arc<str> = env::var("DROVER_COMMIT").unwrap_or("unknown".into()).into();
    let port: u16 = match env::var("PORT") {
        Ok(port) => port.parse().map_err(io::Error::other)?,
        Err(_) => 8080,
    };
    let listener = TcpListener::bind(("0.0.0.0", port))?;
    // Without blocking, so that the end is seen within 10 ms of the signal.
    listener.set_nonblocking(true)?;
    let own_port = listener.local_addr()?.port();
    println!("{} listens on {own_port}", service::NAME);
    let busy = Arc::new(AtomicUsize::new(0));
    while !DRAINING.load(Ordering::SeqCst) {
        match listener.accept() {
            Ok((stream, _)) => {
                let (commit, busy) = (commit.clone(), busy.clone());
                busy.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    let _ = serve(stream, &commit);
                    busy.fetch_sub(1, Ordering::SeqCst);
                });
            }
            Err(_) => thread::sleep(Duration::from_millis(5)),
        }
    }
    drain(&listener, &commit);
    drop(listener);
    while busy.load(Ordering::SeqCst) > 0 {
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// Answers those who had connected already: closing the listener would reset them.
fn drain(listener: &TcpListener, commit: &str) {
    while let Ok((stream, _)) = listener.accept() {
        let _ = serve(stream, commit);
    }
}

/// One request a connection; whoever sends nothing for five seconds is let go.
fn serve(mut stream: TcpStream, commit: &str) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let draining = DRAINING.load(Ordering::SeqCst);
    let answer = service::answer(service::path_of(&line).unwrap_or(""), commit, draining);
    write!(
        stream,
        "HTTP/1.1 {}\r\ncontent-length: {}\r\nx-commit: {commit}\r\nconnection: close\r\n\r\n{}",
        answer.status,
        answer.text.len(),
        answer.text
    )
}
