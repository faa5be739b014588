//! The TCP and UDP ports of a validator on the loopback address.

use std::{
    net::{Ipv4Addr, TcpListener, UdpSocket},
    process,
};

use anyhow::{ensure, Context, Result};

pub const DEFAULT_RPC: u16 = 8899;
/// Sockets for gossip, repair, votes and so on; the validator wants at least 25.
const NODE_PORTS: u16 = 40;
/// One block of free choice: RPC, its WebSocket (always RPC + 1), faucet, gossip, then the node's range.
const BLOCK: u16 = NODE_PORTS + 4;
/// Below Linux's range for outgoing connections, which come and go.
const FIRST: u16 = 11_000;
const LAST: u16 = 31_000;

#[derive(Clone, Copy, Debug)]
pub struct Ports {
    pub rpc: u16,
    pub faucet: u16,
    pub gossip: u16,
    pub node_first: u16,
    pub node_last: u16,
}

impl Ports {
    /// A block that nothing listens on now.
    pub fn free() -> Result<Self> {
        // Start at another block in each process, so that two starting together rarely meet.
        let blocks = (LAST - FIRST) / BLOCK;
        let start = (process::id() % u32::from(blocks)) as u16;
        (0..blocks)
            .map(|step| FIRST + (start + step) % blocks * BLOCK)
            .map(|first| Self::block(first, first))
            .find(Ports::are_free)
            .context("found no free block of ports on 127.0.0.1")
    }

    /// A chosen RPC port; the others where they are free.
    pub fn with_rpc(rpc: u16) -> Result<Self> {
        for port in [rpc, rpc.checked_add(1).context("the RPC port must be below 65535")?] {
            ensure!(
                tcp_free(port),
                "port {port} on 127.0.0.1 is taken (a validator uses the RPC port and the next one). Stop what listens \
                 there, perhaps another localnet, or choose another with --rpc-port"
            );
        }
        let others = Self::free()?;
        Ok(Self::block(rpc, others.rpc))
    }

    pub fn rpc_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.rpc)
    }

    pub fn ws_url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.rpc + 1)
    }

    fn block(rpc: u16, first: u16) -> Self {
        Self {
            rpc,
            faucet: first + 2,
            gossip: first + 3,
            node_first: first + 4,
            node_last: first + BLOCK - 1,
        }
    }

    fn are_free(&self) -> bool {
        let node = self.node_first..=self.node_last;
        [self.rpc, self.rpc + 1, self.faucet, self.gossip].into_iter().all(tcp_free)
            && node.chain([self.gossip]).all(|port| tcp_free(port) && udp_free(port))
    }
}

fn tcp_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn udp_free(port: u16) -> bool {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn avoids_taken_ports() {
        let first = Ports::free().unwrap();
        let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first.rpc + 1)).unwrap();
        assert_ne!(Ports::free().unwrap().rpc, first.rpc);
        let message = Ports::with_rpc(first.rpc).unwrap_err().to_string();
        assert!(message.contains("--rpc-port"), "{message}");
    }

    #[test]
    fn gives_every_service_a_port_of_its_own() {
        let ports = Ports::block(20_000, 20_000);
        let mut all = vec![ports.rpc, ports.rpc + 1, ports.faucet, ports.gossip];
        all.extend(ports.node_first..=ports.node_last);
        all.dedup();
        assert_eq!(all.len(), usize::from(BLOCK));
    }
}
