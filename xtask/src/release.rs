//! What a release hands out beside the address of the site: one file for halls without network, a zip of the whole site for any web
//! server, and their checksums.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The site as one file, as the program `site` names it.
const SINGLE: &str = "playground.html";

/// What whoever unpacks the zip reads first.
const READ_ME: &str = "\
Consensus Playground

Without network or server: open playground.html with a double click.
The whole site: put this folder anywhere on any web server, or, in this folder,
    python3 -m http.server
and open http://localhost:8000/

합의 놀이터

네트워크나 서버 없이 쓰려면 playground.html을 두 번 클릭해 여세요.
사이트 전체를 쓰려면 이 폴더를 아무 웹 서버에나 그대로 올리거나, 이 폴더에서
    python3 -m http.server
를 실행하고 http://localhost:8000/ 을 여세요.
";

/// Writes the files of a release of this site into `out`, and answers with them.
///
/// The same site gives the same bytes: names are sorted, and the moments in the zip are all the same.
///
/// # Errors
/// When a file cannot be read or written.
pub fn write(site: &Path, version: &str, out: &Path) -> Result<Vec<PathBuf>> {
    let name = format!("consensus-playground-{version}");
    fs::create_dir_all(out).with_context(|| format!("could not create {}", out.display()))?;
    let single = read(&site.join(SINGLE))?;
    let files = [(format!("{name}.html"), single), (format!("{name}.zip"), packed(site, &name)?)];
    let sums: String = files.iter().map(|(name, bytes)| format!("{}  {name}\n", sum(bytes))).collect();
    let all = files.into_iter().chain([("SHA256SUMS".to_owned(), sums.into_bytes())]);
    all.map(|(name, bytes)| {
        let path = out.join(name);
        fs::write(&path, bytes).with_context(|| format!("could not write {}", path.display()))?;
        Ok(path)
    })
    .collect()
}

/// The site in a zip, all of it below one folder.
fn packed(site: &Path, folder: &str) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, bytes: &[u8]| -> Result<()> {
        zip.start_file(format!("{folder}/{name}"), options)?;
        zip.write_all(bytes).context("could not write into the zip")
    };
    add("READ-ME.txt", READ_ME.as_bytes())?;
    for name in crate::sizes::names(site)? {
        add(&name, &read(&site.join(&name))?)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("could not read {}", path.display()))
}

/// The SHA-256 of these bytes, in hexadecimal digits.
pub fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;
    use std::io::Read;
    use zip::ZipArchive;

    fn site() -> Scratch {
        let page = "<p>한국어</p>";
        Scratch::with(&[
            ("site/index.html", page),
            ("site/playground.html", "<p>all</p>"),
            ("site/ko/index.html", page),
        ])
    }

    #[test]
    fn a_release_holds_the_whole_site_below_one_folder() {
        let scratch = site();
        let files = write(&scratch.path("site"), "1.2.3", &scratch.path("out")).unwrap();
        let names: Vec<_> =
            files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect();
        assert_eq!(
            names,
            ["consensus-playground-1.2.3.html", "consensus-playground-1.2.3.zip", "SHA256SUMS"]
        );
        let mut zip = ZipArchive::new(fs::File::open(&files[1]).unwrap()).unwrap();
        let mut inside: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        inside.sort();
        let expected = ["READ-ME.txt", "index.html", "ko/index.html", "playground.html"];
        assert_eq!(inside, expected.map(|name| format!("consensus-playground-1.2.3/{name}")));
        let mut text = String::new();
        zip.by_name("consensus-playground-1.2.3/ko/index.html").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "<p>한국어</p>");
    }

    #[test]
    fn the_same_site_gives_the_same_bytes_and_the_sums_are_theirs() {
        let scratch = site();
        let [one, two] = ["one", "two"].map(|out| {
            let files = write(&scratch.path("site"), "1.2.3", &scratch.path(out)).unwrap();
            files.iter().map(|file| fs::read(file).unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(one, two);
        let sums = String::from_utf8(one[2].clone()).unwrap();
        assert_eq!(sums.lines().count(), 2);
        assert!(sums.starts_with(&format!("{}  consensus-playground-1.2.3.html\n", sum(&one[0]))));
        assert_eq!(
            sum(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "the published sum of nothing"
        );
    }
}
