//! The words of the command line: which command, which of its options, what follows `--`.
//!
//! Every command describes itself as data, so help, refusal of unknown options and dispatch need no code of its own.

use std::process::ExitCode;

use crate::report::Report;

pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// One line, for the list that help shows.
    pub(crate) about: &'static str,
    pub(crate) options: &'static [Choice],
    pub(crate) run: fn(&Given, &mut Report),
}

/// An option of a command. `value` names what must follow it, if anything must.
pub(crate) struct Choice {
    pub(crate) name: &'static str,
    pub(crate) value: Option<&'static str>,
    pub(crate) about: &'static str,
}

/// Every command that may install packages has it.
pub(crate) const YES: Choice = Choice {
    name: "--yes",
    value: None,
    about: "install what is missing without asking (so does CI=true)",
};

/// What a person typed after the name of the command.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Given {
    options: Vec<(&'static str, Option<String>)>,
    pub(crate) rest: Vec<String>,
}

impl Given {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(given, _)| *given == name)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.options
            .iter()
            .find(|(given, _)| *given == name)
            .and_then(|(_, value)| value.as_deref())
    }

    pub(crate) fn yes(&self) -> bool {
        self.has(YES.name) || std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
    }
}

pub(crate) fn dispatch(commands: &[Command], words: &[String]) -> ExitCode {
    let Some(name) = words.first() else {
        println!("{}", help(commands));
        return ExitCode::FAILURE;
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        println!("{}", help(commands));
        return ExitCode::SUCCESS;
    }
    let Some(command) = commands.iter().find(|command| command.name == name) else {
        println!("xtask: there is no command `{name}`\n\n{}", help(commands));
        return ExitCode::FAILURE;
    };
    if words
        .iter()
        .skip(1)
        .take_while(|word| *word != "--")
        .any(|word| word == "--help" || word == "-h")
    {
        println!("{}", help(std::slice::from_ref(command)));
        return ExitCode::SUCCESS;
    }
    match given(command.options, &words[1..]) {
        Ok(given) => {
            let mut report = Report::begin(command.name);
            (command.run)(&given, &mut report);
            report.end()
        }
        Err(refusal) => {
            println!(
                "xtask {name}: {refusal}\n\n{}",
                help(std::slice::from_ref(command))
            );
            ExitCode::FAILURE
        }
    }
}

fn given(options: &'static [Choice], words: &[String]) -> Result<Given, String> {
    let mut given = Given::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            given.rest = words.cloned().collect();
            return Ok(given);
        }
        let Some(choice) = options.iter().find(|choice| choice.name == word) else {
            return Err(format!(
                "there is no option `{word}`; what is meant for the program it starts comes after `--`"
            ));
        };
        let value = match choice.value {
            Some(what) => Some(
                words
                    .next()
                    .ok_or_else(|| format!("`{word}` needs {what}"))?
                    .clone(),
            ),
            None => None,
        };
        given.options.push((choice.name, value));
    }
    Ok(given)
}

fn help(commands: &[Command]) -> String {
    let mut lines = vec![
        "usage: cargo xtask COMMAND [OPTIONS] [-- WHAT THE STARTED PROGRAM GETS]".to_owned(),
        String::new(),
    ];
    for command in commands {
        lines.push(format!("  {:<12} {}", command.name, command.about));
        for choice in command.options {
            let name = choice
                .value
                .map_or(choice.name.to_owned(), |value| format!("{} {value}", choice.name));
            lines.push(format!("      {name:<16} {}", choice.about));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: &[Choice] = &[
        YES,
        Choice {
            name: "--only",
            value: Some("STEP"),
            about: "",
        },
        Choice {
            name: "--fast",
            value: None,
            about: "",
        },
    ];

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn reads_options_values_and_what_follows_the_dashes() {
        let given = given(
            OPTIONS,
            &words("--only clippy --fast -- --feed ws://127.0.0.1:1 --yes"),
        )
        .unwrap();
        assert_eq!(given.value("--only"), Some("clippy"));
        assert!(given.has("--fast"));
        assert!(!given.has("--yes"), "what follows the dashes is not ours");
        assert_eq!(given.rest, words("--feed ws://127.0.0.1:1 --yes"));
    }

    #[test]
    fn refuses_an_option_it_does_not_have_and_a_value_that_is_missing() {
        assert!(given(OPTIONS, &words("--slow")).unwrap_err().contains("--slow"));
        assert!(given(OPTIONS, &words("--only")).unwrap_err().contains("STEP"));
    }

    #[test]
    fn help_names_every_command_and_every_option() {
        let help = help(crate::COMMANDS);
        for command in crate::COMMANDS {
            assert!(help.contains(command.name), "{}", command.name);
            for choice in command.options {
                assert!(help.contains(choice.name), "{}", choice.name);
            }
        }
    }

    #[test]
    fn no_two_commands_share_a_name() {
        for (index, command) in crate::COMMANDS.iter().enumerate() {
            assert!(
                crate::COMMANDS[..index]
                    .iter()
                    .all(|other| other.name != command.name),
                "{}",
                command.name
            );
        }
    }
}
