use super::*;

/// One signature over `message` as client libraries lay it out: key, signature, message.
fn instruction(message: &[u8]) -> Vec<u8> {
    let mut data = alloc::vec![1, 0];
    let length = u16::try_from(message.len()).unwrap();
    for word in [48, HERE, 16, HERE, 112, length, HERE] {
        data.extend(word.to_le_bytes());
    }
    data.extend([7; 32]);
    data.extend([8; 64]);
    data.extend(message);
    data
}

#[test]
fn reads_what_was_checked() {
    let signed = read::<3>(&instruction(b"abc")).unwrap();
    assert_eq!(signed, [Signed { signer: [7; 32], message: *b"abc" }]);
}

#[test]
fn refuses_parts_that_lie_in_another_instruction() {
    for at in [4, 8, 14] {
        for index in [0u16, 1, HERE - 1] {
            let mut data = instruction(b"abc");
            data[at..at + 2].copy_from_slice(&index.to_le_bytes());
            assert_eq!(read::<3>(&data), None, "{at} {index}");
        }
    }
}

#[test]
fn refuses_other_lengths_missing_offsets_and_truncation() {
    let data = instruction(b"abc");
    assert_eq!(read::<4>(&data), None);
    assert_eq!(read::<2>(&data), None);
    for length in 0..data.len() {
        assert_eq!(read::<3>(&data[..length]), None, "{length}");
    }
    let mut none = data.clone();
    none[0] = 0;
    assert_eq!(read::<3>(&none), None);
    let mut more = data;
    more[0] = 200;
    assert_eq!(read::<3>(&more), None);
}
