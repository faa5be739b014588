/** Writes a program into a buffer account: many small transactions at once, then again whatever did not arrive. */

import {
  appendTransactionMessageInstructions,
  createTransactionMessage,
  fetchEncodedAccount,
  getBase64EncodedWireTransaction,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type Address,
  type KeyPairSigner,
} from '@solana/kit';
import {
  getInitializeBufferInstruction,
  getWriteInstruction,
  LOADER_V3_PROGRAM_ADDRESS,
} from '@solana-program/loader-v3';
import { getCreateAccountInstruction } from '@solana-program/system';

import type { Deployer } from './deployer.ts';
import { BUFFER_HEADER_BYTES } from './loader-state.ts';

/** What fits beside signature, keys and blockhash in a transaction of 1,232 bytes. */
const CHUNK_BYTES = 1_000;
const IN_FLIGHT = 24;
const MAX_ROUNDS = 10;
/** How long a round waits for its last writes. */
const SETTLE_MS = 20_000;
const POLL_MS = 500;

/** Fills `buffer` with `program`; goes on where an earlier call with the same buffer stopped. */
export async function writeBuffer(
  deployer: Deployer,
  buffer: KeyPairSigner,
  program: Uint8Array,
): Promise<void> {
  await openBuffer(deployer, buffer, program.length);
  const total = Math.ceil(program.length / CHUNK_BYTES);
  let missing = await missingChunks(deployer, buffer.address, program);
  for (let round = 0; missing.length > 0; round += 1) {
    if (round === MAX_ROUNDS)
      throw new Error(`${missing.length} of ${total} writes never arrived; run this again`);
    deployer.progress(`${total - missing.length} of ${total} parts of the program are written`);
    await writeChunks(deployer, buffer.address, program, missing);
    missing = await settle(deployer, buffer.address, program);
  }
  deployer.changed(`wrote the program in ${total} parts`);
}

async function openBuffer(deployer: Deployer, buffer: KeyPairSigner, length: number): Promise<void> {
  const { rpc, payer } = deployer;
  const bytes = BUFFER_HEADER_BYTES + length;
  const existing = await fetchEncodedAccount(rpc, buffer.address);
  if (existing.exists) {
    const fits = existing.programAddress === LOADER_V3_PROGRAM_ADDRESS && existing.data.length === bytes;
    if (!fits)
      throw new Error(`${buffer.address} is no buffer of ${length} bytes; remove its key file and run again`);
    return;
  }
  const space = BigInt(bytes);
  const lamports = await rpc.getMinimumBalanceForRentExemption(space).send();
  await deployer.send('opened a buffer', [
    getCreateAccountInstruction({
      payer,
      newAccount: buffer,
      lamports,
      space,
      programAddress: LOADER_V3_PROGRAM_ADDRESS,
    }),
    getInitializeBufferInstruction({ sourceAccount: buffer.address, bufferAuthority: payer.address }),
  ]);
}

/** Offsets of the parts that the buffer does not hold yet. */
async function missingChunks({ rpc }: Deployer, buffer: Address, program: Uint8Array): Promise<number[]> {
  const account = await fetchEncodedAccount(rpc, buffer);
  const written = account.exists ? account.data.subarray(BUFFER_HEADER_BYTES) : new Uint8Array();
  const missing: number[] = [];
  for (let at = 0; at < program.length; at += CHUNK_BYTES) {
    const part = program.subarray(at, at + CHUNK_BYTES);
    if (!part.every((byte, i) => written[at + i] === byte)) missing.push(at);
  }
  return missing;
}

async function writeChunks(
  deployer: Deployer,
  buffer: Address,
  program: Uint8Array,
  offsets: number[],
): Promise<void> {
  const { rpc, payer } = deployer;
  const { value: blockhash } = await rpc.getLatestBlockhash().send();
  const write = async (offset: number): Promise<void> => {
    const instruction = getWriteInstruction({
      bufferAccount: buffer,
      bufferAuthority: payer,
      offset,
      bytes: program.subarray(offset, offset + CHUNK_BYTES),
    });
    const transaction = await signTransactionMessageWithSigners(
      pipe(
        createTransactionMessage({ version: 0 }),
        (m) => setTransactionMessageFeePayerSigner(payer, m),
        (m) => setTransactionMessageLifetimeUsingBlockhash(blockhash, m),
        (m) => appendTransactionMessageInstructions([instruction], m),
      ),
    );
    const wire = getBase64EncodedWireTransaction(transaction);
    // One that is lost here is found missing later.
    await rpc
      .sendTransaction(wire, { encoding: 'base64', skipPreflight: true })
      .send()
      .catch(() => undefined);
  };
  for (let at = 0; at < offsets.length; at += IN_FLIGHT) {
    await Promise.all(offsets.slice(at, at + IN_FLIGHT).map(write));
  }
}

/** Waits while writes still arrive; returns what is missing after that. */
async function settle(deployer: Deployer, buffer: Address, program: Uint8Array): Promise<number[]> {
  const deadline = Date.now() + SETTLE_MS;
  let missing = await missingChunks(deployer, buffer, program);
  while (missing.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    missing = await missingChunks(deployer, buffer, program);
  }
  return missing;
}
