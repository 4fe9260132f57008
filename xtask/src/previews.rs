//! The pictures that previews of links show: taken of the built pages, so that they are what a visitor will see.

use crate::browser;
use crate::node::Packages;
use crate::routes::{Mount, Routes};
use crate::run::run;
use crate::server;
use anyhow::Result;
use std::path::Path;

/// Takes a picture of every page with a simulation, and puts it beside the page.
///
/// # Errors
/// When there is no browser, or a page does not come up.
pub fn take(packages: &Packages, site: &Path) -> Result<()> {
    let chrome = browser::ensure_chrome(packages)?;
    let address = server::in_background(Routes::new(vec![Mount::new("/", site.to_owned())?]))?;
    let mut command = packages.node();
    command.arg("previews.mjs").arg(address).arg(site).env("CHROME", chrome);
    run(&mut command)
}
