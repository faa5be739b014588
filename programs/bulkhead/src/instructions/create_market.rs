//! Creates a market with its vault, ledger, oracle and pool. Everything starts empty; nothing is listed.

use {
    crate::{
        constants::VERSION,
        error::BulkheadError,
        events::{Header, MarketCreated},
        now::Now,
        state::{seeds, space_of, Ledger, Market, MarketParams, OracleAggregate, Pool, Protocol},
        token::extensions::require_supported_mint,
    },
    anchor_lang::prelude::*,
    anchor_spl::{
        token,
        token_interface::{Mint, TokenAccount, TokenInterface},
    },
    bulkhead_risk::scenario::PPM,
};

#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct CreateMarketArgs {
    pub id: u16,
    pub symbol: [u8; 16],
    pub lots_per_unit: u64,
    pub tick_atoms: u64,
    pub surface_authority: Address,
    pub params: MarketParams,
}

#[derive(Accounts)]
#[instruction(args: CreateMarketArgs)]
pub struct CreateMarket {
    #[account(mut)]
    pub governor: Signer,
    pub protocol: Account<Protocol>,
    pub quote_mint: InterfaceAccount<Mint>,
    #[account(init, payer = governor, space = space_of::<Market>(),
        seeds = [seeds::MARKET, &args.id.to_le_bytes()], bump)]
    pub market: Account<Market>,
    #[account(init, payer = governor, token::mint = quote_mint, token::authority = market,
        token::token_program = token_program, seeds = [seeds::VAULT, market.address().as_ref()], bump)]
    pub vault: InterfaceAccount<TokenAccount>,
    #[account(init, payer = governor, space = space_of::<Ledger>(),
        seeds = [seeds::LEDGER, market.address().as_ref()], bump)]
    pub ledger: Account<Ledger>,
    #[account(init, payer = governor, space = space_of::<OracleAggregate>(),
        seeds = [seeds::ORACLE, market.address().as_ref()], bump)]
    pub oracle: Account<OracleAggregate>,
    #[account(init, payer = governor, space = space_of::<Pool>(),
        seeds = [seeds::POOL, market.address().as_ref()], bump)]
    pub pool: Account<Pool>,
    pub token_program: Interface<'static, TokenInterface>,
    pub system_program: Program<System>,
}

impl CreateMarket {
    fn validate(&self, args: &CreateMarketArgs) -> Result<()> {
        self.protocol.require_governor(self.governor.address())?;
        require_supported_mint(self.quote_mint.account(), self.quote_mint.decimals())?;
        let lots_fit = (1..=PPM).contains(&args.lots_per_unit);
        require!(lots_fit && args.tick_atoms > 0, BulkheadError::InvalidMarket);
        args.params.check_bounds()
    }
}

pub fn handler(ctx: &mut Context<CreateMarket>, args: CreateMarketArgs) -> Result<()> {
    ctx.accounts.validate(&args)?;
    let now = Now::read()?;
    let key = *ctx.accounts.market.address();
    let quote_mint = *ctx.accounts.quote_mint.address();
    let decimals = ctx.accounts.quote_mint.decimals();
    let market = &mut ctx.accounts.market;
    market.version = VERSION;
    market.bump = ctx.bumps.market;
    market.vault_bump = ctx.bumps.vault;
    market.decimals = decimals;
    market.id = args.id;
    market.quote_mint = quote_mint;
    market.vault = *ctx.accounts.vault.address();
    market.token_program = *ctx.accounts.token_program.address();
    market.surface_authority = args.surface_authority;
    market.symbol = args.symbol;
    market.lots_per_unit = args.lots_per_unit;
    market.tick_atoms = args.tick_atoms;
    market.params = args.params;
    // Zero marks a free slot, so identifiers start at one.
    market.next_expiry_id = 1;
    // Nothing is at risk yet, so the pool may be empty.
    market.oi_room_ppm = PPM;

    let ledger = &mut ctx.accounts.ledger;
    ledger.version = VERSION;
    ledger.bump = ctx.bumps.ledger;
    ledger.market = key;
    ctx.accounts.oracle.init(key, ctx.bumps.oracle);
    let pool = &mut ctx.accounts.pool;
    pool.version = VERSION;
    pool.bump = ctx.bumps.pool;
    pool.market = key;

    let header = Header::next(&mut ctx.accounts.market.event_seq, now);
    emit!(MarketCreated { header, market: key, quote_mint, symbol: args.symbol });
    Ok(())
}
