//! The kernels in the virtual machine.
//!
//! Instruction data: a byte that says what to do, the kernel's number (4 bytes), then the seed (8) and count (4) of a
//! digest, or the six argument words of a single call. Little-endian; the answer is return data. No accounts.

use bulkhead_probe::{digest, kernel, Answer, Book, Words};
use pinocchio::{
    cpi::set_return_data, default_allocator, entrypoint::InstructionContext, error::ProgramError,
    lazy_program_entrypoint,
};

lazy_program_entrypoint!(process);
default_allocator!();

/// Answers with the digest of many calls.
const DIGEST: u8 = 0;
/// Answers with the answer of one call.
const CALL: u8 = 1;

fn process(context: InstructionContext) -> Result<(), ProgramError> {
    let data = context.instruction_data()?;
    let (what, data) = data.split_first().ok_or(ProgramError::InvalidInstructionData)?;
    let (number, data) = data.split_first_chunk().ok_or(ProgramError::InvalidInstructionData)?;
    let number = u32::from_le_bytes(*number);
    match *what {
        DIGEST => {
            let (seed, data) = data.split_first_chunk().ok_or(ProgramError::InvalidInstructionData)?;
            let (count, _) = data.split_first_chunk().ok_or(ProgramError::InvalidInstructionData)?;
            let sum = digest(number, u64::from_le_bytes(*seed), u32::from_le_bytes(*count));
            set_return_data(&sum.to_le_bytes());
        }
        CALL => {
            let kernel = kernel(number).ok_or(ProgramError::InvalidArgument)?;
            let mut words = Words::default();
            for (word, bytes) in words.iter_mut().zip(data.chunks_exact(8)) {
                *word = bytes.try_into().map(u64::from_le_bytes).unwrap_or(0);
            }
            let mut answer = Answer::default();
            (kernel.call)(&words, &mut answer, &mut Book::default());
            set_return_data(answer.map(u64::to_le_bytes).as_flattened());
        }
        _ => return Err(ProgramError::InvalidInstructionData),
    }
    Ok(())
}
