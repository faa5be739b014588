/** The program on chain: deployed when it is missing, upgraded when its bytes differ, left alone when they do not. */

import { createHash } from 'node:crypto';

import type { KeyPairSigner } from '@solana/kit';
import {
  getDeployWithMaxDataLenInstruction,
  getExtendProgramInstruction,
  getUpgradeInstruction,
  LOADER_V3_PROGRAM_ADDRESS,
} from '@solana-program/loader-v3';
import { getCreateAccountInstruction, SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';

import { BULKHEAD_PROGRAM_ADDRESS, programDataAddress } from '../client/src/index.ts';
import { writeBuffer } from './buffer.ts';
import type { Deployer } from './deployer.ts';
import { holds, PROGRAM_ACCOUNT_BYTES, PROGRAM_DATA_HEADER_BYTES, readDeployed } from './loader-state.ts';

const POLL_MS = 200;
/** The least that the loader extends a program by. */
const LEAST_EXTENSION_BYTES = 10_240;

/** Sees to it that `program` is what runs at the program's address. */
export async function ensureProgram(
  deployer: Deployer,
  program: Uint8Array,
  loadKey: () => Promise<KeyPairSigner>,
): Promise<void> {
  const deployed = await readDeployed(deployer.rpc, BULKHEAD_PROGRAM_ADDRESS);
  if (!deployed) {
    await deploy(deployer, program, await loadKey());
  } else if (holds(deployed.bytes, program)) {
    deployer.kept('the program, deployed with these bytes');
  } else if (deployed.authority === deployer.payer.address) {
    await upgrade(deployer, program, deployed.bytes.length);
  } else {
    const owner = deployed.authority ?? 'nobody';
    throw new Error(
      `another version is deployed and only ${owner} may upgrade it; pass that key with --keypair`,
    );
  }
}

async function deploy(deployer: Deployer, program: Uint8Array, key: KeyPairSigner): Promise<void> {
  if (key.address !== BULKHEAD_PROGRAM_ADDRESS) {
    throw new Error(
      `the program's key pair is of ${key.address}, but the program is ${BULKHEAD_PROGRAM_ADDRESS}`,
    );
  }
  const { rpc, payer } = deployer;
  await requireFunds(deployer, program.length);
  const buffer = await deployer.keys.get(bufferKey(program));
  await writeBuffer(deployer, buffer, program);
  const space = BigInt(PROGRAM_ACCOUNT_BYTES);
  const lamports = await rpc.getMinimumBalanceForRentExemption(space).send();
  const { slot } = await deployer.send('deployed the program', [
    getCreateAccountInstruction({
      payer,
      newAccount: key,
      lamports,
      space,
      programAddress: LOADER_V3_PROGRAM_ADDRESS,
    }),
    getDeployWithMaxDataLenInstruction({
      payerAccount: payer,
      programDataAccount: await programDataAddress(),
      programAccount: key.address,
      bufferAccount: buffer.address,
      authority: payer,
      maxDataLen: program.length,
    }),
  ]);
  await finish(deployer, program, slot);
}

async function upgrade(deployer: Deployer, program: Uint8Array, room: number): Promise<void> {
  const { payer } = deployer;
  await requireFunds(deployer, program.length);
  const buffer = await deployer.keys.get(bufferKey(program));
  await writeBuffer(deployer, buffer, program);
  if (program.length > room) {
    const bytes = Math.max(program.length - room, LEAST_EXTENSION_BYTES);
    const { slot } = await deployer.send('made room for the larger program', [
      getExtendProgramInstruction({
        programDataAccount: await programDataAddress(),
        programAccount: BULKHEAD_PROGRAM_ADDRESS,
        systemProgram: SYSTEM_PROGRAM_ADDRESS,
        payer,
        additionalBytes: bytes,
      }),
    ]);
    await nextSlot(deployer, slot);
  }
  const { slot } = await deployer.send('upgraded the program', [
    getUpgradeInstruction({
      programDataAccount: await programDataAddress(),
      programAccount: BULKHEAD_PROGRAM_ADDRESS,
      bufferAccount: buffer.address,
      spillAccount: payer.address,
      authority: payer,
    }),
  ]);
  await finish(deployer, program, slot);
}

/** A buffer belongs to the bytes that go into it, so that a broken run is taken up again with the same ones. */
function bufferKey(program: Uint8Array): string {
  return `buffer-${createHash('sha256').update(program).digest('hex').slice(0, 16)}`;
}

/** The buffer is used up, and so is its key. */
async function finish(deployer: Deployer, program: Uint8Array, slot: bigint): Promise<void> {
  await deployer.keys.forget(bufferKey(program));
  await nextSlot(deployer, slot);
}

/** A program runs from the slot after the one that deployed it. */
async function nextSlot({ rpc }: Deployer, slot: bigint): Promise<void> {
  while ((await rpc.getSlot().send()) <= slot) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Buffer and program data are not paid for at the same time, but the fees of all writes come on top. */
async function requireFunds({ rpc, payer }: Deployer, bytes: number): Promise<void> {
  const rent = await rpc.getMinimumBalanceForRentExemption(BigInt(PROGRAM_DATA_HEADER_BYTES + bytes)).send();
  const needed = rent + rent / 20n;
  const { value: held } = await rpc.getBalance(payer.address).send();
  if (held < needed) {
    const sol = (lamports: bigint) => (Number(lamports) / 1e9).toFixed(2);
    throw new Error(
      `${payer.address} holds ${sol(held)} SOL, and the program takes about ${sol(needed)}; fund it`,
    );
  }
}
