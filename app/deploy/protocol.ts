/** The protocol account and its roles. */

import type { Address } from '@solana/kit';

import {
  fetchMaybeProtocol,
  getInitProtocolInstruction,
  programDataAddress,
  protocolAddress,
} from '../client/src/index.ts';
import type { Deployer } from './deployer.ts';

const GUARDIAN_KEY = 'guardian';

/** Initialises the protocol with the payer, its upgrade authority, as governor; returns its guardians. */
export async function ensureProtocol(deployer: Deployer): Promise<Address[]> {
  const { payer, rpc } = deployer;
  const protocol = await protocolAddress();
  const existing = await fetchMaybeProtocol(rpc, protocol);
  if (existing.exists) {
    const { governor, guardianCount, guardians } = existing.data;
    if (governor !== payer.address) {
      throw new Error(`the protocol's governor is ${governor}; pass its key with --keypair`);
    }
    deployer.kept('the protocol');
    return guardians.slice(0, guardianCount);
  }
  const guardian = await deployer.keys.get(GUARDIAN_KEY);
  await deployer.send('initialised the protocol', [
    getInitProtocolInstruction({
      authority: payer,
      programData: await programDataAddress(),
      protocol,
      governor: payer.address,
      guardians: [guardian.address],
    }),
  ]);
  return [guardian.address];
}
