use super::*;

fn settings(lines: &str) -> Settings {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("settings.toml"), lines).unwrap();
    let opened = profile::Profile::open(Some(folder.path()));
    assert!(opened.notices.is_empty(), "{:?}", opened.notices);
    opened.profile.settings().clone()
}

fn form(id: &str, venue: &str) -> FeedForm {
    FeedForm {
        id: id.to_owned(),
        venue: venue.to_owned(),
        ..FeedForm::default()
    }
}

fn faults(form: &FeedForm, known: &Settings) -> Vec<(String, String)> {
    let faults = read(form, known, None).unwrap_err().into_iter();
    faults.map(|fault| (fault.field, fault.sentence)).collect()
}

#[test]
fn every_venue_is_added_with_nothing_but_a_name_where_it_has_an_address() {
    let known = Settings::default();
    for venue in VenueName::all().filter(|venue| *venue != VenueName::SIM) {
        let feed = read(&form("mine", venue.as_str()), &known, None).unwrap();
        let expected = VenueSettings::new(venue, TokenPlace::None);
        assert_eq!(feed.kind, FeedKind::Venue(expected));
    }
}

#[test]
fn a_feed_of_the_settings_is_shown_as_it_is_written_and_read_back_the_same() {
    for lines in [
        "id = \"a\"\nkind = \"sim\"\nseed = 7\nmood = \"wild\"\n",
        "id = \"a\"\nkind = \"tickwire\"\nurl = \"wss://h/v1\"\ntoken = \"keyring\"\ntransports = [\"sse\"]\nproxy = \"none\"\n",
        "id = \"a\"\nkind = \"alpaca:iex\"\npaused = true\ntoken = \"keyring\"\ncolour = \"blue\"\n",
        "id = \"a\"\nkind = \"binance\"\nurl = \"ws://h/x\"\nrest = \"https://h/y\"\ntransports = [\"poll\", \"ws\"]\n\
         proxy = \"http://p.example:3128\"\nproxy_login = \"keyring\"\nplain = true\n",
    ] {
        let known = settings(&format!("[[feeds]]\n{lines}"));
        let feed = known.feeds.first().unwrap();
        let read = read(&FeedForm::from(feed), &known, Some(&feed.id)).unwrap();
        assert_eq!(read, *feed);
    }
}

#[test]
fn what_cannot_be_is_told_in_its_field_with_what_to_do() {
    let known = settings("[[feeds]]\nid = \"taken\"\nkind = \"sim\"\n");
    let with = |change: fn(&mut FeedForm)| {
        let mut form = form("mine", "binance");
        change(&mut form);
        form
    };
    for (form, field, sentence) in [
        (with(|form| form.id.clear()), "id", "Give the feed a name."),
        (
            with(|form| form.id = "two words".to_owned()),
            "id",
            "A feed's name is 1 to 40 letters, digits, hyphens or underscores; leave out everything else.",
        ),
        (
            with(|form| form.id = "taken".to_owned()),
            "id",
            "Another feed is called taken already; take another name.",
        ),
        (
            with(|form| form.venue = "coinbsae".to_owned()),
            "venue",
            "This version of Tickwire knows no such venue; choose one of the list.",
        ),
        (
            with(|form| form.url = "https://h".to_owned()),
            "url",
            "The address of a stream begins with wss:// or ws://.",
        ),
        (
            with(|form| form.url = "wss://h/?token=hush".to_owned()),
            "url",
            "An address is no place for a user name, a password or a query: take it out, and set the key apart.",
        ),
        (
            with(|form| form.url = "ws://ticks.example/".to_owned()),
            "url",
            "Everybody on the way could read this: use an encrypted address, or agree to an unencrypted one.",
        ),
        (
            with(|form| form.rest = "wss://h".to_owned()),
            "rest",
            "Where things are fetched begins with https:// or http://.",
        ),
        (
            with(|form| form.transports = vec!["sse".to_owned()]),
            "transports",
            "Binance cannot be talked to by server-sent events; leave it out.",
        ),
        (
            with(|form| form.proxy = "http://ada:hush@p.example:1".to_owned()),
            "proxy",
            "A proxy's user name and password do not belong into its address; they are kept in the keyring.",
        ),
        (
            FeedForm {
                venue: "tickwire".to_owned(),
                ..with(|_| ())
            },
            "url",
            "Say where the server is; it looks like wss://host/path.",
        ),
        (
            FeedForm {
                venue: "sim".to_owned(),
                proxy: "none".to_owned(),
                ..with(|_| ())
            },
            "proxy",
            "The simulator runs on this computer: leave this empty.",
        ),
    ] {
        let told = faults(&form, &known);
        assert_eq!(told, [(field.to_owned(), sentence.to_owned())]);
        assert!(!sentence.contains("hush"));
    }
}

#[test]
fn all_faults_of_a_form_are_told_at_once() {
    let form = FeedForm {
        url: "h".to_owned(),
        rest: "h".to_owned(),
        transports: vec!["pigeon".to_owned()],
        proxy: "p".to_owned(),
        ..form("", "binance")
    };
    let fields: Vec<_> = faults(&form, &Settings::default())
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(fields, ["id", "url", "rest", "transports", "proxy"]);
}

#[test]
fn plain_text_is_taken_from_who_has_agreed_to_it() {
    let form = FeedForm {
        url: "ws://ticks.example/".to_owned(),
        plain: true,
        ..form("mine", "tickwire")
    };
    assert!(read(&form, &Settings::default(), None).is_ok());
}

#[test]
fn a_key_stays_with_its_provider_and_goes_to_no_other() {
    let known = settings("[[feeds]]\nid = \"a\"\nkind = \"alpaca:iex\"\ntoken = \"keyring\"\n");
    let id = FeedId::new("a");
    let token = |venue: &str| {
        let feed = read(&form("a", venue), &known, Some(&id)).unwrap();
        let FeedKind::Venue(settings) = feed.kind else {
            panic!("{feed:?}")
        };
        settings.token
    };
    assert_eq!(token("alpaca:sip"), TokenPlace::Keyring);
    assert_eq!(token("finnhub"), TokenPlace::None);
}
