//! `open_panel`, `apply_surface`: whom a market's surfaces come from, and what their votes amount to.

use {
    crate::{prelude::*, surface_votes::quoted},
    bulkhead_sdk::bulkhead::instructions::{open_panel::OpenPanelArgs, propose::ProposeArgs},
};

pub const PANEL: u8 = 1;
pub const THREE: [Who; 3] = [Alice, Bob, Carol];
const ROLE_TIMELOCK: i64 = 7 * DAY;

pub fn flat(vol: u32) -> Vec<u32> {
    vec![vol; usize::from(STRIKES)]
}

pub fn panel(w: &Bank) -> Address {
    pda::panel(&w.market(), PANEL)
}

pub fn vote_key(w: &Bank, id: u16, who: Who) -> Address {
    pda::vote(&panel(w), id, &w.key(who))
}

/// Three members, two of whom are a quorum, set the surfaces.
pub fn two_of_three() -> Bank {
    let mut w = Bank::bank();
    with_panel(&mut w, &THREE, 2);
    w
}

/// Each member votes a flat surface of the far expiry.
pub fn vote_flat(w: &mut Bank, votes: &[(Who, u32)]) {
    for (who, vol) in votes {
        w.accepts(w.vote(*who, PANEL, w.far, flat(*vol), 0));
    }
}

/// Applies the votes on the far expiry; the volatility of every strike, which is one.
#[track_caller]
pub fn applied(w: &mut Bank) -> u32 {
    w.accepts(w.apply_surface(PANEL, w.far));
    let expiry = w.expiry(w.far);
    let vols = &expiry.vols_ppm[..usize::from(STRIKES)];
    assert!(vols.iter().all(|vol| *vol == vols[0]), "{vols:?}");
    vols[0]
}

#[test]
fn opens_panels_side_by_side() {
    let mut w = Bank::bank();
    w.accepts(w.open_panel(Governor, 0, &[Alice], 1));
    w.accepts(w.open_panel(Governor, 255, &THREE, 3));
    let state: SurfacePanel = w.state(&pda::panel(&w.market(), 255));
    assert_eq!((state.index, state.member_count, state.quorum, state.market), (255, 3, 3, w.market()));
    assert_eq!(state.listed(), THREE.map(|who| w.key(who)));
}

#[test]
fn rejects_opening_a_panel_twice() {
    let mut w = two_of_three();
    let keys = [panel(&w)];
    let before = w.snapshot(&keys);
    assert!(w.send(&[w.open_panel(Governor, PANEL, &[Stranger], 1)]).is_err());
    w.assert_unchanged(&keys, &before);
}

#[test]
fn rejects_panels_of_anybody_but_the_governor() {
    let mut w = Bank::bank();
    w.rejects(w.open_panel(Guardian, PANEL, &THREE, 2), NotGovernor);
}

#[test]
fn rejects_panels_without_members_or_a_majority() {
    let mut w = Bank::bank();
    let keys: Vec<Address> = (0..6).map(|_| Keypair::new().pubkey()).collect();
    let open = |w: &Bank, members: Vec<Address>, quorum| {
        let args = OpenPanelArgs { index: PANEL, quorum, members };
        ix::open_panel(w.key(Governor), w.market(), args)
    };
    let sized = [(0, 0), (0, 1), (1, 0), (1, 2), (2, 1), (3, 1), (4, 2), (5, 2), (5, 6), (3, 255), (6, 4)];
    for (count, quorum) in sized {
        w.rejects(open(&w, keys[..count].to_vec(), quorum), InvalidPanel);
    }
    w.rejects(open(&w, vec![keys[0], keys[1], keys[0]], 2), InvalidPanel);
    w.rejects(open(&w, vec![keys[0], Address::default()], 2), InvalidPanel);
    w.accepts(open(&w, keys[..5].to_vec(), 3));
}

