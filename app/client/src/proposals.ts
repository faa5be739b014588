/** Builders for what waits for a timelock: a proposal names its change, and the rest of its arguments is left blank. */

import { address, type Address, type Instruction, type TransactionSigner } from '@solana/kit';

import { causeByte, type Cause } from './decode.ts';
import {
  getCancelProposalInstruction,
  getExecuteProposalInstruction,
  getProposeInstruction,
  type MarketParams,
  type ProposeInstructionDataArgs,
  type SourceSpecArgs,
} from './generated/index.ts';
import type { MarketKeys } from './market-keys.ts';
import { DEFAULT_PARAMS } from './params.ts';
import { proposalAddress, protocolAddress } from './pdas.ts';

/** What a proposal does, as its stored byte. */
export const PROPOSAL_KIND = {
  setParams: 0,
  clearTrip: 1,
  setGovernor: 2,
  setGuardians: 3,
  windDown: 4,
  addSource: 5,
  setSurfaceAuthority: 6,
} as const;

/** A change of one market. */
export type MarketChange =
  | { kind: 'setParams'; params: MarketParams }
  | { kind: 'clearTrip'; cause: Cause }
  | { kind: 'windDown' }
  | { kind: 'addSource'; source: SourceSpecArgs }
  | { kind: 'setSurfaceAuthority'; holder: Address };

/** A change of the protocol's roles. */
export type RoleChange =
  { kind: 'setGovernor'; holder: Address } | { kind: 'setGuardians'; guardians: Address[] };

const NOBODY = address('11111111111111111111111111111111');
const BLANK: Omit<ProposeInstructionDataArgs, 'kind'> = {
  cause: 0,
  holder: NOBODY,
  guardians: [],
  params: DEFAULT_PARAMS,
  source: { kind: 0, group: 0, key: NOBODY, feedId: new Uint8Array(32) },
};

function args(change: MarketChange | RoleChange): ProposeInstructionDataArgs {
  const cause = 'cause' in change ? causeByte(change.cause) : 0;
  return { ...BLANK, ...change, cause, kind: PROPOSAL_KIND[change.kind] };
}

/** `index` is the protocol's next proposal index, `Protocol.proposals`. */
export async function proposeForMarket(
  keys: MarketKeys,
  governor: TransactionSigner,
  index: bigint,
  change: MarketChange,
): Promise<Instruction> {
  const proposal = await proposalAddress(index);
  return getProposeInstruction({ ...keys, governor, proposal, ...args(change) });
}

/** `index` is the protocol's next proposal index, `Protocol.proposals`. */
export async function proposeForProtocol(
  governor: TransactionSigner,
  index: bigint,
  change: RoleChange,
): Promise<Instruction> {
  const [protocol, proposal] = await Promise.all([protocolAddress(), proposalAddress(index)]);
  return getProposeInstruction({ protocol, governor, proposal, ...args(change) });
}

/** Anyone may, after the timelock; `proposer` gets the rent. `keys` are the market's that the proposal concerns, if any. */
export async function executeProposal(
  index: bigint,
  proposer: Address,
  keys?: MarketKeys,
): Promise<Instruction> {
  const [protocol, proposal] = await Promise.all([protocolAddress(), proposalAddress(index)]);
  const concerned = keys ? { market: keys.market, oracle: keys.oracle } : {};
  return getExecuteProposalInstruction({ ...concerned, protocol, proposal, proposer });
}

/** `signer` is the governor or a guardian. */
export async function cancelProposal(
  index: bigint,
  proposer: Address,
  signer: TransactionSigner,
): Promise<Instruction> {
  const [protocol, proposal] = await Promise.all([protocolAddress(), proposalAddress(index)]);
  return getCancelProposalInstruction({ signer, protocol, proposal, proposer });
}
