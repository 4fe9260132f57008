//! A program does the same when pieces of its functions are functions of their own, whatever pieces they are.

use split::{MISSING, RAN, cut, lean, mark};
use std::collections::BTreeSet;
use wasmi::{Engine, Instance, Linker, Module, Store};

/// Functions with everything that a piece may meet: values that stand on the stack before it, local variables that it changes, and
/// several places where it goes on. `(nop)` makes pieces large enough to be worth it.
const PROGRAM: &str = r#"
    (module
      (import "host" "restIsMissing" (func $missing))
      (table (export "table") 2 funcref)
      (elem (i32.const 1) $choice)
      (memory (export "memory") 1)
      (global $count (mut i32) (i32.const 0))
      ;; A choice with results, both sides with values below and changed variables.
      (func $choice (export "choice") (param $n i32) (result i32) (local $a i32) (local $b i64)
        (local.set $a (i32.const 3))
        (i32.const 1000)
        (if (param i32) (result i32) (i32.gt_s (local.get $n) (i32.const 4))
          (then NOPS (local.set $a (i32.mul (local.get $n) (i32.const 7))) (i32.add (local.get $a)))
          (else NOPS (local.set $b (i64.extend_i32_s (local.get $n))) (i32.sub (i32.wrap_i64 (local.get $b)))))
        (i32.add (local.get $a)) (i32.add (i32.wrap_i64 (local.get $b))))
      ;; Out of blocks at several depths, out of the function, and on to what stands behind.
      (func (export "ways") (param $n i32) (result i32) (local $a i32)
        (block $outer
          (block $middle
            (block $inner
              (local.set $a (i32.const 1))
              (br_if $inner (i32.eq (local.get $n) (i32.const 1)))
              NOPS
              (local.set $a (i32.add (local.get $a) (i32.const 10)))
              (br_if $middle (i32.eq (local.get $n) (i32.const 2)))
              (local.set $a (i32.add (local.get $a) (i32.const 100)))
              (br_if $outer (i32.eq (local.get $n) (i32.const 3)))
              (if (i32.eq (local.get $n) (i32.const 4)) (then NOPS (return (i32.add (local.get $a) (i32.const 5000)))))
              (if (i32.eq (local.get $n) (i32.const 5)) (then NOPS (br $outer)))
              (local.set $a (i32.add (local.get $a) (i32.const 1000))))
            NOPS
            (local.set $a (i32.mul (local.get $a) (i32.const 2))))
          NOPS
          (local.set $a (i32.add (local.get $a) (i32.const 1))))
        (i32.add (local.get $a) (i32.const 70000)))
      ;; The same without results, where a piece may leave the function and go on as well.
      (func $store (param $n i32) (local $a i32)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (block $out
          (br_if $out (i32.lt_s (local.get $n) (i32.const 2)))
          NOPS
          (i32.store (i32.const 8) (local.get $n))
          (if (i32.eq (local.get $n) (i32.const 6)) (then NOPS (return)))
          (local.set $a (i32.const 9)))
        NOPS
        (i32.store (i32.const 12) (i32.add (local.get $a) (local.get $n))))
      (func (export "store") (param $n i32) (result i32)
        (call $store (local.get $n))
        (i32.add (i32.load (i32.const 8)) (i32.mul (i32.const 100) (i32.add (global.get $count) (i32.load (i32.const 12))))))
      ;; A loop whose variables are needed again in the next round, with its own ways out and back.
      (func (export "loop") (param $n i32) (result i32) (local $i i32) (local $sum i32) (local $last i32)
        (block $done
          (loop $again
            (br_if $done (i32.ge_s (local.get $i) (local.get $n)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (if (i32.rem_s (local.get $i) (i32.const 3))
              (then
                NOPS
                (local.set $sum (i32.add (local.get $sum) (i32.add (local.get $i) (local.get $last))))
                (local.set $last (local.get $i))
                (br_if $done (i32.gt_s (local.get $sum) (i32.const 90)))
                (br $again)))
            NOPS
            (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $last) (i32.const 2))))
            (br_if $again (i32.ne (local.get $i) (i32.const 8)))
            NOPS
            (local.set $sum (i32.add (local.get $sum) (i32.const 1000)))))
        (local.get $sum))
      ;; A table of ways, and a value that stands on the stack meanwhile.
      (func (export "table-of-ways") (param $n i32) (result i32) (local $a i32)
        (i32.const 4)
        (block $three
          (block $two
            (block $one
              (block $zero
                (br_table $zero $one $two $three (local.get $n)))
              NOPS
              (local.set $a (i32.const 5))
              (br $three))
            NOPS
            (local.set $a (i32.const 6)))
          NOPS
          (br_if $three (i32.eq (local.get $n) (i32.const 9)))
          (local.set $a (i32.add (local.get $a) (i32.const 7))))
        (i32.add (local.get $a)))
      ;; The same behind another way, so that the table itself can be in a piece; and what nobody comes to.
      (func (export "late-table") (param $n i32) (result i32) (local $a i32)
        (block $two
          (block $one
            (block $zero
              (br_if $two (i32.lt_s (local.get $n) (i32.const 3)))
              NOPS
              (if (i32.gt_s (local.get $n) (i32.const 50)) (then NOPS (unreachable)))
              (br_table $one $zero $two (i32.sub (local.get $n) (i32.const 4))))
            NOPS
            (local.set $a (i32.const 5)))
          NOPS
          (local.set $a (i32.add (local.get $a) (i32.const 6))))
        (i32.add (block (result i32) (br_if 0 (i32.const 1) (i32.eqz (local.get $a))) NOPS (br 0 (i32.const 2)) (i32.const 3))
          (block (result i32) (block (br_if 0 (i32.eqz (local.get $a))) NOPS (br 1 (i32.const 4)) (i32.const 5) (drop)) (local.get $a))))
      ;; Several results, and a call by the table.
      (func $both (param $n i32) (result i32 i64)
        (if (result i32 i64) (i32.eqz (i32.and (local.get $n) (i32.const 1)))
          (then NOPS (call_indirect (param i32) (result i32) (local.get $n) (i32.const 1)) (i64.const 2))
          (else NOPS (if (i32.eq (local.get $n) (i32.const 7)) (then NOPS (return (i32.const 1) (i64.const 1)))) (local.get $n) (i64.const 3))))
      (func (export "both") (param $n i32) (result i32)
        (call $both (local.get $n)) (i32.wrap_i64) (i32.add)))"#;

