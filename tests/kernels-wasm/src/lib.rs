//! The kernels in WebAssembly, beside the module that ships: `app/risk/test/kernels.test.ts` compares their digests with
//! those of native code.

/// See [`bulkhead_probe::digest`].
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn digest(kernel: u32, seed: u64, count: u32) -> u64 {
    bulkhead_probe::digest(kernel, seed, count)
}
