//! What of a sentence is nobody's business.

/// Behind them stands a name.
const HOMES: [&str; 3] = ["/home/", "/Users/", "\\Users\\"];

/// Strikes out what stands in the queries of addresses, in front of their hosts,
/// and whose home a folder is.
pub(super) fn discreet(text: &str) -> String {
    let mut words = text.split_inclusive(char::is_whitespace);
    let first = words.next().map(word).unwrap_or_default();
    words.fold(first, |told, next| told + &word(next))
}

fn word(word: &str) -> String {
    let mut told = word.to_owned();
    if let Some((before, rest)) = told.split_once("://") {
        let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        told = format!("{before}://{host}{path}");
    }
    if let Some(query) = told.find('?')
        && told[query..].contains('=')
    {
        let end = told[query..].trim_end_matches(|end: char| end.is_whitespace() || "\"')].,;".contains(end));
        let rest = told[query + end.len()..].to_owned();
        told = format!("{}?***{rest}", &told[..query]);
    }
    for home in HOMES {
        if let Some(at) = told.find(home) {
            let begin = at + home.len();
            let rest = &told[begin..];
            let end = rest
                .find(['/', '\\', '"', '\'', ':', ' ', '\n'])
                .unwrap_or(rest.len());
            told = format!("{}***{}", &told[..begin], &rest[end..]);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_stay_and_queries_logins_and_names_of_people_go() {
        for (said, told) in [
            ("connected and subscribed", "connected and subscribed"),
            (
                "is it there? Look at /v1/stream",
                "is it there? Look at /v1/stream",
            ),
            (
                "sent on to wss://feed.example/v1?key=PK-1&a=b, and no further",
                "sent on to wss://feed.example/v1?***, and no further",
            ),
            ("GET /v1/poll?token=hush HTTP/1.1", "GET /v1/poll?*** HTTP/1.1"),
            (
                "the proxy http://ann:hush@proxy.example:3128 refused",
                "the proxy http://proxy.example:3128 refused",
            ),
        ] {
            assert_eq!(discreet(said), told);
        }
        for home in HOMES {
            let said = format!("no file {home}ann/ca.pem, nor {home}ann");
            assert_eq!(discreet(&said), said.replace("ann", "***"));
        }
    }
}
