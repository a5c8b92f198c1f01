//! What an engine stands on, each of which a scene may bring its own of: names and lines, the wall clock, and who
//! tells what happens to the computer.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use engine::{EngineOptions, Sentinel};
use feed::{Clock, Disturbance, WallTime};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use tokio::net::TcpSocket;
use tokio::sync::mpsc;
use tokio::time::sleep;
use transport::{Connector, Dialer, Network, Probes, Reached, Resolver};

use crate::venue::lock;

const ASKED_AGAIN: Duration = Duration::from_millis(100);

pub(crate) struct Around {
    pub(crate) dialer: Arc<dyn Dialer>,
    pub(crate) sentinel: Option<Box<dyn Sentinel>>,
    pub(crate) clock: Clock,
}

impl Default for Around {
    fn default() -> Self {
        Self::over(Network::default())
    }
}

impl Around {
    pub(crate) fn over(network: Network) -> Self {
        let EngineOptions { sentinel, clock, .. } = EngineOptions::default();
        Self {
            dialer: Arc::new(network),
            sentinel,
            clock,
        }
    }
}

/// A wall clock that is set while the program runs. There is one for each scene, to the end of the program.
#[derive(Debug, Default)]
pub(crate) struct Wall {
    ahead_us: AtomicI64,
}

impl Wall {
    pub(crate) fn hung() -> &'static Self {
        Box::leak(Box::default())
    }

    pub(crate) fn set_ahead(&self, by: TimeDelta) {
        let by = by.num_microseconds().unwrap_or(i64::MAX);
        self.ahead_us.store(by, Ordering::Relaxed);
    }

    pub(crate) fn move_on(&self, by: Duration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.ahead_us.fetch_add(by, Ordering::Relaxed);
    }
}

impl WallTime for Wall {
    fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::microseconds(self.ahead_us.load(Ordering::Relaxed))
    }
}

/// Tells what it is told.
pub(crate) struct Watchman(mpsc::Receiver<Disturbance>);

impl Watchman {
    pub(crate) fn hired() -> (mpsc::Sender<Disturbance>, Self) {
        let (tell, told) = mpsc::channel(8);
        (tell, Self(told))
    }
}

impl Sentinel for Watchman {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Disturbance> + Send + '_>> {
        Box::pin(async {
            match self.0.recv().await {
                Some(disturbance) => disturbance,
                None => pending().await,
            }
        })
    }
}

/// What a name service says.
#[derive(Clone, Debug)]
pub(crate) enum Word {
    At(Vec<IpAddr>),
    /// There is no such name.
    Nobody,
    /// It cannot tell.
    Trouble,
    /// Not a word.
    Nothing,
    /// The right thing, after so long.
    Late(Duration),
}

/// Names and lines as a scene wants them. Behind every address is this computer, or nobody.
#[derive(Clone, Debug)]
pub(crate) struct Ways(Arc<Mutex<Signs>>);

#[derive(Debug)]
struct Signs {
    word: Word,
    ends: BTreeMap<IpAddr, End>,
    asked: usize,
    tried: Vec<IpAddr>,
    send_buffer: Option<u32>,
}

/// What is at an address; where nothing is said, this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Nobody answers at all.
    Dead,
    /// Somebody says no.
    Shut,
}

impl Ways {
    pub(crate) fn told(word: Word) -> Self {
        Self(Arc::new(Mutex::new(Signs {
            word,
            ends: BTreeMap::new(),
            asked: 0,
            tried: Vec::new(),
            send_buffer: None,
        })))
    }

    /// Where this computer is, and no more.
    pub(crate) fn home() -> Self {
        Self::told(Word::At(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]))
    }

    /// The system takes only so few bytes before it makes us wait.
    pub(crate) fn with_send_buffer(self, bytes: u32) -> Self {
        lock(&self.0).send_buffer = Some(bytes);
        self
    }

    pub(crate) fn says(&self, word: Word) {
        lock(&self.0).word = word;
    }

    pub(crate) fn is(&self, address: IpAddr, end: End) {
        lock(&self.0).ends.insert(address, end);
    }

    /// How often it was asked for a name, and which addresses were tried.
    pub(crate) fn seen(&self) -> (usize, Vec<IpAddr>) {
        let signs = lock(&self.0);
        (signs.asked, signs.tried.clone())
    }

    pub(crate) fn network(&self) -> Network {
        Network::over(self.clone(), self.clone())
    }
}

impl Resolver for Ways {
    fn resolve(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        lock(&self.0).asked += 1;
        let signs = Arc::clone(&self.0);
        async move {
            // As the system does it: the question is put again until somebody answers.
            loop {
                let word = lock(&signs).word.clone();
                let answer = match word {
                    Word::Nothing => {
                        sleep(ASKED_AGAIN).await;
                        continue;
                    }
                    Word::At(addresses) => Ok(addresses),
                    Word::Nobody => Err(io::ErrorKind::NotFound.into()),
                    Word::Trouble => Err(io::ErrorKind::Other.into()),
                    Word::Late(wait) => {
                        sleep(wait).await;
                        Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
                    }
                };
                return answer;
            }
        }
        .boxed()
    }
}

impl Connector for Ways {
    fn connect(&self, address: SocketAddr, _probes: Probes) -> BoxFuture<'static, io::Result<Reached>> {
        let (end, send_buffer) = {
            let mut signs = lock(&self.0);
            signs.tried.push(address.ip());
            (signs.ends.get(&address.ip()).copied(), signs.send_buffer)
        };
        async move {
            match end {
                Some(End::Dead) => return pending().await,
                Some(End::Shut) => return Err(io::ErrorKind::ConnectionRefused.into()),
                None => {}
            }
            let socket = TcpSocket::new_v4()?;
            if let Some(bytes) = send_buffer {
                socket.set_send_buffer_size(bytes)?;
            }
            let here = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()));
            let stream = socket.connect(here).await?;
            stream.set_nodelay(true)?;
            Ok(Reached {
                pipe: Box::new(stream),
                local: None,
            })
        }
        .boxed()
    }
}
