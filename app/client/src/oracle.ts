/** What an oracle's bytes mean: its sources and how they fare, and how far the mark may be trusted now. */

import type { Address } from '@solana/kit';

import type { OracleAggregate, Source, StoredMark } from './generated/index.ts';

/** How a source's account is read. */
export const SOURCE_KIND = { publisher: 1, pythPush: 2, pythPull: 3, switchboard: 4, chainlink: 5 } as const;

/** Where a source stands: `source.health.state`. Only the healthy and the struck vote. */
export const SOURCE_STATE = { healthy: 0, struck: 1, quarantined: 2, probation: 3, observer: 4 } as const;

/** How a source did in the last round: `source.health.verdict`. */
export const VERDICT = {
  absent: 0,
  valid: 1,
  unreadable: 2,
  stale: 3,
  uncertain: 4,
  notAPrice: 5,
  outlier: 6,
  quarantined: 7,
  future: 8,
  watched: 9,
  astray: 10,
} as const;

/** Quality of a mark, best first: `mark.grade`. */
export const GRADE = { A: 0, B: 1, C: 2, D: 3, E: 4 } as const;

/** Why a grade is not better: `mark.reason`. */
export const GRADE_REASON = {
  none: 0,
  sourceMissing: 1,
  bareQuorum: 2,
  oneGroup: 3,
  noQuorum: 4,
  tooFewGroups: 5,
  divided: 6,
  moveUnconfirmed: 7,
  resuming: 8,
  aged: 9,
  tooUncertain: 10,
  noMark: 11,
} as const;

export type SourceState = keyof typeof SOURCE_STATE;
export type Verdict = keyof typeof VERDICT;
export type Grade = keyof typeof GRADE;
export type GradeReason = keyof typeof GRADE_REASON;

/** Ages beyond this many times the allowed one leave no mark worth the name. */
const FAR_TOO_OLD = 5n;

function nameOf<Name extends string>(names: Record<Name, number>, byte: number, strictest: Name): Name {
  const name = (Object.keys(names) as Name[]).find((key) => names[key] === byte);
  return name ?? strictest;
}

/** An unknown byte counts as quarantined. */
export function sourceState({ health }: Source): SourceState {
  return nameOf(SOURCE_STATE, health.state, 'quarantined');
}

/** An unknown byte counts as absent. */
export function verdictOf({ health }: Source): Verdict {
  return nameOf(VERDICT, health.verdict, 'absent');
}

export interface MarkQuality {
  grade: Grade;
  reason: GradeReason;
}

/** The grade of the mark at a time: that of its last round, worsened by age. Unknown bytes count as the worst. */
export function markQuality(mark: StoredMark, now: bigint, maxAgeSeconds: bigint): MarkQuality {
  const age = now - mark.at;
  if (mark.price === 0n) return { grade: 'E', reason: 'noMark' };
  if (age > maxAgeSeconds * FAR_TOO_OLD) return { grade: 'E', reason: 'aged' };
  if (age > maxAgeSeconds) return { grade: 'D', reason: 'aged' };
  return {
    grade: nameOf(GRADE, mark.grade, 'E'),
    reason: nameOf(GRADE_REASON, mark.reason, 'noMark'),
  };
}

/** True for a mark with a quorum behind it. */
export function hasQuorum({ grade }: MarkQuality): boolean {
  return GRADE[grade] <= GRADE.C;
}

export function sourcesOf(oracle: OracleAggregate): Source[] {
  return oracle.sources.slice(0, oracle.sourceCount);
}

/** The accounts that `update_oracle` wants appended. */
export function sourceKeys(oracle: OracleAggregate): Address[] {
  return sourcesOf(oracle).map((source) => source.key);
}
