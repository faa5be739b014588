/** Sending against a cluster that answers from a script. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import {
  createSolanaRpcFromTransport,
  generateKeyPairSigner,
  getBase64Encoder,
  getCompiledTransactionMessageDecoder,
  getTransactionDecoder,
  type Instruction,
  type Rpc,
  type SolanaRpcApi,
} from '@solana/kit';
import { parseSetComputeUnitLimitInstruction } from '@solana-program/compute-budget';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';

import { BULKHEAD_PROGRAM_ADDRESS, send, TransactionRefused } from '../src/index.ts';

interface Request {
  method: string;
  params: unknown[];
}

type Answers = Record<string, (calls: number) => unknown>;

const BLOCKHASH = { blockhash: 'US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx', lastValidBlockHeight: 100 };
const HAPPY: Answers = {
  getLatestBlockhash: () => ({ context: { slot: 1 }, value: BLOCKHASH }),
  simulateTransaction: () => ({
    context: { slot: 1 },
    value: { err: null, logs: ['a log'], unitsConsumed: 10_000 },
  }),
  sendTransaction: () => 'signature',
  getBlockHeight: () => 50,
  getSignatureStatuses: () => statuses({ slot: 7, confirmationStatus: 'confirmed', err: null }),
};

function statuses(status: unknown): unknown {
  return { context: { slot: 1 }, value: [status] };
}

/** An RPC that answers by method, and the requests it saw. */
function scripted(answers: Answers): { rpc: Rpc<SolanaRpcApi>; requests: Request[] } {
  const requests: Request[] = [];
  const rpc = createSolanaRpcFromTransport(<T>({ payload }: { payload: unknown }) => {
    const request = payload as Request;
    const calls = requests.filter(({ method }) => method === request.method).length;
    requests.push(request);
    return Promise.resolve({ jsonrpc: '2.0', id: 1, result: answers[request.method]?.(calls) } as T);
  });
  return { rpc, requests };
}

const payer = await generateKeyPairSigner();
const call: Instruction = { programAddress: BULKHEAD_PROGRAM_ADDRESS, accounts: [], data: new Uint8Array(8) };

test('sets the compute limit from the simulation and waits for confirmation', async () => {
  const { rpc, requests } = scripted({
    ...HAPPY,
    getSignatureStatuses: (calls) =>
      statuses(
        calls === 0
          ? null
          : { slot: 7, confirmationStatus: calls === 1 ? 'processed' : 'confirmed', err: null },
      ),
  });
  const receipt = await send(rpc, payer, [call]);
  assert.equal(receipt.computeUnits, 10_000);
  assert.equal(receipt.slot, 7n);
  assert.deepEqual(receipt.logs, ['a log']);
  assert.equal(requests.filter(({ method }) => method === 'getSignatureStatuses').length, 3);

  const wire = requests.find(({ method }) => method === 'sendTransaction')?.params[0] as string;
  const { messageBytes } = getTransactionDecoder().decode(getBase64Encoder().encode(wire));
  const message = getCompiledTransactionMessageDecoder().decode(messageBytes);
  assert.ok('instructions' in message);
  const data = message.instructions[0]?.data ?? new Uint8Array();
  const limit = parseSetComputeUnitLimitInstruction({
    programAddress: message.staticAccounts[message.instructions[0]?.programAddressIndex ?? 0] as never,
    data,
  });
  assert.equal(limit.data.units, 13_000);
});

test('names the program’s refusal and sends nothing', async () => {
  const err = { InstructionError: [1, { Custom: 6007 }] };
  const { rpc, requests } = scripted({
    ...HAPPY,
    simulateTransaction: () => ({ context: { slot: 1 }, value: { err, logs: [], unitsConsumed: 1 } }),
  });
  await assert.rejects(send(rpc, payer, [call]), (error: unknown) => {
    assert.ok(error instanceof TransactionRefused);
    assert.equal(error.program?.name, 'NotOwner');
    assert.match(error.message, /^NotOwner \(6007\): only the owner/);
    return true;
  });
  assert.ok(requests.every(({ method }) => method !== 'sendTransaction'));
});

test('does not lend the program’s names to another program’s codes', async () => {
  const err = { InstructionError: [1, { Custom: 6007 }] };
  const { rpc } = scripted({ ...HAPPY, getSignatureStatuses: () => statuses({ slot: 7, err }) });
  const foreign = { ...call, programAddress: SYSTEM_PROGRAM_ADDRESS };
  await assert.rejects(send(rpc, payer, [foreign]), (error: unknown) => {
    assert.ok(error instanceof TransactionRefused);
    assert.equal(error.program, undefined);
    return true;
  });
});

test('gives up when the blockhash has expired', async () => {
  const { rpc } = scripted({
    ...HAPPY,
    getBlockHeight: () => 101,
    getSignatureStatuses: () => statuses(null),
  });
  await assert.rejects(send(rpc, payer, [call]), /blockhash expired/);
});
