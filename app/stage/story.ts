/** Steps of one test that build on each other: after one fails, the rest would only repeat its failure. */

import type { TestContext } from 'node:test';

export type Step = (name: string, run: () => Promise<void>) => Promise<void>;

/** `after` runs at the end of every step and belongs to it. */
export function story(t: TestContext, after: () => Promise<unknown>): Step {
  let broken = false;
  return (name, run) =>
    t.test(name, async (step) => {
      if (broken) {
        step.skip('an earlier step failed');
        return;
      }
      try {
        await run();
        await after();
      } catch (error) {
        broken = true;
        throw error;
      }
    });
}
