//! A folder, the program in it, and what it prints without what differs every time.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;
use testkit::{ledgers::database_for_tests, postgres::Database};

pub struct Stage {
    folder: TempDir,
    /// Where the ledger is, unless it is in the folder.
    database: Option<Database>,
}

pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Stage {
    /// With a ledger in the store that `SCRIP_TEST_STORE` chooses.
    pub fn new() -> Self {
        let stage = Self {
            database: database_for_tests(),
            ..Self::on_sqlite()
        };
        let lines = stage.database_lines();
        if !lines.is_empty() {
            stage.write("scrip.toml", &lines);
        }
        stage
    }

    /// For what is about the SQLite file, its lock and socket, and for what opens no ledger.
    pub fn on_sqlite() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: None,
        }
    }

    /// What a `scrip.toml` that a test writes itself begins with.
    pub fn database_lines(&self) -> String {
        let database = self.database.as_ref();
        database.map_or_else(String::new, |database| {
            format!("database = \"{}\"\n", database.url())
        })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scrip"));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SCRIP_")) {
            command.env_remove(name);
        }
        command
    }

    pub fn run(&self, args: &[&str]) -> Ended {
        let output = self.command().args(args).output().unwrap();
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs what must succeed and prints JSON.
    pub fn json(&self, args: &[&str]) -> Value {
        let ended = self.run(&[&["--json"], args].concat());
        assert_eq!(ended.code, 0, "{args:?}: {}{}", ended.out, ended.err);
        serde_json::from_str(&ended.out).unwrap()
    }

    /// What a person sees who types these lines, without ids and times.
    pub fn session(&self, lines: &[&[&str]]) -> String {
        let mut seen = String::new();
        for args in lines {
            let ended = self.run(args);
            seen.push_str(&format!(
                "$ scrip {}\n{}{}",
                args.join(" "),
                ended.out,
                ended.err
            ));
            if ended.code != 0 {
                seen.push_str(&format!("(exit code {})\n", ended.code));
            }
        }
        self.redact(&seen)
    }

    pub fn redact(&self, text: &str) -> String {
        let folder = self.folder.path().display().to_string();
        let text = self.placed(&text.replace(&folder, "[folder]"));
        let text = redact(&text);
        // The size of an empty file is the schema's business.
        let mut parts = text.split("the whole ledger, ");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |seen, part| {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            format!("{seen}the whole ledger, [size]{}", &part[digits..])
        })
    }

    /// Where a ledger is not yet is told in other words for a database: here in those for a file, so that one snapshot stands for both.
    fn placed(&self, text: &str) -> String {
        let Some(database) = &self.database else {
            return text.to_owned();
        };
        let url = database.url();
        let place = url.rsplit_once('@').map_or(&*url, |(_, place)| place);
        text.replace(
            &format!("in the database at {place} yet"),
            "in scrip-data yet",
        )
        .replace(
            "; `database` names another.",
            "; --data-dir names another folder.",
        )
    }

    /// A currency of an application, and nothing else.
    pub fn with_currency(self, name: &str, decimals: &str) -> Self {
        self.json(&[
            "currency",
            "create",
            name,
            "--new-group",
            "game",
            "--decimals",
            decimals,
        ]);
        self
    }

    pub fn serve(&self, args: &[&str]) -> Server {
        let mut command = self.command();
        command.args(["--set", "log.format=json", "serve"]);
        command.args([
            "--http-listen",
            "127.0.0.1:0",
            "--admin-listen",
            "127.0.0.1:0",
        ]);
        Server::start(command.args(args))
    }

    /// A demonstration in the folder `demo`.
    pub fn demo(&self) -> Server {
        let mut command = self.command();
        command.args(["--data-dir", "demo", "demo", "--seed", "3"]);
        Server::demonstrated(command.args(["--http-listen", "127.0.0.1:0"]))
    }
}

pub struct Server {
    child: Child,
    pub http: String,
    pub admin: String,
}

