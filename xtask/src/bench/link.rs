//! A slow link to a server: a relay that holds every byte back as a long and narrow line would.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// A round trip between two regions of one continent.
const ROUND_TRIP: Duration = Duration::from_millis(20);

/// 100 Mbit/s.
const BYTES_PER_SECOND: f64 = 12.5e6;

/// What the benchmark calls it.
pub(super) const NAME: &str = "20 ms, 100 Mbit/s";

/// Bytes and the moment at which they arrive.
type Parcel = (Instant, Vec<u8>);

/// The moment from which a direction of the line is free; all connections share it.
type FreeFrom = Arc<Mutex<Instant>>;

/// Relays a new port of loopback to the server's port, until the program ends. Returns the new port.
pub(super) fn relay(server: u16) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let now = || Arc::new(Mutex::new(Instant::now()));
    let (up, down) = (now(), now());
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A server that is gone shows as a closed connection, as it does without a relay.
            if let Ok(server) = TcpStream::connect(("127.0.0.1", server)) {
                let _ = carry(&client, &server, &up).and_then(|()| carry(&server, &client, &down));
            }
        }
    });
    Ok(port)
}

/// Carries one direction of one connection, in threads of their own.
fn carry(from: &TcpStream, to: &TcpStream, line: &FreeFrom) -> std::io::Result<()> {
    to.set_nodelay(true)?;
    let (from, to, line) = (from.try_clone()?, to.try_clone()?, line.clone());
    // A quarter of a MiB on the wire: what the line itself holds in a round trip.
    let (send, parcels) = sync_channel::<Parcel>(16);
    thread::spawn(move || take(from, &send, &line));
    thread::spawn(move || {
        let mut to = to;
        for (due, bytes) in parcels {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    Ok(())
}

fn take(mut from: TcpStream, send: &SyncSender<Parcel>, line: &FreeFrom) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let Ok(mut free_from) = line.lock() else { return };
        *free_from =
            (*free_from).max(Instant::now()) + Duration::from_secs_f64(length as f64 / BYTES_PER_SECOND);
        let due = *free_from + ROUND_TRIP / 2;
        drop(free_from);
        if send.send((due, buffer[..length].to_vec())).is_err() {
            return;
        }
    }
}
