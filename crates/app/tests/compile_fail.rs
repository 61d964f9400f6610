//! What must not compile: a write without an origin, and an adapter that forges another's.

#[test]
fn no_write_without_an_origin_and_no_forged_entry() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
