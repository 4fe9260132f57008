//! The static pages, from Trunk's output, the words and the simulation's first frames.

mod html;
mod lesson;
mod mould;
mod pages;
mod picture;
mod preview;
mod sheet;
mod single;
mod story;
mod text_pages;
mod texts;

use std::fs;
use std::path::{Path, PathBuf};

use mould::Mould;
use pages::{Address, Kind, Site};
use playground::lesson::Lesson;
use texts::Language;

/// An error is a sentence for whoever builds the site.
pub type Result<T> = std::result::Result<T, String>;

/// What the command line asks for.
struct Order {
    template: PathBuf,
    out: PathBuf,
    words: PathBuf,
    /// Where the site will be, without a slash at its end.
    site: Option<String>,
}

/// Writes the site that these arguments ask for, and says what it wrote.
pub fn run(arguments: impl Iterator<Item = String>) -> Result<String> {
    let order = Order::read(arguments)?;
    let languages = texts::load(&order.words)?;
    let mould = Mould::read(&order.template)?;
    let site = Site { mould: &mould, languages: &languages, site: order.site.as_deref() };
    mould.copy_assets(&order.out)?;
    write_pages(&site, &order.out)?;
    for language in &languages {
        write(&order.out, &language.later_name(), &language.later_json)?;
    }
    write_sources(&order.out)?;
    write(&order.out, single::NAME, &single::file(&mould, &languages, &site.casts()?)?)?;
    write(&order.out, "404.html", &site.lost())?;
    write(&order.out, "robots.txt", &robots(order.site.as_deref()))?;
    if let Some(address) = &order.site {
        write(&order.out, "sitemap.xml", &sitemap(address, &languages))?;
    }
    Ok(format!("{} pages, build {}", addresses(&languages).len() + 1, mould.build))
}

impl Order {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Order> {
        let (mut template, mut out, mut words, mut site) = (None, None, None, None);
        while let Some(name) = arguments.next() {
            let place = match name.as_str() {
                "--template" => &mut template,
                "--out" => &mut out,
                "--words" => &mut words,
                "--site" => &mut site,
                _ => {
                    return Err(format!(
                        "{name:?} is not known; use --template DIR --out DIR [--words DIR] [--site URL]"
                    ));
                }
            };
            *place = Some(arguments.next().ok_or(format!("{name} needs a value"))?);
        }
        Ok(Order {
            template: template.ok_or("--template DIR is missing")?.into(),
            out: out.ok_or("--out DIR is missing")?.into(),
            words: words.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/words").to_string()).into(),
            site: site.map(|site| site.trim_end_matches('/').to_string()),
        })
    }
}

/// Every page of every language, without the root page.
fn addresses(languages: &[Language]) -> Vec<Address> {
    let of = |language: &Language| {
        let lang = language.lang;
        Kind::all().map(move |kind| Address { lang, kind })
    };
    languages.iter().flat_map(of).collect()
}

fn write_pages(site: &Site, out: &Path) -> Result<()> {
    write(out, "index.html", &site.root()?)?;
    for address in addresses(site.languages) {
        let path = address.path();
        write(out, &format!("{path}index.html"), &site.page(address)?)?;
        if let Some(preview) = site.preview(address, &path) {
            write(out, &format!("{path}{}", preview::OEMBED), &preview.oembed())?;
        }
    }
    Ok(())
}

/// The sources that lessons show: the very files that this program and the page's were compiled from.
fn write_sources(out: &Path) -> Result<()> {
    for path in Lesson::ALL.iter().flat_map(|lesson| lesson.code) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path);
        let text = fs::read_to_string(&from).map_err(|error| format!("{path}: {error}"))?;
        write(out, &lesson::source_address(path), &text)?;
    }
    Ok(())
}

fn write(out: &Path, name: &str, text: &str) -> Result<()> {
    let path = out.join(name);
    let folder = path.parent().unwrap_or(out);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

fn robots(site: Option<&str>) -> String {
    let sitemap = site.map(|site| format!("Sitemap: {site}/sitemap.xml\n")).unwrap_or_default();
    format!("User-agent: *\nAllow: /\n{sitemap}")
}

fn sitemap(site: &str, languages: &[Language]) -> String {
    let paths = std::iter::once(String::new()).chain(addresses(languages).into_iter().map(Address::path));
    let urls: String = paths
        .map(|path| format!("  <url><loc>{}</loc></url>\n", html::escaped(&format!("{site}/{path}"))))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
    )
}
