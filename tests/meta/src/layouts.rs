//! The bytes of every account: sizes, alignments and the offset of every field.

use {
    crate::{
        locks,
        repository::{rust_files, structs_after},
    },
    bulkhead::state::{
        auction::StoredAuction,
        breaker::StoredTrip,
        bucket::StoredBucket,
        fund::ExitQueue,
        oracle::{StoredMark, StoredRegime, TwapBucket},
        registry::{SourceSpec, StoredHealth},
        BondedPrice, Breaker, Claim, Expiry, KeeperBond, Ledger, Leg, MarginAccount, Market, MarketParams,
        OiShard, OracleAggregate, Pool, Proposal, Protocol, PublisherFeed, RiskArray, SeniorPool, Source,
        Stake, StoredLease, SurfacePanel, SurfaceVote,
    },
    serde_json::{json, Map, Value},
    std::{
        collections::BTreeSet,
        mem::{align_of, offset_of, size_of},
    },
};

/// A struct as it lies in an account.
pub struct Layout {
    pub name: &'static str,
    pub size: usize,
    pub align: usize,
    /// Names and offsets, ascending.
    pub fields: Vec<(&'static str, usize)>,
}

macro_rules! layouts {
    ($($name:ident { $($field:ident),+ $(,)? })+) => {
        // A field that is missing here does not compile.
        $(const _: fn(&$name) = |$name { $($field: _),+ }| {};)+

        /// Every account and every struct within one.
        pub fn all() -> Vec<Layout> {
            vec![$(layout(
                stringify!($name),
                size_of::<$name>(),
                align_of::<$name>(),
                vec![$((stringify!($field), offset_of!($name, $field))),+],
            )),+]
        }
    };
}

fn layout(name: &'static str, size: usize, align: usize, mut fields: Vec<(&'static str, usize)>) -> Layout {
    fields.sort_by_key(|(_, offset)| *offset);
    Layout { name, size, align, fields }
}