/// What it exports.
const FUNCTIONS: [&str; 7] = ["choice", "ways", "store", "loop", "table-of-ways", "late-table", "both"];

fn program() -> Vec<u8> {
    wat::parse_str(PROGRAM.replace("NOPS", &"(nop) ".repeat(60))).unwrap()
}

fn started(program: &[u8]) -> (Store<()>, Instance) {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", MISSING, || -> () { panic!("nothing is missing") }).unwrap();
    let module = Module::new(&engine, program).expect("it is right");
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    (store, instance)
}

/// Everything that the program does with small numbers.
fn results(program: &[u8]) -> Vec<i32> {
    let (mut store, instance) = started(program);
    let mut results = Vec::new();
    for name in FUNCTIONS {
        let function = instance.get_typed_func::<i32, i32>(&store, name).unwrap();
        results.extend((-1..14).map(|number| function.call(&mut store, number).unwrap()));
    }
    results
}

/// The places that somebody comes to who calls this function with this number.
fn places(function: &str, number: i32) -> BTreeSet<u32> {
    let (mut store, instance) = started(&mark(&program()).unwrap());
    instance.get_typed_func::<i32, i32>(&store, function).unwrap().call(&mut store, number).unwrap();
    let ran = instance.get_memory(&store, RAN).unwrap();
    (0..).zip(ran.data(&store)).filter(|(_, ran)| **ran == 1).map(|(place, _)| place).collect()
}

