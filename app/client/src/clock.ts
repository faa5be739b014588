/** The chain's clock, which everything in the program goes by: it may run apart from this machine's. */

import { fetchSysvarClock } from '@solana/sysvars';

export async function chainTime(rpc: Parameters<typeof fetchSysvarClock>[0]): Promise<bigint> {
  const clock = await fetchSysvarClock(rpc, { commitment: 'confirmed' });
  return clock.unixTimestamp;
}
