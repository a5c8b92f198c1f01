//! The venue, the way to it and the command line that watches it.

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::net::Net;

/// Nobody waits so long unless something is broken.
const PATIENCE: Duration = Duration::from_secs(90);
const TOKEN: &str = "0f9b2a7c51e84d3fa6c0d1b2e3f40516";
const VENUE_PORT: &str = "4000";
const PORT: &str = "9000";

pub(crate) struct Scene {
    pub(crate) net: Net,
    watch: Program,
    way: RefCell<Program>,
    _venue: Program,
    began: Instant,
}

/// What the watch says at its end.
pub(crate) struct End {
    pub(crate) lost: u64,
    pub(crate) reconnects: u64,
}

impl Scene {
    /// `None`, and said so, where a machine cannot do it.
    pub(crate) fn open() -> Option<Self> {
        Self::open_behind(&[])
    }

    /// The venue's name has these addresses too.
    pub(crate) fn open_behind(addresses: &[&str]) -> Option<Self> {
        let Some(cli) = std::env::var_os("TICKWIRE_CLI").map(PathBuf::from) else {
            tests::not_run("kernel: TICKWIRE_CLI does not name the command line; run `cargo xtask kernel`");
            return None;
        };
        let net = match Net::lay(addresses) {
            Ok(net) => net,
            Err(why) => {
                tests::not_run(&format!("kernel: {why}"));
                return None;
            }
        };
        let cli = cli.display().to_string();
        let venue = Program::start(
            &net.venue(),
            &[
                &cli, "sim", "--port", VENUE_PORT, "--token", TOKEN, "--rate", "200",
            ],
        );
        venue.until("the venue is open", |line| line["type"] == "ready");
        let way = forward(&net);
        let began = Instant::now();
        let address = format!("ws://localhost:{PORT}/v1/stream");
        let watch = Program::start(
            &net.us(),
            &[
                &cli,
                "watch",
                "--feed",
                &address,
                "--token",
                TOKEN,
                "--transport",
                "ws",
                "--json",
                "NVX",
                "BTC-USD",
            ],
        );
        Some(Self {
            net,
            watch,
            way: RefCell::new(way),
            _venue: venue,
            began,
        })
    }

    /// Prices come, and the connection has shown that it works.
    pub(crate) fn until_price(&mut self) {
        self.until_first_price();
        self.listen_for(Duration::from_secs(3));
    }

    /// How long after its start the first price has come.
    pub(crate) fn until_first_price(&self) -> Duration {
        self.watch.until("a price comes", |line| line["type"] == "trade");
        self.began.elapsed()
    }

    pub(crate) fn until_state(&self, is_it: impl Fn(&str) -> bool) -> Duration {
        let began = Instant::now();
        self.watch.until("the feed's state changes", |line| {
            line["type"] == "status" && line["state"].as_str().is_some_and(&is_it)
        });
        began.elapsed()
    }

    /// Down and live again.
    pub(crate) fn until_reconnect(&self) -> Duration {
        let began = Instant::now();
        self.until_state(|state| state != "live");
        self.until_state(|state| state == "live");
        began.elapsed()
    }

    /// Whatever it says meanwhile is heard and left.
    pub(crate) fn listen_for(&self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            if self.watch.lines.recv_timeout(left).is_err() {
                return;
            }
        }
    }

    /// The one who holds our connection for the venue dies and comes again
    /// without its memory.
    pub(crate) fn forget_lines(&self) {
        let mut way = self.way.borrow_mut();
        way.kill();
        *way = forward(&self.net);
    }

    pub(crate) fn tell(&self, what: &str, time: Duration) {
        eprintln!("figure: {what} {:.2} s", time.as_secs_f64());
    }

    pub(crate) fn end(mut self) -> End {
        self.watch.ask_to_end();
        let summary = self
            .watch
            .until("the summary comes", |line| line["type"] == "summary");
        End {
            lost: summary["missing"].as_u64().unwrap(),
            reconnects: summary["reconnects"].as_u64().unwrap(),
        }
    }
}

fn forward(net: &Net) -> Program {
    let (listen, venue) = (
        format!("{}:{PORT}", Net::VENUE),
        format!("127.0.0.1:{VENUE_PORT}"),
    );
    let way = Program::start(&net.venue(), &[env!("CARGO_BIN_EXE_forward"), &listen, &venue]);
    way.until("the way is open", |line| line["type"] == "ready");
    way
}

/// A program in a namespace, ended by its own number.
struct Program {
    child: Child,
    lines: Receiver<Value>,
}

impl Program {
    fn start(space: &str, words: &[&str]) -> Self {
        let mut child = Command::new("ip")
            .args(["netns", "exec", space])
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (told, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Ok(line) = serde_json::from_str(&line)
                    && told.send(line).is_err()
                {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    #[expect(clippy::panic, reason = "a test fails by panicking")]
    fn until(&self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        let mut last = Value::Null;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            match self.lines.recv_timeout(left) {
                Ok(line) if is_it(&line) => return line,
                Ok(line) if line["type"] == "status" => last = line,
                Ok(_) => {}
                Err(_) => break,
            }
        }
        panic!("waited in vain until {what}; the last state was {last}")
    }

    /// `ip` has become the program, so its number is the program's.
    fn ask_to_end(&mut self) {
        let id = self.child.id().to_string();
        let _asked = Command::new("kill").args(["-TERM", &id]).status();
    }

    fn kill(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
