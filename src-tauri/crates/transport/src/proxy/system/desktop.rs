//! What a person has set on a Linux desktop: GNOME's settings, which most
//! others use too, and KDE's file.

use std::path::PathBuf;
use std::process::Command;

use super::Words;

/// Blocks for some milliseconds.
pub(super) fn read() -> Words {
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    if desktop.split(':').any(|name| name.eq_ignore_ascii_case("kde")) {
        let text = kde_file().and_then(|file| std::fs::read_to_string(file).ok());
        return text.map_or_else(Words::default, |text| of_kde(&text));
    }
    let asked = Command::new("gsettings")
        .args(["list-recursively", "org.gnome.system.proxy"])
        .output();
    match asked {
        Ok(told) if told.status.success() => of_gnome(&String::from_utf8_lossy(&told.stdout)),
        // No such program, or no such settings: there is no desktop of this kind.
        Ok(_) | Err(_) => Words::default(),
    }
}

fn kde_file() -> Option<PathBuf> {
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| std::env::home_dir().map(|home| home.join(".config")))?;
    Some(config.join("kioslaverc"))
}

/// Lines as `org.gnome.system.proxy.http host 'proxy.example'`.
fn of_gnome(text: &str) -> Words {
    let value = |wanted: &str| {
        text.lines().find_map(|line| {
            let (schema, rest) = line.split_once(' ')?;
            let (key, value) = rest.split_once(' ')?;
            let schema = schema.strip_prefix("org.gnome.system.proxy")?;
            let name = format!(
                "{}{key}",
                schema
                    .strip_prefix('.')
                    .map_or(String::new(), |part| format!("{part}."))
            );
            (name == wanted).then(|| value.trim())
        })
    };
    let quoted = |name: &str| value(name).map(unquoted).unwrap_or_default();
    match quoted("mode").as_str() {
        "auto" => {
            return Words {
                script: true,
                ..Words::default()
            };
        }
        "manual" => {}
        _ => return Words::default(),
    }
    let address = |scheme: &str, part: &str, login: &str| {
        let host = quoted(&format!("{part}.host"));
        let port = value(&format!("{part}.port")).and_then(|text| text.parse::<u16>().ok());
        match port {
            Some(port) if port > 0 && !host.is_empty() => format!("{scheme}://{login}{host}:{port}"),
            Some(_) | None => String::new(),
        }
    };
    let login = if value("http.use-authentication") == Some("true") {
        let part = |name: &str| escaped(&quoted(&format!("http.authentication-{name}")));
        format!("{}:{}@", part("user"), part("password"))
    } else {
        String::new()
    };
    let http = address("http", "http", &login);
    let socks = address("socks5", "socks", "");
    let same = value("use-same-proxy") != Some("false");
    Words {
        https: address("http", "https", ""),
        all: if socks.is_empty() && same {
            http.clone()
        } else {
            socks
        },
        http,
        no: list(value("ignore-hosts").unwrap_or_default()).join(","),
        script: false,
    }
}

/// `'text'`, or with double quotes where the text has a single one.
fn unquoted(text: &str) -> String {
    let inner = ['\'', '"']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(text).replace("\\'", "'").replace("\\\\", "\\")
}

/// `['localhost', '10.0.0.0/8']`, or `@as []`.
fn list(text: &str) -> Vec<String> {
    let inner = text.rsplit_once('[').and_then(|(_, rest)| rest.strip_suffix(']'));
    let parts = inner.unwrap_or_default().split(',');
    parts
        .map(|part| unquoted(part.trim()))
        .filter(|part| !part.is_empty())
        .collect()
}

