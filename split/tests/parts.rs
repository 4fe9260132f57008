//! A program does the same in parts as in one, however it is cut.

use split::{BEFORE, MISSING, cut, shorten};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use wasmi::{AsContextMut, Engine, Extern, Instance, Linker, Module, Store};

/// Functions that call each other by name and by the table, with memory, data, globals, parameters and several results. All but one
/// are larger than a door; see [`program`] for `LARGE`.
const PROGRAM: &str = r#"
    (module
      (import "host" "__wbg_restIsMissing_12ab" (func $missing))
      (import "host" "twice" (func $twice (param i32) (result i32)))
      (import "host" "base" (global $base i32))
      (type $of-two (func (param i32 i64) (result i64)))
      (table $externs 2 externref)
      (table $functions 8 8 funcref)
      (memory (export "memory") 1)
      (global $calls (mut i32) (i32.const 0))
      (data (i32.const 16) "\07\00\00\00")
      (elem (table $functions) (i32.const 1) func $add $multiply $small)
      (elem (table $functions) (i32.const 5) func $multiply $add $add)
      (func $add (type $of-two) LARGE
        (call $count)
        (i64.add (i64.extend_i32_u (call $twice (local.get 0))) (local.get 1)))
      (func $multiply (type $of-two) LARGE
        (call $count) (call $count)
        (i64.mul (i64.extend_i32_u (i32.load (i32.add (local.get 0) (i32.const 16)))) (local.get 1)))
      (func $small (type $of-two) (local.get 1))
      (func $count LARGE
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (i32.store (i32.const 32) (i32.add (i32.load (i32.const 32)) (i32.const 3)))
        (drop (call $both (i32.const 1) (i32.const 2))) (drop))
      (func $both (param i32 i32) (result i32 i32) LARGE
        (i32.store (i32.const 40) (i32.add (i32.load (i32.const 40)) (call $twice (i32.const 1))))
        (local.get 1) (local.get 0))
      (func (export "by-table") (param $which i32) (param $one i32) (param $other i64) (result i64) LARGE
        (call_indirect $functions (type $of-two) (local.get $one) (local.get $other) (local.get $which)))
      (func (export "by-name") (param $one i32) (param $other i64) (result i64) LARGE
        (i64.add (call $add (local.get $one) (local.get $other)) (call $multiply (i32.const 0) (local.get $other))))
      (func (export "calls") (result i32) LARGE
        (i32.add (global.get $calls) (i32.add (i32.load (i32.const 32)) (i32.add (global.get $base) (i32.load (i32.const 40)))))))"#;

/// How many functions it imports, and how many it has of its own.
const IMPORTED: u32 = 2;
const OWN: u32 = 8;

/// What the host knows: which parts are still to come, what those that are here export, and how often one was missed.
#[derive(Default)]
struct Host {
    later: VecDeque<Vec<u8>>,
    before: BTreeMap<String, Extern>,
    missed: u32,
}

fn program() -> Vec<u8> {
    wat::parse_str(PROGRAM.replace("LARGE", &"(nop) ".repeat(20))).unwrap()
}

fn started(program: &[u8], host: Host) -> (Store<Host>, Instance) {
    let engine = Engine::default();
    let mut store = Store::new(&engine, host);
    let mut linker = Linker::new(&engine);
    let base = wasmi::Global::new(&mut store, wasmi::Val::I32(100), wasmi::Mutability::Const);
    linker.define("host", "base", base).unwrap();
    linker.func_wrap("host", "twice", |number: i32| number * 2).unwrap();
    let missing = |mut caller: wasmi::Caller<'_, Host>| {
        caller.data_mut().missed += 1;
        let next = caller.data_mut().later.pop_front().expect("a part is missed only before all are here");
        join(&mut caller, &next).unwrap();
    };
    linker.func_wrap("host", "__wbg_restIsMissing_12ab", missing).unwrap();
    let module = Module::new(&engine, program).unwrap();
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    take(&mut store, instance);
    (store, instance)
}

/// Starts a later part with what those before it export.
fn join(mut store: impl AsContextMut<Data = Host>, part: &[u8]) -> Result<(), wasmi::Error> {
    let module = Module::new(store.as_context().engine(), part)?;
    let mut linker = Linker::new(store.as_context().engine());
    for (name, export) in store.as_context().data().before.clone() {
        linker.define(BEFORE, &name, export)?;
    }
    let instance = linker.instantiate_and_start(store.as_context_mut(), &module)?;
    take(store, instance);
    Ok(())
}

fn take(mut store: impl AsContextMut<Data = Host>, instance: Instance) {
    let exports = instance.exports(store.as_context());
    let exports: Vec<(String, Extern)> =
        exports.map(|export| (export.name().to_owned(), export.into_extern())).collect();
    store.as_context_mut().data_mut().before.extend(exports);
}

/// Everything that the program can do, in an order in which results depend on what was before.
fn results(store: &mut Store<Host>, instance: Instance) -> Vec<i64> {
    let by_table = instance.get_typed_func::<(i32, i32, i64), i64>(&*store, "by-table").unwrap();
    let by_name = instance.get_typed_func::<(i32, i64), i64>(&*store, "by-name").unwrap();
    let calls = instance.get_typed_func::<(), i32>(&*store, "calls").unwrap();
    let mut results = Vec::new();
    for round in 1..3 {
        for which in [1, 2, 3, 5, 6, 7] {
            results.push(by_table.call(&mut *store, (which, 0, 5 * round)).unwrap());
        }
        results.push(by_name.call(&mut *store, (3, 11 * round)).unwrap());
        results.push(i64::from(calls.call(&mut *store, ()).unwrap()));
    }
    results
}

