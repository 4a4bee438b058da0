//! Kafka's own index of aborted transactions, read and written anew; damage.

use expect_test::expect;

use super::*;
use crate::testing::fuzz;

const GOLDEN: &[u8] = include_bytes!("../../golden/transactions.txnindex");

#[test]
fn kafkas_aborted_transactions() {
    let aborted = decode(GOLDEN).unwrap();
    let text: Vec<String> = aborted
        .iter()
        .map(|txn| {
            format!(
                "pid={} {}..{} stable={}",
                txn.producer_id, txn.first_offset, txn.last_offset, txn.last_stable_offset
            )
        })
        .collect();
    expect![[r#"
        pid=6 3..5 stable=6
        pid=6 9..11 stable=12
        pid=7 15..17 stable=18
        pid=7 21..23 stable=24
        pid=8 27..29 stable=30
        pid=8 33..35 stable=36"#]]
    .assert_eq(&text.join("\n"));
    assert_eq!(aborted.iter().flat_map(AbortedTxn::encode).collect::<Vec<_>>(), GOLDEN);
}

#[test]
fn what_is_no_index_is_named() {
    assert_eq!(decode(&[]), Ok(Vec::new()));
    assert_eq!(decode(&GOLDEN[..40]), Err(TxnIndexError::Cut(40)));
    let mut file = GOLDEN.to_vec();
    file[1] = 1;
    assert_eq!(decode(&file), Err(TxnIndexError::Version(1)));
    let twice = [&GOLDEN[..ENTRY_BYTES], &GOLDEN[..ENTRY_BYTES]].concat();
    assert_eq!(decode(&twice), Err(TxnIndexError::Order(5)));
}

#[test]
fn damage_does_no_harm() {
    fuzz(GOLDEN, |file| drop(decode(file)));
}
