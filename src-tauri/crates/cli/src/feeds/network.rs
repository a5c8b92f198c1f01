//! How a person wants a server to be reached.

use std::path::Path;

use anyhow::Context;
use engine::{Budgets, EngineOptions, FeedSpec};
use model::{FeedId, Secret};
use profile::{KeptBudgets, NetworkSettings, Profile, TokenPlace, proxy_login_of};
use transport::{Network, Via, roots_of_pem};

use super::keyring;
use crate::args::NetworkArgs;
use crate::aside::aside;

/// What the settings say, with the login that the keyring has.
pub(super) async fn of_settings(
    spec: FeedSpec,
    network: &NetworkSettings,
    wanted: &NetworkArgs,
) -> anyhow::Result<FeedSpec> {
    // Nobody is asked for a login that will not be used.
    let login = match network.proxy_login {
        TokenPlace::Keyring if wanted.proxy.is_none() => Some(login_of(&spec.id).await?),
        TokenPlace::Keyring | TokenPlace::None => None,
    };
    Ok(FeedSpec {
        via: network.via(login.as_ref())?,
        plain: network.plain,
        ..spec
    })
}

async fn login_of(feed: &FeedId) -> anyhow::Result<Secret> {
    let account = proxy_login_of(feed);
    let asked = account.clone();
    keyring(&account, move |secrets| secrets.get(&asked)).await
}

/// What the command line says, which comes before the settings.
pub(super) fn of_words(spec: &mut FeedSpec, wanted: &NetworkArgs) -> anyhow::Result<()> {
    if let Some(proxy) = &wanted.proxy {
        spec.via = proxy.parse().context("--proxy")?;
    }
    if let Some(name) = &wanted.proxy_login_env {
        let login = std::env::var(name)
            .with_context(|| format!("there is no login in the environment variable {name}"))?;
        if let Via::Proxy(proxy) = &spec.via {
            let login = Secret::new(login.trim().to_owned());
            spec.via = Via::Proxy(proxy.clone().with_login(&login).context("--proxy-login-env")?);
        }
    }
    spec.plain |= wanted.plain;
    Ok(())
}

/// The engine's way to the network, which may trust more than the system does.
/// It asks as much as what was asked before leaves it, by the app as well.
pub(crate) async fn options(wanted: &NetworkArgs, profile: Option<&Path>) -> anyhow::Result<EngineOptions> {
    let budgets = Profile::budgets_of(profile);
    let mut options = EngineOptions {
        budgets: Some(aside(move || kept(budgets)).await?),
        ..EngineOptions::default()
    };
    if let Some(file) = wanted.trust.clone() {
        let shown = file.display().to_string();
        let text = aside(move || std::fs::read(file)).await?;
        let text = text.with_context(|| format!("--trust: cannot read {shown}"))?;
        let roots = roots_of_pem(&text).with_context(|| format!("--trust {shown}"))?;
        options.dialer = std::sync::Arc::new(Network::default().trusting(roots));
    }
    Ok(options)
}

fn kept(budgets: profile::Budgets) -> Budgets {
    // What cannot be read is told by the app, and replaced by either.
    let (KeptBudgets { salt, spendings }, _unread) = budgets.read();
    Budgets {
        salt,
        from: spendings,
        keep: Box::new(move |newest| budgets.write(salt, newest)),
    }
}

#[cfg(test)]
mod tests {
    use provider::VenueName;

    use super::*;

    fn said(proxy: &str) -> anyhow::Result<FeedSpec> {
        let endpoint = "wss://ticks.example/v1".parse().unwrap();
        let mut spec = FeedSpec::new(FeedId::new("desk"), VenueName::SIM, endpoint, None);
        let wanted = NetworkArgs {
            proxy: Some(proxy.to_owned()),
            ..NetworkArgs::default()
        };
        of_words(&mut spec, &wanted).map(|()| spec)
    }

    #[test]
    fn a_proxy_is_taken_at_its_word_and_a_password_in_it_is_not_repeated() {
        assert_eq!(said("none").unwrap().via, Via::Direct);
        assert!(matches!(
            said("socks5://127.0.0.1:1080").unwrap().via,
            Via::Proxy(_)
        ));
        let refused = format!("{:#}", said("http://ada:hush@proxy.example:1").unwrap_err());
        assert!(
            refused.contains("keyring") && !refused.contains("hush"),
            "{refused}"
        );
    }
}
