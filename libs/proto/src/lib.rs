//! The wire format: generated code, and conversions between it and the core's types. This is the only crate
//! that knows prost. It checks the form and leaves the meaning to the core.

pub mod codec;
pub mod contest;
pub mod control;
pub mod event;
pub mod json_keys;
pub mod organisation;
pub mod plan;
pub mod scalar;
pub mod status;
pub mod stored_event;

/// Generated code, by package.
#[allow(missing_docs, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/longhu.rs"));
}

/// Types that messages share with others: dates and money.
pub use generated::google::r#type as google_type;
pub use generated::longhu as wire;

/// The encoded descriptor set of every package, for reflection and JSON.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// The descriptors as a pool, for protobuf's JSON mapping.
pub fn descriptor_pool() -> &'static prost_reflect::DescriptorPool {
    static POOL: std::sync::OnceLock<prost_reflect::DescriptorPool> = std::sync::OnceLock::new();
    POOL.get_or_init(|| {
        prost_reflect::DescriptorPool::decode(DESCRIPTORS).expect("the build wrote a valid descriptor set")
    })
}

/// Why stored bytes cannot be used. A reader stops there and never skips an entry.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are not a protobuf message of that type.
    #[error("an entry of the log is not readable (MALFORMED_ENTRY)")]
    Malformed(#[from] prost::DecodeError),
    /// The message lacks something that every version has, or contains something that this version does not
    /// know.
    #[error(
        "an entry of the log is not understood: {0}; run a version of longhu that knows it (ENTRY_NOT_UNDERSTOOD)"
    )]
    NotUnderstood(String),
}
