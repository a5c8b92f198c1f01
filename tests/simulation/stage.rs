//! All that one simulation consists of: a client, a venue on three hosts, a
//! proxy in some, and the network between them.

use std::sync::Arc;
use std::time::Duration;

use model::TransportKind;
use provider::VenueName;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use crate::client::{Client, Internet, Record};
use crate::network::{Host, Road, World, carry};
use crate::proxy::Proxy;
use crate::venue::{Exchange, Front, SYMBOLS};
use crate::wiring::Wiring;

const LOOK: Duration = Duration::from_millis(250);
const FRONTS: u8 = 3;

/// Everything in its place and nothing wrong yet.
pub(crate) struct Stage {
    pub(crate) client: Client,
    pub(crate) internet: Internet,
    pub(crate) fronts: Vec<Front>,
    pub(crate) exchange: Arc<Exchange>,
    pub(crate) road: Arc<Road>,
    /// Where there is no other way out.
    pub(crate) proxy: Option<Proxy>,
    home: Host,
    background: JoinSet<()>,
}

/// What a stage is set with.
pub(crate) struct Setting {
    pub(crate) seed: u64,
    pub(crate) venue: VenueName,
    pub(crate) transports: Vec<TransportKind>,
    pub(crate) wiring: Wiring,
    /// Whether the whole log is kept.
    pub(crate) told: bool,
    /// How often it is looked whether what is shown can be true.
    pub(crate) look: Duration,
}

impl Setting {
    /// The usual one.
    pub(crate) fn new(seed: u64, transports: Vec<TransportKind>) -> Self {
        Self {
            seed,
            venue: VenueName::SIM,
            transports,
            wiring: Wiring::default(),
            told: false,
            look: LOOK,
        }
    }
}

/// Plays on a stage of its own, in a runtime of its own whose clock stands
/// still unless everybody waits.
pub(crate) fn play<F>(setting: Setting, act: impl FnOnce(Stage) -> F) -> Arc<Record>
where
    F: Future<Output = Arc<Record>>,
{
    let world = World::enter(2 + FRONTS, setting.seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let record = runtime.block_on(async {
        let playing = async { act(Stage::set(&world, &setting)).await };
        tokio::select! {
            biased;
            () = carry(&world) => unreachable!("cables do not end"),
            record = playing => record,
        }
    });
    // Sockets that are left say goodbye to their hosts, which must be there.
    drop(runtime);
    drop(world);
    record
}

impl Stage {
    fn set(world: &World, setting: &Setting) -> Self {
        let Setting {
            seed, wiring, look, ..
        } = *setting;
        let mut hosts = world.hosts.iter().copied();
        let (home, between) = (hosts.next().unwrap(), hosts.next().unwrap());
        let road = Arc::clone(&world.road);
        let exchange = Arc::new(Exchange::new());
        let fronts: Vec<_> = hosts
            .map(|host| {
                let (road, exchange) = (Arc::clone(&road), Arc::clone(&exchange));
                Front::new(host, road, exchange, wiring)
            })
            .collect();
        fronts.iter().for_each(Front::open);
        let internet = Internet::new(home, Arc::clone(&road));
        let addresses = fronts.iter().map(|front| front.host.address).collect();
        internet.name("venue.test", addresses);
        let proxy = wiring.proxied.then(|| {
            let hosts = fronts.iter().map(|front| front.host).collect();
            let proxy = Proxy::new(between, Arc::clone(&road), hosts);
            proxy.open();
            internet.name("proxy.test", vec![between.address]);
            proxy
        });
        let client = Client::start(internet.clone(), setting);
        let mut background = JoinSet::new();
        let (trading, looking) = (Arc::clone(&exchange), Arc::clone(&client.desk));
        background.spawn(async move { trading.trade(seed).await });
        background.spawn(async move {
            let mut looks = interval(look);
            loop {
                looks.tick().await;
                looking.look();
            }
        });
        Self {
            client,
            internet,
            fronts,
            exchange,
            road,
            proxy,
            home,
            background,
        }
    }

    /// Each stretch that something may happen to.
    pub(crate) fn stretches(&self) -> Vec<(Host, Host)> {
        let hosts = self.fronts.iter().map(|front| front.host);
        match &self.proxy {
            None => hosts.map(|host| (self.home, host)).collect(),
            Some(proxy) => std::iter::once((self.home, proxy.host))
                .chain(hosts.map(|host| (proxy.host, host)))
                .collect(),
        }
    }

    /// Whether everything that is wanted has come as far as the venue was `ago`.
    pub(crate) async fn is_up_to_date(&self, ago: Duration) -> bool {
        let newest = SYMBOLS.map(|symbol| (symbol, self.exchange.newest(symbol)));
        sleep(ago).await;
        let wanted = self.client.desk.wanted();
        wanted.iter().all(|(symbol, have)| {
            let newest = newest.iter().find(|(name, _)| name == symbol);
            newest.is_none_or(|(_, newest)| *have >= *newest)
        })
    }

    /// Ends everything, and tells what was seen.
    pub(crate) async fn end(mut self) -> Arc<Record> {
        self.background.shutdown().await;
        self.client.stop().await
    }
}
