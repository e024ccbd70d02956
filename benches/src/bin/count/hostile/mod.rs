//! Input that is made to take long. All of it must be read in linear time.

mod address;
mod imap;
mod mime;
mod sessions;

use crate::Shape;

pub(crate) fn all() -> Vec<Shape> {
    let mut shapes = address::shapes();
    shapes.extend(mime::shapes());
    shapes.extend(imap::shapes());
    shapes.extend(sessions::shapes());
    shapes
}
