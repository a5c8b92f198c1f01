//! Three network namespaces in a row: us, a router, and the venue.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The namespaces and what lies between them; gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Net {
    name: String,
}

static NETS: AtomicU32 = AtomicU32::new(0);

const KNOCKS: u32 = 100;
const KNOCK_EVERY: Duration = Duration::from_millis(50);

const CLIENT: &str = "10.77.1.2";
const CLIENT_MOVED: &str = "10.77.1.3";
const CLIENT_GATE: &str = "10.77.1.1";
const VENUE_GATE: &str = "10.77.2.1";

impl Net {
    pub(crate) const VENUE: &'static str = "10.77.2.2";
    /// Whatever is sent there vanishes in the router.
    pub(crate) const DEAD: &'static str = "2001:db8:9::9";

    /// Why there can be none on this machine, where there cannot.
    pub(crate) fn lay(addresses: &[&str]) -> Result<Self, String> {
        let number = NETS.fetch_add(1, Ordering::Relaxed);
        let net = Self {
            name: format!("tw{}x{number}", std::process::id()),
        };
        let (us, router, venue) = (net.us(), net.router(), net.venue());
        for space in [&us, &router, &venue] {
            run("ip", &["netns", "add", space]).map_err(|why| format!("no network namespaces: {why}"))?;
        }
        for (space, link, address, gate) in [
            (&us, "c", CLIENT, CLIENT_GATE),
            (&venue, "v", Self::VENUE, VENUE_GATE),
        ] {
            let near = format!("{}{link}", net.name);
            let far = format!("{near}r");
            run(
                "ip",
                &[
                    "link", "add", &near, "netns", space, "type", "veth", "peer", "name", &far, "netns",
                    &router,
                ],
            )?;
            run(
                "ip",
                &["-n", space, "addr", "add", &format!("{address}/24"), "dev", &near],
            )?;
            run(
                "ip",
                &["-n", &router, "addr", "add", &format!("{gate}/24"), "dev", &far],
            )?;
            run("ip", &["-n", space, "link", "set", "lo", "up"])?;
            run("ip", &["-n", space, "link", "set", &near, "up"])?;
            run("ip", &["-n", &router, "link", "set", &far, "up"])?;
            run("ip", &["-n", space, "route", "add", "default", "via", gate])?;
        }
        net.lay_ipv6()?;
        net.swallow(false);
        // The venue answers only to a name of this computer, so for us its address has that name.
        let folder = net.folder();
        fs::create_dir_all(&folder).map_err(|error| format!("no names for a namespace: {error}"))?;
        let names: String = addresses
            .iter()
            .chain([&Self::VENUE])
            .map(|address| format!("{address} localhost\n"))
            .collect();
        fs::write(folder.join("hosts"), names)
            .map_err(|error| format!("no names for a namespace: {error}"))?;
        Ok(net)
    }

    /// Only from us to the router, which lets whatever is for the dead address vanish.
    fn lay_ipv6(&self) -> Result<(), String> {
        let (us, router, near) = (self.us(), self.router(), format!("{}c", self.name));
        let far = format!("{near}r");
        run(
            "ip",
            &[
                "-n",
                &us,
                "addr",
                "add",
                "2001:db8:1::2/64",
                "dev",
                &near,
                "nodad",
            ],
        )?;
        run(
            "ip",
            &[
                "-n",
                &router,
                "addr",
                "add",
                "2001:db8:1::1/64",
                "dev",
                &far,
                "nodad",
            ],
        )?;
        run(
            "ip",
            &["-n", &us, "-6", "route", "add", "default", "via", "2001:db8:1::1"],
        )?;
        run(
            "ip",
            &["-n", &router, "-6", "route", "add", "blackhole", Self::DEAD],
        )?;
        run(
            "ip",
            &[
                "netns",
                "exec",
                &router,
                "sysctl",
                "-qw",
                "net.ipv6.conf.all.forwarding=1",
            ],
        )?;
        // A link that has just come up has no neighbours yet, and without them no address is tried at all.
        let knock = [
            "netns",
            "exec",
            &us,
            "bash",
            "-c",
            "exec 3<>/dev/tcp/2001:db8:1::1/9",
        ];
        for _ in 0..KNOCKS {
            if run("ip", &knock).is_err_and(|why| why.contains("refused")) {
                return Ok(());
            }
            std::thread::sleep(KNOCK_EVERY);
        }
        Err("no way to the router over IPv6".to_owned())
    }

    pub(crate) fn us(&self) -> String {
        format!("{}-us", self.name)
    }

    pub(crate) fn venue(&self) -> String {
        format!("{}-venue", self.name)
    }

    fn router(&self) -> String {
        format!("{}-router", self.name)
    }

    fn folder(&self) -> PathBuf {
        PathBuf::from(format!("/etc/netns/{}", self.us()))
    }

    /// A router that does not route says nothing about it.
    pub(crate) fn swallow(&self, everything: bool) {
        let value = if everything { "0" } else { "1" };
        self.must(&[
            "netns",
            "exec",
            &self.router(),
            "sysctl",
            "-qw",
            &format!("net.ipv4.ip_forward={value}"),
        ]);
    }

    /// Only what we send, from the router on.
    pub(crate) fn swallow_to_venue(&self, everything: bool) {
        let change = if everything { "add" } else { "del" };
        self.must(&["-n", &self.router(), "route", change, "blackhole", Self::VENUE]);
    }

    /// Ends our connections as a kernel does that has been told to.
    pub(crate) fn reset(&self) {
        self.must(&["netns", "exec", &self.us(), "ss", "-K", "dst", Self::VENUE]);
    }

    pub(crate) fn unplug(&self) {
        self.must(&["-n", &self.us(), "route", "del", "default"]);
    }

    pub(crate) fn plug(&self) {
        self.must(&["-n", &self.us(), "route", "add", "default", "via", CLIENT_GATE]);
    }

    /// As after a change from one network to another.
    pub(crate) fn move_client(&self) {
        let link = format!("{}c", self.name);
        self.must(&[
            "-n",
            &self.us(),
            "addr",
            "del",
            &format!("{CLIENT}/24"),
            "dev",
            &link,
        ]);
        self.must(&[
            "-n",
            &self.us(),
            "addr",
            "add",
            &format!("{CLIENT_MOVED}/24"),
            "dev",
            &link,
        ]);
        // It went with the address.
        self.must(&[
            "-n",
            &self.us(),
            "route",
            "replace",
            "default",
            "via",
            CLIENT_GATE,
        ]);
    }

    /// So many bits a second from the venue, and no more.
    pub(crate) fn narrow(&self, rate: &str) {
        let link = format!("{}v", self.name);
        let shape = [
            "qdisc", "add", "dev", &link, "root", "tbf", "rate", rate, "burst", "4kb", "latency", "2s",
        ];
        let space = self.venue();
        let words: Vec<&str> = ["netns", "exec", &space, "tc"].into_iter().chain(shape).collect();
        self.must(&words);
    }

    #[expect(clippy::panic, reason = "a test fails by panicking")]
    fn must(&self, words: &[&str]) {
        if let Err(why) = run("ip", words) {
            panic!("{}: {why}", self.name);
        }
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        for space in [self.us(), self.router(), self.venue()] {
            // A network that was not laid to its end lacks some of it.
            let _gone = run("ip", &["netns", "del", &space]);
        }
        let _gone = fs::remove_dir_all(self.folder());
    }
}

fn run(program: &str, words: &[&str]) -> Result<(), String> {
    let output = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("{program} {}: {}", words.join(" "), said.trim()))
    }
}
