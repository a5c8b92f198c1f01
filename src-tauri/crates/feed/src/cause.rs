//! Why a feed is not connected, in a sentence and as a verdict.
//!
//! - `denied`: what the venue says of why it does not serve a connection

mod denied;

use std::time::Duration;

use model::TransportKind;
use provider::Denial;
use transport::{Blame, DialError, Loss, Phase};

pub(crate) use self::denied::SLOWER_WAIT;
use crate::layer::Layer;
use crate::policy::Policy;

/// Why connections are lost, as far as it is worth telling apart in a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LossCause {
    /// The server said in time that it would go.
    Announced,
    /// The server closed the connection.
    Closed,
    /// It ended without a word, or the network broke it.
    Broken,
    /// Nothing came any more.
    Silent,
    /// The server stopped reading.
    Stalled,
    /// What came broke the rules.
    Protocol,
    /// The server answered with an error.
    Refused,
    /// There was no connection.
    Unreachable,
    /// A fault of this program.
    Misused,
}

impl LossCause {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Closed => "closed",
            Self::Broken => "broken",
            Self::Silent => "silent",
            Self::Stalled => "stalled",
            Self::Protocol => "protocol",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Misused => "misused",
        }
    }

    const fn of(loss: &Loss) -> Self {
        match loss {
            Loss::Closed {
                code: Some(1001 | 1012 | 1013),
                ..
            } => Self::Announced,
            Loss::Closed { .. } => Self::Closed,
            Loss::Dropped | Loss::Broken(_) => Self::Broken,
            Loss::Stalled { .. } => Self::Silent,
            Loss::Oversize { .. }
            | Loss::NotUtf8
            | Loss::Garbled
            | Loss::Protocol(_)
            | Loss::WrongContent(_) => Self::Protocol,
            Loss::Refused { .. } => Self::Refused,
            Loss::Spent { .. } => Self::Refused,
            Loss::Misused(_) => Self::Misused,
        }
    }
}

#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{0}")]
    Dial(DialError),
    #[error("{0}")]
    Loss(Loss),
    #[error("the server stopped answering: nothing came for {} s, not even the answer to a ping", .silent.as_secs())]
    NoPong { silent: Duration },
    #[error("the server stopped talking: for {} s nothing came but answers to pings", .silent.as_secs())]
    Mute { silent: Duration },
    #[error("the server keeps newer prices back: of {symbols} symbols nothing came for {} s", .silent.as_secs())]
    Behind { symbols: usize, silent: Duration },
    #[error("the server took the connection and then never answered")]
    NoAnswer,
    #[error("the server took the connection and did not answer the login")]
    NotAdmitted,
    /// The venue has said that it will not serve the connection.
    #[error("{}", denied::sentence(*.denial, .why))]
    Denied { denial: Denial, why: String },
    #[error("connecting took longer than {} s", .after.as_secs())]
    DialTooLong { after: Duration },
    #[error("the server stopped reading what we send")]
    WriteStalled,
    #[error("the address that this computer spoke from is not its own any more")]
    AddressGone,
    /// The venue refuses one connection too many of the same key, or of who has none.
    #[error("{}", crowded(*.wait, *.others, *.keyed))]
    Crowded {
        wait: Duration,
        keyed: bool,
        /// None of our own is left that could be the other one.
        others: bool,
    },
    #[error("a new connection is needed: {why}")]
    Left { why: String },
}

/// The other app may have been closed without anybody telling us.
const OTHERS_RETRY: Duration = Duration::from_secs(300);

fn crowded(wait: Duration, others: bool, keyed: bool) -> String {
    let wait = wait.as_secs();
    match (others, keyed) {
        (true, true) => {
            "another app uses this key, and the venue refuses a second connection of it".to_owned()
        }
        (true, false) => "others here have all the connections that the venue allows".to_owned(),
        (false, true) => {
            format!("another connection of this key is still open at the venue; trying again in {wait} s")
        }
        (false, false) => {
            format!("the venue counts too many connections from here; trying again in {wait} s")
        }
    }
}

impl Cause {
    /// Where the venue asks for patience without saying how much, that is our own choice.
    pub(crate) fn after(self, policy: Policy) -> Self {
        if let Self::Denied { denial, why } = self {
            let denial = denied::with_patience(denial, policy);
            return Self::Denied { denial, why };
        }
        self
    }

