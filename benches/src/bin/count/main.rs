//! Work to be counted in instructions: `count` does all of it once, `count NAME [N]` one thing (N octets of a
//! hostile shape).
//!
//! Each piece of work stands between two calls of `mark`, at which `valgrind --tool=callgrind
//! --dump-before='*count::mark*'` writes down what was counted; the names come on the standard output, in the same
//! order. `.ci/instructions` reads both.

#![allow(
    clippy::unwrap_used,
    reason = "what is counted is known to be well-formed"
)]

mod hostile;
mod workloads;

use std::{hint::black_box, process::ExitCode};

/// Something that is always the same work.
struct Workload {
    name: &'static str,
    /// Prepares, and gives what is to be counted.
    prepare: fn() -> Box<dyn FnMut()>,
}

/// Input of any length that is made to take long.
struct Shape {
    name: String,
    /// How long the shorter one of two inputs is; the other is four times as long.
    size: usize,
    make: Box<dyn Fn(usize) -> Vec<u8>>,
    read: fn(&[u8]),
}

impl Shape {
    fn new(
        name: impl Into<String>,
        size: usize,
        make: impl Fn(usize) -> Vec<u8> + 'static,
        read: fn(&[u8]),
    ) -> Self {
        let (name, make) = (name.into(), Box::new(make));
        Self {
            name,
            size,
            make,
            read,
        }
    }
}

/// The same text, again and again, until it is so long.
fn cycle(text: &str, octets: usize) -> Vec<u8> {
    text.bytes()
        .cycle()
        .take(octets / text.len() * text.len())
        .collect()
}

/// Where counting ends and begins.
#[inline(never)]
fn mark() {
    black_box(());
}

fn counted(name: &str, work: &mut dyn FnMut()) {
    println!("{name}");
    mark();
    work();
    mark();
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let name = args.next();
    let size = args.next().and_then(|text| text.parse::<usize>().ok());
    let wanted = |known: &str| name.as_deref().is_none_or(|name| name == known);
    let mut found = false;
    for workload in workloads::all()
        .iter()
        .filter(|workload| wanted(workload.name))
    {
        found = true;
        let mut work = (workload.prepare)();
        // What is done once, tables and the first memory of the allocator, is not counted.
        work();
        counted(workload.name, &mut *work);
    }
    for shape in hostile::all().iter().filter(|shape| wanted(&shape.name)) {
        found = true;
        let read = |size: usize| {
            let input = (shape.make)(size);
            move || (shape.read)(black_box(&input))
        };
        match size {
            Some(size) => counted(&shape.name, &mut read(size)),
            None => {
                for (times, size) in [(0, 0), (1, shape.size), (4, 4 * shape.size)] {
                    counted(&format!("{} x{times}", shape.name), &mut read(size));
                }
            }
        }
    }
    if found {
        return ExitCode::SUCCESS;
    }
    eprintln!("count: nothing has this name");
    ExitCode::from(2)
}
