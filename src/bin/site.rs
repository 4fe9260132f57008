//! Writes the static pages: `site --template DIR --out DIR [--site URL]`.
//!
//! `DIR` of the template is what Trunk has built; its `index.html` is the mould of every page. Each page is ordinary HTML with
//! its text, its title and a still picture, readable without script; the programs come to it as an addition.

#[cfg(not(target_arch = "wasm32"))]
#[path = "../site/mod.rs"]
mod site;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    match site::run(std::env::args().skip(1)) {
        Ok(summary) => {
            println!("{summary}");
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("site: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}
