//! Tests of the harness itself: a reader that panics, one that trusts a length, and one that refuses without
//! a code are each found within the usual number of inputs.

use std::panic::catch_unwind;

use crate::driver::{Bound, Surface, Verdict, run};
use crate::mutate::Raw;

const BOUND: Bound = Bound { per_byte: 64, fixed: 1 << 20 };

/// The report on a reader of a simple format: a length in four bytes, and this many bytes.
fn said_of(name: &'static str, read: impl Fn(&[u8]) -> Verdict + std::panic::RefUnwindSafe) -> String {
    let corpus = vec![Raw(vec![3, 0, 0, 0, 1, 2, 3]), Raw(vec![0; 4])];
    let ran =
        catch_unwind(|| run(Surface { name, corpus, bound: BOUND, one_in: 1 }, |Raw(bytes)| read(bytes)));
    *ran.expect_err("nothing was found").downcast::<String>().unwrap()
}

fn length(bytes: &[u8]) -> Option<usize> {
    Some(u32::from_le_bytes(*bytes.first_chunk()?) as usize)
}

#[test]
fn reader_that_panics_is_caught_with_the_smallest_input() {
    let said = said_of("one that panics", |bytes| {
        let Some(length) = length(bytes) else { return Verdict::Refused(vec!["TOO_LONG".to_owned()]) };
        let _ = &bytes[4..4 + length];
        Verdict::Accepted
    });
    assert!(said.contains("it panicked at ") && said.contains("out of range"), "{said}");
    assert!(said.contains("by this input: b\""), "{said}");
}

#[test]
fn reader_that_trusts_a_length_is_caught() {
    let said = said_of("one that believes a length", |bytes| {
        let mut read: Vec<u8> = Vec::with_capacity(length(bytes).unwrap_or(0));
        read.extend_from_slice(bytes);
        std::hint::black_box(read);
        Verdict::Accepted
    });
    assert!(said.contains("were allocated at once for an input of"), "{said}");
}

#[test]
fn refusal_without_a_code_or_with_an_unknown_one_is_caught() {
    for (code, says) in [("", "without a code"), ("NEVER_HEARD_OF", "which is not listed")] {
        let said = said_of("one without a code", |bytes| match length(bytes) {
            Some(0..=9) => Verdict::Accepted,
            _ => Verdict::Refused(vec![code.to_owned()]),
        });
        assert!(said.contains(says), "{said}");
    }
}
