//! The two questions asked of a starting validator, without an HTTP library.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result};
use serde_json::{json, Value};

const TIMEOUT: Duration = Duration::from_secs(2);

/// Healthy and past its first blocks: transactions will be processed.
pub fn is_ready(port: u16) -> bool {
    let healthy = call(port, "getHealth").is_ok_and(|result| result == "ok");
    healthy && call(port, "getSlot").is_ok_and(|slot| slot.as_u64().is_some_and(|slot| slot >= 1))
}

fn call(port: u16, method: &str) -> Result<Value> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method}).to_string();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: \
         close\r\n\r\n{body}",
        body.len()
    )?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    result_of(&response)
}

fn result_of(response: &str) -> Result<Value> {
    let (_, body) = response.split_once("\r\n\r\n").context("not an HTTP response")?;
    let answer: Value = serde_json::from_str(body.trim()).context("not a JSON-RPC answer")?;
    answer.get("result").cloned().context("the validator answered with an error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_results_and_refuses_errors() {
        let answer =
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"jsonrpc\":\"2.0\",\"result\":\"ok\",\"id\":1}";
        assert_eq!(result_of(answer).unwrap(), "ok");
        assert!(result_of("HTTP/1.1 200 OK\r\n\r\n{\"error\":{\"code\":-32005}}").is_err());
        assert!(result_of("garbage").is_err());
    }
}
