//! Running other programs: shown before they start, and named when they fail.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Runs a command to its end, with its output on the terminal.
///
/// # Errors
/// When it cannot be started or does not end with 0; the error names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    println!("$ {shown}");
    let status =
        command.stdin(Stdio::null()).status().with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// What a command prints, trimmed; nothing when it is missing, fails, or prints something other than text.
pub fn output(command: &mut Command) -> Option<String> {
    let out = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    out.status.success().then(|| text.trim().to_owned())
}

/// Whether a program is there and answers `--version`.
pub fn is_there(program: impl AsRef<OsStr>) -> bool {
    output(Command::new(program).arg("--version")).is_some()
}

/// The name and arguments, without the folders of the program: a reader can repeat it, and a log stays short.
fn show(command: &Command) -> String {
    let name = std::path::Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command() {
        let error = run(Command::new("rustc").arg("--no-such-option")).unwrap_err();
        assert!(error.to_string().contains("rustc --no-such-option"), "{error}");
        let error = run(&mut Command::new("a-program-that-is-not-there")).unwrap_err();
        assert!(error.to_string().contains("a-program-that-is-not-there"), "{error}");
    }

    #[test]
    fn the_output_of_a_failing_command_is_no_output() {
        assert!(output(Command::new("rustc").arg("--version")).unwrap().starts_with("rustc "));
        assert_eq!(output(Command::new("rustc").arg("--no-such-option")), None);
        assert!(!is_there("a-program-that-is-not-there"));
    }
}
