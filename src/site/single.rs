//! The whole site as one file, for halls without network: it runs from `file://`, where nothing can be fetched.
//!
//! The programs are in it, compressed; the pages are templates, of which the start script puts the one that `?page=` names into the
//! document. The gallery stays out: its frames are pages of their own.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Result;
use super::html::escaped;
use super::mould::{Cast, Mould, WORKER};
use super::texts::Language;

/// The file's name in the root of the site.
pub const NAME: &str = "playground.html";

/// What stands in the file may run, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; style-src 'unsafe-inline'; \
                      img-src data: blob:; worker-src blob:; connect-src data: blob:; base-uri 'none'; form-action 'none'";

/// The file, from all pages with their paths; the first one is shown when none is named.
pub fn file(mould: &Mould, languages: &[Language], pages: &[(String, Cast)]) -> Result<String> {
    let read = |name: &str| {
        let path = mould.folder.join(name);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\" data-root=\"./\" data-build=\"{}\" data-single=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Consensus Playground</title>\n<style>\n",
        escaped(&mould.build),
        escaped(&pages.first().map(|(path, _)| path.clone()).unwrap_or_default()),
    );
    html.push_str(&mould.sheet.text);
    html.push_str(&mould.later_sheet.text);
    html.push_str("</style>\n");
    let program = [mould.page_js.as_str(), mould.page_wasm.as_str()];
    // The programs as a whole, with the scripts that fit them; the other scripts fit both.
    let is_of_program =
        |name: &str| program.contains(&name) || ["worker.js", "worker_bg.wasm"].contains(&name);
    let folder = |name: &str| if is_of_program(name) { &mould.whole } else { &mould.folder };
    let mut put = |name: &str, bytes: &[u8]| -> Result<()> {
        let (name, packed) = (escaped(name), packed(bytes).map_err(|error| format!("{name}: {error}"))?);
        let _ = writeln!(html, "<script type=\"text/plain\" data-file=\"{name}\">{packed}</script>");
        Ok(())
    };
    for name in program.into_iter().chain(WORKER) {
        let path = folder(name).join(name);
        put(name, &fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?)?;
    }
    for language in languages {
        put(&language.later_name(), language.later_json.as_bytes())?;
    }
    let [js, wasm] = program.map(escaped);
    let _ = write!(
        html,
        "<script>{}</script>\n<script>{}</script>\n\
         <script data-page-js=\"{js}\" data-page-wasm=\"{wasm}\">{}</script>\n</head>\n<body>\n",
        harmless(read("start.js")?)?,
        harmless(read("parts.js")?)?,
        harmless(read("ladder.js")?)?,
    );
    for (path, cast) in pages {
        let _ =
            write!(html, "<template data-path=\"{}\" data-title=\"{}\"", escaped(path), escaped(&cast.title));
        for (name, value) in
            cast.html.iter().filter(|(name, _)| *name != "data-root" && *name != "data-build")
        {
            let _ = write!(html, " {}=\"{}\"", name, escaped(value));
        }
        let _ = writeln!(html, ">{}</template>", cast.body);
    }
    html.push_str("</body>\n</html>\n");
    Ok(html)
}

/// A file, compressed, as text.
fn packed(bytes: &[u8]) -> std::io::Result<String> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    Ok(STANDARD.encode(packer.finish()?))
}

/// A script may stand in a page if nothing in it ends it.
fn harmless(script: String) -> Result<String> {
    if script.contains("</script") || script.contains("<!--") {
        return Err("a script that is to stand in a page holds the end of a script".to_string());
    }
    Ok(script)
}