#[test]
fn allows_three_of_three_and_takes_the_median() {
    let mut w = Bank::bank();
    with_panel(&mut w, &THREE, 3);
    for (who, vol, basis) in [(Bob, 840_000, 3_000), (Alice, 820_000, 1_000), (Carol, 860_000, 5_000)] {
        w.accepts(w.vote(who, PANEL, w.far, flat(vol), basis));
    }
    assert_eq!(applied(&mut w), 840_000);
    let expiry = w.expiry(w.far);
    assert_eq!((expiry.surface_version, expiry.basis_ppm, expiry.surface_at), (2, 3_000, w.now()));
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.far));
    assert_eq!(array.outdated, 1);
    w.accepts(w.refresh_risk(w.far));
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.far));
    assert_eq!((array.surface_version, array.surface_at), (2, w.expiry(w.far).surface_at));
}

#[test]
fn allows_two_of_three_while_one_never_votes() {
    let mut w = two_of_three();
    vote_flat(&mut w, &[(Alice, 840_000), (Carol, 820_000)]);
    // The nearer to the last surface of the two.
    assert_eq!(applied(&mut w), 820_000);
}

#[test]
fn a_lying_member_moves_nothing_beyond_the_honest_range() {
    for (lie, want) in [(10_000_000, 840_000), (50_000, 820_000), (830_000, 830_000)] {
        let mut w = two_of_three();
        vote_flat(&mut w, &[(Alice, 820_000), (Bob, 840_000), (Carol, lie)]);
        assert_eq!(applied(&mut w), want);
    }
}

#[test]
fn one_lying_member_of_two_can_only_hold_the_surface_back() {
    // The last surface is 800,000.
    for (lie, want) in [(50_000, 800_000), (10_000_000, 840_000), (820_000, 820_000)] {
        let mut w = two_of_three();
        vote_flat(&mut w, &[(Alice, 840_000), (Carol, lie)]);
        assert_eq!(applied(&mut w), want);
    }
}

#[test]
fn a_member_that_zigzags_between_honest_votes_cannot_stop_the_surface() {
    let mut w = two_of_three();
    let id = new_expiry(&mut w, 40 * DAY);
    let zigzag: Vec<u32> = (0..STRIKES).map(|i| if i % 2 == 0 { 800_000 } else { 860_000 }).collect();
    w.accepts(w.vote(Alice, PANEL, id, flat(800_000), 0));
    w.accepts(w.vote(Bob, PANEL, id, flat(860_000), 0));
    w.accepts(w.vote(Carol, PANEL, id, zigzag.clone(), 0));
    // The median is the zigzag; the honest vote that is nearest to it passes.
    w.accepts(w.apply_surface(PANEL, id));
    assert_eq!(w.expiry(id).vols_ppm[..9], flat(800_000)[..]);
}

/// Lists an expiry, whose first surface may be anything.
fn new_expiry(w: &mut Bank, tenor: i64) -> u16 {
    let market: Market = w.state(&w.market());
    w.accepts(w.list_expiry(Governor, START + tenor, strikes()));
    u16::try_from(market.next_expiry_id).unwrap()
}

#[test]
fn rejects_fewer_votes_than_the_quorum() {
    let mut w = two_of_three();
    w.rejects(w.apply_surface(PANEL, w.far), TooFewVotes);
    vote_flat(&mut w, &[(Bob, 820_000)]);
    w.rejects(w.apply_surface(PANEL, w.far), TooFewVotes);
    // Votes on one expiry are none on another.
    w.accepts(w.vote(Alice, PANEL, w.near, flat(820_000), 0));
    w.rejects(w.apply_surface(PANEL, w.far), TooFewVotes);
    w.rejects(w.apply_surface(PANEL, w.near), TooFewVotes);
    vote_flat(&mut w, &[(Carol, 820_000)]);
    assert_eq!(applied(&mut w), 820_000);
}

