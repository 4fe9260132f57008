//! The pictures that previews of links show: taken of the built pages, so that they are what a visitor will see.

use crate::browser;
use crate::node::Packages;
use crate::routes::{Mount, Routes};
use crate::run::run;
use crate::server;
use anyhow::{Context, Result};
use std::path::Path;
use std::thread;

/// Takes a picture of every page with a simulation, and puts it beside the page.
///
/// # Errors
/// When there is no browser, or a page does not come up.
pub fn take(packages: &Packages, site: &Path) -> Result<()> {
    let chrome = browser::ensure_chrome(packages)?;
    let listener = server::bind(0)?;
    let address = listener.local_addr().context("a server has an address")?;
    let routes = Routes::new(vec![Mount::new("/", site.to_owned())?]);
    // It ends with this program.
    thread::spawn(move || server::serve(&listener, routes));
    let mut command = packages.node();
    command.args(["previews.mjs", &format!("http://{address}/")]).arg(site).env("CHROME", chrome);
    run(&mut command)
}
