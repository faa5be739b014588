//! The state machines that guard the venue, checked in every state that they can reach, with the functions that the program runs.
//!
//! Each machine is a model of what surrounds the rules: who may do what, which faults there are, how time passes. What the rules
//! answer comes from [`rules::Rules`], whose defaults *are* the functions of `bulkhead-risk`; no rule is written a second time. What
//! must hold is told by each machine's `judge`, from what happened and without the rules: who proved what and when, what moved,
//! what was attended.
//!
//! | machine | what plays | what must hold in every state and step |
//! |---|---|---|
//! | [`ladder`] | faults, reports, recoveries, brakes of hostile guardians, clearances | a way back to Normal; the safety set is open; a fault, a report or a brake only tightens; nothing loosens without proof or delay; the strictest trip is in force; a brake is short and stops no liquidation |
//! | [`timelock`] | a governor's key in anybody's hands, plans, vetoes, a change of roles | nothing loosens before its wait; no plan outlives what it was made for, or its time; bounds; tightening is always possible; every plan ends |
//! | [`outflow`] | withdrawals of any size and pace, deposits to lift the limit | in any time at most share x (1 + time / window); deposits lift nothing on balance; everything can leave in the end |
//! | [`auction`] | touches, closures of liquidation, halts and slow chains | only attended, open, live time counts; the discount stays on its curve; an auction ends |
//! | [`source`] | good words, lies, echoes, silence, quarantines by a hostile guardian | no vote without wait and trial; a lie never helps, silence never hurts; strikes are apart; who speaks well votes again |
//!
//! **Exhaustive, without a horizon.** A state knows ages and not dates, and an age beyond every length that it is compared with is
//! kept as just beyond. So the states are finitely many, and the walk ends when there is no other: it is not cut at a depth.
//! Lengths are a few ticks, in the order of the real ones; those of auctions and sources are the real ones, as they are compiled in.
//! States are told apart by a hash of 64 bits.
//!
//! **Planted faults.** `tests/planted` overrides one rule at a time and asks that the property meant for it finds it. A
//! property that no planted fault breaks would prove nothing.
//!
//! **What is known to be weak** is a property, too, of the kind that must be seen: that guardians who alternate between market and
//! protocol hold on for longer ([`ladder::judge::ALTERNATING`]), and that more than the share leaves within a window
//! ([`outflow::judge::TWICE`]). When one of them ends, its test fails and says so.
//!
//! Not here: what is evidence of a fault, which the program reads from accounts and the suites test; and how often a caller asks a
//! rule, such as the order of checks in a handler.

pub mod auction;
pub mod check;
pub mod ladder;
pub mod outflow;
pub mod rules;
pub mod source;
pub mod timelock;
