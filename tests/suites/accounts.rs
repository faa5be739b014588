//! Every account of every instruction on a market that exists, attacked in the same ways: a signature missing, a forged copy owned by the
//! system program, an account of another type, a truncated one, one that was never written.

use {crate::prelude::*, bulkhead_drill::staging::BOND};

/// A call that the world, as it is, would accept.
type Call = fn(&mut Bank) -> Instruction;

fn attack(call: Call) {
    let mut w = Bank::bank();
    let good = call(&mut w);
    for meta in good.accounts.iter().filter(|a| a.is_signer) {
        let bare = unsigned(good.clone(), &meta.pubkey);
        w.rejects(bare, InstructionError::MissingRequiredSignature);
    }
    let fixed = declared(&w, &good);
    for key in &fixed {
        let whole = w.raw(key);
        let forged = w.forge(key);
        w.rejects(swap(good.clone(), key, &forged), InstructionError::IllegalOwner);

        let mut blank = whole.clone();
        blank.data[..8].fill(0);
        w.place(*key, blank);
        w.rejects(good.clone(), InstructionError::InvalidAccountData);

        let mut cosplay = whole.clone();
        cosplay.data[..8].copy_from_slice(&w.raw(&pda::feed(&w.market(), &w.key(Publisher(2)))).data[..8]);
        if cosplay.data[..8] != whole.data[..8] {
            w.place(*key, cosplay);
            w.rejects(good.clone(), InstructionError::InvalidAccountData);
        }

        let mut short = whole.clone();
        short.data.pop();
        w.place(*key, short);
        w.rejects(good.clone(), InstructionError::AccountDataTooSmall);
        w.place(*key, whole);
    }
    let mut few = good.clone();
    few.accounts.truncate(1);
    #[allow(deprecated)] // the runtime still answers with it
    w.rejects(few, InstructionError::NotEnoughAccountKeys);
    let mut cut = good.clone();
    cut.data.truncate(7);
    w.rejects(cut, InstructionError::InvalidInstructionData);
    w.accepts(good);
}

/// Accounts of the program that the instruction declares, which is all but those appended to it.
fn declared(w: &Bank, call: &Instruction) -> Vec<Address> {
    let appended: Vec<Address> = w
        .stage
        .source_keys
        .iter()
        .copied()
        .chain([w.near, w.far].map(|id| pda::risk_array(&w.market(), id)))
        .chain([w.near, w.far].map(|id| pda::expiry(&w.market(), id)))
        .chain([Alice, Bob, Carol].map(|who| pda::vote(&pda::panel(&w.market(), 1), w.far, &w.key(who))))
        .chain([pda::pool(&w.market())])
        .chain((0..SHARDS).map(|index| pda::shard(&w.market(), index)))
        .filter(|key| call.accounts.iter().position(|a| a.pubkey == *key) >= Some(declared_count(&call.data)))
        .collect();
    let owned = |key: &Address| w.exists(key) && w.raw(key).owner == bulkhead_sdk::PROGRAM_ID;
    let keys = call.accounts.iter().map(|a| a.pubkey);
    keys.filter(|key| *key != bulkhead_sdk::PROGRAM_ID && owned(key) && !appended.contains(key)).collect()
}

fn starts_as<T: anchor_lang::Discriminator>(data: &[u8]) -> bool {
    data.starts_with(T::DISCRIMINATOR)
}

/// How many accounts come before the appended ones.
fn declared_count(data: &[u8]) -> usize {
    use bulkhead_sdk::bulkhead::instruction as i;
    if starts_as::<i::UpdateOracle>(data) {
        2
    } else if starts_as::<i::SetSurface>(data) || starts_as::<i::ApplySurface>(data) {
        5
    } else if starts_as::<i::FixSettlement>(data) || starts_as::<i::UpdateRequirement>(data) {
        4
    } else if starts_as::<i::ExecuteSeniorExit>(data) {
        7
    } else if starts_as::<i::Trade>(data) || starts_as::<i::DepositSenior>(data) {
        8
    } else if starts_as::<i::Bid>(data) {
        7
    } else if starts_as::<i::CoverAccount>(data) || starts_as::<i::EndAuction>(data) {
        5
    } else if starts_as::<i::StartAuction>(data) {
        4
    } else if starts_as::<i::ResolveLease>(data) {
        7
    } else if starts_as::<i::Withdraw>(data) {
        10
    } else {
        usize::MAX
    }
}