fn escaped(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Lines as `httpsProxy=http://proxy.example 3128` under `[Proxy Settings]`.
fn of_kde(text: &str) -> Words {
    let mut section = "";
    let mut words = Words::default();
    let mut kind = "0";
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| section == "Proxy Settings") else {
            continue;
        };
        let value = value.trim();
        match key.trim() {
            "ProxyType" => kind = value,
            "httpProxy" => words.http = with_port(value, "http"),
            "httpsProxy" => words.https = with_port(value, "http"),
            "socksProxy" => words.all = with_port(value, "socks5"),
            "NoProxyFor" => value.clone_into(&mut words.no),
            _ => {}
        }
    }
    match kind {
        "1" => words,
        // A script that is named, and one that is looked for.
        "2" | "3" => Words {
            script: true,
            ..Words::default()
        },
        _ => Words::default(),
    }
}

/// An older way to write it has a blank before the port.
fn with_port(text: &str, scheme: &str) -> String {
    let text = text.replace(' ', ":");
    match text.split_once("://") {
        _ if text.is_empty() => text,
        Some(("http" | "https", _)) => text,
        Some((_, rest)) => format!("{scheme}://{rest}"),
        None => format!("{scheme}://{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `gsettings` tells it.
    const GNOME: &str = "org.gnome.system.proxy autoconfig-url ''
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '::1', '*.corp.example']
org.gnome.system.proxy mode 'manual'
org.gnome.system.proxy use-same-proxy true
org.gnome.system.proxy.ftp host ''
org.gnome.system.proxy.ftp port 0
org.gnome.system.proxy.http authentication-password \"h'sh\"
org.gnome.system.proxy.http authentication-user 'ada'
org.gnome.system.proxy.http enabled false
org.gnome.system.proxy.http host 'proxy.example'
org.gnome.system.proxy.http port 8080
org.gnome.system.proxy.http use-authentication false
org.gnome.system.proxy.https host ''
org.gnome.system.proxy.https port 0
org.gnome.system.proxy.socks host ''
org.gnome.system.proxy.socks port 0
";

    const KDE: &str = "PersistentProxyConnection=false
[Proxy Settings]
NoProxyFor=localhost,corp.example
ProxyType=1
httpProxy=http://proxy.example 8080
httpsProxy=http://secure.example:8443
socksProxy=socks://socks.example 1080

[$Version]
update_info=x
";

    #[test]
    fn gnomes_settings_are_read() {
        let words = of_gnome(GNOME);
        assert_eq!(words.all, "http://proxy.example:8080", "one for all");
        assert_eq!(words.no, "localhost,127.0.0.0/8,::1,*.corp.example");
        let each = GNOME
            .replace("use-same-proxy true", "use-same-proxy false")
            .replace("https host ''", "https host 's.example'")
            .replace("https port 0", "https port 443")
            .replace("socks host ''", "socks host '10.0.0.1'")
            .replace("socks port 0", "socks port 1080");
        let words = of_gnome(&each);
        assert_eq!(
            [words.http, words.https, words.all],
            [
                "http://proxy.example:8080",
                "http://s.example:443",
                "socks5://10.0.0.1:1080"
            ]
        );
        let login = GNOME.replace("use-authentication false", "use-authentication true");
        assert_eq!(of_gnome(&login).http, "http://ada:h%27sh@proxy.example:8080");
        assert_eq!(of_gnome(&GNOME.replace("'manual'", "'none'")), Words::default());
        assert!(of_gnome(&GNOME.replace("'manual'", "'auto'")).script);
        assert_eq!(list("@as []"), Vec::<String>::new());
        assert_eq!(of_gnome(""), Words::default());
    }

    #[test]
    fn kdes_file_is_read() {
        let words = of_kde(KDE);
        assert_eq!(
            [words.http, words.https, words.all, words.no],
            [
                "http://proxy.example:8080",
                "http://secure.example:8443",
                "socks5://socks.example:1080",
                "localhost,corp.example"
            ]
        );
        assert_eq!(
            of_kde(&KDE.replace("ProxyType=1", "ProxyType=0")),
            Words::default()
        );
        for script in ["ProxyType=2", "ProxyType=3"] {
            assert!(of_kde(&KDE.replace("ProxyType=1", script)).script);
        }
        assert_eq!(of_kde("[Proxy Settings]"), Words::default());
    }
}
