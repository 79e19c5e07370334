//! The stored format, version 1: its golden bytes must stay readable, and bytes that were not written are
//! refused. The fixtures are never generated again; a new format version gets new ones.

use bytes::Bytes;
use longhu_core::Time;
use longhu_log::batch::{
    Codec, DecodeError, Draft, EncodeError, HEADER_BYTES, RAW_BYTES_MAX, decode, encode,
};
use longhu_log::{Batch, Hash, Kind, WriterId};
use std::path::{Path, PathBuf};

/// A small generator with a fixed seed: the same mutations on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 ^ (self.0 >> 29)) >> 16
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// A golden file: what was encoded into it.
struct Golden {
    file: &'static str,
    codec: Codec,
    draft: Draft,
    records: Vec<Bytes>,
}

fn goldens() -> Vec<Golden> {
    let writer = WriterId(std::array::from_fn(|index| index as u8 + 1));
    let previous = Hash(std::array::from_fn(|index| 255 - index as u8));
    let draft =
        |kind, number, previous, time| Draft { kind, writer, number, previous, recorded_time: Time(time) };
    let event =
        |index: usize| Bytes::from(format!("account-opened branch-0{} employee-{index:04}", index % 7));
    vec![
        Golden {
            file: "v1-events-zstd.batch",
            codec: Codec::Zstd,
            draft: draft(Kind::Events, 42, previous, 1_793_000_000_123_456_789),
            records: (0..60).map(event).collect(),
        },
        Golden {
            file: "v1-events-none.batch",
            codec: Codec::None,
            draft: draft(Kind::Events, 1, Hash::ZERO, -1),
            records: vec![Bytes::from_static(b"one"), Bytes::new(), Bytes::from_static("开户".as_bytes())],
        },
        Golden {
            file: "v1-control-none.batch",
            codec: Codec::None,
            draft: draft(Kind::Control, u64::MAX, previous, 1_793_000_000_000_000_000),
            records: vec![Bytes::from_static(b"bank demo CNY Asia/Shanghai")],
        },
        Golden {
            file: "v1-tick.batch",
            codec: Codec::None,
            draft: draft(Kind::Tick, 2, previous, 0),
            records: vec![],
        },
    ]
}

fn path_of(golden: &Golden) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/log").join(golden.file)
}

fn stored(golden: &Golden) -> Bytes {
    Bytes::from(std::fs::read(path_of(golden)).unwrap_or_else(|error| panic!("{}: {error}", golden.file)))
}

fn sample(count: usize, compressible: bool) -> Bytes {
    let mut random = Random(count as u64);
    let record = |_| match compressible {
        true => Bytes::from(vec![b'x'; 40]),
        false => (0..40).map(|_| random.next() as u8).collect(),
    };
    let records: Vec<Bytes> = (0..count).map(record).collect();
    encode(&goldens()[0].draft, &records).unwrap().bytes
}

/// Run by hand once for a new format version. It never overwrites a file.
#[test]
#[ignore = "writes the golden files of a new format version"]
fn write_missing_golden_files() {
    for golden in goldens().iter().filter(|golden| !path_of(golden).exists()) {
        std::fs::create_dir_all(path_of(golden).parent().unwrap()).unwrap();
        std::fs::write(path_of(golden), encode(&golden.draft, &golden.records).unwrap().bytes).unwrap();
    }
}

#[test]
fn golden_bytes_are_decoded() {
    for golden in goldens() {
        let Batch { header, hash, records } = decode(&stored(&golden)).unwrap();
        assert_eq!(records, golden.records, "{}", golden.file);
        assert_eq!(header.codec, golden.codec, "{}", golden.file);
        assert_eq!(header.count as usize, golden.records.len());
        let draft = Draft {
            kind: header.kind,
            writer: header.writer,
            number: header.number,
            previous: header.previous,
            recorded_time: header.recorded_time,
        };
        assert_eq!(draft, golden.draft, "{}", golden.file);
        assert_eq!(hash.0, stored(&golden)[80..112]);
    }
}

#[test]
fn uncompressed_golden_bytes_are_encoded_again() {
    for golden in goldens() {
        let encoded = encode(&golden.draft, &golden.records).unwrap();
        assert_eq!(decode(&encoded.bytes).unwrap().records, golden.records);
        if golden.codec == Codec::None {
            assert_eq!(encoded.bytes, stored(&golden), "{}", golden.file);
        }
    }
}