macro_rules! attacks {
    ($($(#[$doc:meta])* $name:ident: |$w:ident| $call:expr;)*) => {$(
        $(#[$doc])*
        #[test]
        fn $name() {
            attack(|$w: &mut Bank| $call);
        }
    )*};
}

attacks! {
    rejects_bad_accounts_of_set_params: |w| w.set_params(Governor, params());
    rejects_bad_accounts_of_register_source: |w| {
        w.edit(&w.market(), |m: &mut Market| m.next_expiry_id = 1);
        w.register_source(Governor, 1, 3, w.key(Stranger))
    };
    rejects_bad_accounts_of_remove_source: |w| w.remove_source(Governor, w.stage.source_keys[0]);
    rejects_bad_accounts_of_quarantine_source: |w| w.quarantine_source(Guardian, w.stage.source_keys[0]);
    rejects_bad_accounts_of_register_publisher: |w| {
        w.give_wallet(Stranger, BOND);
        w.register_publisher(Stranger, BOND)
    };
    rejects_bad_accounts_of_add_bond: |w| w.add_bond(Alice, Publisher(0), 1);
    rejects_bad_accounts_of_slash_publisher: |w| {
        w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.sources[0].health.strikes_owed = 1);
        w.slash_publisher(Publisher(0), Carol)
    };
    rejects_bad_accounts_of_resign_publisher: |w| w.resign_publisher(Publisher(0));
    rejects_bad_accounts_of_publish_price: |w| {
        w.warp(1);
        w.publish(Publisher(0), PRICE, START + 1)
    };
    rejects_bad_accounts_of_withdraw_bond: |w| {
        w.give_wallet(Publisher(0), 0);
        w.accepts(w.resign_publisher(Publisher(0)));
        w.warp(7 * DAY);
        w.withdraw_bond(Publisher(0), 1)
    };
    rejects_bad_accounts_of_close_publisher: |w| {
        w.give_wallet(Publisher(0), 0);
        w.accepts(w.resign_publisher(Publisher(0)));
        w.warp(7 * DAY);
        w.accepts(w.withdraw_bond(Publisher(0), BOND));
        w.close_publisher(Publisher(0))
    };
    rejects_bad_accounts_of_register_keeper: |w| w.register_keeper(Carol, KEEPER_BOND);
    rejects_bad_accounts_of_add_keeper_bond: |w| {
        w.accepts(w.register_keeper(Carol, KEEPER_BOND));
        w.add_keeper_bond(Alice, Carol, 1)
    };
    rejects_bad_accounts_of_heartbeat: |w| {
        w.accepts(w.register_keeper(Carol, KEEPER_BOND));
        w.heartbeat(Carol)
    };
    rejects_bad_accounts_of_resign_keeper: |w| {
        w.accepts(w.register_keeper(Carol, KEEPER_BOND));
        w.resign_keeper(Carol)
    };
    rejects_bad_accounts_of_withdraw_keeper_bond: |w| {
        w.accepts(w.register_keeper(Carol, KEEPER_BOND));
        w.accepts(w.resign_keeper(Carol));
        w.warp(7 * DAY);
        w.withdraw_keeper_bond(Carol, 1)
    };
    rejects_bad_accounts_of_close_keeper: |w| {
        w.accepts(w.register_keeper(Carol, KEEPER_BOND));
        w.accepts(w.resign_keeper(Carol));
        w.warp(7 * DAY);
        w.accepts(w.withdraw_keeper_bond(Carol, KEEPER_BOND));
        w.close_keeper(Carol)
    };
    rejects_bad_accounts_of_take_lease: |w| {
        *w = with_sick_bob();
        w.accepts(w.register_keeper(Carol, KEEPER_BOND));
        w.accepts(w.start_auction(Bob));
        w.take_lease(Carol, Bob)
    };
    rejects_bad_accounts_of_resolve_lease: |w| {
        *w = with_sick_bob();
        w.accepts(w.register_keeper(Carol, KEEPER_BOND));
        w.accepts(w.start_auction(Bob));
        w.accepts(w.take_lease(Carol, Bob));
        w.warp(9);
        w.resolve_lease(Carol, Bob, Alice)
    };
    rejects_bad_accounts_of_update_oracle: |w| {
        w.warp(1);
        w.update_oracle()
    };
    rejects_bad_accounts_of_list_expiry: |w| w.list_expiry(Governor, START + DAY, strikes());
    rejects_bad_accounts_of_set_surface: |w| w.set_surface(Governor, w.far, vec![800_000; 9], 0);
    rejects_bad_accounts_of_open_panel: |w| w.open_panel(Governor, 1, &[Alice, Bob, Carol], 2);
    rejects_bad_accounts_of_submit_surface: |w| {
        w.accepts(w.open_panel(Governor, 1, &[Alice, Bob, Carol], 2));
        w.vote(Alice, 1, w.far, vec![800_000; 9], 0)
    };
    rejects_bad_accounts_of_apply_surface: |w| {
        with_panel(w, &[Alice, Bob, Carol], 2);
        for who in [Alice, Bob] {
            w.accepts(w.vote(who, 1, w.far, vec![800_000; 9], 0));
        }
        w.apply_surface(1, w.far)
    };
    rejects_bad_accounts_of_close_vote: |w| {
        w.accepts(w.open_panel(Governor, 1, &[Alice, Bob, Carol], 2));
        w.accepts(w.vote(Alice, 1, w.far, vec![800_000; 9], 0));
        w.warp(601);
        w.close_vote(Alice, 1, w.far)
    };
    rejects_bad_accounts_of_refresh_risk: |w| w.refresh_risk(w.near);
    rejects_bad_accounts_of_open_shard: |w| w.open_shard(Stranger, SHARDS);
    rejects_bad_accounts_of_close_expiry: |w| {
        fix_near(w, PRICE);
        w.close_expiry(w.near)
    };
    rejects_bad_accounts_of_open_account: |w| w.open_account(Alice, 1);
    rejects_bad_accounts_of_set_delegate: |w| w.set_delegate(Alice, w.key(Bob));
    rejects_bad_accounts_of_deposit: |w| w.deposit(Alice, 5);
    rejects_bad_accounts_of_withdraw: |w| w.withdraw(Alice, 5);
    rejects_bad_accounts_of_close_account: |w| w.close_account(Stranger);
    rejects_bad_accounts_of_trade: |w| w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1));
    rejects_bad_accounts_of_start_auction: |w| {
        *w = with_sick_bob();
        w.start_auction(Bob)
    };
    rejects_bad_accounts_of_bid: |w| {
        *w = with_auction();
        w.bid(Carol, Bob, ALL)
    };
    rejects_bad_accounts_of_cover_account: |w| {
        *w = with_auction();
        w.move_to(10_900_000_000);
        w.cover_account(Bob)
    };
    rejects_bad_accounts_of_end_auction: |w| {
        *w = with_auction();
        w.accepts(w.deposit(Bob, COLLATERAL));
        w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.auction.asked = 1);
        w.end_auction(Bob)
    };
    rejects_bad_accounts_of_open_stake: |w| w.open_stake(Alice);
    rejects_bad_accounts_of_deposit_pool: |w| {
        w.give_wallet(Provider, 1_000);
        w.deposit_pool(Provider, 1_000)
    };
    rejects_bad_accounts_of_request_exit: |w| w.request_exit(Provider, 1_000);
    rejects_bad_accounts_of_execute_exit: |w| {
        w.accepts(w.request_exit(Provider, 1_000));
        ripen(w);
        w.execute_exit(Provider)
    };
    rejects_bad_accounts_of_expire_exit: |w| {
        w.accepts(w.request_exit(Provider, 1_000));
        w.warp(15 * DAY);
        w.expire_exit(Provider)
    };
    rejects_bad_accounts_of_update_requirement: |w| {
        *w = with_senior(Bank::bank());
        w.update_requirement()
    };
    rejects_bad_accounts_of_init_senior: |w| w.init_senior(Stranger);
    rejects_bad_accounts_of_join_senior: |w| {
        w.accepts(w.init_senior(Stranger));
        w.join_senior(Governor)
    };
    rejects_bad_accounts_of_open_senior_stake: |w| {
        w.accepts(w.init_senior(Stranger));
        w.open_senior_stake(Alice)
    };
    rejects_bad_accounts_of_deposit_senior: |w| {
        *w = with_senior(Bank::bank());
        w.deposit_senior(Carol, 1_000)
    };
    rejects_bad_accounts_of_request_senior_exit: |w| {
        *w = with_senior(Bank::bank());
        w.request_senior_exit(Carol, 1_000)
    };
    rejects_bad_accounts_of_execute_senior_exit: |w| {
        *w = with_senior(Bank::bank());
        w.accepts(w.request_senior_exit(Carol, 1_000));
        ripen(w);
        w.execute_senior_exit(Carol, &[w.market()], 1_000)
    };
    rejects_bad_accounts_of_expire_senior_exit: |w| {
        *w = with_senior(Bank::bank());
        w.accepts(w.request_senior_exit(Carol, 1_000));
        w.warp(15 * DAY);
        w.expire_senior_exit(Carol)
    };
    rejects_bad_accounts_of_draw_senior: |w| {
        *w = with_senior(Bank::bank());
        suffer(w, 1_000);
        w.draw_senior()
    };
    rejects_bad_accounts_of_repay_senior: |w| {
        *w = with_senior(with_trade(10));
        w.accepts(w.collect_fees(0));
        w.repay_senior()
    };
    rejects_bad_accounts_of_collect_fees: |w| w.collect_fees(0);
    rejects_bad_accounts_of_trip_breaker: |w| w.trip(Guardian, 1, false);
    rejects_bad_accounts_of_report_fault: |w| {
        w.warp(61);
        w.report_fault(Stranger, 1, Some(0))
    };
    rejects_bad_accounts_of_propose: |w| w.propose(Governor, proposal(kind::WIND_DOWN));
    rejects_bad_accounts_of_execute_proposal: |w| {
        w.accepts(w.propose(Governor, proposal(kind::WIND_DOWN)));
        w.execute_proposal(0, true)
    };
    rejects_bad_accounts_of_cancel_proposal: |w| {
        w.accepts(w.propose(Governor, proposal(kind::WIND_DOWN)));
        w.cancel_proposal(Guardian, 0)
    };
    rejects_bad_accounts_of_recover_breaker: |w| {
        w.warp(61);
        w.accepts(w.report_fault(Stranger, 1, None));
        w.warp(600);
        for _ in 0..10 {
            w.price(PRICE);
        }
        w.recover(1)
    };
    rejects_bad_accounts_of_observe_settlement: |w| {
        w.warp_to(START + DAY);
        w.observe_settlement(w.near)
    };
    rejects_bad_accounts_of_propose_settlement: |w| {
        w.warp_to(START + DAY + 3_600);
        w.propose_price(Carol, w.near, PRICE)
    };
    rejects_bad_accounts_of_dispute_settlement: |w| {
        *w = with_proposal(PRICE);
        w.dispute_price(Bob, w.near, PRICE - 1)
    };
    rejects_bad_accounts_of_fix_settlement: |w| {
        w.warp_to(START + DAY + 14_400);
        w.fix_settlement(w.near)
    };
    rejects_bad_accounts_of_return_bond: |w| {
        *w = with_proposal(PRICE);
        w.warp(7_200);
        w.accepts(w.fix_settlement(w.near));
        w.return_bond(w.near, Carol)
    };
    rejects_bad_accounts_of_settle_account: |w| {
        fix_near(w, PRICE);
        w.settle(w.near, Alice)
    };
    rejects_bad_accounts_of_cover_shortfall: |w| {
        *w = with_bankrupt();
        w.accepts(w.settle(w.near, Bob));
        w.cover(w.near)
    };
}
