//! Compiles `proto/` without protoc: one descriptor set feeds the generated code, reflection and JSON.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root.join("longhu"), &mut files)?;
    files.sort();
    let mut compiler = protox::Compiler::new([&root]).map_err(io::Error::other)?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(&files).map_err(io::Error::other)?;
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("descriptors.bin"), compiler.encode_file_descriptor_set())?;
    // Annotations are read from the descriptors; no code is needed for them.
    let mut set = compiler.file_descriptor_set();
    set.file.retain(|file| !file.name().starts_with("google/api/"));
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .btree_map(".")
        .codec_path("crate::codec::BoundedCodec")
        .include_file("longhu.rs")
        .compile_fds_with_config(set, config)
}

fn collect(folder: &PathBuf, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    Ok(())
}