impl Server {
    fn start(command: &mut Command) -> Self {
        let child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn();
        let mut server = Self {
            child: child.unwrap(),
            http: String::new(),
            admin: String::new(),
        };
        let mut log = BufReader::new(server.child.stderr.take().unwrap());
        let mut seen = String::new();
        while server.http.is_empty() {
            let mut line = String::new();
            assert!(
                log.read_line(&mut line).unwrap() > 0,
                "it ended before it was ready: {seen}"
            );
            let said: Value = serde_json::from_str(&line).unwrap_or_default();
            if said["message"] == "ready" {
                let address = |name: &str| said[name].as_str().unwrap().to_owned();
                (server.http, server.admin) = (address("http"), address("admin"));
            }
            seen.push_str(&line);
        }
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        server
    }

    /// Where it is stands in the words of welcome.
    fn demonstrated(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let (mut http, mut line) = (String::new(), String::new());
        loop {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended early");
            let address = line.split_once("http://").map(|(_, behind)| behind);
            let address = address.and_then(|behind| behind.split(['/', '\n']).next());
            match (line.split(' ').next(), address) {
                (Some("Game"), Some(address)) => address.clone_into(&mut http),
                (Some("Metrics"), Some(address)) => {
                    let admin = address.to_owned();
                    std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
                    return Self { child, http, admin };
                }
                _ => {}
            }
        }
    }

    /// What the admin listener answers.
    pub fn admin_text(&self, path: &str) -> String {
        get(&self.admin, path)
    }

    /// What a browser is answered, with the headers.
    pub fn get(&self, path: &str) -> String {
        get(&self.http, path)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM, and how it ends.
    pub fn stop(mut self) -> ExitStatus {
        let told = Command::new("kill")
            .args(["-TERM", &self.pid().to_string()])
            .status();
        assert!(told.unwrap().success());
        self.child.wait().unwrap()
    }

    /// The status and body of a request to the API.
    pub fn ask(&self, method: &str, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.http).unwrap();
        let body = body.to_string();
        let idempotency =
            format!("{method} {path} {body}").replace(|c: char| !c.is_ascii_graphic(), "_");
        let short: String = idempotency.chars().take(250).collect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: {short}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.http,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Whether another program is here to check with; says so when not.
pub fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        eprintln!("Skipped: {program} is not installed.");
    }
    found
}

pub fn succeeds(program: &str, args: &[&str], file: &Path) {
    let output = Command::new(program).args(args).arg(file).output().unwrap();
    assert!(
        output.status.success(),
        "{program}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Ids, keys, hashes and times by name.
fn redact(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(length) = time_length(rest) {
            out.push_str("[time]");
            rest = &rest[length..];
            continue;
        }
        if shaped(rest, "dddd-dd-dd") {
            out.push_str("[day]");
            rest = &rest[10..];
            continue;
        }
        // A secret is base64url, which has dashes.
        let secret = rest.starts_with("scrip_");
        let in_word = |c: &char| c.is_ascii_alphanumeric() || *c == '_' || secret && *c == '-';
        let word: String = rest.chars().take_while(in_word).collect();
        if word.is_empty() {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        rest = &rest[word.len()..];
        out.push_str(named(&word).unwrap_or(&word));
    }
    out
}

fn named(word: &str) -> Option<&'static str> {
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    match word.len() {
        _ if word.starts_with("scrip_") && word.len() > 20 => Some("[secret]"),
        17..=20 if digits => Some("[id]"),
        32 if hex => Some("[key]"),
        64 if hex => Some("[hash]"),
        _ => None,
    }
}

/// `2026-11-21 09:30:00`, or the same with T, and thousandths.
fn time_length(text: &str) -> Option<usize> {
    const SHAPE: &str = "dddd-dd-dd dd-dd-dd";
    if !shaped(text, SHAPE) {
        return None;
    }
    let behind = text.get(SHAPE.len()..)?;
    let fraction = behind
        .bytes()
        .take_while(|byte| matches!(byte, b'.' | b'-' | b'0'..=b'9' | b'Z'))
        .count();
    Some(SHAPE.len() + fraction)
}

/// Whether it begins with digits where there is a `d`, and with what separates them in dates and times elsewhere.
fn shaped(text: &str, shape: &str) -> bool {
    let found = text.bytes().map(Some).chain(std::iter::repeat(None));
    shape
        .bytes()
        .zip(found)
        .all(|(shape, found)| match (shape, found) {
            (b'd', Some(byte)) => byte.is_ascii_digit(),
            (b' ', Some(byte)) => matches!(byte, b' ' | b'T'),
            (_, Some(byte)) => matches!(byte, b'-' | b':'),
            (_, None) => false,
        })
}
