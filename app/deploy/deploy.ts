/** The whole deployment, step by step. Every step looks first, so that a second run, or a broken one, goes on. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { Address } from '@solana/kit';

import { BULKHEAD_PROGRAM_ADDRESS, programDataAddress, protocolAddress } from '../client/src/index.ts';
import { DEMO_EXPIRIES, DEMO_MARKET, DEMO_PUBLISHERS } from './demo-market.ts';
import type { Deployer } from './deployer.ts';
import { describeMarket, type MarketAddresses } from './describe.ts';
import { ensureExpiries } from './expiries.ts';
import { readKeypair } from './keys.ts';
import { ensureMarket } from './market.ts';
import { ensureProgram } from './program.ts';
import { ensureProtocol } from './protocol.ts';
import { ensurePublishers } from './publishers.ts';

export interface ProgramFiles {
  so: string;
  keypair: string;
}

export interface ProtocolAddresses {
  program: { address: Address; programData: Address; bytes: number; sha256: string };
  protocol: Address;
  governor: Address;
  guardians: Address[];
}

export interface Deployment extends ProtocolAddresses {
  market: MarketAddresses;
}

/** The program and the protocol's roles. */
export async function deployProtocol(deployer: Deployer, files: ProgramFiles): Promise<ProtocolAddresses> {
  const program = await readFile(files.so).catch(() => {
    throw new Error(`cannot read ${files.so}; build the program with \`cargo xtask build\``);
  });
  await ensureProgram(deployer, program, () => readKeypair(files.keypair));
  const guardians = await ensureProtocol(deployer);
  return {
    program: {
      address: BULKHEAD_PROGRAM_ADDRESS,
      programData: await programDataAddress(),
      bytes: program.length,
      sha256: createHash('sha256').update(program).digest('hex'),
    },
    protocol: await protocolAddress(),
    governor: deployer.payer.address,
    guardians,
  };
}

/** The protocol, and the demo market with its sources and expiries. */
export async function deploy(deployer: Deployer, files: ProgramFiles): Promise<Deployment> {
  const protocol = await deployProtocol(deployer, files);
  const keys = await ensureMarket(deployer, DEMO_MARKET);
  const { keyPrefix, count } = DEMO_PUBLISHERS;
  const publishers = await ensurePublishers(deployer, keys, keyPrefix, count);
  const expiries = await ensureExpiries(deployer, keys, publishers, DEMO_EXPIRIES);
  return { ...protocol, market: await describeMarket(deployer.rpc, keys, expiries) };
}
