// Memory intrinsics for the Solana VM: short runs stay inline, longer ones use the metered syscalls, which
// cost less than the loop from about this length on.
//
// Every copy uses sol_memmove_, never sol_memcpy_: compiler-builtins also reaches copy_forward from memmove when
// dst < src, where the ranges may overlap, and LLVM may emit memcpy with dst == src. sol_memcpy_ rejects both, at
// the same price.

const INLINE_BYTES: usize = 32;

unsafe extern "C" {
    fn sol_memmove_(dst: *mut u8, src: *const u8, n: u64);
    fn sol_memset_(dst: *mut u8, byte: u8, n: u64);
    fn sol_memcmp_(a: *const u8, b: *const u8, n: u64, result: *mut i32);
}

#[inline(always)]
pub unsafe fn copy_forward(dst: *mut u8, src: *const u8, n: usize) {
    if n > INLINE_BYTES {
        return sol_memmove_(dst, src, n as u64);
    }
    let mut at = 0usize;
    while at + 8 <= n {
        let word = src.add(at).cast::<u64>().read_unaligned();
        dst.add(at).cast::<u64>().write_unaligned(word);
        at += 8;
    }
    // Volatile, or LLVM recognises the loop as memcpy and this function calls itself.
    while at < n {
        dst.add(at).write_volatile(src.add(at).read());
        at += 1;
    }
}

#[inline(always)]
pub unsafe fn copy_backward(dst: *mut u8, src: *const u8, n: usize) {
    sol_memmove_(dst, src, n as u64)
}

#[inline(always)]
pub unsafe fn set_bytes(dst: *mut u8, byte: u8, n: usize) {
    if n > INLINE_BYTES {
        return sol_memset_(dst, byte, n as u64);
    }
    let mut at = 0usize;
    while at < n {
        dst.add(at).write_volatile(byte);
        at += 1;
    }
}

#[inline(always)]
pub unsafe fn compare_bytes(a: *const u8, b: *const u8, n: usize) -> i32 {
    let mut order = 0i32;
    sol_memcmp_(a, b, n as u64, &mut order);
    order
}

#[inline(always)]
pub unsafe fn c_string_length(s: *const core::ffi::c_char) -> usize {
    let mut n = 0;
    while *s.add(n) != 0 {
        n += 1;
    }
    n
}