layouts! {
    Protocol {
        version, bump, guardian_count, _pad0, governor, guardians, breaker, proposals, stale_before,
        event_seq, _reserved,
    }
    StoredTrip { level, consecutive, _pad0, since, until }
    Breaker { trips }
    Market {
        version, bump, vault_bump, decimals, shard_count, _pad0, id, quote_mint, vault, token_program,
        surface_authority, symbol, lots_per_unit, tick_atoms, params, breaker, expiries, next_expiry_id,
        event_seq, params_revision, reopened_live, reopened_grace_until, params_grace_until, previous_params,
        oi_room_ppm, _reserved,
    }
    MarketParams {
        series_oi_cap_lots, outflow_floor_atoms, outflow_hour_ppm, scenario_range_ppm, vol_up_ppm,
        vol_down_ppm, short_minimum_ppm, maintenance_ppm, liquidation_discount_ppm, liquidation_fee_ppm,
        liquidation_buffer_ppm, trade_fee_ppm, price_band_ppm, max_price_move_ppm, max_source_age_seconds,
        max_mark_age_seconds, max_array_age_seconds, max_confidence_ppm, outlier_ppm, max_vol_step_ppm,
        stable_speed_ppm_per_minute, bucket_seconds, recovery_rounds, min_dwell_seconds,
        exit_cooldown_seconds, pool_draw_day_ppm, quorum, min_groups, source_delay_seconds,
        guardian_trip_seconds, fall_vol_ppm, tail_weight_ppm, cover_ppm, expiry_ramp_ppm, concentration_ppm,
        depth_lots, normal_spread_ppm, calm_vol_ppm, surface_interval_seconds, account_delta_limit,
        account_gamma_limit, account_vega_limit, account_theta_limit, market_delta_limit, market_gamma_limit,
        market_vega_limit, market_theta_limit, senior_fee_ppm, pool_requirement_ppm,
    }
    Ledger {
        version, bump, _pad0, market, claims, deposited_total, withdrawn_total, outflow_used,
        outflow_updated_at, _reserved,
    }
    SourceSpec { kind, group, key, feed_id }
    Source { kind, group, _pad0, key, feed_id, health }
    StoredHealth {
        state, strikes, verdict, _pad, good_rounds, until, struck_at, missed_at, strikes_owed, missed_owed,
        last_price, last_publish_time,
    }
    StoredMark {
        price, confidence, stable, at, slot, round_at, round_slot, rounds, healthy_rounds, live_seconds,
        candidate, candidate_at, resume_left, grade, reason, candidate_rounds, _pad,
    }
    TwapBucket { id, price_seconds, seconds }
    OracleAggregate {
        version, bump, source_count, removed, grace_left, removed_until, market, mark, sources, buckets, regime,
    }
    StoredRegime {
        bucket_price, bucket_id, variance, congestion_ppm, probed_at, probed_slot, factor_ppm,
    }
    PublisherFeed {
        version, bump, equivocated, _pad0, market, publisher, bond, least_bond, price, confidence,
        publish_time, publish_slot, publications, domain, resigned_at,
        slashed_total, _reserved,
    }
    KeeperBond {
        version, bump, _pad0, market, keeper, bond, least_bond, seen_slot, open_leases, resigned_at,
        slashed_total, event_seq, _reserved,
    }
    StoredLease { keeper, until_slot, auction_id, state, _pad0 }
    Expiry {
        version, bump, slot, strike_count, tier, swept, id, market, payer, expires_at, basis_ppm, strikes,
        vols_ppm, surface_version, settlement_price, fixed_at, short_lots_left, long_lots_left, due_total,
        collected_total, claims_left, escrow, surface_at, quoted_spread_ppm, quoted_depth_lots, quoted_at,
        strike_lns, owed_left, observed_at, window_price, window_seconds, reference, proposal, dispute,
        pool_asked, _pad0, asked_of_pool, _reserved,
    }
    BondedPrice { account, price, bond, at }
    RiskArray {
        version, bump, slot, strike_count, settled, outdated, expiry_id, market, expires_at, as_of,
        as_of_slot, mark, stable, surface_version, surface_at, refreshes, strikes_done, params_revision, averaged_price,
        averaged_seconds, forward_lot, moving_lot, error_atoms, impact_q20, quoted_impact_q20,
        spread_atoms, open_lots, fill_spread_ppm, fill_spread_at, forward_stable, forward_profit, call_marks,
        put_marks, call_peaks, put_peaks, call_stable, call_delta, gamma, vega, theta, call_profit,
    }
    SurfacePanel { version, bump, index, member_count, quorum, _pad0, market, members, _reserved }
    SurfaceVote {
        version, bump, expiry_id, _pad0, panel, member, submitted_at, submissions, basis_ppm,
        quoted_spread_ppm, quoted_depth_lots, vols_ppm, _reserved,
    }
    OiShard {
        version, bump, index, _pad0, market, fees, event_seq, expiry_ids, long_lots, short_lots,
        fill_spread_ppm, fill_spread_at,
    }
    Leg { lots, expiry_id, strike, kind, _pad0 }
    Claim { amount, paid, expiry_id, kind, _pad0 }
    MarginAccount {
        version, bump, sub_id, leg_count, bonds, _pad0, owner, delegate, market, cash, debt, event_seq, claims,
        legs, auction, lease, _reserved,
    }
    StoredAuction { id, opened_live, touched_live, elapsed, fee_left, asked, lent, is_open, _pad }
    Pool {
        version, bump, _pad0, market, cash, shares, income_total, draws_total, recovered_total, draws, settling,
        event_seq, unmet, unmet_since, unmet_at, exits, senior, joined_at, senior_index, senior_cash, senior_debt,
        senior_owed, senior_due, lent_at, senior_draws, required, required_at, expiries_at, _reserved,
    }
    StoredBucket { used, updated_at }
    ExitQueue { shares, hour, budget, paid, worth }
    Stake { version, bump, _pad0, fund, owner, shares, exiting, unlock_at, hour, left_in_hour, _reserved }
    SeniorPool {
        version, bump, decimals, _pad0, quote_mint, vault, token_program, cash, shares, lent_total,
        returned_total, markets, event_seq, draws, outflow, exits, _reserved,
    }
    Proposal {
        version, bump, kind, cause, guardian_count, _pad0, index, created_at, eta, lapses_at, proposer,
        market, holder, guardians, params, params_revision, source, _pad1, _reserved,
    }
}

/// Structs of the program's state that lie in accounts: accounts themselves and what they are made of.
fn declared() -> BTreeSet<String> {
    let sources = rust_files("programs/bulkhead/src/state");
    let text = |path: &std::path::PathBuf| std::fs::read_to_string(path).expect("a readable source");
    let in_account = |attribute: &str| attribute == "#[account]" || attribute == "#[repr(C)]";
    sources.iter().flat_map(|path| structs_after(&text(path), in_account)).collect()
}

#[test]
fn layouts_are_locked() {
    let all = all();
    let listed: BTreeSet<String> = all.iter().map(|l| l.name.to_owned()).collect();
    assert_eq!(listed, declared(), "every struct in an account has its layout locked");
    let found: Map<String, Value> = all
        .iter()
        .map(|l| {
            let fields: Vec<String> = l.fields.iter().map(|(name, at)| format!("{at} {name}")).collect();
            (l.name.to_owned(), json!({ "size": l.size, "align": l.align, "fields": fields }))
        })
        .collect();
    locks::check("layouts.json", &Value::Object(found));
}
