//! `open_panel`, `submit_surface`, `apply_surface`, `close_vote`.

use {
    crate::prelude::*,
    bulkhead_sdk::{
        bulkhead::{
            instructions::{
                open_panel::OpenPanelArgs, propose::ProposeArgs, set_surface::SetSurfaceArgs,
                submit_surface::SubmitSurfaceArgs,
            },
            surface_update::SviArgs,
        },
        instructions::SYSTEM_PROGRAM,
    },
    solana_account::Account,
};

const PANEL: u8 = 1;
const THREE: [Who; 3] = [Alice, Bob, Carol];
const ROLE_TIMELOCK: i64 = 7 * DAY;

fn flat(vol: u32) -> Vec<u32> {
    vec![vol; usize::from(STRIKES)]
}

fn panel(w: &Bank) -> Address {
    pda::panel(&w.market(), PANEL)
}

fn vote_key(w: &Bank, id: u16, who: Who) -> Address {
    pda::vote(&panel(w), id, &w.key(who))
}

/// Three members, two of whom are a quorum, set the surfaces.
fn two_of_three() -> Bank {
    let mut w = Bank::bank();
    with_panel(&mut w, &THREE, 2);
    w
}

/// Each member votes a flat surface of the far expiry.
fn vote_flat(w: &mut Bank, votes: &[(Who, u32)]) {
    for (who, vol) in votes {
        w.accepts(w.vote(*who, PANEL, w.far, flat(*vol), 0));
    }
}

/// Applies the votes on the far expiry; the volatility of every strike, which is one.
#[track_caller]
fn applied(w: &mut Bank) -> u32 {
    w.accepts(w.apply_surface(PANEL, w.far));
    let expiry = w.expiry(w.far);
    let vols = &expiry.vols_ppm[..usize::from(STRIKES)];
    assert!(vols.iter().all(|vol| *vol == vols[0]), "{vols:?}");
    vols[0]
}

