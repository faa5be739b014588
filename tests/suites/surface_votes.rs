//! `submit_surface`, `close_vote`, and the votes that `apply_surface` is shown.

use {
    crate::{
        prelude::*,
        surface_panel::{applied, flat, panel, two_of_three, vote_flat, vote_key, PANEL, THREE},
    },
    bulkhead_sdk::{
        bulkhead::{
            instructions::{set_surface::SetSurfaceArgs, submit_surface::SubmitSurfaceArgs},
            surface_update::SviArgs,
        },
        instructions::SYSTEM_PROGRAM,
    },
    solana_account::Account,
};

pub fn quoted(vols_ppm: Vec<u32>, quoted_spread_ppm: u64, quoted_depth_lots: u64) -> SubmitSurfaceArgs {
    SubmitSurfaceArgs { vols_ppm, svi: Vec::new(), basis_ppm: 0, quoted_spread_ppm, quoted_depth_lots }
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

/// A gentle smile for an expiry in 30 days.
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
