//! What to ask next, as an answer names it: `Link: </path>; rel="next"` (RFC 8288).

use http::HeaderMap;
use http::header::LINK;
use http::uri::PathAndQuery;
use url::Url;

/// The first link to what comes next, seen from where it was found. One that
/// leads to another server is an error: nobody's token goes there.
pub(super) fn next(headers: &HeaderMap, at: &Url) -> Result<Option<PathAndQuery>, ElseWhere> {
    let values = headers.get_all(LINK).into_iter();
    let Some(target) = values.filter_map(|value| value.to_str().ok()).find_map(next_in) else {
        return Ok(None);
    };
    path(target, at).map(Some)
}

/// What a reference is on the server where it was found.
pub(super) fn path(reference: &str, at: &Url) -> Result<PathAndQuery, ElseWhere> {
    let found = at.join(reference).map_err(|_| ElseWhere)?;
    // Two slashes at the beginning would be another server's name to whoever resolves the path again.
    if found.origin() != at.origin() || found.path().starts_with("//") {
        return Err(ElseWhere);
    }
    let query = found.query().map_or(String::new(), |query| format!("?{query}"));
    PathAndQuery::try_from(format!("{}{query}", found.path())).map_err(|_| ElseWhere)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ElseWhere;

fn next_in(mut value: &str) -> Option<&str> {
    loop {
        let (_, rest) = value.split_once('<')?;
        let (target, rest) = rest.split_once('>')?;
        let (parameters, after) = cut(rest, ',');
        if is_next(parameters) {
            return Some(target);
        }
        value = after;
    }
}

/// Up to the separator and behind it; one between quotes separates nothing.
fn cut(text: &str, separator: char) -> (&str, &str) {
    let mut quoted = false;
    for (index, letter) in text.char_indices() {
        quoted ^= letter == '"';
        if letter == separator && !quoted {
            return (&text[..index], &text[index + 1..]);
        }
    }
    (text, "")
}

fn is_next(mut parameters: &str) -> bool {
    while !parameters.is_empty() {
        let (parameter, rest) = cut(parameters, ';');
        if let Some((name, value)) = parameter.split_once('=')
            && name.trim().eq_ignore_ascii_case("rel")
        {
            // Only the first one counts.
            return value
                .trim()
                .trim_matches('"')
                .split_ascii_whitespace()
                .any(|relation| relation.eq_ignore_ascii_case("next"));
        }
        parameters = rest;
    }
    false
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[track_caller]
    fn leads_to(values: &[&'static str], expected: Result<Option<&str>, ElseWhere>) {
        let headers = values
            .iter()
            .map(|value| (LINK, HeaderValue::from_static(value)))
            .collect();
        let at = Url::parse("https://feed.example/v1/poll?cursor=1").unwrap();
        let found = next(&headers, &at);
        assert_eq!(
            found.as_ref().map(|path| path.as_ref().map(PathAndQuery::as_str)),
            expected.as_ref().map(|path| *path),
            "{values:?}"
        );
    }

    #[test]
    fn the_next_page_is_found_wherever_it_stands() {
        leads_to(&[], Ok(None));
        leads_to(
            &["</v1/poll?cursor=2>; rel=\"next\""],
            Ok(Some("/v1/poll?cursor=2")),
        );
        leads_to(&["<?cursor=2>; rel=next"], Ok(Some("/v1/poll?cursor=2")));
        leads_to(
            &["<https://feed.example/x>; title=\"a, b; rel=next\"; REL=\"prev\" , <y,z>;rel=\"last NEXT\""],
            Ok(Some("/v1/y,z")),
        );
        leads_to(&["</p>; rel=\"prev\"", "</n>; rel=\"next\""], Ok(Some("/n")));
        leads_to(&["</n>", "nonsense", "<unended"], Ok(None));
    }

    #[test]
    fn another_server_is_never_asked() {
        for link in [
            "<https://evil.example/v1/poll>; rel=\"next\"",
            "<http://feed.example/v1/poll>; rel=\"next\"",
            "<https://feed.example:8443/>; rel=\"next\"",
            "<//evil.example/>; rel=\"next\"",
            "<data:text/plain,x>; rel=\"next\"",
        ] {
            leads_to(&[link], Err(ElseWhere));
        }
    }
}