#[test]
fn golden_bytes_are_laid_out_as_documented() {
    let golden = &goldens()[1];
    let bytes = stored(golden);
    assert_eq!(&bytes[..8], b"LHB\x01\x01\x00\x00\x00");
    assert_eq!(bytes[8..24], golden.draft.writer.0);
    assert_eq!(bytes[24..32], 1_u64.to_le_bytes());
    assert_eq!(bytes[32..64], [0; 32]);
    assert_eq!(bytes[64..72], (-1_i64).to_le_bytes());
    assert_eq!(bytes[72..76], 3_u32.to_le_bytes());
    assert_eq!(bytes[76..80], 12_u32.to_le_bytes());
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..80]).update(&bytes[112..]);
    assert_eq!(bytes[80..112], *hasher.finalize().as_bytes());
    assert_eq!(&bytes[112..], "\x03one\x00\x06开户".as_bytes());
    assert_eq!(bytes.len(), HEADER_BYTES + 12);
}

#[test]
fn incompressible_records_are_stored_as_they_are() {
    assert_eq!(decode(&sample(20, false)).unwrap().header.codec, Codec::None);
    let shrunk = sample(20, true);
    assert_eq!(decode(&shrunk).unwrap().header.codec, Codec::Zstd);
    assert!(shrunk.len() < HEADER_BYTES + 100);
}

#[test]
fn every_single_bit_flip_is_refused() {
    for message in [sample(3, false), sample(50, true), stored(&goldens()[3])] {
        for bit in 0..message.len() * 8 {
            let mut flipped = message.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&Bytes::from(flipped)).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn shortened_and_lengthened_batches_are_refused() {
    let message = sample(3, false);
    for length in 0..message.len() {
        assert!(decode(&message.slice(..length)).is_err(), "{length} bytes");
    }
    let longer = [&message[..], b"x"].concat();
    assert_eq!(decode(&Bytes::from(longer)), Err(DecodeError::HashMismatch));
}

#[test]
fn random_bytes_and_mutations_never_panic() {
    let mut random = Random(20_261_121);
    let seeds = [sample(3, false), sample(200, true), stored(&goldens()[0])];
    for round in 0..20_000 {
        let mut bytes = match round % 4 {
            0 => (0..random.below(400)).map(|_| random.next() as u8).collect(),
            _ => seeds[random.below(seeds.len())].to_vec(),
        };
        for _ in 0..=random.below(6) {
            let at = random.below(bytes.len());
            match random.below(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, random.next() as u8),
                _ if !bytes.is_empty() => bytes[at] = random.next() as u8,
                _ => bytes.push(0),
            }
        }
        // With a correct hash, the mutations pass the checksum, like the bytes of a broken writer.
        let bytes = if round % 2 == 0 { with_right_hash(bytes) } else { bytes };
        if let Ok(batch) = decode(&Bytes::from(bytes)) {
            assert!(batch.records.iter().map(Bytes::len).sum::<usize>() <= RAW_BYTES_MAX);
        }
    }
}

fn with_right_hash(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() >= HEADER_BYTES {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&bytes[..80]).update(&bytes[112..]);
        bytes[80..112].copy_from_slice(hasher.finalize().as_bytes());
    }
    bytes
}

/// A valid batch with its bytes at `at` replaced and the hash corrected.
fn forged(message: &[u8], at: usize, bytes: &[u8]) -> Result<Batch, DecodeError> {
    let mut forged = message.to_vec();
    forged[at..at + bytes.len()].copy_from_slice(bytes);
    decode(&Bytes::from(with_right_hash(forged)))
}

