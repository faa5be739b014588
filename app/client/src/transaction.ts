/** One way to send: simulate to learn the compute units, set them as the limit, sign, send, and poll until confirmed. */

import {
  appendTransactionMessageInstructions,
  compileTransaction,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type Instruction,
  type Rpc,
  type Signature,
  type SolanaRpcApi,
  type TransactionSigner,
} from '@solana/kit';
import { getSetComputeUnitLimitInstruction } from '@solana-program/compute-budget';

import { instructionFailure, programError, type ProgramError } from './errors.ts';
import { BULKHEAD_PROGRAM_ADDRESS } from './generated/index.ts';

const COMMITMENT = 'confirmed';
const MAX_COMPUTE_UNITS = 1_400_000;
/** Room for what differs between the simulated bank and the one that runs the transaction. */
const COMPUTE_HEADROOM = 1.1;
const COMPUTE_SLACK = 2_000;
const POLL_MS = 200;
/** A leader may drop a transaction; sending it again is harmless. */
const RESEND_MS = 2_000;

type Blockhash = Parameters<typeof setTransactionMessageLifetimeUsingBlockhash>[0];

export interface Receipt {
  signature: Signature;
  slot: bigint;
  /** What the simulation consumed. */
  computeUnits: number;
  logs: readonly string[];
}

/** A transaction that the cluster or the program refused. */
export class TransactionRefused extends Error {
  override readonly name = 'TransactionRefused';

  constructor(
    readonly reason: unknown,
    readonly logs: readonly string[],
    /** Set when the refusal is one of the program's own. */
    readonly program?: ProgramError,
  ) {
    super(describe(reason, logs, program));
  }
}

function describe(reason: unknown, logs: readonly string[], program?: ProgramError): string {
  if (program) return `${program.name} (${program.code}): ${program.message}`;
  const shown = JSON.stringify(reason, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return [`transaction refused: ${shown}`, ...logs].join('\n');
}

/** Sends instructions in one transaction and waits until it is confirmed.
 *
 * @throws {TransactionRefused} with the program's own error where there is one. */
export async function send(
  rpc: Rpc<SolanaRpcApi>,
  payer: TransactionSigner,
  instructions: Instruction[],
): Promise<Receipt> {
  const { value: blockhash } = await rpc.getLatestBlockhash({ commitment: COMMITMENT }).send();
  const { computeUnits, logs } = await simulate(rpc, payer, instructions, blockhash);
  const units = Math.min(MAX_COMPUTE_UNITS, Math.ceil(computeUnits * COMPUTE_HEADROOM) + COMPUTE_SLACK);
  const transaction = await signTransactionMessageWithSigners(message(payer, instructions, blockhash, units));
  const signature = getSignatureFromTransaction(transaction);
  const wire = getBase64EncodedWireTransaction(transaction);
  const submit = () => rpc.sendTransaction(wire, { encoding: 'base64', skipPreflight: true }).send();
  const slot = await confirm(rpc, signature, submit, blockhash.lastValidBlockHeight, instructions, logs);
  return { signature, slot, computeUnits, logs };
}

function message(payer: TransactionSigner, instructions: Instruction[], blockhash: Blockhash, units: number) {
  return pipe(
    createTransactionMessage({ version: 0 }),
    (m) => setTransactionMessageFeePayerSigner(payer, m),
    (m) => setTransactionMessageLifetimeUsingBlockhash(blockhash, m),
    (m) =>
      appendTransactionMessageInstructions(
        [getSetComputeUnitLimitInstruction({ units }), ...instructions],
        m,
      ),
  );
}

async function simulate(
  rpc: Rpc<SolanaRpcApi>,
  payer: TransactionSigner,
  instructions: Instruction[],
  blockhash: Blockhash,
): Promise<{ computeUnits: number; logs: readonly string[] }> {
  const transaction = compileTransaction(message(payer, instructions, blockhash, MAX_COMPUTE_UNITS));
  const { value } = await rpc
    .simulateTransaction(getBase64EncodedWireTransaction(transaction), {
      commitment: COMMITMENT,
      encoding: 'base64',
      sigVerify: false,
    })
    .send();
  const logs = value.logs ?? [];
  if (value.err !== null) throw refusal(value.err, instructions, logs);
  return { computeUnits: Number(value.unitsConsumed ?? MAX_COMPUTE_UNITS), logs };
}

async function confirm(
  rpc: Rpc<SolanaRpcApi>,
  signature: Signature,
  submit: () => Promise<unknown>,
  lastValidBlockHeight: bigint,
  instructions: Instruction[],
  logs: readonly string[],
): Promise<bigint> {
  let sentAt = -Infinity;
  for (;;) {
    if (Date.now() - sentAt >= RESEND_MS) {
      sentAt = Date.now();
      await submit();
    }
    const { value } = await rpc.getSignatureStatuses([signature]).send();
    const status = value[0];
    if (status?.err) throw refusal(status.err, instructions, logs);
    if (status && status.confirmationStatus !== 'processed') return status.slot;
    const height = await rpc.getBlockHeight({ commitment: COMMITMENT }).send();
    if (!status && height > lastValidBlockHeight) {
      throw new TransactionRefused('the blockhash expired before the transaction was processed', []);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The program's error is named only when its own instruction failed: other programs number theirs as they like. */
function refusal(reason: unknown, instructions: Instruction[], logs: readonly string[]): TransactionRefused {
  const failure = instructionFailure(reason);
  // The compute limit comes first in the message.
  const failed = failure && instructions[failure.index - 1];
  const ours = failed?.programAddress === BULKHEAD_PROGRAM_ADDRESS;
  const known = ours && failure?.code !== undefined ? programError(failure.code) : undefined;
  return new TransactionRefused(reason, logs, known);
}
