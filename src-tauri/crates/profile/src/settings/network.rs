//! How a feed of the settings is reached: through which proxy, and whether it
//! may be overheard.

use model::Secret;
use serde::{Deserialize, Serialize};
use transport::{BadProxy, Via};

use super::feed::TokenPlace;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSettings {
    pub proxy: Via,
    /// Where the proxy's user name and password are kept.
    pub proxy_login: TokenPlace,
    /// A person has agreed to `ws://` beyond this computer.
    pub plain: bool,
}

impl NetworkSettings {
    /// The way out, with the login that the keyring has for it.
    pub fn via(&self, login: Option<&Secret>) -> Result<Via, BadProxy> {
        match (&self.proxy, login) {
            (Via::Proxy(proxy), Some(login)) => proxy.clone().with_login(login).map(Via::Proxy),
            (proxy, _) => Ok(proxy.clone()),
        }
    }
}

/// As it is written, flat beside the rest of the feed.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct NetworkForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proxy: Option<ProxyForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proxy_login: Option<LoginForm>,
    #[serde(default, skip_serializing_if = "is_false")]
    plain: bool,
}

impl NetworkForm {
    pub(super) const KEYS: &str = "proxy, proxy_login and plain";
    pub(super) const NAMES: &[&str] = &["proxy", "proxy_login", "plain"];

    /// What stands among other things, or why it cannot be read.
    pub(super) fn of(table: &toml::Table) -> Result<Self, String> {
        let own = |(key, _): &(&String, &toml::Value)| Self::NAMES.contains(&key.as_str());
        let own = table.iter().filter(own);
        let own: toml::Table = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        Self::deserialize(own).map_err(|error| error.message().to_owned())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.proxy.is_none() && self.proxy_login.is_none() && !self.plain
    }
}

/// Read without ever repeating what stands there: it may hold a password.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "toml::Value", into = "String")]
#[derive(Clone)]
struct ProxyForm(Via);

impl TryFrom<toml::Value> for ProxyForm {
    type Error = BadProxy;

    fn try_from(value: toml::Value) -> Result<Self, BadProxy> {
        value.as_str().unwrap_or_default().parse().map(Self)
    }
}

impl From<ProxyForm> for String {
    fn from(form: ProxyForm) -> Self {
        form.0.to_string()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "toml::Value")]
enum LoginForm {
    Keyring,
}

impl TryFrom<toml::Value> for LoginForm {
    type Error = &'static str;

    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        match value.as_str() {
            Some("keyring") => Ok(Self::Keyring),
            Some(_) | None => Err("proxy_login can only be \"keyring\"; the login itself is kept there"),
        }
    }
}

impl From<NetworkForm> for NetworkSettings {
    fn from(form: NetworkForm) -> Self {
        Self {
            proxy: form.proxy.map_or(Via::System, |ProxyForm(proxy)| proxy),
            proxy_login: form
                .proxy_login
                .map_or(TokenPlace::None, |LoginForm::Keyring| TokenPlace::Keyring),
            plain: form.plain,
        }
    }
}

impl From<NetworkSettings> for NetworkForm {
    fn from(network: NetworkSettings) -> Self {
        Self {
            // The system's is what stands nowhere.
            proxy: (network.proxy != Via::System).then_some(ProxyForm(network.proxy)),
            proxy_login: match network.proxy_login {
                TokenPlace::None => None,
                TokenPlace::Keyring => Some(LoginForm::Keyring),
            },
            plain: network.plain,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks in this form")]
pub(super) const fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests {
    use super::super::{FeedKind, FeedSettings};
    use super::*;

    fn read(lines: &str) -> Result<FeedSettings, toml::de::Error> {
        toml::from_str(&format!(
            "id = 'a'\nkind = 'tickwire'\nurl = 'wss://h/v1'\n{lines}"
        ))
    }

    #[test]
    fn the_way_out_is_read_and_written_the_same() {
        for lines in [
            "",
            "proxy = \"none\"\n",
            "proxy = \"http://proxy.example:3128\"\nproxy_login = \"keyring\"\n",
            "proxy = \"socks5://127.0.0.1:1080\"\nplain = true\n",
        ] {
            let feed = read(lines).unwrap();
            let written = toml::to_string(&feed).unwrap();
            assert!(written.ends_with(lines), "{written}");
            assert_eq!(toml::from_str::<FeedSettings>(&written).unwrap(), feed);
        }
    }

    #[test]
    fn a_password_in_the_settings_is_refused_and_not_repeated() {
        for (lines, sentence) in [
            (
                "proxy = 'http://ada:hush@proxy.example:3128'",
                "a proxy's user name and password do not belong into its address; they are kept in the keyring",
            ),
            (
                "proxy = 'hush'",
                "a proxy is \"system\", \"none\", or an address as http://host:port or socks5://host:port",
            ),
            (
                "proxy_login = 'ada:hush'",
                "proxy_login can only be \"keyring\"; the login itself is kept there",
            ),
        ] {
            let error = read(lines).unwrap_err();
            assert_eq!(error.message(), sentence);
        }
        let sim = toml::from_str::<FeedSettings>("id = 'a'\nkind = 'sim'\nplain = true").unwrap_err();
        assert!(sim.message().contains("leave out proxy"), "{sim}");
    }

    #[test]
    fn the_login_of_the_keyring_goes_to_the_proxy_alone() {
        let FeedKind::Tickwire { network, .. } = read("proxy = 'http://p.example:1'").unwrap().kind else {
            unreachable!()
        };
        let login = Secret::new("ada:hush".to_owned());
        assert_ne!(network.via(Some(&login)).unwrap(), network.proxy);
        assert_eq!(network.via(None).unwrap(), network.proxy);
        assert_eq!(NetworkSettings::default().via(Some(&login)), Ok(Via::System));
    }
}
