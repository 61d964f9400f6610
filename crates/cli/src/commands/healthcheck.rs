use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use clap::Args;

use super::{End, Global};
use crate::{screen, trouble::Trouble};

#[derive(Debug, Args)]
pub(crate) struct HealthcheckArgs {
    /// Where the server's admin listener is, when it is not where the configuration says
    #[arg(long, value_name = "ADDRESS")]
    admin: Option<SocketAddr>,
}

/// A container that does not answer by then counts as not ready.
const LIMIT: Duration = Duration::from_secs(3);

pub(super) fn run(global: &Global, args: &HealthcheckArgs) -> Result<End, Trouble> {
    let address = match args.admin {
        Some(address) => address,
        None => reachable(global.config()?.admin_listen),
    };
    let status = status(address)
        .map_err(|error| Trouble::failed(format!("Nothing answers at {address}: {error}.")))?;
    if status == 200 {
        screen::print("ready")?;
        return Ok(End::Done);
    }
    Err(Trouble::failed(format!(
        "The server at {address} is not ready (it answers {status})."
    )))
}

/// Who listens everywhere is reached on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// One request without a client library, because it runs every few seconds.
fn status(address: SocketAddr) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    let text = String::from_utf8_lossy(&start);
    let code = text
        .strip_prefix("HTTP/1.1 ")
        .and_then(|code| code.parse().ok());
    code.ok_or_else(|| std::io::Error::other("it does not speak HTTP"))
}
