//! The hand-written types are laid out as the C headers' are: the same lines as abi/layout.txt, none missing, none more.

#[test]
fn layout_is_that_of_the_headers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../abi/layout.txt");
    let stored = std::fs::read_to_string(path).expect(path);
    let mut wanted: Vec<&str> = stored.lines().filter(|line| !line.starts_with('#')).collect();
    let found = dm_plugin::ffi::facts();
    let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
    wanted.sort_unstable();
    found.sort_unstable();
    assert!(wanted.len() > 80);
    assert_eq!(found, wanted);
}