#[test]
fn rejects_votes_older_than_ten_minutes() {
    let mut w = two_of_three();
    vote_flat(&mut w, &[(Alice, 820_000), (Bob, 820_000)]);
    let voted = w.now();
    w.warp_to(voted + 580);
    w.price(PRICE);
    w.warp_to(voted + 600);
    let on_time = w.apply_surface(PANEL, w.far);
    w.warp(1);
    w.rejects(on_time.clone(), TooFewVotes);
    w.accepts(w.vote(Alice, PANEL, w.far, flat(840_000), 0));
    w.rejects(on_time, TooFewVotes);
    w.accepts(w.vote(Carol, PANEL, w.far, flat(840_000), 0));
    // What the stale vote says no longer counts.
    assert_eq!(applied(&mut w), 840_000);
}

#[test]
fn allows_votes_of_ten_minutes() {
    let mut w = two_of_three();
    vote_flat(&mut w, &[(Alice, 820_000), (Bob, 820_000)]);
    let voted = w.now();
    w.warp_to(voted + 580);
    w.price(PRICE);
    w.warp_to(voted + 600);
    assert_eq!(applied(&mut w), 820_000);
}

#[test]
fn rejects_panels_that_are_not_in_force_or_of_another_market() {
    let mut w = two_of_three();
    w.accepts(w.open_panel(Governor, 2, &THREE, 2));
    for who in [Alice, Bob] {
        // Votes may be there before the panel is in force.
        w.accepts(w.vote(who, 2, w.far, flat(820_000), 0));
        w.accepts(w.vote(who, PANEL, w.far, flat(820_000), 0));
    }
    w.rejects(w.apply_surface(2, w.far), PanelNotInForce);

    let members = THREE.map(|who| w.key(who)).to_vec();
    let args = OpenPanelArgs { index: PANEL, quorum: 2, members: members.clone() };
    w.accepts(ix::open_panel(w.key(Governor), w.foreign.market, args));
    let foreign = pda::panel(&w.foreign.market, PANEL);
    let vote = ix::submit_surface(w.key(Carol), w.market(), foreign, w.far, quoted(flat(800_000), 0, 0));
    w.rejects(vote, WrongMarket);
    let apply = ix::apply_surface(w.market(), foreign, &members, w.far, &[w.near]);
    w.rejects(apply.clone(), WrongMarket);
    // Even where it was named the authority by mistake.
    w.edit(&w.market(), |m: &mut Market| m.surface_authority = foreign);
    w.rejects(apply, WrongMarket);
}

#[test]
fn a_plain_key_keeps_its_market_while_panels_are_opened() {
    let mut w = Bank::bank();
    w.accepts(w.open_panel(Governor, PANEL, &THREE, 2));
    w.warp(60);
    w.price(PRICE);
    w.accepts(w.set_surface(Governor, w.far, flat(810_000), 0));
}

#[test]
fn rejects_plain_keys_once_a_panel_sets_the_surfaces() {
    let mut w = two_of_three();
    for who in [Governor, Alice] {
        w.rejects(w.set_surface(who, w.far, flat(800_000), 0), NotSurfaceAuthority);
    }
    // The panel itself has no key to sign with.
    let mut call = w.set_surface(Governor, w.far, flat(800_000), 0);
    call.accounts[0] = AccountMeta::new_readonly(panel(&w), false);
    w.rejects(call, InstructionError::MissingRequiredSignature);
}