    pub(crate) fn blame(&self) -> Blame {
        match self {
            Self::Dial(error) => error.blame(),
            Self::Loss(loss) => loss.blame(),
            Self::NoPong { .. }
            | Self::Mute { .. }
            | Self::Behind { .. }
            | Self::NoAnswer
            | Self::NotAdmitted
            | Self::DialTooLong { .. }
            | Self::WriteStalled => Blame::Endpoint,
            Self::Denied { denial, .. } => denied::blame(*denial),
            Self::AddressGone => Blame::Local,
            Self::Crowded {
                wait, others: false, ..
            } => Blame::Announced {
                retry_after: Some(*wait),
            },
            Self::Crowded { others: true, .. } => Blame::Person {
                again: Some(OTHERS_RETRY),
            },
            Self::Left { .. } => Blame::Announced { retry_after: None },
        }
    }

    /// How long the venue asks to be left alone, by whichever way. A way that is
    /// closed says nothing of the others.
    pub(crate) fn asked_for(&self) -> Option<Duration> {
        if let Self::Crowded { wait, .. } = self {
            return Some(*wait);
        }
        if let Self::Denied { denial, .. } = self {
            return denied::asked_for(*denial);
        }
        let (Self::Dial(DialError::Refused { retry_after, .. })
        | Self::Loss(Loss::Refused { retry_after, .. })) = self
        else {
            return None;
        };
        let is_meant = match self.blame() {
            Blame::Announced { .. } | Blame::Person { again: Some(_) } => !self.blocks_transport(),
            Blame::Endpoint | Blame::Local | Blame::Person { again: None } => false,
        };
        retry_after.filter(|_| is_meant)
    }

    /// Whether somebody on this way says no to it, or swallows it, so that
    /// another way may be open.
    pub(crate) fn blocks_transport(&self) -> bool {
        match self {
            Self::Dial(error) => error.blocks_transport(),
            Self::Loss(loss) => loss.blocks_transport(),
            Self::NoAnswer | Self::NotAdmitted | Self::Mute { .. } | Self::Behind { .. } => true,
            Self::NoPong { .. }
            | Self::DialTooLong { .. }
            | Self::WriteStalled
            | Self::AddressGone
            | Self::Denied { .. }
            | Self::Crowded { .. }
            | Self::Left { .. } => false,
        }
    }

    /// Whether it says nothing of the way: of its own, the line would have gone on.
    pub(crate) const fn is_beside_the_line(&self) -> bool {
        match self {
            Self::AddressGone | Self::Crowded { .. } => true,
            Self::Denied { denial, .. } => match denial {
                Denial::Key
                | Denial::Plan
                | Denial::Region
                | Denial::Unwelcome
                | Denial::Crowded
                | Denial::Slower { .. } => true,
                Denial::Passing => false,
            },
            Self::Dial(_)
            | Self::Loss(_)
            | Self::NoPong { .. }
            | Self::Mute { .. }
            | Self::Behind { .. }
            | Self::NoAnswer
            | Self::NotAdmitted
            | Self::DialTooLong { .. }
            | Self::WriteStalled
            | Self::Left { .. } => false,
        }
    }

    pub(crate) fn suspects_transport(&self) -> bool {
        matches!(self, Self::Loss(loss) if loss.suspects_transport())
    }

    pub(crate) fn is_forgiven_once(&self) -> bool {
        matches!(self, Self::Loss(loss) if loss.is_forgiven_once())
    }

    /// Where it lies, of a line that talks in this way.
    pub(crate) const fn layer(&self, transport: TransportKind) -> Layer {
        match self {
            Self::Dial(error) => match error {
                DialError::Deadline { phase, .. } => match phase {
                    Phase::Resolve => Layer::Dns,
                    Phase::Connect => Layer::Tcp,
                    Phase::Proxy => Layer::Proxy,
                    Phase::Tls => Layer::Tls,
                    Phase::Upgrade => Layer::Http,
                },
                DialError::Unresolved { .. } => Layer::Dns,
                DialError::Unreachable { .. } => Layer::Tcp,
                DialError::Proxy { .. } => Layer::Proxy,
                DialError::Untrusted { .. } | DialError::Tls { .. } | DialError::NotTls { .. } => Layer::Tls,
                DialError::Refused { .. } | DialError::Redirected(_) | DialError::NotHttp(_) => Layer::Http,
                DialError::NotWebSocket(_) | DialError::WrongSubprotocol(_) => Layer::Ws,
                DialError::TapeOver => Layer::Local,
            },
            Self::Loss(loss) => match loss {
                Loss::Dropped | Loss::Broken(_) => Layer::Tcp,
                Loss::Refused { .. } | Loss::WrongContent(_) => Layer::Http,
                Loss::Misused(_) | Loss::Spent { .. } => Layer::Local,
                Loss::Closed { .. }
                | Loss::Stalled { .. }
                | Loss::Oversize { .. }
                | Loss::NotUtf8
                | Loss::Garbled
                | Loss::Protocol(_) => Layer::of(transport),
            },
            Self::NoPong { .. } | Self::WriteStalled | Self::DialTooLong { .. } => Layer::Tcp,
            Self::AddressGone => Layer::Local,
            Self::Mute { .. }
            | Self::Behind { .. }
            | Self::NoAnswer
            | Self::NotAdmitted
            | Self::Denied { .. }
            | Self::Crowded { .. }
            | Self::Left { .. } => Layer::App,
        }
    }

