//! The still picture of a page: its run's first frame, drawn by the same code that draws it live.

use playground::lesson::LessonId;
use playground::scene::{Form, Layout, draw, svg};
use playground::wire::{FromWorker, Start, ToWorker};
use playground::words::Words;
use playground::worker::driver::Driver;

use super::Result;
use super::html::Html;

/// The seed of the still picture on pages whose live run has a fresh one.
const SEED: u32 = 1;

/// The first frame of a lesson, or of home and sandbox.
pub fn still(lesson: Option<LessonId>, words: &Words) -> Result<Html> {
    let start = Start { lesson, seed: lesson.map_or(SEED, LessonId::seed), ..Start::default() };
    let FromWorker::Done(done) = Driver::new().receive(ToWorker::Load(start)) else {
        return Err("the simulation did not answer with its first frame".to_string());
    };
    // The one beside a disk is an upright one.
    let form = if done.frame.servers.len() == 1 { Form::Narrow } else { Form::Wide };
    let scene = draw(&done.frame, &Layout::of(&done.frame, form));
    Ok(Html::drawn(svg::svg(&scene, words)))
}