fn whole() -> Vec<i64> {
    let (mut store, instance) = started(&program(), Host::default());
    results(&mut store, instance)
}

/// Every choice of functions for the first part, and many for the first two.
fn choices() -> impl Iterator<Item = Vec<BTreeSet<u32>>> {
    let of = |part, choice: u32, parts: u32| -> BTreeSet<u32> {
        let own = (0..OWN).filter(|own| choice / parts.pow(*own) % parts == part);
        own.map(|own| IMPORTED + own).collect()
    };
    let two = (0..2_u32.pow(OWN)).map(move |choice| vec![of(0, choice, 2)]);
    let three = (0..3_u32.pow(OWN)).step_by(5).map(move |choice| vec![of(0, choice, 3), of(1, choice, 3)]);
    two.chain(three)
}

/// The first part started, and those that come later.
fn begun(wanted: &[BTreeSet<u32>]) -> (Store<Host>, Instance, VecDeque<Vec<u8>>) {
    let mut parts: VecDeque<Vec<u8>> = cut(&program(), wanted).unwrap().into();
    let first = parts.pop_front().unwrap();
    let (store, instance) = started(&first, Host::default());
    (store, instance, parts)
}

#[test]
fn parts_come_when_they_are_missed() {
    for wanted in choices() {
        let (mut store, instance, later) = begun(&wanted);
        let count = later.len() as u32;
        store.data_mut().later = later;
        assert_eq!(results(&mut store, instance), whole(), "{wanted:?}");
        assert!(store.data().missed <= count, "{wanted:?}");
    }
}

#[test]
fn parts_that_are_there_are_not_missed() {
    for wanted in choices() {
        let (mut store, instance, later) = begun(&wanted);
        later.iter().for_each(|part| join(&mut store, part).unwrap());
        assert_eq!(results(&mut store, instance), whole(), "{wanted:?}");
        assert_eq!(store.data().missed, 0, "{wanted:?}");
    }
}

#[test]
fn a_part_that_comes_twice_does_no_harm() {
    let (mut store, instance, later) = begun(&[BTreeSet::from([3]), BTreeSet::from([2, 5, 7])]);
    for part in later.iter().chain(&later) {
        join(&mut store, part).unwrap();
    }
    assert_eq!(results(&mut store, instance), whole());
}

#[test]
fn what_nobody_needs_first_is_not_in_the_first_part() {
    let all: BTreeSet<u32> = (IMPORTED..IMPORTED + OWN).collect();
    let size = |first: &BTreeSet<u32>| cut(&program(), std::slice::from_ref(first)).unwrap()[0].len();
    assert!(size(&BTreeSet::new()) < size(&all));
}

#[test]
fn parts_of_two_cuts_do_not_fit_together() {
    let (mut store, _, of_one) = begun(&[BTreeSet::from([2])]);
    let (_, _, of_other) = begun(&[BTreeSet::from([3])]);
    assert!(join(&mut store, &of_other[0]).is_err());
    assert!(join(&mut store, &of_one[0]).is_ok());
}

#[test]
fn what_is_no_program_and_what_is_not_foreseen_is_refused() {
    assert!(cut(b"not a program", &[]).is_err());
    let without_import = wat::parse_str("(module (func))").unwrap();
    let error = cut(&without_import, &[]).err().unwrap().to_string();
    assert!(error.contains(MISSING), "{error}");
    let address_taken = wat::parse_str(
        r#"(module (import "host" "restIsMissing" (func)) (func $f (drop (ref.func $f))) (elem declare func $f))"#,
    );
    let twice_in_one_place = wat::parse_str(
        r#"(module (import "host" "restIsMissing" (func)) (table 2 funcref) (func $f) (elem (i32.const 0) $f $f) (elem (i32.const 1) $f))"#,
    );
    let started_by_itself = wat::parse_str(
        r#"(module (import "host" "restIsMissing" (func)) (table 1 funcref) (func $f) (start $f))"#,
    );
    let without_table =
        wat::parse_str(r#"(module (import "host" "restIsMissing" (func)) (func (export "f")))"#);
    for program in [address_taken, twice_in_one_place, started_by_itself, without_table] {
        assert!(cut(&program.unwrap(), &[BTreeSet::new()]).is_err());
    }
}

#[test]
fn short_names_stand_in_the_program_and_in_its_script() {
    let script = "{ \"host\": host } const host = { __wbg_restIsMissing_12ab: function() { missing(); }, twice: function(n) { return 2 * n; } };";
    let (program, script) = shorten(&program(), script).unwrap();
    let module = Module::new(&Engine::default(), &program).unwrap();
    assert_eq!(module.imports().map(|import| import.name()).collect::<Vec<_>>(), ["a", "b", "base"]);
    let host = module.imports().next().unwrap().module();
    assert_eq!(
        script,
        format!(
            "{{ \"{host}\": host }} const host = {{ a: function() {{ missing(); }}, b: function(n) {{ return 2 * n; }} }};"
        )
    );
    assert_eq!(host.len(), 16, "it tells these names from others: {host}");

    let twice_defined =
        "{ __wbg_restIsMissing_12ab: function() {}, twice: function() {}, twice: function() {} }";
    for script in ["", twice_defined] {
        assert!(shorten(&self::program(), script).is_err(), "{script}");
    }
}
