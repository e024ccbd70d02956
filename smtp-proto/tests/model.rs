//! Any sequence of commands and answers against a model of a transaction: what reaches the caller is what
//! the model lets through, and every command gets one reply.

mod common;

use common::{config, serve_with};
use mailweft_smtp::{Reply, server::Event};
use proptest::{collection::vec, prelude::*};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Say {
    Ehlo,
    Mail,
    Rcpt,
    Data,
    Chunk,
    Last,
    Rset,
    Noop,
    Bad,
}

const SAYS: [Say; 9] = [
    Say::Ehlo,
    Say::Mail,
    Say::Rcpt,
    Say::Data,
    Say::Chunk,
    Say::Last,
    Say::Rset,
    Say::Noop,
    Say::Bad,
];

/// What is known of a session, told simply.
#[derive(Debug, Default)]
struct Model {
    hello: bool,
    mail: bool,
    rcpts: usize,
    /// Chunks were taken, or refused: DATA and RCPT are over.
    chunks: bool,
    failed: bool,
}

impl Model {
    fn clear(&mut self) {
        *self = Self {
            hello: self.hello,
            ..Self::default()
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn transactions(script in vec((0..SAYS.len(), any::<bool>()), 0..40), step in 1_usize..50) {
        let mut wire = Vec::new();
        for (say, _) in &script {
            wire.extend_from_slice(match SAYS[*say] {
                Say::Ehlo => b"EHLO c.example\r\n",
                Say::Mail => b"MAIL FROM:<>\r\n",
                Say::Rcpt => b"RCPT TO:<a@b.example>\r\n",
                // What is content if DATA is accepted, and two commands that are answered if not.
                Say::Data => b"DATA\r\nNOOP\r\n.\r\n",
                Say::Chunk => b"BDAT 6\r\nRSET\r\n",
                Say::Last => b"BDAT 6 LAST\r\nRSET\r\n",
                Say::Rset => b"RSET\r\n",
                Say::Noop => b"NOOP\r\n",
                Say::Bad => b"MAIL FROM:<\r\n",
            });
        }
        // What the model says, answer by answer.
        let mut model = Model::default();
        let mut expected: Vec<(Say, bool)> = Vec::new();
        let mut codes = vec![2];
        for &(say, yes) in &script {
            let say = SAYS[say];
            let class = if yes { 2 } else { 4 };
            match say {
                Say::Noop => codes.push(2),
                Say::Bad => codes.push(5),
                Say::Rset => {
                    model.clear();
                    codes.push(2);
                }
                Say::Ehlo => {
                    model.clear();
                    model.hello |= yes;
                    expected.push((say, yes));
                    codes.push(class);
                }
                Say::Mail if model.hello && !model.mail => {
                    model.mail = yes;
                    expected.push((say, yes));
                    codes.push(class);
                }
                Say::Rcpt if model.mail && !model.chunks => {
                    model.rcpts += usize::from(yes);
                    expected.push((say, yes));
                    codes.push(class);
                }
                Say::Data if model.rcpts > 0 && !model.chunks => {
                    expected.push((say, yes));
                    if yes {
                        codes.extend([3, 2]);
                        model.clear();
                    } else {
                        // The body is read as commands: NOOP, and a full stop that is none.
                        codes.extend([4, 2, 5]);
                    }
                }
                Say::Data => codes.extend([5, 2, 5]),
                Say::Chunk | Say::Last => {
                    let last = say == Say::Last;
                    let served = model.rcpts > 0 && !model.failed;
                    if served && !model.chunks {
                        expected.push((say, yes));
                        model.failed = !yes;
                        codes.push(class);
                    } else {
                        codes.push(if served { 2 } else { 5 });
                        model.failed |= !served;
                    }
                    model.chunks = true;
                    if last || model.rcpts == 0 {
                        // Without a recipient the transaction ends with any chunk.
                        model.clear();
                    }
                }
                Say::Mail | Say::Rcpt => codes.push(5),
            }
        }
        let mut answers = expected.clone().into_iter();
        let heard = serve_with(config(), &wire.chunks(step).collect::<Vec<_>>(), |server, event| {
            let mut answer = |slot| {
                let (_, yes) = answers.next().unwrap();
                if yes { server.accept(slot).unwrap() } else { server.reply(slot, Reply::LOCAL_ERROR).unwrap() }
            };
            match event {
                Event::Hello { slot, .. } | Event::Mail { slot, .. } | Event::Rcpt { slot, .. } | Event::Data { slot, .. } => answer(*slot),
                Event::BodyEnd { slots, .. } => slots.for_each(|slot| server.accept(slot).unwrap()),
                _ => {}
            }
        });
        prop_assume!(heard.error.is_none());
        prop_assert_eq!(answers.next(), None, "an event did not come");
        let classes: Vec<_> = heard.codes().iter().map(|code| code / 100).collect();
        prop_assert_eq!(classes, codes, "{}", heard.said);
    }
}
