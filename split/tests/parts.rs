//! A program does the same in two parts as in one, however it is cut.

use split::{FIRST, MISSING, PREFIX, Parts, cut, mark, shorten};
use std::collections::BTreeSet;
use wasmi::{Engine, Extern, Instance, Linker, Module, Store};

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

/// What the host knows: whether the rest was missed, and how it can be had.
#[derive(Default)]
struct Host {
    rest: Option<Vec<u8>>,
    first: Option<Instance>,
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
        let rest =
            caller.data_mut().rest.take().expect("it is missed once, and only of a program in two parts");
        let first = caller.data().first.expect("the first part runs");
        join(&mut caller, first, &rest).unwrap();
    };
    linker.func_wrap("host", "__wbg_restIsMissing_12ab", missing).unwrap();
    let module = Module::new(&engine, program).unwrap();
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    store.data_mut().first = Some(instance);
    (store, instance)
}

/// Starts the rest with what the first part exports.
fn join(mut store: impl wasmi::AsContextMut, first: Instance, rest: &[u8]) -> Result<(), wasmi::Error> {
    let module = Module::new(store.as_context().engine(), rest)?;
    let exports: Vec<(String, Extern)> = first
        .exports(store.as_context())
        .map(|export| (export.name().to_owned(), export.into_extern()))
        .collect();
    let mut linker = Linker::new(store.as_context().engine());
    for (name, export) in exports {
        linker.define(FIRST, &name, export)?;
    }
    linker.instantiate_and_start(store.as_context_mut(), &module)?;
    Ok(())
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

/// Every choice of functions for the first part.
fn choices() -> impl Iterator<Item = BTreeSet<u32>> {
    (0..1 << OWN)
        .map(|choice: u32| (0..OWN).filter(|own| choice & 1 << own != 0).map(|own| IMPORTED + own).collect())
}

#[test]
fn the_rest_comes_when_it_is_missed() {
    for first in choices() {
        let Parts { first: part, rest } = cut(&program(), &first).unwrap();
        let (mut store, instance) = started(&part, Host { rest: Some(rest), ..Host::default() });
        assert_eq!(results(&mut store, instance), whole(), "{first:?}");
        assert!(store.data().missed <= 1, "{first:?}");
    }
}

#[test]
fn a_rest_that_is_there_is_not_missed() {
    for first in choices() {
        let Parts { first: part, rest } = cut(&program(), &first).unwrap();
        let (mut store, instance) = started(&part, Host::default());
        join(&mut store, instance, &rest).unwrap();
        assert_eq!(results(&mut store, instance), whole(), "{first:?}");
        assert_eq!(store.data().missed, 0, "{first:?}");
    }
}

#[test]
fn marks_tell_what_ran_and_that_is_enough() {
    let (mut store, instance) = started(&mark(&program()).unwrap(), Host::default());
    let by_table = instance.get_typed_func::<(i32, i32, i64), i64>(&store, "by-table").unwrap();
    assert_eq!(by_table.call(&mut store, (1, 4, 1)).unwrap(), 9);
    let ran: BTreeSet<u32> = (IMPORTED..IMPORTED + OWN)
        .filter(|own| {
            let mark = instance.get_global(&store, &format!("{PREFIX}{own}")).unwrap();
            mark.get(&store).i32() == Some(1)
        })
        .collect();
    // $add, $count and $both, and "by-table" itself.
    assert_eq!(ran, BTreeSet::from([2, 5, 6, 7]));

    let parts = cut(&program(), &ran).unwrap();
    let (mut store, instance) = started(&parts.first, Host::default());
    let by_table = instance.get_typed_func::<(i32, i32, i64), i64>(&store, "by-table").unwrap();
    assert_eq!(by_table.call(&mut store, (1, 4, 1)).unwrap(), 9);
    assert_eq!(store.data().missed, 0, "what ran before runs without the rest");
}

#[test]
fn what_nobody_needs_first_is_not_in_the_first_part() {
    let all: BTreeSet<u32> = (IMPORTED..IMPORTED + OWN).collect();
    let size = |first: &BTreeSet<u32>| cut(&program(), first).unwrap().first.len();
    assert!(size(&BTreeSet::new()) < size(&all));
}

#[test]
fn parts_of_two_cuts_do_not_fit_together() {
    let one = cut(&program(), &BTreeSet::from([2])).unwrap();
    let other = cut(&program(), &BTreeSet::from([3])).unwrap();
    let (mut store, instance) = started(&one.first, Host::default());
    assert!(join(&mut store, instance, &other.rest).is_err());
    let (mut store, instance) = started(&one.first, Host::default());
    assert!(join(&mut store, instance, &one.rest).is_ok());
}

#[test]
fn what_is_no_program_and_what_is_not_foreseen_is_refused() {
    assert!(cut(b"not a program", &BTreeSet::new()).is_err());
    let without_import = wat::parse_str("(module (func))").unwrap();
    let error = cut(&without_import, &BTreeSet::new()).err().unwrap().to_string();
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
        assert!(cut(&program.unwrap(), &BTreeSet::new()).is_err());
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
