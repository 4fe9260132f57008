//! What lessons 1 and 2 share: random lists of actions under a load, each judged by the challenge and by a judge of the test's own.
//!
//! A second of their loads is thousands of events, so nothing is kept of these: a judge looks at each as it happens, as the challenge does.

use super::*;

/// Knows by itself when a challenge is done.
pub(super) trait Judge: Default {
    /// Takes in what has happened; what happened before the first shown moment, too.
    fn sees(&mut self, sim: &Sim, event: &TraceEvent);
    /// Whether it was done.
    fn is_done(&self) -> bool;
}

/// An action, and how many milliseconds pass after it.
pub(super) type Act = (Command, u64);

/// Plays a thousand random lists of actions; both say the same of each, and a fair share is done.
pub(super) fn compare<J: Judge>(id: LessonId, random: fn(&mut Dice) -> Vec<Act>) {
    let lesson = Lesson::of(id).expect("a lesson");
    let (mut dice, mut times) = (Dice(7), 0);
    for run in 0..1_000 {
        let seed = dice.upto(1_000_000) as u32;
        let list = random(&mut dice);
        let (by_goal, judge) = judged::<J>(lesson, seed, &list);
        assert_eq!(by_goal, judge.is_done(), "{id}, run {run}: {list:?} at {seed}");
        times += usize::from(by_goal);
    }
    println!("{id}: done in {times} of 1,000");
    assert!((20..=980).contains(&times), "{id}: done in {times} of 1,000");
}

/// Whether the challenge was done, and what the judge knows.
fn judged<J: Judge>(lesson: &Lesson, seed: u32, list: &[Act]) -> (bool, J) {
    let setup = (lesson.setup)();
    let (mut goal, mut judge) = ((lesson.goal)(), J::default());
    let mut sim = setup.world(setup.options.clone(), setup.rules, seed, |sim, event| judge.sees(sim, event));
    let mut see = |sim: &Sim, event: &TraceEvent| {
        goal.see(sim, event);
        judge.sees(sim, event);
    };
    for (command, wait) in list {
        let until = sim.now() + Span::from_ms(*wait);
        // What is impossible just now is passed over.
        if let Ok(event) = sim.execute(command) {
            see(&sim, &event);
        }
        while sim.next_due().is_some_and(|due| due < until) {
            let event = sim.step().expect("something is due");
            see(&sim, &event);
        }
        sim.pass_to(until);
    }
    (goal.done_at().is_some(), judge)
}