fn quoted(vols_ppm: Vec<u32>, quoted_spread_ppm: u64, quoted_depth_lots: u64) -> SubmitSurfaceArgs {
    SubmitSurfaceArgs { vols_ppm, svi: Vec::new(), basis_ppm: 0, quoted_spread_ppm, quoted_depth_lots }
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
fn rejects_votes_that_are_left_out_reordered_foreign_or_forged() {
    let mut w = two_of_three();
    vote_flat(&mut w, &[(Alice, 820_000), (Bob, 840_000)]);
    w.accepts(w.vote(Alice, PANEL, w.near, flat(820_000), 0));
    w.accepts(w.open_panel(Governor, 2, &THREE, 2));
    w.accepts(w.vote(Alice, 2, w.far, flat(820_000), 0));
    let good = w.apply_surface(PANEL, w.far);
    let [alice, bob, carol] = THREE.map(|who| vote_key(&w, w.far, who));
    assert_eq!(good.accounts[5..8].iter().map(|a| a.pubkey).collect::<Vec<_>>(), [alice, bob, carol]);
    for left_out in 5..8 {
        let mut few = good.clone();
        few.accounts.remove(left_out);
        w.rejects(few, VoteAccountsMismatch);
    }
    let mut none = good.clone();
    none.accounts.truncate(5);
    w.rejects(none, VoteAccountsMismatch);
    let mut swapped = good.clone();
    swapped.accounts.swap(5, 6);
    w.rejects(swapped, VoteAccountsMismatch);
    let strange = Keypair::new().pubkey();
    let others = [
        bob,
        carol,
        // No account, another expiry's, another panel's, another type's, a forged one.
        strange,
        vote_key(&w, w.near, Alice),
        pda::vote(&pda::panel(&w.market(), 2), w.far, &w.key(Alice)),
        pda::pool(&w.market()),
        panel(&w),
        w.forge(&alice),
    ];
    for other in others {
        w.rejects(swap(good.clone(), &alice, &other), VoteAccountsMismatch);
    }
    // Nor may anything but the empty account of the member that never voted stand for it.
    for other in [alice, strange, SYSTEM_PROGRAM, vote_key(&w, w.near, Carol)] {
        w.rejects(swap(good.clone(), &carol, &other), VoteAccountsMismatch);
    }
    assert_eq!(applied(&mut w), 820_000);
}

#[test]
fn lamports_at_the_address_of_a_vote_change_nothing() {
    let mut w = two_of_three();
    let key = vote_key(&w, w.far, Carol);
    w.place(key, Account { lamports: 1, owner: SYSTEM_PROGRAM, ..Account::default() });
    vote_flat(&mut w, &[(Alice, 820_000), (Bob, 840_000)]);
    assert_eq!(applied(&mut w), 820_000);
    w.warp(1);
    vote_flat(&mut w, &[(Carol, 820_000)]);
    assert_eq!(w.state::<SurfaceVote>(&key).submissions, 1);
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
fn rejects_accounts_of_another_market_or_expiry() {
    let mut w = two_of_three();
    vote_flat(&mut w, &[(Alice, 820_000), (Bob, 840_000)]);
    let (here, there) = (w.market(), w.foreign.market);
    let vote = w.vote(Carol, PANEL, w.far, flat(800_000), 0);
    let apply = w.apply_surface(PANEL, w.far);
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::expiry(&here, w.far), pda::expiry(&there, w.foreign_expiry)),
        (here, there),
    ];
    // The address of a vote follows from the number of the expiry, which two markets may share.
    let there_too = (vote_key(&w, w.far, Carol), vote_key(&w, w.foreign_expiry, Carol));
    for (from, to) in swaps {
        let fits = if from == swaps[1].0 { there_too } else { (from, to) };
        w.rejects(swap(swap(vote.clone(), &from, &to), &fits.0, &fits.1), WrongMarket);
        w.rejects(swap(apply.clone(), &from, &to), WrongMarket);
    }
    let array = pda::risk_array(&here, w.far);
    let foreign = pda::risk_array(&there, w.foreign_expiry);
    w.rejects(swap(apply.clone(), &array, &foreign), WrongMarket);
    w.rejects(swap(apply.clone(), &array, &pda::risk_array(&here, w.near)), MissingRiskArray);
    let mut few = apply.clone();
    few.accounts.pop();
    w.rejects(few, ExpiryAccountsMismatch);
    let near = pda::expiry(&here, w.near);
    w.rejects(swap(apply.clone(), &near, &pda::expiry(&there, w.foreign_expiry)), ExpiryAccountsMismatch);
    w.accepts(apply);
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
fn rejects_votes_and_surfaces_after_the_expiry() {
    let mut w = two_of_three();
    w.warp_to(START + DAY - 1);
    for who in THREE {
        w.accepts(w.vote(who, PANEL, w.near, flat(800_000), 0));
    }
    w.price(PRICE);
    w.rejects(w.vote(Alice, PANEL, w.near, flat(800_000), 0), Expired);
    w.rejects(w.apply_surface(PANEL, w.near), Expired);
}

#[test]
fn rejects_votes_of_strangers_and_for_others() {
    let mut w = two_of_three();
    w.rejects(w.vote(Stranger, PANEL, w.far, flat(800_000), 0), NotPanelMember);
    w.rejects(w.vote(Governor, PANEL, w.far, flat(800_000), 0), NotPanelMember);
    vote_flat(&mut w, &[(Alice, 820_000)]);
    let (alice, bob) = (vote_key(&w, w.far, Alice), vote_key(&w, w.far, Bob));
    w.warp(1);
    w.rejects(
        swap(w.vote(Bob, PANEL, w.far, flat(800_000), 0), &bob, &alice),
        InstructionError::InvalidSeeds,
    );
    w.rejects(w.close_vote(Bob, PANEL, w.far), InstructionError::AccountDataTooSmall);
    w.warp(600);
    w.rejects(swap(w.close_vote(Bob, PANEL, w.far), &bob, &alice), NotPanelMember);
}

#[test]
fn rejects_a_second_vote_in_the_same_second() {
    let mut w = two_of_three();
    vote_flat(&mut w, &[(Alice, 820_000)]);
    w.rejects(w.vote(Alice, PANEL, w.far, flat(840_000), 0), VoteNotNewer);
    // Other members and other expiries have their own.
    vote_flat(&mut w, &[(Bob, 820_000)]);
    w.accepts(w.vote(Alice, PANEL, w.near, flat(840_000), 0));
    w.warp(1);
    vote_flat(&mut w, &[(Alice, 840_000)]);
    let state: SurfaceVote = w.state(&vote_key(&w, w.far, Alice));
    assert_eq!((state.submissions, state.vols_ppm[0], state.submitted_at), (2, 840_000, w.now()));
}

#[test]
fn rejects_votes_that_could_never_be_part_of_a_surface() {
    let mut w = two_of_three();
    let vote = |w: &Bank, args| w.vote_with(Alice, PANEL, w.far, args);
    for vol in [0, 49_999, 10_000_001, u32::MAX] {
        let mut vols = flat(800_000);
        vols[8] = vol;
        w.rejects(vote(&w, quoted(vols, 0, 0)), VolOutOfDomain);
    }
    for basis_ppm in [200_001, -200_001, i64::MIN, i64::MAX] {
        let args = SubmitSurfaceArgs { basis_ppm, ..quoted(flat(800_000), 0, 0) };
        w.rejects(vote(&w, args), BasisTooLarge);
    }
    w.rejects(vote(&w, quoted(flat(800_000), 200_001, 0)), SpreadTooWide);
    for count in [0, 8, 10, 16, 17] {
        w.rejects(vote(&w, quoted(vec![800_000; count], 0, 0)), VolCountMismatch);
    }
    let svi = SviArgs { a: 1 << 48, b: 1 << 50, rho: 0, m: 0, sigma: 1 << 40 };
    w.rejects(vote(&w, SubmitSurfaceArgs { svi: vec![svi], ..quoted(Vec::new(), 0, 0) }), InvalidSvi);
    for (svis, vols) in [(vec![svi; 2], Vec::new()), (vec![svi], flat(800_000))] {
        w.rejects(vote(&w, SubmitSurfaceArgs { svi: svis, ..quoted(vols, 0, 0) }), VolCountMismatch);
    }
    w.accepts(vote(&w, quoted(flat(50_000), 200_000, u64::MAX)));
}

/// A total variance of 0.04 + ... a year at the money, as for an expiry in 30 days.
fn slice() -> SviArgs {
    let q48 = |x: f64| (x * (1u64 << 48) as f64) as i64;
    SviArgs { a: q48(0.04), b: q48(0.08), rho: q48(-0.2), m: 0, sigma: q48(0.15) }
}

#[test]
fn a_slice_is_evaluated_as_set_surface_does() {
    let mut w = two_of_three();
    let args = SubmitSurfaceArgs { svi: vec![slice()], basis_ppm: 5_000, ..quoted(Vec::new(), 0, 0) };
    w.accepts(w.vote_with(Alice, PANEL, w.far, args.clone()));
    let voted: SurfaceVote = w.state(&vote_key(&w, w.far, Alice));
    let governor = w.key(Governor);
    w.edit(&w.market(), |m: &mut Market| m.surface_authority = governor);
    let set = SetSurfaceArgs { svi: vec![slice()], ..ix::plain_surface(Vec::new(), 5_000) };
    w.accepts(w.submit_surface(Governor, w.far, set));
    assert_eq!(voted.vols_ppm, w.expiry(w.far).vols_ppm);
    // A slice needs a mark to be evaluated on; volatilities do not.
    w.warp(61);
    w.rejects(w.vote_with(Alice, PANEL, w.far, args), MarkTooOld);
    vote_flat(&mut w, &[(Alice, 820_000)]);
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

#[test]
fn a_vote_that_no_longer_counts_gives_its_rent_back() {
    let mut w = two_of_three();
    vote_flat(&mut w, &[(Alice, 820_000)]);
    let key = vote_key(&w, w.far, Alice);
    let (rent, before) = (w.raw(&key).lamports, w.raw(&w.key(Alice)).lamports);
    w.warp(600);
    w.rejects(w.close_vote(Alice, PANEL, w.far), VoteInForce);
    w.warp(1);
    w.accepts(w.close_vote(Alice, PANEL, w.far));
    assert!(!w.exists(&key));
    assert_eq!(w.raw(&w.key(Alice)).lamports, before + rent);
    w.price(PRICE);
    vote_flat(&mut w, &[(Alice, 820_000), (Bob, 820_000)]);
    assert_eq!(w.state::<SurfaceVote>(&key).submissions, 1);
    assert_eq!(applied(&mut w), 820_000);
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