    /// How long nothing came, where that is what gave it away.
    pub(crate) const fn silent(&self) -> Option<Duration> {
        match self {
            Self::NoPong { silent } | Self::Mute { silent } | Self::Behind { silent, .. } => Some(*silent),
            Self::Dial(_)
            | Self::Loss(_)
            | Self::NoAnswer
            | Self::NotAdmitted
            | Self::Denied { .. }
            | Self::DialTooLong { .. }
            | Self::WriteStalled
            | Self::AddressGone
            | Self::Crowded { .. }
            | Self::Left { .. } => None,
        }
    }

    /// Whether it ended without a word from the other side.
    pub(crate) const fn is_unclean(&self) -> bool {
        match self {
            Self::Loss(Loss::Dropped | Loss::Broken(_)) | Self::NoPong { .. } => true,
            Self::Dial(_)
            | Self::Loss(_)
            | Self::Mute { .. }
            | Self::Behind { .. }
            | Self::NoAnswer
            | Self::NotAdmitted
            | Self::Denied { .. }
            | Self::DialTooLong { .. }
            | Self::WriteStalled
            | Self::AddressGone
            | Self::Crowded { .. }
            | Self::Left { .. } => false,
        }
    }

    /// The same in one of a few words, for counting.
    pub(crate) const fn class(&self) -> LossCause {
        match self {
            Self::Dial(_) | Self::DialTooLong { .. } => LossCause::Unreachable,
            Self::Loss(loss) => LossCause::of(loss),
            Self::NoPong { .. }
            | Self::Mute { .. }
            | Self::Behind { .. }
            | Self::NoAnswer
            | Self::NotAdmitted => LossCause::Silent,
            Self::WriteStalled => LossCause::Stalled,
            Self::AddressGone => LossCause::Broken,
            Self::Denied { .. } | Self::Crowded { .. } => LossCause::Refused,
            Self::Left { .. } => LossCause::Announced,
        }
    }

    /// What a person can do, where there is something.
    pub(crate) fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Dial(error) => error.next_step(),
            Self::Loss(loss) => loss.next_step(),
            Self::NoPong { .. }
            | Self::Mute { .. }
            | Self::Behind { .. }
            | Self::NoAnswer
            | Self::NotAdmitted
            | Self::DialTooLong { .. }
            | Self::WriteStalled
            | Self::AddressGone
            | Self::Crowded { others: false, .. }
            | Self::Left { .. } => None,
            Self::Denied { denial, .. } => denied::next_step(*denial),
            Self::Crowded {
                others: true,
                keyed: true,
                ..
            } => Some("Close the other one, or give this feed a key of its own."),
            Self::Crowded { others: true, .. } => Some("Close other programs that watch this venue."),
        }
    }

    /// What the other side is told when we are the one who leaves.
    pub(crate) const fn close_code(&self) -> Option<u16> {
        match self {
            Self::Loss(Loss::Closed { .. })
            | Self::Mute { .. }
            | Self::Behind { .. }
            | Self::NoAnswer
            | Self::NotAdmitted
            | Self::Denied { .. }
            | Self::Crowded { .. }
            | Self::Left { .. } => Some(1000),
            Self::Loss(loss) => loss.close_code(),
            // Nobody is there to read it.
            Self::Dial(_)
            | Self::NoPong { .. }
            | Self::DialTooLong { .. }
            | Self::WriteStalled
            | Self::AddressGone => None,
        }
    }
}