#[test]
fn each_way_of_being_wrong_has_its_own_error() {
    let plain = sample(3, false);
    assert_eq!(decode(&Bytes::from_static(b"LH")), Err(DecodeError::TooShort(2)));
    assert_eq!(decode(&Bytes::from_static(b"{\"json\":1}")), Err(DecodeError::NotABatch));
    assert_eq!(forged(&plain, 3, &[2]), Err(DecodeError::UnknownVersion(2)));
    assert_eq!(forged(&plain, 4, &[9]), Err(DecodeError::UnknownKind(9)));
    assert_eq!(forged(&plain, 5, &[7]), Err(DecodeError::UnknownCodec(7)));
    assert_eq!(forged(&plain, 6, &[0, 1]), Err(DecodeError::ReservedBytes));
    assert_eq!(forged(&plain, 24, &[0; 8]), Err(DecodeError::WrongLink(0)));
    assert_eq!(forged(&plain, 24, &1_u64.to_le_bytes()), Err(DecodeError::WrongLink(1)));
    assert_eq!(forged(&plain, 32, &[0; 32]), Err(DecodeError::WrongLink(42)));
    assert_eq!(forged(&plain, 64, &i64::MIN.to_le_bytes()), Err(DecodeError::TimeOutOfRange(i64::MIN)));
    assert_eq!(forged(&plain, 72, &0_u32.to_le_bytes()), Err(DecodeError::WrongCount(0)));
    assert_eq!(forged(&plain, 72, &4097_u32.to_le_bytes()), Err(DecodeError::WrongCount(4097)));
    assert_eq!(forged(&plain, 4, &[3]), Err(DecodeError::WrongCount(3)));
    assert_eq!(forged(&plain, 76, &u32::MAX.to_le_bytes()), Err(DecodeError::TooLarge(u32::MAX)));
    assert_eq!(forged(&plain, 76, &1_u32.to_le_bytes()), Err(DecodeError::WrongBody(1)));
    assert_eq!(forged(&plain, 72, &2_u32.to_le_bytes()), Err(DecodeError::WrongRecord(2)));
    assert_eq!(forged(&plain, 72, &4_u32.to_le_bytes()), Err(DecodeError::WrongRecord(3)));
    assert_eq!(forged(&plain, HEADER_BYTES, &[0xff; 8]), Err(DecodeError::WrongRecord(0)));
    assert_eq!(
        forged(&plain, HEADER_BYTES, &[0x80, 0x00]),
        Err(DecodeError::WrongRecord(0)),
        "not in shortest form"
    );
    assert_eq!(forged(&plain, 5, &[1]), Err(DecodeError::WrongBody(123)), "not a zstd frame");
}

#[test]
fn body_that_unpacks_to_more_or_less_than_claimed_is_refused() {
    let shrunk = sample(50, true);
    let raw_bytes = decode(&shrunk).unwrap().header.raw_bytes;
    for claimed in [raw_bytes - 1, raw_bytes + 1, 0, RAW_BYTES_MAX as u32] {
        assert_eq!(forged(&shrunk, 76, &claimed.to_le_bytes()), Err(DecodeError::WrongBody(claimed)));
    }
}

#[test]
fn what_cannot_be_a_batch_is_not_encoded() {
    let draft = goldens()[0].draft;
    let tick = Draft { kind: Kind::Tick, ..draft };
    let one = vec![Bytes::from_static(b"one")];
    assert_eq!(encode(&draft, &[]), Err(EncodeError::WrongCount { kind: Kind::Events, count: 0 }));
    assert_eq!(encode(&tick, &one), Err(EncodeError::WrongCount { kind: Kind::Tick, count: 1 }));
    assert_eq!(encode(&draft, &vec![Bytes::new(); 4097]), Err(EncodeError::TooMany { count: 4097 }));
    assert!(encode(&draft, &vec![Bytes::new(); 4096]).is_ok());
    let largest = Bytes::from(vec![0; RAW_BYTES_MAX - 4]);
    let body = encode(&draft, std::slice::from_ref(&largest)).unwrap();
    assert_eq!(decode(&body.bytes).unwrap().records, [largest]);
    let too_large = encode(&draft, &[Bytes::from(vec![0; RAW_BYTES_MAX - 3])]);
    assert_eq!(too_large, Err(EncodeError::TooLarge { raw_bytes: RAW_BYTES_MAX + 1 }));
    let unlinked = Draft { previous: Hash::ZERO, ..draft };
    assert!(matches!(encode(&unlinked, &one), Err(EncodeError::WrongLink { .. })));
    let timeless = Draft { recorded_time: Time(i64::MAX), ..draft };
    assert!(matches!(encode(&timeless, &one), Err(EncodeError::TimeOutOfRange(_))));
}
