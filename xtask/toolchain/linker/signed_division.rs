//! Lowers signed division, which SBPF v3 does not have.
//!
//! LLVM's BPF backend knows signed division only from CPU v4 on, so any `/` or `%` on i8..i64 that survives
//! optimisation is a link error. Each is rewritten here to an unsigned division of the magnitudes with the sign
//! put back: about ten instructions. i128 is not concerned, its division is a library call.

use llvm_sys::{
    LLVMOpcode, LLVMTypeKind,
    core::*,
    prelude::{LLVMBuilderRef, LLVMModuleRef, LLVMValueRef},
};

pub(super) fn lower(module: LLVMModuleRef) {
    // SAFETY: the module is alive for the whole call, and the values walked belong to it.
    unsafe {
        let builder = LLVMCreateBuilderInContext(LLVMGetModuleContext(module));
        let mut function = LLVMGetFirstFunction(module);
        while !function.is_null() {
            // Collected first: rewriting while walking would invalidate the walk.
            for division in signed_divisions(function) {
                rewrite(builder, division);
            }
            function = LLVMGetNextFunction(function);
        }
        LLVMDisposeBuilder(builder);
    }
}

unsafe fn signed_divisions(function: LLVMValueRef) -> Vec<LLVMValueRef> {
    let mut found = Vec::new();
    unsafe {
        let mut block = LLVMGetFirstBasicBlock(function);
        while !block.is_null() {
            let mut instruction = LLVMGetFirstInstruction(block);
            while !instruction.is_null() {
                if needs_lowering(instruction) {
                    found.push(instruction);
                }
                instruction = LLVMGetNextInstruction(instruction);
            }
            block = LLVMGetNextBasicBlock(block);
        }
    }
    found
}

unsafe fn needs_lowering(instruction: LLVMValueRef) -> bool {
    unsafe {
        let ty = LLVMTypeOf(instruction);
        let fits_a_register =
            LLVMGetTypeKind(ty) == LLVMTypeKind::LLVMIntegerTypeKind && LLVMGetIntTypeWidth(ty) <= 64;
        match LLVMGetInstructionOpcode(instruction) {
            LLVMOpcode::LLVMSRem => fits_a_register,
            LLVMOpcode::LLVMSDiv => {
                // The backend turns an exact division by a constant into a multiplication by itself.
                let exact_by_constant = LLVMGetExact(instruction) != 0
                    && LLVMIsConstant(LLVMGetOperand(instruction, 1)) != 0;
                fits_a_register && !exact_by_constant
            }
            _ => false,
        }
    }
}

unsafe fn rewrite(builder: LLVMBuilderRef, instruction: LLVMValueRef) {
    unsafe {
        LLVMPositionBuilderBefore(builder, instruction);
        let no_name = c"".as_ptr();
        let ty = LLVMTypeOf(instruction);
        let sign_bit = LLVMConstInt(ty, u64::from(LLVMGetIntTypeWidth(ty)) - 1, 0);
        // Frozen, because each operand is used several times and an undefined one must not differ between uses.
        let dividend = LLVMBuildFreeze(builder, LLVMGetOperand(instruction, 0), no_name);
        let divisor = LLVMBuildFreeze(builder, LLVMGetOperand(instruction, 1), no_name);
        // A sign is 0 or -1; (x ^ sign) - sign negates x where the sign is -1.
        let dividend_sign = LLVMBuildAShr(builder, dividend, sign_bit, no_name);
        let divisor_sign = LLVMBuildAShr(builder, divisor, sign_bit, no_name);
        let negate_if = |value, sign| LLVMBuildSub(builder, LLVMBuildXor(builder, value, sign, no_name), sign, no_name);
        let dividend = negate_if(dividend, dividend_sign);
        let divisor = negate_if(divisor, divisor_sign);
        let result = if LLVMGetInstructionOpcode(instruction) == LLVMOpcode::LLVMSDiv {
            let sign = LLVMBuildXor(builder, dividend_sign, divisor_sign, no_name);
            negate_if(LLVMBuildUDiv(builder, dividend, divisor, no_name), sign)
        } else {
            // A remainder takes the sign of the dividend.
            negate_if(LLVMBuildURem(builder, dividend, divisor, no_name), dividend_sign)
        };
        LLVMReplaceAllUsesWith(instruction, result);
        LLVMInstructionEraseFromParent(instruction);
    }
}
