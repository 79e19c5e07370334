//! The descriptors of everything that can be in a request or an answer, the details of refusals among it.

use std::sync::LazyLock;

use prost_reflect::DescriptorPool;

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let mut pool = longhu_proto::descriptor_pool().clone();
    pool.decode_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
        .expect("the library has a valid descriptor set");
    pool
});

/// All descriptors.
pub(crate) fn pool() -> &'static DescriptorPool {
    &POOL
}
