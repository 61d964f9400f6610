//! Runs a server for tests until its input ends, and prints the URL for `SCRIP_TEST_POSTGRES`.

use std::{
    error::Error as _,
    io::{Write as _, stdin, stdout},
    process::ExitCode,
};

use testkit::postgres::Server;

fn main() -> ExitCode {
    let server = match Server::start() {
        Ok(server) => server,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(cause) = error.source() {
                eprintln!("caused by: {cause}");
            }
            return ExitCode::FAILURE;
        }
    };
    // Nobody who would read it means that nobody will close the input either.
    if writeln!(stdout(), "{}", server.url()).is_ok() {
        let _ = std::io::copy(&mut stdin(), &mut std::io::sink());
    }
    ExitCode::SUCCESS
}