#[test]
fn a_panel_is_rotated_in_and_out_through_the_timelock() {
    let mut w = Bank::bank();
    w.accepts(w.open_panel(Governor, PANEL, &THREE, 2));
    w.accepts(w.open_panel(Governor, 2, &[Bob], 1));
    for (index, name) in [(0, PANEL), (1, 2)] {
        let key = pda::panel(&w.market(), name);
        let args = ProposeArgs { holder: key, ..proposal(kind::SET_SURFACE_AUTHORITY) };
        w.accepts(w.propose(Governor, args));
        w.warp(ROLE_TIMELOCK - 1);
        w.rejects(w.execute_proposal(index, true), TimelockRunning);
        w.warp(1);
        w.accepts(w.execute_proposal(index, true));
        assert_eq!(w.state::<Market>(&w.market()).surface_authority, key);
        w.price(PRICE);
        for who in if name == PANEL { &THREE[..] } else { &[Bob] } {
            w.accepts(w.vote(*who, name, w.far, flat(800_000 + u32::from(name) * 1_000), 0));
        }
        w.accepts(w.apply_surface(name, w.far));
        assert_eq!(w.expiry(w.far).vols_ppm[0], 800_000 + u32::from(name) * 1_000);
    }
    vote_flat(&mut w, &[(Alice, 820_000), (Carol, 840_000)]);
    w.rejects(w.apply_surface(PANEL, w.far), PanelNotInForce);
}

#[test]
fn a_median_beyond_the_step_is_approached_and_reached() {
    let mut w = two_of_three();
    vote_flat(&mut w, &[(Alice, 1_600_000), (Bob, 1_600_000), (Carol, 1_600_000)]);
    assert_eq!(applied(&mut w), 1_000_000);
    // No second step without time, and no renewal without news.
    w.rejects(w.apply_surface(PANEL, w.far), SurfaceUnchanged);
    // The same votes go on from there: half of the interval allows half of the step of 25 %.
    w.warp(29);
    w.price(PRICE);
    assert_eq!(applied(&mut w), 1_125_000);
    for there in [1_406_250, 1_600_000] {
        w.warp(59);
        w.price(PRICE);
        assert_eq!(applied(&mut w), there);
    }
    w.warp(59);
    w.price(PRICE);
    w.rejects(w.apply_surface(PANEL, w.far), SurfaceUnchanged);
}

#[test]
fn a_smile_goes_the_same_share_of_its_way_at_every_strike() {
    let mut w = two_of_three();
    let mut skewed = flat(900_000);
    skewed[0] = 1_200_000;
    for who in THREE {
        w.accepts(w.vote(who, PANEL, w.far, skewed.clone(), 30_000));
    }
    w.accepts(w.apply_surface(PANEL, w.far));
    let expiry = w.expiry(w.far);
    // The steepest strike takes its whole step of 200,000, which is half of its way; the forward takes its own.
    assert_eq!(expiry.vols_ppm[..3], [1_000_000, 850_000, 850_000]);
    assert_eq!(expiry.basis_ppm, 10_000);
}

#[test]
fn rejects_arbitrage_and_keeps_the_last_surface() {
    let mut w = two_of_three();
    let id = new_expiry(&mut w, 40 * DAY);
    let mut bump = flat(800_000);
    bump[4] = 950_000;
    let mut rising = flat(300_000);
    rising[8] = 5_000_000;
    for (vols, error) in [(rising, SurfaceNotMonotone), (bump, SurfaceNotConvex)] {
        w.warp(1);
        for who in THREE {
            w.accepts(w.vote(who, PANEL, id, vols.clone(), 0));
        }
        w.rejects(w.apply_surface(PANEL, id), error);
    }
    assert_eq!(w.expiry(id).surface_version, 0);
}

#[test]
fn rejects_calendar_arbitrage_and_keeps_the_last_surface() {
    let mut w = two_of_three();
    let id = new_expiry(&mut w, 2 * DAY);
    for (vol, fits) in [(3_000_000, true), (3_200_000, false)] {
        w.warp(59);
        w.price(PRICE);
        for who in [Alice, Carol] {
            w.accepts(w.vote(who, PANEL, id, flat(vol), 0));
        }
        let apply = w.apply_surface(PANEL, id);
        if fits {
            w.accepts(apply);
        } else {
            w.rejects(apply, SurfaceFallsInTime);
        }
    }
    assert_eq!((w.expiry(id).vols_ppm[0], w.expiry(id).surface_version), (3_000_000, 1));
}

