use {
    super::*,
    crate::{
        chain::Now,
        fixture::{self, FakeChain, MARK, NOW},
        surface::samples::{mirror, request},
    },
    solana_address::Address,
};

/// The command with the example's quotes in a file of their own.
fn command(dry_run: bool) -> FitSurface {
    FitSurface {
        quotes: concat!(env!("CARGO_MANIFEST_DIR"), "/examples/quotes.json").into(),
        expiry: 1,
        dry_run,
        max_age: i64::MAX,
        config: None,
        rpc: None,
        market_id: None,
        keypair: None,
    }
}

/// A chain at the time of the example's file.
struct LaterChain(FakeChain);

impl crate::chain::Chain for LaterChain {
    fn now(&self) -> anyhow::Result<Now> {
        Ok(Now { unix: 1_767_225_600, ..NOW })
    }
    fn accounts(&self, keys: &[Address]) -> anyhow::Result<Vec<Option<solana_account::Account>>> {
        self.0.accounts(keys)
    }
    fn program_accounts(&self) -> anyhow::Result<Vec<(Address, solana_account::Account)>> {
        self.0.program_accounts()
    }
    fn send(
        &mut self,
        instructions: &[solana_instruction::Instruction],
        signers: &[&solana_keypair::Keypair],
    ) -> Result<crate::chain::Receipt, crate::chain::SendError> {
        self.0.send(instructions, signers)
    }
}

fn later() -> (Mirror, LaterChain) {
    let mut mirror = mirror();
    mirror.oracle.mark.at = 1_767_225_600;
    mirror.oracle.mark.round_at = 1_767_225_600;
    mirror.expiries[0].expires_at = 1_769_817_600;
    let chain = LaterChain(FakeChain::holding(&mirror));
    (mirror, chain)
}

#[test]
fn the_command_sends_what_it_planned_and_only_when_told() {
    let (mirror, mut chain) = later();
    let key = fixture::keypair();
    let shown = command(true).run(&mut chain, fixture::MARKET_ID, Some(&key)).unwrap();
    assert!(shown.contains("nothing was sent") && chain.0.sent.is_empty());
    let shown = command(false).run(&mut chain, fixture::MARKET_ID, Some(&key)).unwrap();
    assert!(shown.contains("1234 compute units"));
    let file = QuoteFile::parse(include_str!("../../../examples/quotes.json")).unwrap();
    let now = crate::chain::Chain::now(&chain).unwrap();
    let plan = plan(&mirror, now, &request(&file)).unwrap();
    assert_eq!(chain.0.sent, [submit::instruction(&plan, key.pubkey())]);
    assert_eq!(mirror.oracle.mark.price, MARK);
}

#[test]
fn only_the_surface_authority_sends() {
    let (_, mut chain) = later();
    let stranger = solana_keypair::Keypair::new_from_array([6; 32]);
    let refused = command(false).run(&mut chain, fixture::MARKET_ID, Some(&stranger)).unwrap_err();
    assert!(refused.to_string().contains("may not submit surfaces"));
    assert!(chain.0.sent.is_empty());
}
