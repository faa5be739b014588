//! The checks the loader would make first, made at build time.

use anyhow::{ensure, Result};

const MAGIC: &[u8] = b"\x7fELF";
/// Where a 64-bit ELF header keeps `e_flags`, in which the loader looks for the SBPF version.
const FLAGS_OFFSET: usize = 48;
pub const SBPF_VERSION: u32 = 3;

pub fn check(bytes: &[u8]) -> Result<()> {
    ensure!(bytes.starts_with(MAGIC), "it is not an ELF file");
    let Some(flags) = bytes.get(FLAGS_OFFSET..FLAGS_OFFSET + 4) else {
        anyhow::bail!("its ELF header is cut short");
    };
    let version = u32::from_le_bytes([flags[0], flags[1], flags[2], flags[3]]);
    ensure!(
        version == SBPF_VERSION,
        "it is SBPF version {version}, but the program needs version {SBPF_VERSION}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(version: u32) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[FLAGS_OFFSET..FLAGS_OFFSET + 4].copy_from_slice(&version.to_le_bytes());
        bytes
    }

    #[test]
    fn accepts_version_3_only() {
        assert!(check(&header(3)).is_ok());
        assert!(check(&header(0)).is_err());
        assert!(check(&header(3)[..50]).is_err());
        assert!(check(b"MZ").is_err());
    }
}