#[test]
fn rejects_a_surface_without_a_quorum_of_prices_or_in_the_middle_of_a_refresh() {
    let mut w = two_of_three();
    vote_flat(&mut w, &[(Alice, 820_000), (Bob, 820_000)]);
    w.warp(301);
    w.price(PRICE);
    w.accepts(w.refresh_strikes(w.far, 4));
    w.rejects(w.apply_surface(PANEL, w.far), RefreshUnfinished);
    w.accepts(w.refresh_strikes(w.far, 5));
    w.silence();
    w.rejects(w.apply_surface(PANEL, w.far), NoOracleQuorum);
}

#[test]
fn quotes_are_medians_and_no_quote_is_no_limit() {
    let mut w = two_of_three();
    for (who, spread, depth) in [(Alice, 10, 300), (Bob, 30, 0), (Carol, 200_000, 1)] {
        w.accepts(w.vote_with(who, PANEL, w.far, quoted(flat(800_000), spread, depth)));
    }
    assert_eq!(applied(&mut w), 800_000);
    let expiry = w.expiry(w.far);
    assert_eq!((expiry.quoted_spread_ppm, expiry.quoted_depth_lots), (30, 300));
    assert_eq!(i64::try_from(expiry.quoted_at).unwrap(), w.now());
}

#[test]
fn a_confirmed_surface_is_young_again_and_outdates_no_rows() {
    let mut w = two_of_three();
    w.warp(1_000);
    w.move_to(PRICE);
    vote_flat(&mut w, &[(Alice, 800_000), (Bob, 800_000), (Carol, 950_000)]);
    assert_eq!(applied(&mut w), 800_000);
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.far));
    assert_eq!((array.outdated, array.surface_at, array.surface_version), (0, w.now(), 2));
    // One vote is not renewed by applying it again.
    w.warp(1);
    w.rejects(w.apply_surface(PANEL, w.far), SurfaceUnchanged);
    // A liar may vote as often as it likes: what the panel amounts to stays the same.
    vote_flat(&mut w, &[(Carol, 10_000_000)]);
    assert_eq!(applied(&mut w), 800_000);
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.far, 4, CALL, 1)));
    sound(&w);
}

/// Compute units of applying the votes of `members` on sixteen strikes between two other expiries.
fn compute_units(members: &[Who], votes: impl Fn(usize) -> Vec<u32>) -> u64 {
    let mut w = Bank::bank();
    let quorum = u8::try_from(members.len() / 2 + 1).unwrap();
    with_panel(&mut w, members, quorum);
    let strikes: Vec<u64> = (0..16).map(|i| 5_000_000_000 + i * 400_000_000).collect();
    w.accepts(w.list_expiry(Governor, START + 2 * DAY, strikes));
    for (i, who) in members.iter().enumerate() {
        w.accepts(w.vote(*who, PANEL, 3, votes(i), 0));
    }
    w.accepts(w.apply_surface(PANEL, 3)).compute_units
}

#[test]
fn applying_a_surface_costs_little_even_where_every_candidate_is_tried() {
    let five = [Alice, Bob, Carol, Provider, Stranger];
    let smile = |i: usize| (0..16).map(|k| 800_000 + 1_000 * (i * k) as u32).collect::<Vec<u32>>();
    let (three_units, five_units) = (compute_units(&THREE, smile), compute_units(&five, smile));
    // Four votes and their median fall in time towards the far expiry, which shows only after all else was checked.
    let falling = |i: usize| vec![if i == 4 { 3_000_000 } else { 3_200_000 + i as u32 }; 16];
    let worst = compute_units(&five, falling);
    println!("apply_surface, 16 strikes: {three_units} of 3 votes, {five_units} of 5, {worst} where the last passes");
    assert!(three_units < 100_000 && five_units < 100_000 && worst < 400_000);
}