/// How many places the program has: more than enough.
const PLACES: u32 = 150;

/// Many choices of places, always with the beginnings of functions: those alone, all but one, one more, and by a rule without meaning.
fn choices() -> impl Iterator<Item = BTreeSet<u32>> {
    let beginnings: BTreeSet<u32> = FUNCTIONS.iter().map(|name| *places(name, 0).first().unwrap()).collect();
    let all: BTreeSet<u32> = (0..PLACES).collect();
    let all_but_one =
        (0..PLACES).map(move |place| all.iter().copied().filter(|other| *other != place).collect());
    let with_beginnings = beginnings.clone();
    let one_more = (0..PLACES).map(move |place| with_beginnings.iter().copied().chain([place]).collect());
    let without_meaning = (0..400_u32).map(move |seed| {
        let chosen = (0..PLACES).filter(move |place| (place * 7919 + seed * 104_729) % 31 < 5 + seed % 20);
        chosen.chain(beginnings.iter().copied()).collect()
    });
    all_but_one.chain(one_more).chain(without_meaning)
}

#[test]
fn a_lean_program_does_the_same() {
    let whole = results(&program());
    let mut taken_out = BTreeSet::new();
    for ran in choices() {
        let (lean, functions) = lean(&program(), std::slice::from_ref(&ran)).unwrap();
        assert_eq!(results(&lean), whole, "{ran:?}");
        assert_eq!(functions.len(), 1);
        taken_out.insert(count(&lean));
    }
    let (least, most) = (taken_out.first().unwrap(), taken_out.last().unwrap());
    assert!(*least <= count(&program()) + 1 && *most >= count(&program()) + 8, "{taken_out:?}");
}

/// How many functions a program has.
fn count(program: &[u8]) -> u32 {
    let bodies = wasmparser::Parser::new(0).parse_all(program).filter_map(|payload| match payload.unwrap() {
        wasmparser::Payload::CodeSectionStart { count, .. } => Some(count),
        _ => None,
    });
    bodies.sum()
}

#[test]
fn a_piece_belongs_to_the_part_that_comes_to_it_first() {
    let (first, next) = (places("choice", 1), places("choice", 5));
    let (lean, functions) = lean(&program(), &[first, next]).unwrap();
    let [of_first, of_next] = &functions[..] else { panic!("a list for each part but the last one") };
    let own = count(&program());
    assert!(of_first.iter().all(|function| *function <= own), "{of_first:?}");
    assert!(of_next.iter().all(|function| *function > own), "only pieces: {of_next:?}");
    assert!(!of_next.is_empty());
    let parts = cut(&lean, &functions).unwrap();
    assert_eq!(parts.len(), 3);
    assert!(parts[0].len() < program().len() / 2, "{}", parts[0].len());
}

#[test]
fn what_ran_before_runs_without_later_parts() {
    for function in FUNCTIONS {
        for number in [0, 3, 6] {
            let (lean, functions) = lean(&program(), &[places(function, number)]).unwrap();
            let parts = cut(&lean, &functions).unwrap();
            let (mut store, instance) = started(&parts[0]);
            let again = instance.get_typed_func::<i32, i32>(&store, function).unwrap();
            let (mut whole_store, whole) = started(&program());
            let before = whole.get_typed_func::<i32, i32>(&whole_store, function).unwrap();
            assert_eq!(
                again.call(&mut store, number).unwrap(),
                before.call(&mut whole_store, number).unwrap(),
                "{function} {number}"
            );
        }
    }
}

#[test]
fn what_would_have_more_ways_to_go_on_is_refused() {
    let with_a_call_that_does_not_come_back = wat::parse_str(
        r#"(module (import "host" "restIsMissing" (func)) (table 1 funcref) (func $f (return_call $f)))"#,
    );
    assert!(lean(&with_a_call_that_does_not_come_back.unwrap(), &[BTreeSet::from([0])]).is_err());
    assert!(lean(b"not a program", &[]).is_err());
}
