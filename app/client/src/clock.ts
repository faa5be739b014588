/** The chain's clock, which everything in the program goes by: it may run apart from this machine's. */

import { fetchSysvarClock } from '@solana/sysvars';

type ClockRpc = Parameters<typeof fetchSysvarClock>[0];

const POLL_MS = 250;

export async function chainTime(rpc: ClockRpc): Promise<bigint> {
  const clock = await fetchSysvarClock(rpc, { commitment: 'confirmed' });
  return clock.unixTimestamp;
}

/** Waits until the chain's clock reaches `unix`; returns what it shows then. */
export async function untilChainTime(rpc: ClockRpc, unix: bigint): Promise<bigint> {
  for (;;) {
    const now = await chainTime(rpc);
    if (now >= unix) return now;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
