use crate::{inputs::Inputs, row::Row};

pub fn rows<'a>(_: &'a Inputs, _: &mut dyn FnMut(Row<'a>)) {}
