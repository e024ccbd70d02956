//! Colour for terminals.

/// Whether to paint.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paint {
    /// Escape sequences are written.
    pub on: bool,
}

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        if self.on {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// Titles and names.
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// What is of little weight: offsets, sizes.
    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// What is wrong.
    pub fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    /// What is well.
    pub fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// Types and kinds.
    pub fn cyan(self, text: &str) -> String {
        self.wrap("36", text)
    }
}
